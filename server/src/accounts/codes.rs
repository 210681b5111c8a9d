//! Email verification by a mailed six-digit code.

use model::{Email, OneTimeCode, Problem};

use super::{
    SignedIn,
    open_session::sign_in_verified_email,
    reserve_mail, store,
    tokens::{self, Purpose},
    with_min_duration,
};
use crate::{
    AppState, Error, audit,
    clock::{MINUTE, retry_after_seconds},
    db::{Authority, Tx},
    identity::{Device, RequestIdentity},
    limits::{self, Rule},
    mail::{CodeReason, Message, enqueue_mail},
};

/// Mails another code if the address has an account, verified or not. The response is the same if
/// it has none.
///
/// # Errors
/// `too_many_requests` when the network has requested too many mails.
pub async fn resend_code(state: &AppState, identity: &RequestIdentity, email: &Email) -> Result<(), Error> {
    limits::enforce_identity_limit(state, Rule::Mail, identity).await?;
    with_min_duration(resend(state, email)).await
}

async fn resend(state: &AppState, email: &Email) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::lock_user_by_email(&mut tx, email).await?;
    audit::record_event(&mut tx, user.as_ref().map(|user| user.id), "resend_code").await?;
    if let Some(user) = user {
        enqueue_code_mail(state, &mut tx, email, &user, None).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Creates a code and the job that mails it, and invalidates earlier codes. When a limit is
/// reached, changes nothing and returns the seconds until another code may be sent; the owner of
/// the mailbox then has a recent code already.
///
/// `new_device` is a browser unknown to the account that has given the right password; the mail
/// names it.
pub(super) async fn enqueue_code_mail(
    state: &AppState,
    tx: &mut Tx,
    email: &Email,
    user: &store::UserRow,
    new_device: Option<&Device>,
) -> Result<Option<u64>, Error> {
    if let Some(wait) = reserve_mail(state, tx, email, user.id, Purpose::Code).await? {
        return Ok(Some(retry_after_seconds(wait)));
    }
    let code = tokens::issue_code(state, tx, user.id, Purpose::Code, None).await?;
    let reason = match (new_device, user.email_verified_at) {
        (Some(device), _) => CodeReason::NewDevice(&device.name),
        (None, Some(_)) => CodeReason::VerifiedAddress,
        (None, None) => CodeReason::UnverifiedAddress,
    };
    enqueue_mail(tx, Message::sign_in_code(email, &code, Purpose::Code.ttl() / MINUTE, reason)?).await?;
    Ok(None)
}

/// Verifies the address by the code mailed to it, and signs in. A pending password takes effect
/// only in the browser that set it: the code may have been requested by somebody else. An app may
/// keep no cookies; its pending password takes effect if it is the only one.
///
/// # Errors
/// `code_wrong` when the code is wrong, expired, used or has no attempts left, or the address has
/// no account.
pub async fn verify_code(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    code: &OneTimeCode,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    with_min_duration(sign_in_by_code(state, identity, email, code, stay_signed_in)).await
}

async fn sign_in_by_code(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    code: &OneTimeCode,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    // Locks are taken in one order everywhere, the account before its code, to avoid deadlocks.
    let user = store::lock_user_by_email(&mut tx, email).await?;
    let is_right = match &user {
        Some(user) => tokens::count_attempt_and_compare(state, &mut tx, user.id, Purpose::Code, None, code).await?,
        None => false,
    };
    let Some(user) = user.as_ref().filter(|_| is_right) else {
        audit::record_event(&mut tx, user.map(|user| user.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    };
    tokens::store::invalidate(&mut tx, user.id, Purpose::Code).await?;
    let pending = store::count_pending_passwords(&mut tx, user.id).await?;
    let password_hash = match pending {
        1 if identity.device.is_app => store::find_latest_pending_password(&mut tx, user.id).await?,
        _ => store::find_pending_password(&mut tx, user.id, &identity.device.token_hash).await?,
    };
    let signed_in =
        sign_in_verified_email(state, &mut tx, identity, email, password_hash.as_deref(), stay_signed_in).await?;
    if user.email_verified_at.is_none() && password_hash.is_none() && pending > 0 {
        // The owner may have set the password in another browser: the mail states that it does not
        // apply.
        enqueue_mail(&mut tx, Message::no_password(email)?).await?;
    }
    audit::record_event(&mut tx, Some(signed_in.user.id), "code_right").await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(signed_in)
}
