//! SQL of one-time tokens.

use model::{Email, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use super::Purpose;
use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_one, fetch_optional},
};

/// A token to insert.
pub struct NewToken<'a> {
    pub id: Uuid,
    pub owner: UserId,
    pub purpose: Purpose,
    pub hash: &'a [u8],
    pub new_email: Option<&'a Email>,
    pub browser_hash: Option<&'a [u8]>,
    pub return_to: Option<&'a str>,
    pub stay: bool,
}

impl<'a> NewToken<'a> {
    pub fn of(owner: UserId, purpose: Purpose, id: Uuid, hash: &'a [u8]) -> Self {
        Self { id, owner, purpose, hash, new_email: None, browser_hash: None, return_to: None, stay: false }
    }
}

/// How many tokens of a purpose were created since a moment, and when the first and the latest of
/// them were.
#[derive(FromRow)]
pub struct RecentRow {
    pub count: i64,
    pub first: Option<Millis>,
    pub latest: Option<Millis>,
}

/// A code to compare with.
#[derive(FromRow)]
pub struct CodeRow {
    pub id: Uuid,
    pub token_hash: Vec<u8>,
}

/// A valid link with the account it is for.
#[derive(FromRow)]
pub struct LinkRow {
    pub user_id: Uuid,
    pub email: String,
    pub email_verified_at: Option<Millis>,
    pub browser_hash: Option<Vec<u8>>,
    pub return_to: Option<String>,
    pub stay: bool,
}

pub async fn find_recent(tx: &mut Tx, owner: UserId, purpose: Purpose, since: Millis) -> Result<RecentRow, Error> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS count, MIN(created_at) AS first, MAX(created_at) AS latest
               FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND created_at > $3";
    fetch_one!(tx, RecentRow, sql, owner.0, purpose.as_str(), since)
}

pub async fn insert(tx: &mut Tx, new: NewToken<'_>) -> Result<(), Error> {
    let sql = "INSERT INTO one_time_tokens
                   (id, user_id, purpose, token_hash, new_email, browser_hash, return_to, stay,
                    created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let expires_at = tx.now + new.purpose.ttl();
    execute!(
        tx,
        sql,
        new.id,
        new.owner.0,
        new.purpose.as_str(),
        new.hash,
        new.new_email.map(Email::as_str),
        new.browser_hash,
        new.return_to,
        new.stay,
        tx.now,
        expires_at
    )?;
    Ok(())
}

/// Invalidates the account's tokens of this purpose.
pub async fn invalidate(tx: &mut Tx, owner: UserId, purpose: Purpose) -> Result<(), Error> {
    let sql = "UPDATE one_time_tokens SET consumed_at = $3
               WHERE user_id = $1 AND purpose = $2 AND consumed_at IS NULL";
    execute!(tx, sql, owner.0, purpose.as_str(), tx.now)?;
    Ok(())
}

/// Invalidates all tokens of the account.
pub async fn invalidate_all(tx: &mut Tx, owner: UserId) -> Result<(), Error> {
    let sql = "UPDATE one_time_tokens SET consumed_at = $2 WHERE user_id = $1 AND consumed_at IS NULL";
    execute!(tx, sql, owner.0, tx.now)?;
    Ok(())
}

/// Counts an attempt at the valid code and returns the code; `None` when there is none or it has no
/// attempts left.
pub async fn count_attempt(
    tx: &mut Tx,
    owner: UserId,
    purpose: Purpose,
    new_email: Option<&Email>,
    max_attempts: i64,
) -> Result<Option<CodeRow>, Error> {
    let sql = "UPDATE one_time_tokens SET attempts = attempts + 1
               WHERE user_id = $1 AND purpose = $2 AND COALESCE(new_email, '') = $3
                   AND consumed_at IS NULL AND expires_at > $4 AND attempts < $5
               RETURNING id, token_hash";
    let new_email = new_email.map_or("", Email::as_str);
    fetch_optional!(tx, CodeRow, sql, owner.0, purpose.as_str(), new_email, tx.now, max_attempts)
}

/// The new address that the account has a valid code for.
pub async fn find_pending_email(tx: &mut Tx, owner: UserId) -> Result<Option<String>, Error> {
    let sql = "SELECT new_email FROM one_time_tokens
               WHERE user_id = $1 AND purpose = 'new_address' AND consumed_at IS NULL AND expires_at > $2
               ORDER BY created_at DESC LIMIT 1";
    Ok(fetch_optional!(tx, (String,), sql, owner.0, tx.now)?.map(|(email,)| email))
}

/// Finds a valid link by the hash of its secret.
pub async fn find_link(tx: &mut Tx, purpose: Purpose, hash: &[u8]) -> Result<Option<LinkRow>, Error> {
    let sql = "SELECT user_id, users.email, users.email_verified_at, browser_hash, return_to, stay
               FROM one_time_tokens JOIN users ON users.id = one_time_tokens.user_id
               WHERE token_hash = $1 AND purpose = $2 AND consumed_at IS NULL AND expires_at > $3
                   AND users.email IS NOT NULL";
    fetch_optional!(tx, LinkRow, sql, hash, purpose.as_str(), tx.now)
}

/// Uses up a valid link; true for one caller only.
pub async fn consume_link(tx: &mut Tx, purpose: Purpose, hash: &[u8]) -> Result<bool, Error> {
    let sql = "UPDATE one_time_tokens SET consumed_at = $3
               WHERE token_hash = $1 AND purpose = $2 AND consumed_at IS NULL AND expires_at > $3";
    Ok(execute!(tx, sql, hash, purpose.as_str(), tx.now)? == 1)
}
