//! One-time tokens: what is mailed to an address to prove that whoever comes back reads its mail.

pub(crate) mod store;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    Error,
    clock::{DAY, HOUR, MINUTE, Millis},
    db::Tx,
    keys::sha256,
};

/// What a token is good for. One of another purpose opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Six digits that prove an address and sign in.
    Code,
    /// A link that does the same.
    Link,
    /// A link to choose a new password.
    Reset,
    /// Six digits that prove the address an account moves to.
    NewAddress,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Reset => "reset",
            Self::NewAddress => "new_address",
        }
    }

    /// How long it is good for.
    pub fn life(self) -> Millis {
        match self {
            Self::Code | Self::NewAddress => 5 * MINUTE,
            Self::Link => 10 * MINUTE,
            Self::Reset => 60 * MINUTE,
        }
    }

    /// How many are mailed to one address within what time; the pause between two of them.
    fn limits(self) -> (i64, Millis, Millis) {
        match self {
            // With five tries each, 50 guesses a day.
            Self::Code | Self::NewAddress => (10, DAY, MINUTE),
            Self::Link | Self::Reset => (4, HOUR, 0),
        }
    }
}

/// Tries at one code.
pub const TRIES: i64 = 5;

/// True when the address has had as many of these as it may get for now.
pub async fn is_enough(tx: &mut Tx, user: model::UserId, purpose: Purpose) -> Result<bool, Error> {
    let (most, within, pause) = purpose.limits();
    let now = tx.now;
    let recent = store::recent(tx, user, purpose, now - within).await?;
    Ok(recent.count >= most || recent.latest.is_some_and(|at| at > now - pause))
}

/// The secret of a link, 256 random bits, as it stands in the address.
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is stored of it.
pub fn hash(secret: &str) -> [u8; 32] {
    sha256(secret.as_bytes())
}

/// Six digits, each number as likely as any other.
pub fn digits() -> String {
    format!("{:06}", rand::random_range(0..1_000_000))
}
