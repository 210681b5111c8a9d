//! What pages cost us at generators elsewhere: a cap for each day (UTC), which is never passed.

use model::JobId;

use super::{first_time, store};
use crate::{
    Error, Machine,
    clock::DAY,
    db::{Authority, Tx},
    flags::{self, Flag},
};

const RULE: &str = "spending";
/// One sum for the whole site.
const SITE: &[u8] = b"site";

/// Sets the price of one order aside. False when that would pass the day's cap, or an operator has paused paid pages.
pub async fn reserve(machine: &Machine, job: JobId, attempt: i64) -> Result<bool, Error> {
    if !flags::is_on(machine, Flag::PaidPages).await? {
        return Ok(false);
    }
    let settings = &machine.config.limits;
    let mut tx = machine.db.begin(Authority::System).await?;
    let (tomorrow, ends_at) = (tx.now + DAY, (tx.now / DAY + 1) * DAY);
    // A step that is taken again is no other order.
    let order = format!("{job} {attempt}");
    if !first_time(machine, &mut tx, "order", order.as_bytes(), tomorrow).await? {
        return Ok(true);
    }
    let (price, cap) = (i64::from(settings.paid_page_cents), i64::from(settings.daily_spend_cents));
    let reserved = store::take(&mut tx, RULE, SITE, price, cap, ends_at).await?;
    if reserved {
        tx.commit().await?;
    }
    Ok(reserved)
}

/// Cents spent today.
pub async fn today(tx: &mut Tx) -> Result<i64, Error> {
    Ok(store::find(tx, RULE, SITE).await?.map_or(0, |(used, _, _)| used))
}
