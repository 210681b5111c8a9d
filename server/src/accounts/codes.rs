//! Six digits by mail: whoever types them reads that mail.

use model::{Code, Email, Problem};
use uuid::Uuid;

use super::{
    SignedIn, evenly, proved, store,
    tokens::{
        self, Purpose,
        store::{Chosen, Code as Token, New},
    },
};
use crate::{
    Error, Machine,
    clock::MINUTE,
    db::{Authority, Tx},
    mail::{Message, send_later},
    visitor::Visitor,
};

/// Sends another code, with the password of the sign-up before it.
pub async fn resend_code(machine: &Machine, email: &Email) -> Result<(), Error> {
    evenly(send_again(machine, email)).await
}

async fn send_again(machine: &Machine, email: &Email) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    let user = store::lock_by_email(&mut tx, email).await?;
    store::record(&mut tx, user.as_ref().map(|user| user.id), "resend_code").await?;
    if let Some(user) = user {
        let chosen = tokens::store::latest_code(&mut tx, user.id).await?.and_then(Token::chosen);
        send(machine, &mut tx, email, &user, chosen).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Makes a code and the job that mails it; the code before it is void. Within a minute of the last one, or past
/// the day's number, nothing is sent and nothing changes: whoever reads that mailbox has a code already, and the
/// password that goes with it is not replaced by whoever asks next.
pub(super) async fn send(
    machine: &Machine,
    tx: &mut Tx,
    email: &Email,
    user: &store::User,
    chosen: Option<Chosen>,
) -> Result<(), Error> {
    if tokens::is_enough(tx, user.id, Purpose::Code).await? {
        return Ok(());
    }
    let (id, code) = (Uuid::now_v7(), tokens::digits());
    let hash = machine.keys.one_time_hash(id.as_bytes(), &code);
    tokens::store::void(tx, user.id, Purpose::Code).await?;
    let new = New {
        password_hash: chosen.as_ref().map(|chosen| chosen.password_hash.as_str()),
        browser_hash: chosen.as_ref().and_then(|chosen| chosen.browser_hash.as_deref()),
        ..New::of(user.id, Purpose::Code, id, &hash)
    };
    tokens::store::insert(tx, new).await?;
    let message = Message::code(email, &code, Purpose::Code.life() / MINUTE, user.email_verified_at.is_none())?;
    send_later(tx, message).await
}

/// Proves the address by the code that was mailed to it, and signs in. A password chosen with it counts only in the
/// browser where it was chosen: whoever reads the mail may have been sent a code that somebody else asked for. An app
/// keeps no cookies (`is_app`), and is taken at its word.
///
/// # Errors
/// `code_wrong`, whatever the reason: wrong, old, used, tried too often, or no such address.
pub async fn verify_code(
    machine: &Machine,
    visitor: &Visitor,
    email: &Email,
    code: &Code,
    stay: bool,
    is_app: bool,
) -> Result<SignedIn, Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    // The account before its code, as everywhere: two that wait for each other would wait in vain.
    let user = store::lock_by_email(&mut tx, email).await?;
    // The try is counted, and committed, whether or not it turns out right: parallel guesses cannot slip by.
    let token = match &user {
        Some(user) => tokens::store::count_try(&mut tx, user.id, Purpose::Code, None, tokens::TRIES).await?,
        None => None,
    };
    let right =
        token.filter(|token| machine.keys.is_one_time_code(token.id.as_bytes(), code.as_str(), &token.token_hash));
    let (Some(user), Some(token)) = (&user, right) else {
        store::record(&mut tx, user.map(|user| user.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    };
    tokens::store::void(&mut tx, user.id, Purpose::Code).await?;
    let is_same_browser = match visitor.device.token_hash {
        Some(hash) => token.browser_hash.as_deref() == Some(hash.as_slice()),
        None => is_app,
    };
    let password_hash = token.password_hash.as_deref().filter(|_| is_same_browser);
    let signed_in = proved(machine, &mut tx, visitor, email, password_hash, stay).await?;
    store::record(&mut tx, Some(signed_in.user.id), "code_right").await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(signed_in)
}
