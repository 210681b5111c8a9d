//! Six digits by mail: whoever types them reads that mail.

use model::{Email, OneTimeCode, Problem};

use super::{
    SignedIn, reserve_mail, sign_in_verified_email, store,
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

/// Sends another code.
///
/// # Errors
/// `too_many_requests` when enough mails were asked for from where the visitor is.
pub async fn resend_code(state: &AppState, identity: &RequestIdentity, email: &Email) -> Result<(), Error> {
    limits::enforce_for_identity(state, Rule::Mail, identity).await?;
    with_min_duration(resend(state, email)).await
}

async fn resend(state: &AppState, email: &Email) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::lock_by_email(&mut tx, email).await?;
    audit::record_event(&mut tx, user.as_ref().map(|user| user.id), "resend_code").await?;
    if let Some(user) = user {
        send_code(state, &mut tx, email, &user, None).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Makes a code and the job that mails it; the code before it is void. Within a minute of the last one, or past
/// the day's number, nothing is sent and nothing changes: whoever reads that mailbox has a code already. Returns
/// the seconds until another will be sent, if they say that none was sent now.
///
/// `unknown` is a browser that the account was never seen with, and that gave its password.
pub(super) async fn send_code(
    state: &AppState,
    tx: &mut Tx,
    email: &Email,
    user: &store::User,
    unknown: Option<&Device>,
) -> Result<Option<u64>, Error> {
    if let Some(left) = reserve_mail(state, tx, email, user.id, Purpose::Code).await? {
        return Ok(Some(retry_after_seconds(left)));
    }
    let code = tokens::issue_code(state, tx, user.id, Purpose::Code, None).await?;
    let what_for = match (unknown, user.email_verified_at) {
        (Some(device), _) => CodeReason::NewDevice(&device.name),
        (None, Some(_)) => CodeReason::VerifiedAddress,
        (None, None) => CodeReason::UnverifiedAddress,
    };
    enqueue_mail(tx, Message::sign_in_code(email, &code, Purpose::Code.ttl() / MINUTE, what_for)?).await?;
    Ok(None)
}

/// Proves the address by the code that was mailed to it, and signs in. A password chosen before counts only in the
/// browser where it was chosen: whoever reads the mail may have been sent a code that somebody else asked for. An app
/// may keep no cookies, and is taken at its word if nobody else chose one.
///
/// # Errors
/// `code_wrong`, whatever the reason: wrong, old, used, tried too often, or no such address.
pub async fn verify_code(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    code: &OneTimeCode,
    stay: bool,
) -> Result<SignedIn, Error> {
    with_min_duration(try_code(state, identity, email, code, stay)).await
}

async fn try_code(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    code: &OneTimeCode,
    stay: bool,
) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    // The account before its code, as everywhere: two that wait for each other would wait in vain.
    let user = store::lock_by_email(&mut tx, email).await?;
    let right = match &user {
        Some(user) => tokens::check_code(state, &mut tx, user.id, Purpose::Code, None, code).await?,
        None => false,
    };
    let Some(user) = user.as_ref().filter(|_| right) else {
        audit::record_event(&mut tx, user.map(|user| user.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    };
    tokens::store::invalidate(&mut tx, user.id, Purpose::Code).await?;
    let chosen = store::count_pending_passwords(&mut tx, user.id).await?;
    let password_hash = match chosen {
        1 if identity.device.is_app => store::find_latest_pending_password(&mut tx, user.id).await?,
        _ => store::find_pending_password(&mut tx, user.id, &identity.device.token_hash).await?,
    };
    let signed_in = sign_in_verified_email(state, &mut tx, identity, email, password_hash.as_deref(), stay).await?;
    if user.email_verified_at.is_none() && password_hash.is_none() && chosen > 0 {
        // She may have chosen it elsewhere, and would try it in vain.
        enqueue_mail(&mut tx, Message::no_password(email)?).await?;
    }
    audit::record_event(&mut tx, Some(signed_in.user.id), "code_right").await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(signed_in)
}
