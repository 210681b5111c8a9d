//! SQL for feature flags.

use crate::{
    Error,
    db::{Tx, execute, fetch_all, fetch_optional},
};

/// Lists the flags that were ever set.
pub async fn list_flags(tx: &mut Tx) -> Result<Vec<(String, bool)>, Error> {
    fetch_all!(tx, (String, bool), "SELECT name, is_on FROM flags")
}

/// `None` when the flag was never set.
pub async fn find_flag(tx: &mut Tx, name: &str) -> Result<Option<bool>, Error> {
    Ok(fetch_optional!(tx, (bool,), "SELECT is_on FROM flags WHERE name = $1", name)?.map(|(is_on,)| is_on))
}

pub async fn set_flag(tx: &mut Tx, name: &str, is_on: bool) -> Result<(), Error> {
    let sql = "INSERT INTO flags (name, is_on, at) VALUES ($1, $2, $3)
               ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, at = excluded.at";
    execute!(tx, sql, name, is_on, tx.now)?;
    Ok(())
}
