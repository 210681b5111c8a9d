//! SQL of accounts, their sessions and the browsers they know.

use model::{Email, SessionId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::{DAY, Millis},
    db::{Engine, Tx, execute, fetch_all, fetch_one, fetch_optional},
};

pub struct User {
    pub id: UserId,
    pub email_verified_at: Option<Millis>,
    pub password_hash: Option<String>,
}

type UserRow = (Uuid, Option<Millis>, Option<String>);

fn user((id, email_verified_at, password_hash): UserRow) -> User {
    User { id: UserId(id), email_verified_at, password_hash }
}

/// What refreshing needs to know.
#[derive(FromRow)]
pub struct Session {
    pub user_id: Uuid,
    pub is_guest: bool,
    pub seed: Vec<u8>,
    pub generation: i64,
    pub stay: bool,
    pub rotated_at: Millis,
}

/// What the owner sees of a session.
#[derive(FromRow)]
pub struct Listed {
    pub id: Uuid,
    pub device: String,
    pub created_at: Millis,
    pub rotated_at: Millis,
}

pub struct NewSession<'a> {
    pub id: SessionId,
    pub owner: UserId,
    pub seed: &'a [u8],
    pub refresh_hash: &'a [u8],
    pub stay: bool,
    pub device: &'a str,
    pub expires_at: Millis,
}

pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<User>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash FROM users WHERE email = $1";
    Ok(fetch_optional!(tx, UserRow, sql, email.as_str())?.map(user))
}

/// What a sign-in has to know, all at once: the account, whether it knows the browser, and the password chosen there.
pub async fn find_with_browser(
    tx: &mut Tx,
    email: &Email,
    browser: &[u8],
) -> Result<Option<(User, bool, Option<String>)>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash,
                   EXISTS (SELECT 1 FROM devices WHERE user_id = users.id AND token_hash = $2),
                   (SELECT password_hash FROM chosen_passwords WHERE user_id = users.id AND browser_hash = $2)
               FROM users WHERE email = $1";
    let row = fetch_optional!(
        tx,
        (Uuid, Option<Millis>, Option<String>, bool, Option<String>),
        sql,
        email.as_str(),
        browser
    )?;
    Ok(row.map(|(id, verified_at, hash, is_known, chosen)| (user((id, verified_at, hash)), is_known, chosen)))
}

pub async fn find_user(tx: &mut Tx, id: UserId) -> Result<Option<User>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash FROM users WHERE id = $1";
    Ok(fetch_optional!(tx, UserRow, sql, id.0)?.map(user))
}

/// Nobody else changes what belongs to the address until the transaction ends.
pub async fn lock_by_email(tx: &mut Tx, email: &Email) -> Result<Option<User>, Error> {
    let sql = "UPDATE users SET email = email WHERE email = $1 RETURNING id, email_verified_at, password_hash";
    Ok(fetch_optional!(tx, UserRow, sql, email.as_str())?.map(user))
}

/// Locks it too, like [`lock_by_email`].
pub async fn find_or_insert(tx: &mut Tx, email: &Email) -> Result<User, Error> {
    let sql = "INSERT INTO users (id, email, created_at) VALUES ($1, $2, $3)
               ON CONFLICT (email) DO UPDATE SET email = excluded.email
               RETURNING id, email_verified_at, password_hash";
    fetch_one!(tx, UserRow, sql, Uuid::now_v7(), email.as_str(), tx.now).map(user)
}

/// Keeps a password until the address is proved; each browser has one, its last.
pub async fn upsert_pending_password(
    tx: &mut Tx,
    owner: UserId,
    browser: &[u8],
    password_hash: &str,
) -> Result<(), Error> {
    let sql = "INSERT INTO chosen_passwords (user_id, browser_hash, password_hash, chosen_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (user_id, browser_hash)
               DO UPDATE SET password_hash = excluded.password_hash, chosen_at = excluded.chosen_at";
    execute!(tx, sql, owner.0, browser, password_hash, tx.now)?;
    Ok(())
}

/// The one chosen in this browser.
pub async fn find_pending_password(tx: &mut Tx, owner: UserId, browser: &[u8]) -> Result<Option<String>, Error> {
    let sql = "SELECT password_hash FROM chosen_passwords WHERE user_id = $1 AND browser_hash = $2";
    Ok(fetch_optional!(tx, (String,), sql, owner.0, browser)?.map(|(hash,)| hash))
}

/// The one chosen last, wherever that was.
pub async fn find_latest_pending_password(tx: &mut Tx, owner: UserId) -> Result<Option<String>, Error> {
    let sql = "SELECT password_hash FROM chosen_passwords WHERE user_id = $1 ORDER BY chosen_at DESC LIMIT 1";
    Ok(fetch_optional!(tx, (String,), sql, owner.0)?.map(|(hash,)| hash))
}

/// In how many browsers one was chosen.
pub async fn count_pending_passwords(tx: &mut Tx, owner: UserId) -> Result<i64, Error> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM chosen_passwords WHERE user_id = $1";
    Ok(fetch_one!(tx, (i64,), sql, owner.0)?.0)
}

pub async fn delete_pending_passwords(tx: &mut Tx, owner: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM chosen_passwords WHERE user_id = $1", owner.0)?;
    Ok(())
}

/// Marks the address as proved. The password is set only with the first proof.
pub async fn mark_email_verified(tx: &mut Tx, id: UserId, password_hash: Option<&str>) -> Result<(), Error> {
    let sql = "UPDATE users SET
                   password_hash = CASE WHEN email_verified_at IS NULL THEN $2 ELSE password_hash END,
                   email_verified_at = COALESCE(email_verified_at, $3)
               WHERE id = $1";
    execute!(tx, sql, id.0, password_hash, tx.now)?;
    Ok(())
}

pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<(), Error> {
    execute!(tx, "UPDATE users SET password_hash = $2 WHERE id = $1", id.0, password_hash)?;
    Ok(())
}

pub async fn set_language(tx: &mut Tx, id: UserId, language: &str) -> Result<(), Error> {
    execute!(tx, "UPDATE users SET language = $2 WHERE id = $1", id.0, language)?;
    Ok(())
}

/// # Errors
/// A unique violation when another account has the address.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &Email) -> Result<(), Error> {
    let sql = "UPDATE users SET email = $2, email_verified_at = $3 WHERE id = $1";
    execute!(tx, sql, id.0, email.as_str(), tx.now)?;
    Ok(())
}

/// Keeps others from giving the account anything, or taking anything from it, until the transaction ends. SQLite has one
/// writer and needs no lock.
pub async fn lock_user(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    if matches!(tx.engine, Engine::Postgres(_)) {
        fetch_optional!(tx, (Uuid,), "SELECT id FROM users WHERE id = $1 FOR UPDATE", id.0)?;
    }
    Ok(())
}

/// Removes the account with everything that refers to it. Its files are the caller's to remove.
pub async fn delete_user(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM users WHERE id = $1", id.0)?;
    Ok(())
}

/// An address that was never proved holds nothing: another may take its place.
pub async fn delete_unverified(tx: &mut Tx, email: &Email) -> Result<(), Error> {
    execute!(tx, "DELETE FROM users WHERE email = $1 AND email_verified_at IS NULL", email.as_str())?;
    Ok(())
}

/// The address, and what its owner chose to read.
pub async fn find_email_and_language(tx: &mut Tx, id: UserId) -> Result<(Option<Email>, Option<String>), Error> {
    let sql = "SELECT email, language FROM users WHERE id = $1";
    let (email, language) = fetch_one!(tx, (Option<String>, Option<String>), sql, id.0)?;
    Ok((email.map(|text| Email::parse(&text)).transpose()?, language))
}

pub async fn insert_session(tx: &mut Tx, new: NewSession<'_>) -> Result<(), Error> {
    let sql = "INSERT INTO sessions
                   (id, user_id, seed, generation, refresh_hash, stay, device, created_at, rotated_at, expires_at)
               VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $7, $8)";
    let NewSession { id, owner, seed, refresh_hash, stay, device, expires_at } = new;
    execute!(tx, sql, id.0, owner.0, seed, refresh_hash, stay, device, tx.now, expires_at)?;
    Ok(())
}

pub async fn find_session(tx: &mut Tx, id: SessionId) -> Result<Option<Session>, Error> {
    let sql = "SELECT user_id, users.email IS NULL AS is_guest, seed, generation, stay, rotated_at
               FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND revoked_at IS NULL AND expires_at > $2";
    fetch_optional!(tx, Session, sql, id.0, tx.now)
}

/// The owner's sessions that have not ended, the one used last first.
pub async fn list_sessions(tx: &mut Tx, owner: UserId) -> Result<Vec<Listed>, Error> {
    let sql = "SELECT id, device, created_at, rotated_at FROM sessions
               WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
               ORDER BY rotated_at DESC, id DESC LIMIT 200";
    fetch_all!(tx, Listed, sql, owner.0, tx.now)
}

pub async fn find_session_start(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<Option<Millis>, Error> {
    let sql = "SELECT created_at FROM sessions WHERE id = $1 AND user_id = $2";
    Ok(fetch_optional!(tx, (Millis,), sql, id.0, owner.0)?.map(|(at,)| at))
}

/// True when this call was the one that replaced the token. `expires_at` moves the end of the session if given.
pub async fn rotate_refresh_token(
    tx: &mut Tx,
    id: SessionId,
    generation: i64,
    old_hash: &[u8],
    new_hash: &[u8],
    expires_at: Option<Millis>,
) -> Result<bool, Error> {
    let sql = "UPDATE sessions SET generation = generation + 1, refresh_hash = $4, rotated_at = $5,
                   expires_at = COALESCE($6, expires_at)
               WHERE id = $1 AND generation = $2 AND refresh_hash = $3 AND revoked_at IS NULL AND expires_at > $5";
    Ok(execute!(tx, sql, id.0, generation, old_hash, new_hash, tx.now, expires_at)? == 1)
}

/// False when there was nothing to end.
pub async fn revoke_session(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<bool, Error> {
    let sql = "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL";
    Ok(execute!(tx, sql, id.0, owner.0, tx.now)? == 1)
}

/// Ends the owner's sessions, all but one if it is given.
pub async fn revoke_sessions(tx: &mut Tx, owner: UserId, but: Option<SessionId>) -> Result<(), Error> {
    let sql = "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL";
    execute!(tx, sql, owner.0, but.map_or(Uuid::nil(), |id| id.0), tx.now)?;
    Ok(())
}

/// The account behind a live session: `(id, email)`.
pub async fn find_session_account(tx: &mut Tx, session: SessionId) -> Result<Option<(Uuid, Option<String>)>, Error> {
    let sql = "SELECT users.id, users.email FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > $2";
    fetch_optional!(tx, (Uuid, Option<String>), sql, session.0, tx.now)
}

/// Makes a browser known to the account.
pub async fn record_device(tx: &mut Tx, owner: UserId, hash: &[u8]) -> Result<(), Error> {
    let sql = "INSERT INTO devices (id, user_id, token_hash, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $4)
               ON CONFLICT (user_id, token_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at";
    execute!(tx, sql, Uuid::now_v7(), owner.0, hash, tx.now)?;
    Ok(())
}

pub async fn has_device(tx: &mut Tx, owner: UserId, hash: &[u8]) -> Result<bool, Error> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM devices WHERE user_id = $1 AND token_hash = $2";
    Ok(fetch_one!(tx, (i64,), sql, owner.0, hash)?.0 > 0)
}

/// Forgets every browser: the next sign-in from any of them is a first one.
pub async fn delete_devices(tx: &mut Tx, owner: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM devices WHERE user_id = $1", owner.0)?;
    Ok(())
}

/// Rows that are out of date: what to delete, and how old it is by then. Owners see the last of the trail in their
/// export; 400 days is also the life of the cookie that a device is known by.
#[derive(Clone, Copy)]
pub struct ExpiryRule {
    delete_sql: &'static str,
    max_age: Millis,
}

pub const EXPIRY_RULES: [ExpiryRule; 6] = [
    ExpiryRule { delete_sql: "DELETE FROM one_time_tokens WHERE created_at < $1", max_age: 2 * DAY },
    ExpiryRule { delete_sql: "DELETE FROM chosen_passwords WHERE chosen_at < $1", max_age: DAY },
    ExpiryRule { delete_sql: "DELETE FROM sessions WHERE expires_at < $1", max_age: DAY },
    ExpiryRule {
        delete_sql: "DELETE FROM users WHERE email IS NOT NULL AND email_verified_at IS NULL AND created_at < $1
                     AND NOT EXISTS (SELECT 1 FROM one_time_tokens
                                     WHERE one_time_tokens.user_id = users.id AND one_time_tokens.created_at >= $1)",
        max_age: 2 * DAY,
    },
    ExpiryRule { delete_sql: "DELETE FROM devices WHERE last_seen_at < $1", max_age: 400 * DAY },
    ExpiryRule { delete_sql: "DELETE FROM auth_events WHERE at < $1", max_age: 400 * DAY },
];

pub async fn delete_expired(tx: &mut Tx, rule: ExpiryRule) -> Result<u64, Error> {
    execute!(tx, rule.delete_sql, tx.now - rule.max_age)
}
