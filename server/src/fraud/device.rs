//! Counts accounts per device. A device is recognized by its fingerprint at sign-up and by the
//! browser's cookie. Only keyed hashes of both are kept, for 90 days.

use model::Email;

use super::{SignUpSignals, mailbox_hash, store};
use crate::{
    AppState, Error,
    clock::{DAY, Millis},
    db::{Authority, Tx},
    identity::RequestIdentity,
};

/// How long devices of accounts are kept.
const DEVICE_TTL: Millis = 90 * DAY;
/// Longer than any fingerprint that our client sends.
const MAX_FINGERPRINT_BYTES: usize = 512;

/// Records the device from which a mailbox signs up. Devices of one model have equal fingerprints;
/// the hash also covers the network prefix to tell them apart.
pub async fn record_sign_up_device(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    signals: &SignUpSignals,
) -> Result<(), Error> {
    let Some(fingerprint) = signals.fingerprint.as_deref().filter(|text| !text.is_empty()) else { return Ok(()) };
    let fingerprint = fingerprint.get(..MAX_FINGERPRINT_BYTES).unwrap_or(fingerprint);
    let device = state.keys.device_hash(fingerprint, identity.device.network.coarse_prefix());
    let browser = state.keys.browser_hash(&identity.device.token_hash);
    let mut tx = state.db.begin(Authority::System).await?;
    let mailbox = mailbox_hash(state, &mut tx, email).await?;
    store::upsert_device(&mut tx, &device, &mailbox, &browser).await?;
    tx.commit().await
}

/// Marks a mailbox as verified in this browser, and returns the number of verified mailboxes on its
/// device. Uses only devices that this browser reported: a stranger can sign up with somebody
/// else's address and claim any device.
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
    store::mark_proved_and_count_mailboxes(tx, mailbox, &browser).await
}

/// Deletes devices that were not seen for [`DEVICE_TTL`].
pub async fn delete_expired_devices(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let now = tx.now;
    store::delete_devices_before(&mut tx, now - DEVICE_TTL).await?;
    tx.commit().await
}
