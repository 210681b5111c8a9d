//! Credits: three for a proved address, one for a page, back when it failed. Every change is a line of the ledger.

mod store;

use model::{
    CreditEvent, Credits, FREE_CREDITS, JobId, PageId, Paginated, Problem, UserId,
    credit::{CreditKind, PAGE_COST},
};
use uuid::Uuid;

use crate::{
    AppState, Error,
    clock::rfc3339,
    db::{Authority, Tx},
    identity::Account,
};

/// How many lines of the ledger one answer lists.
const LISTED: i64 = 100;

/// A line of the ledger, with the title of the page it was for, while there is that page.
pub struct Entry {
    pub event: CreditEvent,
    pub title: Option<String>,
}

/// True for the first who claims the free credits for this mailbox, however many accounts it has had.
pub async fn claim_free(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<bool, Error> {
    store::claim_free(tx, mailbox_hash).await
}

/// Takes the claim back: nothing was given.
pub async fn release_free(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<(), Error> {
    store::release_free(tx, mailbox_hash).await
}

/// Whether the account was given its free credits.
pub async fn had_free(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    store::had_free(tx, user).await
}

/// Opens the account's ledger, with the free credits if it may have them and has not had them.
pub async fn open(tx: &mut Tx, user: UserId, with_free: bool) -> Result<(), Error> {
    store::open(tx, user).await?;
    if with_free && !store::had_free(tx, user).await? {
        store::write(tx, user, FREE_CREDITS, CreditKind::Granted, None).await?;
    }
    Ok(())
}

/// Adds what a guest had left.
pub async fn bring(tx: &mut Tx, user: UserId, unspent: i64) -> Result<(), Error> {
    if unspent > 0 {
        store::write(tx, user, unspent, CreditKind::Moved, None).await?;
    }
    Ok(())
}

/// Takes back up to so many free credits, as far as the account has not spent its own. How many.
pub async fn take_free(tx: &mut Tx, user: UserId, most: i64) -> Result<i64, Error> {
    let taken = most.min(store::free_left(tx, user).await?).min(store::balance(tx, user).await?);
    if taken > 0 {
        store::write(tx, user, -taken, CreditKind::Taken, None).await?;
    }
    Ok(taken.max(0))
}

/// What an operator gives.
pub async fn give(tx: &mut Tx, user: UserId, credits: i64) -> Result<(), Error> {
    store::write(tx, user, credits, CreditKind::Given, None).await
}

/// Takes the price of a page for this job. The database moves the balance with the line, and refuses to go below zero.
///
/// # Errors
/// `no_credit` when the balance does not cover it.
pub async fn spend(tx: &mut Tx, user: UserId, job: JobId, page: PageId) -> Result<(), Error> {
    match store::write(tx, user, -PAGE_COST, CreditKind::Spent, Some((job, page))).await {
        Err(error) if error.is_check_violation("credits_balance_not_negative") => Err(Problem::no_credit().into()),
        result => result,
    }
}

/// Gives back what this job took, which is nothing for one that was free. The ledger takes one refund a job: a
/// second one fails the transaction.
pub async fn refund(tx: &mut Tx, user: UserId, job: JobId) -> Result<(), Error> {
    store::refund(tx, user, job).await
}

pub async fn balance(state: &AppState, account: &Account) -> Result<i64, Error> {
    balance_in(&mut state.db.begin_read(Authority::Owner(account.id)).await?, account.id).await
}

/// The balance as the caller's transaction sees it.
pub async fn balance_in(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    store::balance(tx, user).await
}

/// The balance with its ledger, newest line first; `after` is the `next` of the part before.
pub async fn list(state: &AppState, account: &Account, after: Option<&str>) -> Result<Credits, Error> {
    let (balance, lines) = ledger(state, account, after).await?;
    Ok(Credits { balance, items: lines.items.into_iter().map(|line| line.event).collect(), next: lines.next })
}

/// The same, with the titles of the pages.
pub async fn ledger(
    state: &AppState,
    account: &Account,
    after: Option<&str>,
) -> Result<(i64, Paginated<Entry>), Error> {
    let after = after.map(Uuid::parse_str).transpose().map_err(|_| Problem::not_found())?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut rows = store::list(&mut tx, account.id, after, LISTED + 1).await?;
    let balance = store::balance(&mut tx, account.id).await?;
    let more = rows.len() as i64 > LISTED;
    rows.truncate(LISTED as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let items = rows.into_iter().map(Entry::try_from).collect::<Result<_, _>>()?;
    Ok((balance, Paginated { items, next }))
}

impl TryFrom<store::Line> for Entry {
    type Error = Error;

    fn try_from(line: store::Line) -> Result<Self, Error> {
        let kind = CreditKind::parse(&line.kind).ok_or_else(|| Error::internal("a ledger line of no kind"))?;
        let page_id = line.page_id.map(PageId);
        Ok(Self { event: CreditEvent { delta: line.delta, kind, page_id, at: rfc3339(line.at) }, title: line.title })
    }
}
