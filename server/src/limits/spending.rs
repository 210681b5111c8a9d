//! What pages cost us at generators elsewhere: a cap for each day (UTC), which is never passed.

use super::store;
use crate::{
    AppState, Error,
    clock::DAY,
    db::{Authority, Tx},
    flags::{self, Flag},
};

const RULE: &str = "spending";
/// One sum for the whole site.
const SITE: &[u8] = b"site";

/// Sets the price of one order aside, before it goes out. False when that would pass the day's cap, or an operator has
/// paused paid pages. An order that goes out again, because a worker died or was stopped meanwhile, may have to be paid
/// again: each is counted, and the cap holds whatever became of them.
pub async fn reserve_paid_page(state: &AppState) -> Result<bool, Error> {
    if !flags::is_on(state, Flag::PaidPages).await? {
        return Ok(false);
    }
    let settings = &state.config.limits;
    let mut tx = state.db.begin(Authority::System).await?;
    let ends_at = (tx.now / DAY + 1) * DAY;
    let (price, cap) = (i64::from(settings.paid_page_cents), i64::from(settings.daily_spend_cents));
    let reserved = store::add_uses(&mut tx, RULE, SITE, price, cap, ends_at).await?;
    tx.commit().await?;
    Ok(reserved)
}

/// Cents spent today.
pub async fn cents_spent_today(tx: &mut Tx) -> Result<i64, Error> {
    Ok(store::find_counter(tx, RULE, SITE).await?.map_or(0, |(used, _, _)| used))
}
