//! SQL of accounts, their codes and their sessions.

use model::{Email, SessionId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_one, fetch_optional},
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

#[derive(FromRow)]
pub struct Code {
    pub id: Uuid,
    pub token_hash: Vec<u8>,
    pub password_hash: Option<String>,
}

/// How many codes an address got since a moment, and when it got the last.
#[derive(FromRow)]
pub struct Recent {
    pub codes: i64,
    pub latest: Option<Millis>,
}

#[derive(FromRow)]
pub struct Session {
    pub user_id: Uuid,
    pub seed: Vec<u8>,
    pub generation: i64,
    pub stay: bool,
    pub rotated_at: Millis,
}

pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<User>, Error> {
    let sql = "SELECT id, email_verified_at, password_hash FROM users WHERE email = $1";
    Ok(fetch_optional!(tx, UserRow, sql, email.as_str())?.map(user))
}

/// The same, and nobody else changes what belongs to it until the transaction ends.
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

/// Marks the address as proved. The password is set only with the first proof.
pub async fn prove(tx: &mut Tx, id: UserId, password_hash: Option<&str>) -> Result<(), Error> {
    let sql = "UPDATE users SET
                   password_hash = CASE WHEN email_verified_at IS NULL THEN $2 ELSE password_hash END,
                   email_verified_at = COALESCE(email_verified_at, $3)
               WHERE id = $1";
    execute!(tx, sql, id.0, password_hash, tx.now)?;
    Ok(())
}

pub async fn email_of(tx: &mut Tx, id: UserId) -> Result<Option<Email>, Error> {
    let (email,) = fetch_one!(tx, (Option<String>,), "SELECT email FROM users WHERE id = $1", id.0)?;
    Ok(email.map(|text| Email::parse(&text)).transpose()?)
}

pub async fn codes_since(tx: &mut Tx, id: UserId, since: Millis) -> Result<Recent, Error> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS codes, MAX(created_at) AS latest
               FROM one_time_tokens WHERE user_id = $1 AND purpose = 'code' AND created_at > $2";
    fetch_one!(tx, Recent, sql, id.0, since)
}

pub async fn insert_code(
    tx: &mut Tx,
    id: Uuid,
    owner: UserId,
    hash: &[u8],
    password_hash: Option<&str>,
    expires_at: Millis,
) -> Result<(), Error> {
    let sql = "INSERT INTO one_time_tokens (id, user_id, purpose, token_hash, password_hash, created_at, expires_at)
               VALUES ($1, $2, 'code', $3, $4, $5, $6)";
    execute!(tx, sql, id, owner.0, hash, password_hash, tx.now, expires_at)?;
    Ok(())
}

/// The newest code, used or not.
pub async fn latest_code(tx: &mut Tx, id: UserId) -> Result<Option<Code>, Error> {
    let sql = "SELECT id, token_hash, password_hash FROM one_time_tokens
               WHERE user_id = $1 AND purpose = 'code' ORDER BY created_at DESC, id DESC LIMIT 1";
    fetch_optional!(tx, Code, sql, id.0)
}

/// The newest code since a moment for an address that was not proved yet.
pub async fn pending(tx: &mut Tx, email: &Email, since: Millis) -> Result<Option<Code>, Error> {
    let sql = "SELECT one_time_tokens.id, token_hash, one_time_tokens.password_hash
               FROM one_time_tokens JOIN users ON users.id = one_time_tokens.user_id
               WHERE users.email = $1 AND users.email_verified_at IS NULL AND purpose = 'code'
                   AND one_time_tokens.created_at > $2
               ORDER BY one_time_tokens.created_at DESC, one_time_tokens.id DESC LIMIT 1";
    fetch_optional!(tx, Code, sql, email.as_str(), since)
}

/// Takes the password off every code that has not been used.
pub async fn void_pending_password(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    let sql = "UPDATE one_time_tokens SET password_hash = NULL WHERE user_id = $1 AND purpose = 'code'";
    execute!(tx, sql, id.0)?;
    Ok(())
}

pub async fn void_codes(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    let sql = "UPDATE one_time_tokens SET consumed_at = $2
               WHERE user_id = $1 AND purpose = 'code' AND consumed_at IS NULL";
    execute!(tx, sql, id.0, tx.now)?;
    Ok(())
}

/// Counts a try at the code that is good now, and returns it; `None` when there is none or it was tried enough.
pub async fn count_try(tx: &mut Tx, id: UserId, most: i64) -> Result<Option<Code>, Error> {
    let sql = "UPDATE one_time_tokens SET attempts = attempts + 1
               WHERE user_id = $1 AND purpose = 'code' AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
               RETURNING id, token_hash, password_hash";
    fetch_optional!(tx, Code, sql, id.0, tx.now, most)
}

/// A line of the audit trail.
pub async fn record(tx: &mut Tx, id: Option<UserId>, kind: &str) -> Result<(), Error> {
    let sql = "INSERT INTO auth_events (id, user_id, kind, at) VALUES ($1, $2, $3, $4)";
    execute!(tx, sql, Uuid::now_v7(), id.map(|id| id.0), kind, tx.now)?;
    Ok(())
}

pub async fn insert_session(
    tx: &mut Tx,
    id: SessionId,
    owner: UserId,
    seed: &[u8],
    refresh_hash: &[u8],
    stay: bool,
    expires_at: Millis,
) -> Result<(), Error> {
    let sql = "INSERT INTO sessions
                   (id, user_id, seed, generation, refresh_hash, stay, created_at, rotated_at, expires_at)
               VALUES ($1, $2, $3, 0, $4, $5, $6, $6, $7)";
    execute!(tx, sql, id.0, owner.0, seed, refresh_hash, stay, tx.now, expires_at)?;
    Ok(())
}

pub async fn find_session(tx: &mut Tx, id: SessionId) -> Result<Option<Session>, Error> {
    let sql = "SELECT user_id, seed, generation, stay, rotated_at FROM sessions
               WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2";
    fetch_optional!(tx, Session, sql, id.0, tx.now)
}

/// True when this call was the one that replaced the token. `expires_at` moves the end of the session if given.
pub async fn rotate(
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

pub async fn revoke(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<(), Error> {
    let sql = "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL";
    execute!(tx, sql, id.0, owner.0, tx.now)?;
    Ok(())
}

/// The account behind a live session: `(id, email)`.
pub async fn account_of(tx: &mut Tx, session: SessionId) -> Result<Option<(Uuid, Option<String>)>, Error> {
    let sql = "SELECT users.id, users.email FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > $2";
    fetch_optional!(tx, (Uuid, Option<String>), sql, session.0, tx.now)
}
