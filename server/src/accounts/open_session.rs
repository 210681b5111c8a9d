//! Opening a session for an identified account: merging the browser's guest, and the steps of a
//! verified address.

use model::{Email, UserId};

use super::{
    guests,
    session::{self, SignedIn},
    store,
};
use crate::{AppState, Error, credits, db::Tx, fraud, identity::RequestIdentity};

/// Opens a session in place of the one this browser had. A guest of this browser is merged into the
/// account.
pub(super) async fn open_session(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    user: UserId,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    match &identity.account {
        Some(guest) if guest.is_guest && guest.id != user => guests::merge_into_account(tx, guest.id, user).await?,
        Some(before) => drop(store::revoke_session(tx, before.id, before.session).await?),
        None => {}
    }
    session::create_session(state, tx, &identity.device, user, stay_signed_in).await
}

/// Marks the address as verified by this request, creates its account if there is none, grants the
/// free credits of a first verification and opens a session. `password_hash` becomes the password
/// of an account that was not verified before.
pub(super) async fn sign_in_verified_email(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    email: &Email,
    password_hash: Option<&str>,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let user = store::find_or_insert_user(tx, email).await?;
    let mailbox = fraud::mailbox_hash(state, tx, email).await?;
    let is_first = credits::claim_free_credits(tx, &mailbox).await?;
    let id = match identity.guest_id() {
        Some(guest) if is_first && user.email_verified_at.is_none() && guests::lock_guest(tx, guest).await? => {
            guests::convert_to_account(tx, guest, email, password_hash).await?;
            guest
        }
        _ => {
            store::mark_email_verified(tx, user.id, password_hash).await?;
            store::delete_pending_passwords(tx, user.id).await?;
            user.id
        }
    };
    // A guest with free credits gets no second grant for the address.
    let gets_free_credits = is_first
        && !credits::had_free_credits(tx, id).await?
        && fraud::qualifies_for_free_credits(state, tx, identity, id, email, &mailbox).await?;
    credits::open_balance(tx, id, gets_free_credits).await?;
    if is_first && !credits::had_free_credits(tx, id).await? {
        // The network has reached its limit of free credits for now: a later verification tries
        // again.
        credits::release_free_credits(tx, &mailbox).await?;
    }
    open_session(state, tx, identity, id, stay_signed_in).await
}
