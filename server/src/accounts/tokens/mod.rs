//! One-time tokens: what is mailed to an address to prove that whoever comes back reads its mail.

pub(crate) mod store;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Email, OneTimeCode, UserId};
use uuid::Uuid;

use crate::{
    AppState, Error,
    clock::{DAY, HOUR, MINUTE, Millis},
    db::Tx,
    keys::sha256,
};

/// What a token is good for. One of another purpose opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Six generate_code that prove an address and sign in.
    Code,
    /// A link that does the same.
    Link,
    /// A link to choose a new password.
    Reset,
    /// Six generate_code that prove the address an account moves to.
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
    pub fn ttl(self) -> Millis {
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
const MAX_CODE_ATTEMPTS: i64 = 5;

/// How long until the address may get another of these; nothing when it may now.
pub async fn retry_after(tx: &mut Tx, user: UserId, purpose: Purpose) -> Result<Option<Millis>, Error> {
    let (most, within, pause) = purpose.limits();
    let now = tx.now;
    let recent = store::find_recent(tx, user, purpose, now - within).await?;
    let full = recent.first.filter(|_| recent.count >= most).map(|at| at + within);
    let again = full.max(recent.latest.map(|at| at + pause));
    Ok(again.map(|at| at - now).filter(|left| *left > 0))
}

/// Makes a code for an account, which voids the one before it.
pub async fn issue_code(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    purpose: Purpose,
    new_email: Option<&Email>,
) -> Result<String, Error> {
    let (id, code) = (Uuid::now_v7(), generate_code());
    let hash = state.keys.one_time_hash(id.as_bytes(), &code);
    store::invalidate(tx, owner, purpose).await?;
    store::insert(tx, store::NewToken { new_email, ..store::NewToken::of(owner, purpose, id, &hash) }).await?;
    Ok(code)
}

/// Whether it is the code that is good now. The try is counted whether or not it is right, and the caller commits that:
/// parallel guesses cannot slip by.
pub async fn check_code(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    purpose: Purpose,
    new_email: Option<&Email>,
    code: &OneTimeCode,
) -> Result<bool, Error> {
    let token = store::count_attempt(tx, owner, purpose, new_email, MAX_CODE_ATTEMPTS).await?;
    Ok(token
        .is_some_and(|token| state.keys.verify_one_time_code(token.id.as_bytes(), code.as_str(), &token.token_hash)))
}

/// The secret of a link, 256 random bits, as it stands in the address.
pub fn generate_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is stored of it.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    sha256(secret.as_bytes())
}

/// Six generate_code, each number as likely as any other.
fn generate_code() -> String {
    format!("{:06}", rand::random_range(0..1_000_000))
}
