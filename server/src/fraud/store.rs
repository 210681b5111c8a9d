//! SQL for domain overrides, devices and flagged accounts.

use model::UserId;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_one, fetch_optional},
};

/// The operator's override for exactly this domain.
pub async fn find_domain_override(tx: &mut Tx, domain: &str) -> Result<Option<bool>, Error> {
    let sql = "SELECT allowed FROM email_domains WHERE domain = $1";
    Ok(fetch_optional!(tx, (bool,), sql, domain)?.map(|(allowed,)| allowed))
}

pub async fn set_domain_override(tx: &mut Tx, domain: &str, allowed: bool) -> Result<(), Error> {
    let sql = "INSERT INTO email_domains (domain, allowed, at) VALUES ($1, $2, $3)
               ON CONFLICT (domain) DO UPDATE SET allowed = excluded.allowed, at = excluded.at";
    execute!(tx, sql, domain, allowed, tx.now)?;
    Ok(())
}

pub async fn delete_domain_override(tx: &mut Tx, domain: &str) -> Result<(), Error> {
    execute!(tx, "DELETE FROM email_domains WHERE domain = $1", domain)?;
    Ok(())
}

/// Records that a mailbox was used on a device in a browser, or updates its time. All three are
/// hashes.
pub async fn upsert_device(tx: &mut Tx, device: &[u8], mailbox: &[u8], browser: &[u8]) -> Result<(), Error> {
    let sql = "INSERT INTO device_limits (device_hash, mailbox_hash, browser_hash, at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (device_hash, mailbox_hash, browser_hash) DO UPDATE SET at = excluded.at";
    execute!(tx, sql, device, mailbox, browser, tx.now)?;
    Ok(())
}

/// Marks a mailbox as verified in a browser. Returns the largest number of verified mailboxes on
/// any device that this browser has reported for it. The first statement locks the rows of those
/// devices, so that concurrent calls count each other.
pub async fn mark_proved_and_count_mailboxes(tx: &mut Tx, mailbox: &[u8], browser: &[u8]) -> Result<i64, Error> {
    let lock = "UPDATE device_limits SET proved = proved WHERE device_hash IN (
                    SELECT device_hash FROM device_limits WHERE mailbox_hash = $1 AND browser_hash = $2)";
    execute!(tx, lock, mailbox, browser)?;
    let sql = "UPDATE device_limits SET proved = $3 WHERE mailbox_hash = $1 AND browser_hash = $2";
    execute!(tx, sql, mailbox, browser, true)?;
    let sql = "SELECT CAST(COALESCE(MAX(accounts), 0) AS BIGINT) FROM (
                   SELECT COUNT(DISTINCT mailbox_hash) AS accounts FROM device_limits
                   WHERE proved AND device_hash IN (
                       SELECT device_hash FROM device_limits WHERE mailbox_hash = $1 AND browser_hash = $2)
                   GROUP BY device_hash) AS devices";
    Ok(fetch_one!(tx, (i64,), sql, mailbox, browser)?.0)
}

/// Flags an account for review by an operator; `None` removes the flag.
pub async fn set_account_flag(tx: &mut Tx, user: UserId, reason: Option<&str>) -> Result<(), Error> {
    execute!(tx, "UPDATE users SET flagged_for = $2 WHERE id = $1", user.0, reason)?;
    Ok(())
}

pub async fn delete_devices_before(tx: &mut Tx, moment: Millis) -> Result<(), Error> {
    execute!(tx, "DELETE FROM device_limits WHERE at < $1", moment)?;
    Ok(())
}
