//! Accounts: proving an address, signing in and out. What it says never tells whether an address has an account.

mod cookies;
mod password;
mod recognise;
mod session;
pub(crate) mod store;

use model::{Code, Email, Password, Problem, User};
use uuid::Uuid;

pub use cookies::{cleared_cookies, return_path};
pub(crate) use recognise::recognise;
pub use session::{ACCESS_LIFE, SignedIn, refresh};

use crate::{
    Error, Machine,
    clock::{DAY, MINUTE, Millis},
    credits,
    db::{Authority, Tx},
    jobs,
    mail::{Message, SendMail},
    visitor::Account,
};

/// How long a code is good for.
const CODE_LIFE: Millis = 5 * MINUTE;
/// Between two codes for one address.
const CODE_PAUSE: Millis = MINUTE;
/// Tries at one code.
const CODE_TRIES: i64 = 5;
/// Codes for one address within 24 hours: with five tries each, 50 guesses.
const CODES_A_DAY: i64 = 10;

/// Begins an account: a code goes to the address, and the password counts once that code came back.
///
/// An address that has an account gets a code too, and keeps its password. The answer and the time are the same.
pub async fn sign_up(machine: &Machine, email: &Email, password: &Password) -> Result<(), Error> {
    password::check_strength(email, password)?;
    let hash = password::hash(machine, password.clone()).await?;
    let mut tx = machine.db.read(Authority::System).await?;
    let since = tx.now - DAY;
    let before = store::pending(&mut tx, email, since).await?;
    drop(tx);
    // As long for an address that nobody asked with before.
    let same = password::verify(machine, password.clone(), before.as_ref().and_then(|code| code.password_hash.clone()));
    // Two people, or one with two passwords, asked for this address before it was proved. Whoever reads its mail
    // cannot tell whose code it is, so the code proves the address and neither password counts.
    let disputed = !same.await? && before.is_some();

    let mut tx = machine.db.begin(Authority::System).await?;
    let user = store::find_or_insert(&mut tx, email).await?;
    if disputed {
        store::void_pending_password(&mut tx, user.id).await?;
    }
    let chosen = (user.email_verified_at.is_none() && !disputed).then_some(hash);
    store::record(&mut tx, Some(user.id), "sign_up").await?;
    send_code(machine, &mut tx, email, &user, chosen).await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Sends another code, with the password of the sign-up before it.
pub async fn resend_code(machine: &Machine, email: &Email) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    let user = store::lock_by_email(&mut tx, email).await?;
    store::record(&mut tx, user.as_ref().map(|user| user.id), "resend_code").await?;
    if let Some(user) = user {
        let chosen = store::latest_code(&mut tx, user.id).await?.and_then(|code| code.password_hash);
        send_code(machine, &mut tx, email, &user, chosen).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// Makes a code and the job that mails it; the code before it is void. Within a minute of the last one, or past
/// the day's number, nothing is sent and nothing changes: whoever reads that mailbox has a code already, and the
/// password that goes with it is not replaced by whoever asks next.
async fn send_code(
    machine: &Machine,
    tx: &mut Tx,
    email: &Email,
    user: &store::User,
    chosen: Option<String>,
) -> Result<(), Error> {
    let now = tx.now;
    let recent = store::codes_since(tx, user.id, now - DAY).await?;
    if recent.codes >= CODES_A_DAY || recent.latest.is_some_and(|at| at > now - CODE_PAUSE) {
        return Ok(());
    }
    let id = Uuid::now_v7();
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    let hash = machine.keys.one_time_hash(id.as_bytes(), &code);
    store::void_codes(tx, user.id).await?;
    store::insert_code(tx, id, user.id, &hash, chosen.as_deref(), now + CODE_LIFE).await?;
    let message = Message::code(email, &code, CODE_LIFE / MINUTE, user.email_verified_at.is_none())?;
    jobs::add(tx, jobs::new_id(), None, &SendMail { message }, None).await
}

/// Proves the address by the code that was mailed to it, and signs in.
///
/// # Errors
/// `code_wrong`, whatever the reason: wrong, old, used, tried too often, or no such address.
pub async fn verify_code(machine: &Machine, email: &Email, code: &Code, stay: bool) -> Result<SignedIn, Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    let user = store::find_by_email(&mut tx, email).await?;
    // The try is counted, and committed, whether or not it turns out right: parallel guesses cannot slip by.
    let token = match &user {
        Some(user) => store::count_try(&mut tx, user.id, CODE_TRIES).await?,
        None => None,
    };
    let right =
        token.filter(|token| machine.keys.is_one_time_code(token.id.as_bytes(), code.as_str(), &token.token_hash));
    let (Some(user), Some(token)) = (&user, right) else {
        store::record(&mut tx, user.map(|user| user.id), "code_wrong").await?;
        tx.commit().await?;
        return Err(Problem::code_wrong().into());
    };
    store::void_codes(&mut tx, user.id).await?;
    store::prove(&mut tx, user.id, token.password_hash.as_deref()).await?;
    credits::grant_free(&mut tx, user.id).await?;
    store::record(&mut tx, Some(user.id), "code_right").await?;
    let signed_in = session::open(machine, &mut tx, user.id, stay).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Signs in with a password.
///
/// # Errors
/// `sign_in_failed`; `verification_needed` when the password is right but the address was never proved: a code is
/// on its way.
pub async fn sign_in(machine: &Machine, email: &Email, password: &Password, stay: bool) -> Result<SignedIn, Error> {
    let mut tx = machine.db.read(Authority::System).await?;
    let user = store::find_by_email(&mut tx, email).await?;
    let pending = match &user {
        Some(user) if user.email_verified_at.is_none() => store::latest_code(&mut tx, user.id).await?,
        _ => None,
    };
    // Hashing takes long: nothing is held open meanwhile.
    drop(tx);
    let hash = match &user {
        Some(user) if user.email_verified_at.is_some() => user.password_hash.clone(),
        _ => pending.and_then(|code| code.password_hash),
    };
    let right = password::verify(machine, password.clone(), hash).await?;

    let mut tx = machine.db.begin(Authority::System).await?;
    let outcome = match user {
        Some(user) if right && user.email_verified_at.is_some() => {
            store::record(&mut tx, Some(user.id), "sign_in").await?;
            Ok(session::open(machine, &mut tx, user.id, stay).await?)
        }
        Some(_) if right => {
            let user = store::find_or_insert(&mut tx, email).await?;
            let chosen = store::latest_code(&mut tx, user.id).await?.and_then(|code| code.password_hash);
            send_code(machine, &mut tx, email, &user, chosen).await?;
            Err(Problem::verification_needed().into())
        }
        user => {
            store::record(&mut tx, user.map(|user| user.id), "sign_in_failed").await?;
            Err(Problem::sign_in_failed().into())
        }
    };
    tx.commit().await?;
    machine.doorbell.ring();
    outcome
}

/// Ends the session: its tokens are worth nothing from here on.
pub async fn sign_out(machine: &Machine, account: &Account) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    store::revoke(&mut tx, account.id, account.session).await?;
    store::record(&mut tx, Some(account.id), "sign_out").await?;
    tx.commit().await
}

/// The account as its owner sees it.
pub async fn user(machine: &Machine, account: &Account) -> Result<User, Error> {
    let credits = credits::balance(machine, account).await?;
    Ok(User { id: account.id, email: account.email.clone(), is_guest: account.is_guest, credits })
}
