//! SQL of accounts: users, pending passwords, sessions and known devices.

use model::{Email, SessionId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::{DAY, Millis},
    db::{Engine, Tx, execute, fetch_all, fetch_one, fetch_optional},
};

pub struct UserRow {
    pub id: UserId,
    pub email_verified_at: Option<Millis>,
    pub password_hash: Option<String>,
}

type UserColumns = (Uuid, Option<Millis>, Option<String>);

fn user_row((id, email_verified_at, password_hash): UserColumns) -> UserRow {
    UserRow { id: UserId(id), email_verified_at, password_hash }
}

/// What a sign-in compares a password with.
#[derive(FromRow)]
pub struct SignInRow {
    pub id: Uuid,
    pub email_verified_at: Option<Millis>,
    pub password_hash: Option<String>,
    /// The account has signed in from this browser before.
    pub is_known_browser: bool,
    /// The password of a sign-up in this browser.
    pub pending_password_hash: Option<String>,
}

/// A live session with what refreshing its tokens needs.
#[derive(FromRow)]
pub struct SessionRow {
    pub user_id: Uuid,
    pub is_guest: bool,
    pub seed: Vec<u8>,
    pub generation: i64,
    pub stay: bool,
    pub rotated_at: Millis,
}

/// A session in its owner's list.
#[derive(FromRow)]
pub struct SessionListRow {
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

pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<UserRow>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash FROM users WHERE email = $1";
    Ok(fetch_optional!(tx, UserColumns, sql, email.as_str())?.map(user_row))
}

/// The account of an address, with what it knows of the browser that signs in.
pub async fn find_for_sign_in(tx: &mut Tx, email: &Email, browser: &[u8]) -> Result<Option<SignInRow>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash,
                   EXISTS (SELECT 1 FROM devices WHERE user_id = users.id AND token_hash = $2) AS is_known_browser,
                   (SELECT password_hash FROM pending_passwords WHERE user_id = users.id AND browser_hash = $2)
                       AS pending_password_hash
               FROM users WHERE email = $1";
    fetch_optional!(tx, SignInRow, sql, email.as_str(), browser)
}

pub async fn find_user(tx: &mut Tx, id: UserId) -> Result<Option<UserRow>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash FROM users WHERE id = $1";
    Ok(fetch_optional!(tx, UserColumns, sql, id.0)?.map(user_row))
}

/// Locks the account of an address until the transaction ends, and returns it as it is then.
pub async fn lock_user_by_email(tx: &mut Tx, email: &Email) -> Result<Option<UserRow>, Error> {
    let sql = "UPDATE users SET email = email WHERE email = $1 RETURNING id, email_verified_at, password_hash";
    Ok(fetch_optional!(tx, UserColumns, sql, email.as_str())?.map(user_row))
}

/// Like [`lock_user_by_email`], but inserts an unverified account when the address has none.
pub async fn find_or_insert_user(tx: &mut Tx, email: &Email) -> Result<UserRow, Error> {
    let sql = "INSERT INTO users (id, email, created_at) VALUES ($1, $2, $3)
               ON CONFLICT (email) DO UPDATE SET email = excluded.email
               RETURNING id, email_verified_at, password_hash";
    fetch_one!(tx, UserColumns, sql, Uuid::now_v7(), email.as_str(), tx.now).map(user_row)
}

/// Stores the password of a sign-up until the address is verified. Each browser has one per
/// account, its latest.
pub async fn upsert_pending_password(
    tx: &mut Tx,
    owner: UserId,
    browser: &[u8],
    password_hash: &str,
) -> Result<(), Error> {
    let sql = "INSERT INTO pending_passwords (user_id, browser_hash, password_hash, set_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (user_id, browser_hash)
               DO UPDATE SET password_hash = excluded.password_hash, set_at = excluded.set_at";
    execute!(tx, sql, owner.0, browser, password_hash, tx.now)?;
    Ok(())
}

/// The hash of the password pending in this browser.
pub async fn find_pending_password(tx: &mut Tx, owner: UserId, browser: &[u8]) -> Result<Option<String>, Error> {
    let sql = "SELECT password_hash FROM pending_passwords WHERE user_id = $1 AND browser_hash = $2";
    Ok(fetch_optional!(tx, (String,), sql, owner.0, browser)?.map(|(hash,)| hash))
}

/// The hash of the newest pending password, from any browser.
pub async fn find_latest_pending_password(tx: &mut Tx, owner: UserId) -> Result<Option<String>, Error> {
    let sql = "SELECT password_hash FROM pending_passwords WHERE user_id = $1 ORDER BY set_at DESC LIMIT 1";
    Ok(fetch_optional!(tx, (String,), sql, owner.0)?.map(|(hash,)| hash))
}

/// The number of browsers with a pending password.
pub async fn count_pending_passwords(tx: &mut Tx, owner: UserId) -> Result<i64, Error> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM pending_passwords WHERE user_id = $1";
    Ok(fetch_one!(tx, (i64,), sql, owner.0)?.0)
}

pub async fn delete_pending_passwords(tx: &mut Tx, owner: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM pending_passwords WHERE user_id = $1", owner.0)?;
    Ok(())
}

/// Marks the address as verified. The password is set only by the first verification.
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

/// Locks the account until the transaction ends. `FOR UPDATE` also blocks inserts that refer to it,
/// which [`Tx::lock_owner`] allows. SQLite has a single writer and needs no lock.
pub async fn lock_user(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    if matches!(tx.engine, Engine::Postgres(_)) {
        fetch_optional!(tx, (Uuid,), "SELECT id FROM users WHERE id = $1 FOR UPDATE", id.0)?;
    }
    Ok(())
}

/// Deletes the account with all rows that refer to it. The caller removes its files.
pub async fn delete_user(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM users WHERE id = $1", id.0)?;
    Ok(())
}

/// Deletes the account of an address if it was never verified: it holds nothing, and another
/// account may take the address.
pub async fn delete_unverified_user(tx: &mut Tx, email: &Email) -> Result<(), Error> {
    execute!(tx, "DELETE FROM users WHERE email = $1 AND email_verified_at IS NULL", email.as_str())?;
    Ok(())
}

/// The email address, and the language the owner has chosen.
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

pub async fn find_session(tx: &mut Tx, id: SessionId) -> Result<Option<SessionRow>, Error> {
    let sql = "SELECT user_id, users.email IS NULL AS is_guest, seed, generation, stay, rotated_at
               FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND revoked_at IS NULL AND expires_at > $2";
    fetch_optional!(tx, SessionRow, sql, id.0, tx.now)
}

/// The owner's live sessions, last used first; at most 200.
pub async fn list_sessions(tx: &mut Tx, owner: UserId) -> Result<Vec<SessionListRow>, Error> {
    let sql = "SELECT id, device, created_at, rotated_at FROM sessions
               WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
               ORDER BY rotated_at DESC, id DESC LIMIT 200";
    fetch_all!(tx, SessionListRow, sql, owner.0, tx.now)
}

/// When the session was created.
pub async fn find_session_start(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<Option<Millis>, Error> {
    let sql = "SELECT created_at FROM sessions WHERE id = $1 AND user_id = $2";
    Ok(fetch_optional!(tx, (Millis,), sql, id.0, owner.0)?.map(|(at,)| at))
}

/// Replaces the refresh token; false when its hash or generation is no longer the current one, or
/// the session has ended. `expires_at` extends the session if given.
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

/// False when there was no live session to revoke.
pub async fn revoke_session(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<bool, Error> {
    let sql = "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL";
    Ok(execute!(tx, sql, id.0, owner.0, tx.now)? == 1)
}

/// Revokes the owner's sessions, all but `except` if given.
pub async fn revoke_sessions(tx: &mut Tx, owner: UserId, except: Option<SessionId>) -> Result<(), Error> {
    let sql = "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL";
    execute!(tx, sql, owner.0, except.map_or(Uuid::nil(), |id| id.0), tx.now)?;
    Ok(())
}

/// The account of a live session: `(id, email)`.
pub async fn find_session_account(tx: &mut Tx, session: SessionId) -> Result<Option<(Uuid, Option<String>)>, Error> {
    let sql = "SELECT users.id, users.email FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > $2";
    fetch_optional!(tx, (Uuid, Option<String>), sql, session.0, tx.now)
}

/// Adds a browser to the devices the account knows, or updates when it was last seen.
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

/// Deletes every known browser: the next sign-in from any of them counts as one from a new device.
pub async fn delete_devices(tx: &mut Tx, owner: UserId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM devices WHERE user_id = $1", owner.0)?;
    Ok(())
}

/// Deletes rows of a table that are older than `max_age`; `$1` is the moment before which they are.
#[derive(Clone, Copy)]
pub struct ExpiryRule {
    delete_sql: &'static str,
    max_age: Millis,
}

/// Audit events are kept for 400 days because owners export them, devices because their cookie
/// lasts as long.
pub const EXPIRY_RULES: [ExpiryRule; 6] = [
    ExpiryRule { delete_sql: "DELETE FROM one_time_tokens WHERE created_at < $1", max_age: 2 * DAY },
    ExpiryRule { delete_sql: "DELETE FROM pending_passwords WHERE set_at < $1", max_age: DAY },
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
