//! Cap on deletions by retention: how many items of a kind may be deleted per hour, however often
//! retention runs. The window starts with the first deletion and is a little shorter than the hour
//! between two runs.

use super::store;
use crate::{
    Error,
    clock::{MINUTE, Millis},
    db::Tx,
};

const RULE: &str = "sweep";
/// The cap is at least this, so that small installations can delete at all.
const MIN_CAP: i64 = 20;
/// The cap is this fraction (1/20) of all items. A wrong clock or setting then destroys little
/// before somebody reads the warning.
const CAP_DIVISOR: i64 = 20;
const WINDOW: Millis = 55 * MINUTE;

/// Reserves deletions of a kind and returns how many of the `due` items may be deleted now. `total`
/// is the number of all items of that kind.
pub async fn reserve_deletions(tx: &mut Tx, kind: &str, due: i64, total: i64) -> Result<i64, Error> {
    let cap = MIN_CAP.max(total / CAP_DIVISOR);
    let ends_at = tx.now + WINDOW;
    let used = match store::find_counter(tx, RULE, kind.as_bytes()).await? {
        // Written while the clock was ahead; the counter would block retention until that time.
        Some(row) if row.ends_at > ends_at => {
            store::delete_counter(tx, RULE, kind.as_bytes()).await?;
            0
        }
        Some(row) => row.used,
        None => 0,
    };
    let allowed = due.min(cap - used);
    // False when a concurrent run has used up the cap.
    let counted = allowed > 0 && store::add_uses(tx, RULE, kind.as_bytes(), allowed, cap, ends_at).await?;
    Ok(if counted { allowed } else { 0 })
}
