//! Six digits by mail: whoever types them reads that mail.

use model::{Email, OneTimeCode, Problem};

use super::{
    SignedIn, evenly, pause, proved, store,
    tokens::{self, Purpose},
};
use crate::{
    Error, Machine,
    clock::{MINUTE, seconds_until},
    db::{Authority, Tx},
    limits::{self, Rule},
    mail::{CodeFor, Message, send_later},
    visitor::{Device, Visitor},
};

/// Sends another code.
///
/// # Errors
/// `too_many_requests` when enough mails were asked for from where the visitor is.
pub async fn resend_code(machine: &Machine, visitor: &Visitor, email: &Email) -> Result<(), Error> {
    limits::count(machine, Rule::Mail, visitor).await?;
    evenly(send_again(machine, email)).await
}

async fn send_again(machine: &Machine, email: &Email) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    let user = store::lock_by_email(&mut tx, email).await?;
    store::record(&mut tx, user.as_ref().map(|user| user.id), "resend_code").await?;
    if let Some(user) = user {
        send(machine, &mut tx, email, &user, None).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Makes a code and the job that mails it; the code before it is void. Within a minute of the last one, or past
/// the day's number, nothing is sent and nothing changes: whoever reads that mailbox has a code already. Returns
/// the seconds until another will be sent, if they say that none was sent now.
///
/// `unknown` is a browser that the account was never seen with, and that gave its password.
pub(super) async fn send(
    machine: &Machine,
    tx: &mut Tx,
    email: &Email,
    user: &store::User,
    unknown: Option<&Device>,
) -> Result<Option<u64>, Error> {
    if let Some(left) = pause(machine, tx, email, user.id, Purpose::Code).await? {
        return Ok(Some(seconds_until(left)));
    }
    let code = tokens::issue_code(machine, tx, user.id, Purpose::Code, None).await?;
    let what_for = match (unknown, user.email_verified_at) {
        (Some(device), _) => CodeFor::NewDevice(&device.name),
        (None, Some(_)) => CodeFor::KnownAddress,
        (None, None) => CodeFor::NewAddress,
    };
    send_later(tx, Message::code(email, &code, Purpose::Code.life() / MINUTE, what_for)?).await?;
    Ok(None)
}

/// Proves the address by the code that was mailed to it, and signs in. A password chosen before counts only in the
/// browser where it was chosen: whoever reads the mail may have been sent a code that somebody else asked for. An app
/// may keep no cookies, and is taken at its word if nobody else chose one.
///
/// # Errors
/// `code_wrong`, whatever the reason: wrong, old, used, tried too often, or no such address.
pub async fn verify_code(
    machine: &Machine,
    visitor: &Visitor,
    email: &Email,
    code: &OneTimeCode,
    stay: bool,
) -> Result<SignedIn, Error> {
    evenly(prove_by_code(machine, visitor, email, code, stay)).await
}

async fn prove_by_code(
    machine: &Machine,
    visitor: &Visitor,
    email: &Email,
    code: &OneTimeCode,
    stay: bool,
) -> Result<SignedIn, Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    // The account before its code, as everywhere: two that wait for each other would wait in vain.
    let user = store::lock_by_email(&mut tx, email).await?;
    let right = match &user {
        Some(user) => tokens::is_code(machine, &mut tx, user.id, Purpose::Code, None, code).await?,
        None => false,
    };
    let Some(user) = user.as_ref().filter(|_| right) else {
        store::record(&mut tx, user.map(|user| user.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    };
    tokens::store::void(&mut tx, user.id, Purpose::Code).await?;
    let chosen = store::count_chosen_passwords(&mut tx, user.id).await?;
    let password_hash = match chosen {
        1 if visitor.device.is_app => store::last_chosen_password(&mut tx, user.id).await?,
        _ => store::chosen_password(&mut tx, user.id, &visitor.device.token_hash).await?,
    };
    let signed_in = proved(machine, &mut tx, visitor, email, password_hash.as_deref(), stay).await?;
    if user.email_verified_at.is_none() && password_hash.is_none() && chosen > 0 {
        // She may have chosen it elsewhere, and would try it in vain.
        send_later(&mut tx, Message::no_password(email)?).await?;
    }
    store::record(&mut tx, Some(signed_in.user.id), "code_right").await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(signed_in)
}
