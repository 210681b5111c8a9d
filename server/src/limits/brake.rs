//! The brake of the sweep: how much of everything is removed within an hour, however often somebody sweeps.

use super::store;
use crate::{
    Error,
    clock::{MINUTE, Millis},
    db::Tx,
};

const RULE: &str = "sweep";
/// A little less than the time between two sweeps, so that one never takes from the next.
const TIME: Millis = 55 * MINUTE;

/// How many of `due` things of a kind may go now, if at most `most` may go within the hour. Counts them.
pub async fn let_pass(tx: &mut Tx, kind: &str, due: i64, most: i64) -> Result<i64, Error> {
    let used = store::find(tx, RULE, kind.as_bytes()).await?.map_or(0, |(used, _, _)| used);
    let passes = due.min(most - used);
    let ends_at = tx.now + TIME;
    // Refused when another sweep was faster.
    let counted = passes > 0 && store::take(tx, RULE, kind.as_bytes(), passes, most, ends_at).await?;
    Ok(if counted { passes } else { 0 })
}
