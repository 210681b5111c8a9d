//! What somebody may do to their own account. Whoever merely found a device unlocked may not: the password is asked
//! for again, or, where there is none, the sign-in has to be fresh.

use model::{Email, Language, OneTimeCode, Password, Problem};

use super::{
    password, reserve_mail, store,
    tokens::{self, Purpose},
};
use crate::{
    AppState, Error, assets, audit,
    clock::{MINUTE, Millis, retry_after_seconds},
    db::Authority,
    identity::Account,
    limits::SignInAttempt,
    mail::{Message, enqueue_mail},
};

/// How long after signing in an account without a password counts as just signed in.
const RECENT_SIGN_IN: Millis = 15 * MINUTE;

/// How the account is secured, for its owner's eyes.
pub struct SecuritySettings {
    pub has_password: bool,
    /// The address that was mailed a code which has not come back yet.
    pub pending_email: Option<Email>,
}

pub async fn security_settings(state: &AppState, account: &Account) -> Result<SecuritySettings, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let user = store::find_user(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let pending = tokens::store::find_pending_email(&mut tx, account.id).await?;
    Ok(SecuritySettings {
        has_password: user.password_hash.is_some(),
        pending_email: pending.map(|text| Email::parse(&text)).transpose()?,
    })
}

/// Remembers what somebody chose to read.
pub async fn set_language(state: &AppState, account: &Account, language: Language) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::set_language(&mut tx, account.id, language.as_str()).await?;
    tx.commit().await
}

/// # Errors
/// `password_wrong`, and after some of those `too_many_requests`; `sign_in_again` when there is no password to ask for and
/// the sign-in is old.
async fn reauthenticate(state: &AppState, account: &Account, current: Option<Password>) -> Result<(), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let user = store::find_user(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let began = store::find_session_start(&mut tx, account.id, account.session).await?;
    let now = tx.now;
    drop(tx);
    if user.password_hash.is_none() {
        let fresh = account.is_guest || began.is_some_and(|at| now - at < RECENT_SIGN_IN);
        return if fresh { Ok(()) } else { Err(Problem::sign_in_again().into()) };
    }
    let Some(current) = current else { return Err(Problem::password_wrong().into()) };
    let attempt = SignInAttempt::password_confirmation(state, account);
    let mut tx = state.db.begin_read(Authority::System).await?;
    attempt.check(&mut tx).await?;
    drop(tx);
    let right = password::verify(state, current.clone(), user.password_hash).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    // If too many failed meanwhile, it is not told whether this one was right.
    attempt.check(&mut tx).await?;
    let outcome = match right {
        true => attempt.record_success(&mut tx).await,
        false => {
            audit::record_event(&mut tx, Some(account.id), "password_wrong").await?;
            Err(attempt
                .record_failure(state, &mut tx, &current)
                .await
                .err()
                .unwrap_or(Problem::password_wrong().into()))
        }
    };
    tx.commit().await?;
    outcome
}

/// Guests have no address that could be changed or told.
fn require_email(account: &Account) -> Result<&Email, Problem> {
    account.email.as_ref().ok_or_else(Problem::account_needed)
}

/// Sets another password and ends every other session.
pub async fn change_password(
    state: &AppState,
    account: &Account,
    current: Option<Password>,
    new: &Password,
) -> Result<(), Error> {
    let email = require_email(account)?;
    let in_its_field = |problem| Problem { field: Some("new_password".to_owned()), ..problem };
    password::check_strength(email, new).map_err(in_its_field)?;
    reauthenticate(state, account, current).await?;
    let hash = password::hash(state, new.clone()).await?;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::set_password(&mut tx, account.id, &hash).await?;
    store::revoke_sessions(&mut tx, account.id, Some(account.session)).await?;
    tokens::store::invalidate_all(&mut tx, account.id).await?;
    audit::record_event(&mut tx, Some(account.id), "password_changed").await?;
    enqueue_mail(&mut tx, Message::password_changed(email)?).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Mails a code to the address that the account is to move to. One that has an account already is told so there; the
/// answer here is the same.
///
/// # Errors
/// `address_unchanged`; `password_wrong`; `too_many_requests` within a minute of the last code.
pub async fn request_email_change(
    state: &AppState,
    account: &Account,
    current: Option<Password>,
    new: &Email,
) -> Result<(), Error> {
    if require_email(account)? == new {
        return Err(Problem::address_unchanged().into());
    }
    reauthenticate(state, account, current).await?;
    // Whether somebody else has the address is not the owner's to see, nor how many mails that mailbox had.
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    let taken = store::find_by_email(&mut tx, new).await?.is_some_and(|user| user.email_verified_at.is_some());
    if let Some(left) = reserve_mail(state, &mut tx, new, account.id, Purpose::NewAddress).await? {
        return Err(Problem::rate_limited(retry_after_seconds(left)).into());
    }
    let code = tokens::issue_code(state, &mut tx, account.id, Purpose::NewAddress, Some(new)).await?;
    let message = match taken {
        true => Message::address_taken(new)?,
        false => Message::address_change_code(new, &code, Purpose::NewAddress.ttl() / MINUTE)?,
    };
    enqueue_mail(&mut tx, message).await?;
    audit::record_event(&mut tx, Some(account.id), "new_address_asked").await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Moves the account to the address that the code proves, tells the old one, and ends every other session.
///
/// # Errors
/// `code_wrong`, whatever the reason.
pub async fn confirm_email_change(
    state: &AppState,
    account: &Account,
    new: &Email,
    code: &OneTimeCode,
) -> Result<(), Error> {
    let old = require_email(account)?;
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    if !tokens::check_code(state, &mut tx, account.id, Purpose::NewAddress, Some(new), code).await? {
        audit::record_event(&mut tx, Some(account.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    }
    // Takes the place of an address that somebody typed and nobody proved, which is nobody's row.
    store::delete_unverified(&mut tx, new).await?;
    match store::set_email(&mut tx, account.id, new).await {
        // Somebody made an account with it meanwhile.
        Err(error) if error.is_unique_violation("users_email_key", "users.email") => {
            return Err(Problem::code_wrong().into());
        }
        other => other?,
    }
    tokens::store::invalidate_all(&mut tx, account.id).await?;
    store::revoke_sessions(&mut tx, account.id, Some(account.session)).await?;
    audit::record_event(&mut tx, Some(account.id), "address_changed").await?;
    enqueue_mail(&mut tx, Message::address_changed(old, new)?).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Deletes the account with everything in it, at once and for good.
pub async fn delete(state: &AppState, account: &Account, current: Option<Password>) -> Result<(), Error> {
    reauthenticate(state, account, current).await?;
    // The account is no more when its last line in the audit trail is written: that one is nobody's.
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    let paths = assets::store::list_paths(&mut tx, account.id).await?;
    store::delete_user(&mut tx, account.id).await?;
    audit::record_event(&mut tx, None, "account_deleted").await?;
    assets::enqueue_file_removal(&mut tx, paths).await?;
    if let Some(email) = &account.email {
        enqueue_mail(&mut tx, Message::account_deleted(email)?).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
