//! Accounts: signing up, in and out. What it says never tells whether an address has an account.
//!
//! - [`codes`]: six digits by mail that prove an address
//! - [`links`]: the same by a link, and choosing a new password
//! - [`session`]: the tokens that keep somebody signed in, and the list of them
//! - [`guests`]: accounts without an address, and how they become others
//! - [`profile`]: what somebody may change of their account, take along, or delete
//! - [`authenticate`]: who a request is from; [`cookies`] and [`device`] are what it brings
//! - [`tokens`], [`password`]: what is mailed and what is remembered

mod authenticate;
mod codes;
mod cookies;
mod dev_user;
mod device;
mod export;
pub(crate) mod guests;
mod links;
mod password;
mod profile;
pub mod session;
pub(crate) mod store;
mod tokens;

use std::time::Duration;

use model::{Email, Password, Problem, User, UserId};
use tokio::time::sleep;

pub(crate) use authenticate::authenticate;
pub use codes::{resend_code, verify_code};
pub use cookies::{
    LANGUAGE_COOKIE, expired_session_cookies, language_cookie, read_refresh_token, sanitize_local_path,
    sanitize_return_path,
};
pub use dev_user::sign_in_as_dev_user;
pub use export::export;
pub use guests::sign_in_as_guest;
pub use links::{
    find_link_email, find_reset_email, request_password_reset, request_sign_in_link, reset_password, sign_in_by_link,
    sign_in_by_link_in_same_browser,
};
pub use password::MAX_QUEUED_PASSWORDS_PER_CORE;
pub use profile::{
    SecuritySettings, change_password, confirm_email_change, delete, request_email_change, security_settings,
    set_language,
};
pub use session::{ACCESS_TOKEN_TTL, SignedIn, refresh_session};

use self::tokens::Purpose;
use crate::{
    AppState, Error, audit,
    clock::Millis,
    credits,
    db::{Authority, Tx},
    fraud::{self, SignUpSignals},
    identity::{Account, RequestIdentity},
    limits::{self, Rule, SignInAttempt},
};

/// How long asking for a mail, and typing the code of one, takes at least: longer than what there is to do, whether the
/// address has an account or not.
const MIN_RESPONSE_TIME: Duration = Duration::from_millis(60);

/// Does work whose time must tell nothing.
async fn with_min_duration<T>(work: impl Future<Output = T>) -> T {
    let (result, ()) = tokio::join!(work, sleep(MIN_RESPONSE_TIME));
    result
}

/// Begins an account: a code goes to the address, and the password counts once that code came back.
///
/// An address that has an account gets a code too, and keeps its password. The answer and the time are the same.
pub async fn sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    evidence: &SignUpSignals,
) -> Result<(), Error> {
    with_min_duration(start_sign_up(state, identity, email, password, evidence)).await
}

async fn start_sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    evidence: &SignUpSignals,
) -> Result<(), Error> {
    password::check_strength(email, password)?;
    fraud::check_sign_up(state, identity, email, evidence).await?;
    limits::enforce_for_identity(state, Rule::Mail, identity).await?;
    let hash = password::hash(state, password.clone()).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::find_or_insert(&mut tx, email).await?;
    // For an account too, where it will never count: else signing in with it would tell that there is one.
    store::upsert_pending_password(&mut tx, user.id, &identity.device.token_hash, &hash).await?;
    audit::record_event(&mut tx, Some(user.id), "sign_up").await?;
    codes::send_code(state, &mut tx, email, &user, None).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Signs in with a password.
///
/// # Errors
/// `sign_in_failed`; `verification_needed` when the password is right but the address was never proved, `new_device`
/// when it is right but the browser was never seen: in both cases a code is on its way.
pub async fn sign_in(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    stay: bool,
) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let found = store::find_with_browser(&mut tx, email, &identity.device.token_hash).await?;
    let attempt = SignInAttempt::new(state, identity, email, found.as_ref().is_some_and(|(_, is_known, _)| *is_known));
    attempt.check(&mut tx).await?;
    let (hash, chosen_here) = match found {
        Some((user, _, here)) if user.email_verified_at.is_some() => (user.password_hash, here),
        Some((user, _, here)) => (here.clone().or(store::find_latest_pending_password(&mut tx, user.id).await?), here),
        None => (None, None),
    };
    // Hashing takes long: nothing is held open meanwhile.
    drop(tx);
    let right = password::verify(state, password.clone(), hash.clone()).await?;
    // A sign-up in this browser answers alike, and after as long a time, whether the address has an account or not.
    let signed_up_here = match chosen_here {
        Some(chosen) => password::verify(state, password.clone(), Some(chosen)).await?,
        None => false,
    };

    let mut tx = state.db.begin(Authority::System).await?;
    // As it is now: the password may have been replaced while this one was compared.
    let user = store::lock_by_email(&mut tx, email).await?;
    // If too many failed meanwhile, it is not told whether this one was right.
    attempt.check(&mut tx).await?;
    let outcome = match (user, hash) {
        (Some(user), Some(hash)) if right && user.email_verified_at.is_none() => {
            store::upsert_pending_password(&mut tx, user.id, &identity.device.token_hash, &hash).await?;
            let retry_after = codes::send_code(state, &mut tx, email, &user, None).await?;
            Err(Problem { retry_after, ..Problem::verification_needed() }.into())
        }
        (Some(user), hash) if right && user.password_hash.is_some() && user.password_hash == hash => {
            if state.config.requires_new_device_code()
                && !store::has_device(&mut tx, user.id, &identity.device.token_hash).await?
            {
                audit::record_event(&mut tx, Some(user.id), "new_device").await?;
                let retry_after = codes::send_code(state, &mut tx, email, &user, Some(&identity.device)).await?;
                Err(Problem { retry_after, ..Problem::new_device() }.into())
            } else {
                attempt.record_success(&mut tx).await?;
                audit::record_event(&mut tx, Some(user.id), "sign_in").await?;
                Ok(open_session(state, &mut tx, identity, user.id, stay).await?)
            }
        }
        (Some(user), _) if signed_up_here => {
            let retry_after = codes::send_code(state, &mut tx, email, &user, None).await?;
            Err(Problem { retry_after, ..Problem::verification_needed() }.into())
        }
        (user, _) => {
            audit::record_event(&mut tx, user.map(|user| user.id), "sign_in_failed").await?;
            Err(attempt
                .record_failure(state, &mut tx, password)
                .await
                .err()
                .unwrap_or(Problem::sign_in_failed().into()))
        }
    };
    tx.commit().await?;
    // Whoever is not let in may have been sent a code, and a guest's files come along.
    if outcome.is_err() || identity.guest_id().is_some() {
        state.job_notifier.notify();
    }
    outcome
}

/// How long until an address may get another mail of this purpose, if it may not now. All variants of an address reach
/// one mailbox, which gets no more mails for having them.
async fn reserve_mail(
    state: &AppState,
    tx: &mut Tx,
    email: &Email,
    owner: UserId,
    purpose: Purpose,
) -> Result<Option<Millis>, Error> {
    if let Some(left) = tokens::retry_after(tx, owner, purpose).await? {
        return Ok(Some(left));
    }
    let mailbox = fraud::mailbox_hash(state, tx, email).await?;
    limits::try_count_use(state, tx, Rule::MailToMailbox, &mailbox).await
}

/// Opens a session, in place of the one that this browser had. What a guest has comes along.
async fn open_session(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    user: UserId,
    stay: bool,
) -> Result<SignedIn, Error> {
    match &identity.account {
        Some(guest) if guest.is_guest && guest.id != user => guests::merge_into_account(tx, guest.id, user).await?,
        Some(before) => drop(store::revoke_session(tx, before.id, before.session).await?),
        None => {}
    }
    session::create_session(state, tx, &identity.device, user, stay).await
}

/// Somebody has proved that they read this address' mail: makes it theirs, with the free credits of a first proof,
/// and lets them in.
async fn sign_in_verified_email(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    email: &Email,
    password_hash: Option<&str>,
    stay: bool,
) -> Result<SignedIn, Error> {
    let user = store::find_or_insert(tx, email).await?;
    let mailbox = fraud::mailbox_hash(state, tx, email).await?;
    let is_first = credits::claim_free_credits(tx, &mailbox).await?;
    let id = match identity.guest_id() {
        Some(guest) if is_first && user.email_verified_at.is_none() && guests::lock_guest(tx, guest).await? => {
            guests::convert_to_account(tx, guest, email, password_hash).await?;
            guest
        }
        _ => {
            store::mark_email_verified(tx, user.id, password_hash).await?;
            store::delete_pending_passwords(tx, user.id).await?;
            user.id
        }
    };
    // A guest may have had the free credits of a newcomer: no others come with the address.
    let earns = is_first
        && !credits::had_free_credits(tx, id).await?
        && fraud::qualifies_for_free_credits(state, tx, identity, id, email, &mailbox).await?;
    credits::open_balance(tx, id, earns).await?;
    if is_first && !credits::had_free_credits(tx, id).await? {
        // Not today, from where so many others came: the next proof asks again.
        credits::release_free_credits(tx, &mailbox).await?;
    }
    open_session(state, tx, identity, id, stay).await
}

/// Ends the session: its tokens are worth nothing from here on.
pub async fn sign_out(state: &AppState, account: &Account) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::revoke_session(&mut tx, account.id, account.session).await?;
    audit::record_event(&mut tx, Some(account.id), "sign_out").await?;
    tx.commit().await
}

/// The account as its owner sees it.
pub async fn current_user(state: &AppState, account: &Account) -> Result<User, Error> {
    let credits = credits::balance(state, account).await?;
    Ok(User { id: account.id, email: account.email.clone(), is_guest: account.is_guest, credits })
}

/// Forgets what nobody will ask for again: tokens, ended sessions, addresses that were never proved, idle guests, and
/// what the audit trail and the known devices hold from long ago. Each in a transaction of its own, so that nobody waits
/// for all of it. How many guests are left for later sweeps by the brake, which `all` lifts.
pub async fn delete_expired(state: &AppState, all: bool) -> Result<i64, Error> {
    for part in store::EXPIRY_RULES {
        let mut tx = state.db.begin(Authority::System).await?;
        store::delete_expired(&mut tx, part).await?;
        tx.commit().await?;
    }
    let mut tx = state.db.begin(Authority::System).await?;
    let left = guests::delete_idle_guests(&mut tx, all).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(left)
}
