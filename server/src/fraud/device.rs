//! How many accounts were made on one device. It is told again by what it is like, which browsers say at sign-up, and by
//! the cookie of the browser; only keyed hashes of both are kept, for 90 days.

use model::Email;

use super::{Evidence, mailbox, store};
use crate::{
    AppState, Error,
    clock::{DAY, Millis},
    db::{Authority, Tx},
    identity::RequestIdentity,
};

/// How long the devices of accounts are remembered.
const LIFE: Millis = 90 * DAY;
/// Longer than any description of a device that we make.
const LONGEST_FINGERPRINT: usize = 512;

/// Notes from which device a mailbox is signed up. Many devices of one make look alike: together with the neighbourhood
/// they are told apart well enough.
pub async fn note(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    evidence: &Evidence,
) -> Result<(), Error> {
    let Some(signals) = evidence.fingerprint.as_deref().filter(|text| !text.is_empty()) else { return Ok(()) };
    let signals = signals.get(..LONGEST_FINGERPRINT).unwrap_or(signals);
    let device = state.keys.device_hash(signals, identity.device.network.coarse_prefix());
    let browser = state.keys.browser_hash(&identity.device.token_hash);
    let mut tx = state.db.begin(Authority::System).await?;
    let mailbox = mailbox::hash(state, &mut tx, email).await?;
    store::see_device(&mut tx, &device, &mailbox, &browser).await?;
    tx.commit().await
}

/// A mailbox was proved in the visitor's browser; returns how many were from the same device, or in the same browser.
/// Only what this browser said counts: whoever else signs up with somebody's address may say anything of a device.
pub async fn prove(state: &AppState, tx: &mut Tx, identity: &RequestIdentity, mailbox: &[u8]) -> Result<i64, Error> {
    let browser = state.keys.browser_hash(&identity.device.token_hash);
    if !identity.device.is_app {
        store::see_device(tx, &browser, mailbox, &browser).await?;
    }
    store::prove_device(tx, mailbox, &browser).await
}

/// Forgets devices that were not seen for long.
pub async fn sweep(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let now = tx.now;
    store::forget_devices(&mut tx, now - LIFE).await?;
    tx.commit().await
}
