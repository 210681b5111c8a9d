//! User accounts: sign-up, sign-in, sessions, guests and account settings. No response reveals
//! whether an email address has an account.
//!
//! - [`sign_up`], [`sign_in`]: with an email address and a password
//! - [`codes`]: email verification by a six-digit code
//! - [`links`]: sign-in links and password reset links
//! - [`open_session`]: session of an identified account, after merging the browser's guest
//! - [`session`]: access and refresh tokens, the list of sessions
//! - [`guests`]: accounts without an email address, and merging them into others
//! - [`profile`]: changing the password, email address and language; deleting the account
//! - [`authenticate`]: the identity of a request, from its [`cookies`] and its [`device`]
//! - [`tokens`]: one-time tokens; [`password`]: password hashing

mod authenticate;
mod codes;
mod cookies;
mod dev_user;
mod device;
pub(crate) mod guests;
mod links;
mod open_session;
mod password;
mod profile;
pub mod session;
mod sign_in;
mod sign_up;
pub(crate) mod store;
mod tokens;

use std::time::Duration;

use model::{Email, User, UserId};
use tokio::time::sleep;

pub(crate) use authenticate::authenticate;
pub use codes::{resend_code, verify_code};
pub use cookies::{
    LANGUAGE_COOKIE, expired_session_cookies, language_cookie, read_refresh_token, sanitize_local_path,
    sanitize_return_path,
};
pub use dev_user::sign_in_as_dev_user;
pub use guests::sign_in_as_guest;
pub use links::{
    find_link_email, find_reset_email, request_password_reset, request_sign_in_link, reset_password, sign_in_by_link,
    sign_in_by_link_in_same_browser,
};
pub use password::MAX_QUEUED_PASSWORDS_PER_CORE;
pub use profile::{
    change_password, confirm_email_change, delete_account, request_email_change, security_settings, set_language,
};
pub use session::{ACCESS_TOKEN_TTL, SignedIn, refresh_session};
pub use sign_in::{sign_in, sign_out};
pub use sign_up::sign_up;

use self::tokens::Purpose;
use crate::{
    AppState, Error,
    clock::Millis,
    credits,
    db::{Authority, Tx},
    fraud,
    identity::Account,
    limits::{self, Rule},
};

/// Minimum duration of requests that send a mail or check a code. Longer than the work itself, so
/// that the response time does not reveal whether the address has an account.
const MIN_RESPONSE_TIME: Duration = Duration::from_millis(60);

/// Runs `work` and returns its result no earlier than after [`MIN_RESPONSE_TIME`].
async fn with_min_duration<T>(work: impl Future<Output = T>) -> T {
    let (result, ()) = tokio::join!(work, sleep(MIN_RESPONSE_TIME));
    result
}

/// Checks the limits of this purpose and counts one mail to the mailbox. Returns the remaining wait
/// instead when a limit is reached. All variants of an address share the limit of their mailbox.
async fn reserve_mail(
    state: &AppState,
    tx: &mut Tx,
    email: &Email,
    owner: UserId,
    purpose: Purpose,
) -> Result<Option<Millis>, Error> {
    if let Some(wait) = tokens::retry_after(tx, owner, purpose).await? {
        return Ok(Some(wait));
    }
    let mailbox = fraud::mailbox_hash(state, tx, email).await?;
    limits::try_count_use(state, tx, Rule::MailToMailbox, &mailbox).await
}

/// The account with its balance, as its owner sees it.
pub async fn current_user(state: &AppState, account: &Account) -> Result<User, Error> {
    let credits = credits::balance(state, account).await?;
    Ok(User { id: account.id, email: account.email.clone(), is_guest: account.is_guest, credits })
}

/// Deletes expired rows: one-time tokens, pending passwords, sessions, accounts that were never
/// verified, known devices, audit events and idle guests. Uses a transaction per table, so that no
/// lock is held for all of them.
///
/// Returns how many idle guests the deletion cap left for later calls; `ignore_cap` lifts the cap.
pub async fn delete_expired(state: &AppState, ignore_cap: bool) -> Result<i64, Error> {
    for rule in store::EXPIRY_RULES {
        let mut tx = state.db.begin(Authority::System).await?;
        store::delete_expired(&mut tx, rule).await?;
        tx.commit().await?;
    }
    let mut tx = state.db.begin(Authority::System).await?;
    let left = guests::delete_idle_guests(&mut tx, ignore_cap).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(left)
}
