//! How many accounts were made on one device. It is told again by what it is like, which browsers say at sign-up, and by
//! the cookie of the browser; only keyed hashes of both are kept, for 90 days.

use model::Email;

use super::{SignUpSignals, mailbox_hash, store};
use crate::{
    AppState, Error,
    clock::{DAY, Millis},
    db::{Authority, Tx},
    identity::RequestIdentity,
};

/// How long the devices of accounts are remembered.
const DEVICE_TTL: Millis = 90 * DAY;
/// Longer than any description of a device that we make.
const MAX_FINGERPRINT_BYTES: usize = 512;

/// Notes from which device a mailbox is signed up. Many devices of one make look alike: together with the neighbourhood
/// they are told apart well enough.
pub async fn record_sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    evidence: &SignUpSignals,
) -> Result<(), Error> {
    let Some(signals) = evidence.fingerprint.as_deref().filter(|text| !text.is_empty()) else { return Ok(()) };
    let signals = signals.get(..MAX_FINGERPRINT_BYTES).unwrap_or(signals);
    let device = state.keys.device_hash(signals, identity.device.network.coarse_prefix());
    let browser = state.keys.browser_hash(&identity.device.token_hash);
    let mut tx = state.db.begin(Authority::System).await?;
    let mailbox = mailbox_hash(state, &mut tx, email).await?;
    store::upsert_device(&mut tx, &device, &mailbox, &browser).await?;
    tx.commit().await
}

/// A mailbox was proved in the visitor's browser; returns how many were from the same device, or in the same browser.
/// Only what this browser said counts: whoever else signs up with somebody's address may say anything of a device.
pub async fn count_verified_mailboxes(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    mailbox: &[u8],
) -> Result<i64, Error> {
    let browser = state.keys.browser_hash(&identity.device.token_hash);
    if !identity.device.is_app {
        store::upsert_device(tx, &browser, mailbox, &browser).await?;
    }
    store::verify_and_count_mailboxes(tx, mailbox, &browser).await
}

/// Forgets devices that were not seen for long.
pub async fn delete_expired_devices(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let now = tx.now;
    store::delete_devices_before(&mut tx, now - DEVICE_TTL).await?;
    tx.commit().await
}
