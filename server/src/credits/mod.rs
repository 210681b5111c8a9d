//! Credits: a ledger of events per account. A verified address grants free credits, a page costs
//! one, and a failed page is refunded.

mod store;

use model::{
    CreditEvent, Credits, FREE_CREDITS, JobId, PageId, Paginated, Problem, UserId,
    credit::{CreditKind, LedgerEntry, PAGE_COST},
};
use uuid::Uuid;

use crate::{
    AppState, Error,
    clock::rfc3339,
    db::{Authority, Tx},
    identity::Account,
};

/// Ledger entries in one part of a listing.
const MAX_LISTED_EVENTS: i64 = 100;

/// Claims the free credits of a mailbox. Returns false when they were claimed before, by whichever
/// account.
pub async fn claim_free_credits(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<bool, Error> {
    store::insert_free_claim(tx, mailbox_hash).await
}

/// Deletes the claim of a mailbox, because nothing was granted.
pub async fn release_free_credits(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<(), Error> {
    store::delete_free_claim(tx, mailbox_hash).await
}

/// True when the account was granted its free credits.
pub async fn had_free_credits(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    store::has_free_grant(tx, user).await
}

/// Opens the account's balance, and grants the free credits when `with_free` is set and the account
/// has not had them.
pub async fn open_balance(tx: &mut Tx, user: UserId, with_free: bool) -> Result<(), Error> {
    store::insert_balance(tx, user).await?;
    if with_free && !store::has_free_grant(tx, user).await? {
        store::insert_event(tx, user, FREE_CREDITS, CreditKind::Granted, None).await?;
    }
    Ok(())
}

/// Adds the unspent credits of a guest that was merged into this account.
pub async fn add_moved_credits(tx: &mut Tx, user: UserId, unspent: i64) -> Result<(), Error> {
    if unspent > 0 {
        store::insert_event(tx, user, unspent, CreditKind::Moved, None).await?;
    }
    Ok(())
}

/// Revokes up to `limit` free credits that the account has not spent. Returns how many were
/// revoked.
pub async fn revoke_free_credits(tx: &mut Tx, user: UserId, limit: i64) -> Result<i64, Error> {
    let revoked =
        limit.min(store::find_unspent_free_credits(tx, user).await?).min(store::find_balance(tx, user).await?);
    if revoked > 0 {
        store::insert_event(tx, user, -revoked, CreditKind::Taken, None).await?;
    }
    Ok(revoked.max(0))
}

/// Adds credits given by an operator.
pub async fn give_credits(tx: &mut Tx, user: UserId, credits: i64) -> Result<(), Error> {
    store::insert_event(tx, user, credits, CreditKind::Given, None).await
}

/// Charges the price of a page for this job. A trigger in the database moves the balance with the
/// entry, and a constraint keeps it from going below zero.
///
/// # Errors
/// `no_credit` when the balance does not cover it.
pub async fn charge_page(tx: &mut Tx, user: UserId, job: JobId, page: PageId) -> Result<(), Error> {
    match store::insert_event(tx, user, -PAGE_COST, CreditKind::Spent, Some((job, page))).await {
        Err(error) if error.is_check_violation("credits_balance_not_negative") => Err(Problem::no_credit().into()),
        result => result,
    }
}

/// Refunds what this job was charged, which is nothing for a redraw. A unique constraint allows one
/// refund per job: a second one fails the transaction.
pub async fn refund_job(tx: &mut Tx, user: UserId, job: JobId) -> Result<(), Error> {
    store::insert_refund(tx, user, job).await
}

/// Returns the account's balance.
pub async fn balance(state: &AppState, account: &Account) -> Result<i64, Error> {
    balance_in(&mut state.db.begin_read(Authority::Owner(account.id)).await?, account.id).await
}

/// Returns the balance as the caller's transaction sees it.
pub async fn balance_in(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    store::find_balance(tx, user).await
}

/// Returns the balance and up to [`MAX_LISTED_EVENTS`] ledger events, newest first. `after` is the
/// `next` of the previous part.
pub async fn list_credits(state: &AppState, account: &Account, after: Option<&str>) -> Result<Credits, Error> {
    let (balance, entries) = list_ledger(state, account, after).await?;
    Ok(Credits { balance, items: entries.items.into_iter().map(|entry| entry.event).collect(), next: entries.next })
}

/// Like [`list_credits`], with the titles of the pages.
pub async fn list_ledger(
    state: &AppState,
    account: &Account,
    after: Option<&str>,
) -> Result<(i64, Paginated<LedgerEntry>), Error> {
    let after = after.map(Uuid::parse_str).transpose().map_err(|_| Problem::not_found())?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut rows = store::list_events(&mut tx, account.id, after, MAX_LISTED_EVENTS + 1).await?;
    let balance = store::find_balance(&mut tx, account.id).await?;
    let has_next = rows.len() as i64 > MAX_LISTED_EVENTS;
    rows.truncate(MAX_LISTED_EVENTS as usize);
    let next = rows.last().filter(|_| has_next).map(|row| row.id.to_string());
    let items = rows.into_iter().map(LedgerEntry::try_from).collect::<Result<_, _>>()?;
    Ok((balance, Paginated { items, next }))
}

impl TryFrom<store::EventRow> for LedgerEntry {
    type Error = Error;

    fn try_from(row: store::EventRow) -> Result<Self, Error> {
        let kind = CreditKind::parse(&row.kind).ok_or_else(|| Error::internal("a credit event of unknown kind"))?;
        let page_id = row.page_id.map(PageId);
        Ok(Self { event: CreditEvent { delta: row.delta, kind, page_id, at: rfc3339(row.at) }, title: row.title })
    }
}
