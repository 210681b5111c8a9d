//! Credits: three for a proved address, one for a page, back when it failed. Every change is a line of the ledger.

mod store;

use model::{
    CreditEvent, Credits, FREE_CREDITS, JobId, PageId, Problem, UserId,
    credit::{CreditKind, PAGE_COST},
};

use crate::{
    Error, Machine,
    clock::rfc3339,
    db::{Authority, Tx},
    visitor::Account,
};

/// True for the first who claims the free credits for this mailbox, however many accounts it has had.
pub async fn claim_free(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<bool, Error> {
    store::claim_free(tx, mailbox_hash).await
}

/// Opens the account's ledger, with the free credits if it may have them. The second time, it does nothing.
pub async fn open(tx: &mut Tx, user: UserId, with_free: bool) -> Result<(), Error> {
    if store::open(tx, user).await? && with_free {
        give(tx, user, FREE_CREDITS).await?;
        store::write(tx, user, FREE_CREDITS, CreditKind::Granted, None).await?;
    }
    Ok(())
}

/// Adds what a guest had left.
pub async fn bring(tx: &mut Tx, user: UserId, unspent: i64) -> Result<(), Error> {
    if unspent > 0 {
        give(tx, user, unspent).await?;
        store::write(tx, user, unspent, CreditKind::Moved, None).await?;
    }
    Ok(())
}

/// Takes the price of a page for this job.
///
/// # Errors
/// `no_credit` when the balance does not cover it.
pub async fn spend(tx: &mut Tx, user: UserId, job: JobId, page: PageId) -> Result<(), Error> {
    if !store::change(tx, user, -PAGE_COST).await? {
        return Err(Problem::no_credit().into());
    }
    store::write(tx, user, -PAGE_COST, CreditKind::Spent, Some((job, page))).await
}

/// Gives back what this job took. The ledger takes one refund a job: a second one fails the transaction.
pub async fn refund(tx: &mut Tx, user: UserId, job: JobId, page: PageId) -> Result<(), Error> {
    give(tx, user, PAGE_COST).await?;
    store::write(tx, user, PAGE_COST, CreditKind::Refunded, Some((job, page))).await
}

/// No line without its change of the balance.
async fn give(tx: &mut Tx, user: UserId, delta: i64) -> Result<(), Error> {
    if store::change(tx, user, delta).await? { Ok(()) } else { Err(Error::internal("an account without a balance")) }
}

pub async fn balance(machine: &Machine, account: &Account) -> Result<i64, Error> {
    balance_in(&mut machine.db.read(Authority::Owner(account.id)).await?, account.id).await
}

/// The balance as the caller's transaction sees it.
pub async fn balance_in(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    store::balance(tx, user).await
}

/// The balance with its ledger, newest line first.
pub async fn list(machine: &Machine, account: &Account) -> Result<Credits, Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let items = store::list(&mut tx, account.id)
        .await?
        .into_iter()
        .filter_map(|row| {
            Some(CreditEvent {
                delta: row.delta,
                kind: CreditKind::parse(&row.kind)?,
                page_id: row.page_id.map(PageId),
                at: rfc3339(row.at),
            })
        })
        .collect();
    Ok(Credits { balance: store::balance(&mut tx, account.id).await?, items })
}
