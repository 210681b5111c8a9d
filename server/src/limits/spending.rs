//! Daily spending cap (UTC) for pages at paid providers.

use super::store;
use crate::{
    AppState, Error,
    clock::DAY,
    db::{Authority, Tx},
    flags::{self, Flag},
};

const RULE: &str = "spending";
/// One counter for the whole site.
const SITE: &[u8] = b"site";

/// Reserves the price of one request before it is sent. Returns false when it would exceed the
/// daily cap or the flag `paid_pages` is off. A request that is sent again after a crash is counted
/// again, because it may cost again; so the cap always holds.
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

/// Cents spent today (UTC).
pub async fn cents_spent_today(tx: &mut Tx) -> Result<i64, Error> {
    Ok(store::find_counter(tx, RULE, SITE).await?.map_or(0, |row| row.used))
}
