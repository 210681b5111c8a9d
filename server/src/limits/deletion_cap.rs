//! The brake of the sweep: how much of everything is removed within an hour, however often somebody sweeps. Counted from
//! the first removal on, for a little less than the hour between two sweeps.

use super::store;
use crate::{
    Error,
    clock::{MINUTE, Millis},
    db::Tx,
};

const RULE: &str = "sweep";
/// Up to so many things pass within an hour, however few there are: a small installation has to sweep, too.
const MIN_CAP: i64 = 20;
/// One part in so many of everything there is goes within an hour, and no more: a clock or a setting that is wrong
/// destroys little until somebody has read the warning.
const CAP_DIVISOR: i64 = 20;
const WINDOW: Millis = 55 * MINUTE;

/// How many of `due` things of a kind may go now, of which there are `total`. Counts them.
pub async fn reserve_deletions(tx: &mut Tx, kind: &str, due: i64, total: i64) -> Result<i64, Error> {
    let cap = MIN_CAP.max(total / CAP_DIVISOR);
    let ends_at = tx.now + WINDOW;
    let used = match store::find_counter(tx, RULE, kind.as_bytes()).await? {
        // Written while the clock was ahead: it would hold up the sweep until then.
        Some((_, _, until)) if until > ends_at => {
            store::delete_counter(tx, RULE, kind.as_bytes()).await?;
            0
        }
        Some((used, _, _)) => used,
        None => 0,
    };
    let allowed = due.min(cap - used);
    // Refused when another sweep was faster.
    let counted = allowed > 0 && store::add_uses(tx, RULE, kind.as_bytes(), allowed, cap, ends_at).await?;
    Ok(if counted { allowed } else { 0 })
}
