//! Account settings: password, email address, language, deletion. Sensitive changes need the
//! current password again, or a recent sign-in where the account has none, so that an unlocked
//! device alone is not enough.

use model::{Email, Language, OneTimeCode, Password, Problem, SecuritySettings};

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

/// How long after signing in an account without a password needs no reauthentication.
const RECENT_SIGN_IN: Millis = 15 * MINUTE;

/// The security settings of the account.
pub async fn security_settings(state: &AppState, account: &Account) -> Result<SecuritySettings, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let user = store::find_user(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let pending = tokens::store::find_pending_email(&mut tx, account.id).await?;
    Ok(SecuritySettings {
        has_password: user.password_hash.is_some(),
        pending_email: pending.map(|text| Email::parse(&text)).transpose()?,
    })
}

/// Stores the account's language.
pub async fn set_language(state: &AppState, account: &Account, language: Language) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::set_language(&mut tx, account.id, language.as_str()).await?;
    tx.commit().await
}

/// Requires the current password, or a recent sign-in where the account has none. Guests pass.
///
/// # Errors
/// `password_wrong`; `too_many_requests` after failed attempts; `sign_in_again` when the account
/// has no password and the sign-in is older than [`RECENT_SIGN_IN`].
async fn reauthenticate(state: &AppState, account: &Account, current: Option<Password>) -> Result<(), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let user = store::find_user(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let signed_in_at = store::find_session_start(&mut tx, account.id, account.session).await?;
    let now = tx.now;
    drop(tx);
    if user.password_hash.is_none() {
        let is_recent = account.is_guest || signed_in_at.is_some_and(|at| now - at < RECENT_SIGN_IN);
        return if is_recent { Ok(()) } else { Err(Problem::sign_in_again().into()) };
    }
    let Some(current) = current else { return Err(Problem::password_wrong().into()) };
    let attempt = SignInAttempt::password_confirmation(state, account);
    let mut tx = state.db.begin_read(Authority::System).await?;
    attempt.check(&mut tx).await?;
    drop(tx);
    let is_right = password::verify(state, current.clone(), user.password_hash).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    // Attempts that failed meanwhile may have reached the limit: then the result of this comparison
    // is not revealed.
    attempt.check(&mut tx).await?;
    let outcome = match is_right {
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

/// # Errors
/// `account_needed` for a guest.
fn require_email(account: &Account) -> Result<&Email, Problem> {
    account.email.as_ref().ok_or_else(Problem::account_needed)
}

/// Sets a new password, revokes all other sessions and invalidates all codes and links.
///
/// # Errors
/// `account_needed` for a guest; a `password_*` problem of the field `new_password`; as
/// [`reauthenticate`].
pub async fn change_password(
    state: &AppState,
    account: &Account,
    current: Option<Password>,
    new: &Password,
) -> Result<(), Error> {
    let email = require_email(account)?;
    let as_field_error = |problem| Problem { field: Some("new_password".to_owned()), ..problem };
    password::check_strength(email, new).map_err(as_field_error)?;
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

/// Mails a code to the new address of an account. If another account has the address, the mail says
/// so instead; the response is the same.
///
/// # Errors
/// `address_unchanged`; `too_many_requests` within a minute of the last code; as
/// [`reauthenticate`].
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
    // The owner's authority does not extend to other accounts and their mailboxes.
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    let taken = store::find_by_email(&mut tx, new).await?.is_some_and(|user| user.email_verified_at.is_some());
    if let Some(wait) = reserve_mail(state, &mut tx, new, account.id, Purpose::NewAddress).await? {
        return Err(Problem::rate_limited(retry_after_seconds(wait)).into());
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

/// Changes the account's address to the one the code was mailed to, notifies the old one and
/// revokes all other sessions.
///
/// # Errors
/// `code_wrong`, also when another account has taken the address meanwhile.
pub async fn confirm_email_change(
    state: &AppState,
    account: &Account,
    new: &Email,
    code: &OneTimeCode,
) -> Result<(), Error> {
    let old = require_email(account)?;
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    if !tokens::count_attempt_and_compare(state, &mut tx, account.id, Purpose::NewAddress, Some(new), code).await? {
        audit::record_event(&mut tx, Some(account.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    }
    // An unverified account with the address has no owner.
    store::delete_unverified_user(&mut tx, new).await?;
    match store::set_email(&mut tx, account.id, new).await {
        // Another account has verified the address meanwhile.
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

/// Deletes the account with everything it holds, immediately and irreversibly.
///
/// # Errors
/// As [`reauthenticate`].
pub async fn delete_account(state: &AppState, account: &Account, current: Option<Password>) -> Result<(), Error> {
    reauthenticate(state, account, current).await?;
    // Its last audit event is written after the account's row is gone, so it has no owner.
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user(&mut tx, account.id).await?;
    let paths = assets::store::list_file_paths(&mut tx, account.id).await?;
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
