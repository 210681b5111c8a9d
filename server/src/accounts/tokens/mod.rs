//! One-time tokens: codes and link secrets that are mailed to verify an email address.

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

/// What a token may be used for. A token is invalid for every other purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Six digits that verify an address and sign in.
    Code,
    /// A link that verifies an address and signs in.
    Link,
    /// A link that resets the password.
    Reset,
    /// Six digits that verify the new address of an account.
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

    /// How long a token is valid.
    pub fn ttl(self) -> Millis {
        match self {
            Self::Code | Self::NewAddress => 5 * MINUTE,
            Self::Link => 10 * MINUTE,
            Self::Reset => 60 * MINUTE,
        }
    }

    fn rate_limit(self) -> RateLimit {
        match self {
            // With five attempts each, 50 guesses per day.
            Self::Code | Self::NewAddress => RateLimit { max: 10, window: DAY, interval: MINUTE },
            Self::Link | Self::Reset => RateLimit { max: 4, window: HOUR, interval: 0 },
        }
    }
}

/// How many tokens an account may be mailed.
struct RateLimit {
    /// At most so many within `window`.
    max: i64,
    window: Millis,
    /// Minimum time between two of them.
    interval: Millis,
}

/// Attempts at one code, right or wrong.
const MAX_CODE_ATTEMPTS: i64 = 5;

/// How long until the account may be mailed another token of this purpose; `None` when it may now.
pub async fn retry_after(tx: &mut Tx, user: UserId, purpose: Purpose) -> Result<Option<Millis>, Error> {
    let limit = purpose.rate_limit();
    let now = tx.now;
    let recent = store::find_recent(tx, user, purpose, now - limit.window).await?;
    let window_ends = recent.first.filter(|_| recent.count >= limit.max).map(|at| at + limit.window);
    let allowed_at = window_ends.max(recent.latest.map(|at| at + limit.interval));
    Ok(allowed_at.map(|at| at - now).filter(|wait| *wait > 0))
}

/// Creates a code and returns its digits. The account's earlier codes of this purpose become
/// invalid.
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

/// Compares `code` with the account's valid code. Counts the attempt, right or wrong; the caller
/// has to commit in both cases. The count is taken before the comparison, so that parallel guesses
/// cannot exceed the limit.
pub async fn count_attempt_and_compare(
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

/// A new link secret: 256 random bits, base64url.
pub fn generate_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The stored hash of a link secret.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    sha256(secret.as_bytes())
}

/// Six decimal digits, uniformly distributed.
fn generate_code() -> String {
    format!("{:06}", rand::random_range(0..1_000_000))
}
