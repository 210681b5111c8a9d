//! What somebody may do to their own account. Whoever merely found a device unlocked may not: the password is asked
//! for again, or, where there is none, the sign-in has to be fresh.

use model::{Email, Language, OneTimeCode, Password, Problem};

use super::{
    password, pause, store,
    tokens::{self, Purpose},
};
use crate::{
    Error, Machine, assets,
    clock::{MINUTE, Millis, seconds_until},
    db::Authority,
    limits::Attempt,
    mail::{Message, send_later},
    visitor::Account,
};

/// How long after signing in an account without a password counts as just signed in.
const FRESH: Millis = 15 * MINUTE;

/// How the account is secured, for its owner's eyes.
pub struct Security {
    pub has_password: bool,
    /// The address that was mailed a code which has not come back yet.
    pub pending_address: Option<Email>,
}

pub async fn security(machine: &Machine, account: &Account) -> Result<Security, Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let user = store::find(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let pending = tokens::store::pending_address(&mut tx, account.id).await?;
    Ok(Security {
        has_password: user.password_hash.is_some(),
        pending_address: pending.map(|text| Email::parse(&text)).transpose()?,
    })
}

/// Remembers what somebody chose to read.
pub async fn speak(machine: &Machine, account: &Account, language: Language) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    store::set_language(&mut tx, account.id, language.as_str()).await?;
    tx.commit().await
}

/// # Errors
/// `password_wrong`, and after some of those `too_many_requests`; `sign_in_again` when there is no password to ask for and
/// the sign-in is old.
async fn confirm(machine: &Machine, account: &Account, current: Option<Password>) -> Result<(), Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let user = store::find(&mut tx, account.id).await?.ok_or_else(Problem::signed_out)?;
    let began = store::session_began(&mut tx, account.id, account.session).await?;
    let now = tx.now;
    drop(tx);
    if user.password_hash.is_none() {
        let fresh = account.is_guest || began.is_some_and(|at| now - at < FRESH);
        return if fresh { Ok(()) } else { Err(Problem::sign_in_again().into()) };
    }
    let Some(current) = current else { return Err(Problem::password_wrong().into()) };
    let attempt = Attempt::again(machine, account);
    let mut tx = machine.db.read(Authority::System).await?;
    attempt.check(&mut tx).await?;
    drop(tx);
    let right = password::verify(machine, current.clone(), user.password_hash).await?;
    let mut tx = machine.db.begin(Authority::System).await?;
    // If too many failed meanwhile, it is not told whether this one was right.
    attempt.check(&mut tx).await?;
    let outcome = match right {
        true => attempt.succeeded(&mut tx).await,
        false => {
            store::record(&mut tx, Some(account.id), "password_wrong").await?;
            Err(attempt.failed(machine, &mut tx, &current).await.err().unwrap_or(Problem::password_wrong().into()))
        }
    };
    tx.commit().await?;
    outcome
}

/// Guests have no address that could be changed or told.
fn address(account: &Account) -> Result<&Email, Problem> {
    account.email.as_ref().ok_or_else(Problem::account_needed)
}

/// Sets another password and ends every other session.
pub async fn change_password(
    machine: &Machine,
    account: &Account,
    current: Option<Password>,
    new: &Password,
) -> Result<(), Error> {
    let email = address(account)?;
    let in_its_field = |problem| Problem { field: Some("new_password".to_owned()), ..problem };
    password::check_strength(email, new).map_err(in_its_field)?;
    confirm(machine, account, current).await?;
    let hash = password::hash(machine, new.clone()).await?;
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    store::set_password(&mut tx, account.id, &hash).await?;
    store::revoke_all(&mut tx, account.id, Some(account.session)).await?;
    tokens::store::void_all(&mut tx, account.id).await?;
    store::record(&mut tx, Some(account.id), "password_changed").await?;
    send_later(&mut tx, Message::password_changed(email)?).await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Mails a code to the address that the account is to move to. One that has an account already is told so there; the
/// answer here is the same.
///
/// # Errors
/// `address_unchanged`; `password_wrong`; `too_many_requests` within a minute of the last code.
pub async fn ask_new_address(
    machine: &Machine,
    account: &Account,
    current: Option<Password>,
    new: &Email,
) -> Result<(), Error> {
    if address(account)? == new {
        return Err(Problem::address_unchanged().into());
    }
    confirm(machine, account, current).await?;
    // Whether somebody else has the address is not the owner's to see, nor how many mails that mailbox had.
    let mut tx = machine.db.begin(Authority::System).await?;
    store::lock(&mut tx, account.id).await?;
    let taken = store::find_by_email(&mut tx, new).await?.is_some_and(|user| user.email_verified_at.is_some());
    if let Some(left) = pause(machine, &mut tx, new, account.id, Purpose::NewAddress).await? {
        return Err(Problem::rate_limited(seconds_until(left)).into());
    }
    let code = tokens::issue_code(machine, &mut tx, account.id, Purpose::NewAddress, Some(new)).await?;
    let message = match taken {
        true => Message::address_taken(new)?,
        false => Message::new_address(new, &code, Purpose::NewAddress.life() / MINUTE)?,
    };
    send_later(&mut tx, message).await?;
    store::record(&mut tx, Some(account.id), "new_address_asked").await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Moves the account to the address that the code proves, tells the old one, and ends every other session.
///
/// # Errors
/// `code_wrong`, whatever the reason.
pub async fn confirm_new_address(
    machine: &Machine,
    account: &Account,
    new: &Email,
    code: &OneTimeCode,
) -> Result<(), Error> {
    let old = address(account)?;
    let mut tx = machine.db.begin(Authority::System).await?;
    store::lock(&mut tx, account.id).await?;
    if !tokens::is_code(machine, &mut tx, account.id, Purpose::NewAddress, Some(new), code).await? {
        store::record(&mut tx, Some(account.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    }
    // Takes the place of an address that somebody typed and nobody proved, which is nobody's row.
    store::delete_unproved(&mut tx, new).await?;
    match store::set_email(&mut tx, account.id, new).await {
        // Somebody made an account with it meanwhile.
        Err(error) if error.is_unique_violation("users_email_key", "users.email") => {
            return Err(Problem::code_wrong().into());
        }
        other => other?,
    }
    tokens::store::void_all(&mut tx, account.id).await?;
    store::revoke_all(&mut tx, account.id, Some(account.session)).await?;
    store::record(&mut tx, Some(account.id), "address_changed").await?;
    send_later(&mut tx, Message::address_changed(old, new)?).await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Deletes the account with everything in it, at once and for good.
pub async fn delete(machine: &Machine, account: &Account, current: Option<Password>) -> Result<(), Error> {
    confirm(machine, account, current).await?;
    // The account is no more when its last line in the audit trail is written: that one is nobody's.
    let mut tx = machine.db.begin(Authority::System).await?;
    store::lock(&mut tx, account.id).await?;
    let paths = assets::store::paths_of(&mut tx, account.id).await?;
    store::delete(&mut tx, account.id).await?;
    store::record(&mut tx, None, "account_deleted").await?;
    assets::remove_later(&mut tx, paths).await?;
    if let Some(email) = &account.email {
        send_later(&mut tx, Message::account_deleted(email)?).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}
