//! Guests: accounts without an email address. A guest is converted in place when its owner verifies
//! a new address, and merged into an existing account when its owner signs in to one. Both keep all
//! pages and count all credits once.

mod relocate;
pub(crate) mod store;

use model::{Email, UserId, credit::PAGE_COST};

pub use relocate::RelocateFiles;

use super::{SignedIn, session, store as accounts};
use crate::{
    AppState, Error, assets, audit, credits,
    db::{Authority, Tx},
    identity::RequestIdentity,
    jobs,
    limits::{self, Rule},
};

/// Guests deleted by one call. Each has many rows, and all are deleted in one transaction.
const MAX_GUESTS_PER_SWEEP: i64 = 500;

/// Creates a guest with free credits and opens a session. A request that is signed in as a guest
/// keeps that guest.
///
/// # Errors
/// `too_many_requests` when the network has created too many guests.
pub async fn sign_in_as_guest(state: &AppState, identity: &RequestIdentity) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let network = &identity.device.network;
    let guest = match identity.guest_id() {
        Some(guest) => guest,
        None => {
            limits::enforce_limit(state, &mut tx, Rule::Guest, network.as_bytes()).await?;
            let guest = store::insert_guest(&mut tx).await?;
            let gets_free_credits =
                limits::try_count_use(state, &mut tx, Rule::FreeCreditsOfGuests, network.as_bytes()).await?.is_none()
                    && limits::try_count_free_credits(state, &mut tx, network).await?;
            credits::open_balance(&mut tx, guest, gets_free_credits).await?;
            guest
        }
    };
    audit::record_event(&mut tx, Some(guest), "guest").await?;
    let signed_in = session::create_session(state, &mut tx, &identity.device, guest, true).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Locks the guest until the transaction ends. False when another request has merged or converted
/// it meanwhile.
pub(super) async fn lock_guest(tx: &mut Tx, guest: UserId) -> Result<bool, Error> {
    accounts::lock_user(tx, guest).await?;
    store::is_guest(tx, guest).await
}

/// Converts the guest to an account with this verified address, and with a password if given.
/// Revokes the guest's sessions; the caller opens a new one.
pub(super) async fn convert_to_account(
    tx: &mut Tx,
    guest: UserId,
    email: &Email,
    password_hash: Option<&str>,
) -> Result<(), Error> {
    accounts::delete_unverified_user(tx, email).await?;
    accounts::revoke_sessions(tx, guest, None).await?;
    accounts::set_email(tx, guest, email).await?;
    if let Some(hash) = password_hash {
        accounts::set_password(tx, guest, hash).await?;
    }
    audit::record_event(tx, Some(guest), "guest_became_account").await
}

/// Moves everything a guest has to an account and deletes the guest. The rows move in this
/// transaction; a job renames the files, whose paths begin with the owner's id. Does nothing if the
/// guest was merged or converted meanwhile.
pub(super) async fn merge_into_account(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    if !lock_guest(tx, guest).await? {
        return Ok(());
    }
    // A person gets free credits once: those the guest has spent are taken from the account's. They
    // count as spent first.
    let unspent = credits::balance_in(tx, guest).await?;
    let spent = store::sum_spent(tx, guest).await?;
    let free = store::sum_granted(tx, guest).await?;
    let free_left = (free - spent).clamp(0, unspent);
    let unfinished = store::list_paid_unfinished_jobs(tx, guest).await?;
    // Jobs before pages: the lock order of the workers.
    store::transfer_jobs(tx, guest, account).await?;
    store::transfer_content(tx, guest, account).await?;
    accounts::delete_user(tx, guest).await?;
    let taken = credits::revoke_free_credits(tx, account, spent.min(free)).await?;
    // A failing page refunds its cost, so the ledger entries of unfinished pages move too, as far
    // as they were paid for.
    let paid = (taken + (spent - free).max(0)) / PAGE_COST;
    let paid: Vec<_> = unfinished.into_iter().take(usize::try_from(paid).unwrap_or(0)).collect();
    credits::add_moved_credits(tx, account, unspent - free_left + PAGE_COST * paid.len() as i64).await?;
    for (job, page) in paid {
        credits::charge_page(tx, account, job, page).await?;
    }
    audit::record_event(tx, Some(account), "guest_merged").await?;
    jobs::enqueue(tx, jobs::new_job_id(), Some(account), &RelocateFiles { from: guest }, None).await
}

/// Deletes guests unused for longer than their session lasts, with their files. Returns how many
/// the deletion cap left; `ignore_cap` lifts the cap.
pub(super) async fn delete_idle_guests(tx: &mut Tx, ignore_cap: bool) -> Result<i64, Error> {
    let since = tx.now - session::GUEST_SESSION_TTL;
    let (due, total) = store::count_idle(tx, since).await?;
    let allowed =
        if ignore_cap { due } else { limits::deletion_cap::reserve_deletions(tx, "guests", due, total).await? };
    for guest in store::list_idle(tx, since, allowed.min(MAX_GUESTS_PER_SWEEP)).await? {
        let paths = assets::store::list_file_paths(tx, guest).await?;
        accounts::delete_user(tx, guest).await?;
        assets::enqueue_file_removal(tx, paths).await?;
    }
    Ok(due - allowed)
}
