//! Guests: accounts without an address, for those who try first. A guest becomes an account in place when an address
//! is proved, or is merged into the account that its owner signs in to. Nothing is lost on the way, and nothing doubled.

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

/// Guests removed in one sweep: each is a transaction's worth of rows.
const MAX_GUESTS_PER_SWEEP: i64 = 500;

/// Opens a guest account with the free credits, and a session in it. Whoever is signed in as a guest already stays
/// the same guest.
pub async fn sign_in_as_guest(state: &AppState, identity: &RequestIdentity) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let network = &identity.device.network;
    let guest = match identity.guest_id() {
        Some(guest) => guest,
        None => {
            limits::enforce(state, &mut tx, Rule::Guest, network.as_bytes()).await?;
            let guest = store::insert_guest(&mut tx).await?;
            let is_early =
                limits::try_count_use(state, &mut tx, Rule::FreeCreditsOfGuests, network.as_bytes()).await?.is_none()
                    && limits::try_count_free_credits(state, &mut tx, network).await?;
            credits::open_balance(&mut tx, guest, is_early).await?;
            guest
        }
    };
    audit::record_event(&mut tx, Some(guest), "guest").await?;
    let signed_in = session::create_session(state, &mut tx, &identity.device, guest, true).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Keeps others from giving the guest anything, or taking anything from it, until the transaction ends. False when another
/// request has merged it meanwhile, or made an account of it.
pub(super) async fn lock_guest(tx: &mut Tx, guest: UserId) -> Result<bool, Error> {
    accounts::lock_user(tx, guest).await?;
    store::is_guest(tx, guest).await
}

/// Gives the guest the address, and a password if one was chosen: an account from here on. Sessions from before the
/// proof end; the caller opens a new one.
pub(super) async fn convert_to_account(
    tx: &mut Tx,
    guest: UserId,
    email: &Email,
    password_hash: Option<&str>,
) -> Result<(), Error> {
    accounts::delete_unverified(tx, email).await?;
    accounts::revoke_sessions(tx, guest, None).await?;
    accounts::set_email(tx, guest, email).await?;
    if let Some(hash) = password_hash {
        accounts::set_password(tx, guest, hash).await?;
    }
    audit::record_event(tx, Some(guest), "guest_became_account").await
}

/// Moves everything a guest has to an account, and ends the guest. The rows move at once; the files follow by a job,
/// because their names begin with their owner's. Does nothing for one that is no guest any more.
pub(super) async fn merge_into_account(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    if !lock_guest(tx, guest).await? {
        return Ok(());
    }
    // Free credits are for a person: what the guest spent of theirs is taken from the account's own. They are spent first.
    let unspent = credits::balance_in(tx, guest).await?;
    let spent = store::sum_spent(tx, guest).await?;
    let free = store::sum_granted(tx, guest).await?;
    let free_left = (free - spent).clamp(0, unspent);
    let under_way = store::list_paid_unfinished_jobs(tx, guest).await?;
    // Jobs before pages, as a worker takes them.
    store::transfer_jobs(tx, guest, account).await?;
    store::transfer_content(tx, guest, account).await?;
    accounts::delete_user(tx, guest).await?;
    let taken = credits::revoke_free_credits(tx, account, spent.min(free)).await?;
    // What a page under way cost comes back if it fails: that line moves too, as far as somebody has really paid.
    let paid = (taken + (spent - free).max(0)) / PAGE_COST;
    let paid: Vec<_> = under_way.into_iter().take(usize::try_from(paid).unwrap_or(0)).collect();
    credits::add_moved_credits(tx, account, unspent - free_left + PAGE_COST * paid.len() as i64).await?;
    for (job, page) in paid {
        credits::charge_page(tx, account, job, page).await?;
    }
    audit::record_event(tx, Some(account), "guest_merged").await?;
    jobs::enqueue(tx, jobs::new_job_id(), Some(account), &RelocateFiles { from: guest }, None).await
}

/// Removes guests that were away too long, with their files; no more than the brake lets pass, unless `all` is said. How
/// many it holds back.
pub(super) async fn delete_idle_guests(tx: &mut Tx, all: bool) -> Result<i64, Error> {
    let since = tx.now - session::GUEST_SESSION_TTL;
    let (due, total) = store::count_idle(tx, since).await?;
    let passes = if all { due } else { limits::deletion_cap::reserve_deletions(tx, "guests", due, total).await? };
    for guest in store::list_idle(tx, since, passes.min(MAX_GUESTS_PER_SWEEP)).await? {
        let paths = assets::store::list_paths(tx, guest).await?;
        accounts::delete_user(tx, guest).await?;
        assets::enqueue_file_removal(tx, paths).await?;
    }
    Ok(due - passes)
}
