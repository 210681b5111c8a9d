//! Search of pages by title.

use model::{Page, PageId, Paginated};

use super::{MAX_LISTED_PAGES, build_listing, store};
use crate::{AppState, Error, db::Authority, identity::Account};

/// Titles read per query. They are compared in Rust because SQLite and PostgreSQL differ in case
/// folding.
const TITLES_PER_QUERY: i64 = 500;

/// Returns up to [`MAX_LISTED_PAGES`] of the account's pages whose title contains every word of
/// `query`, ignoring case, newest first. `after` is the `next` of the previous part.
pub async fn search_pages(
    state: &AppState,
    account: &Account,
    query: &str,
    after: Option<&str>,
) -> Result<Paginated<Page>, Error> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut after = after.map(str::parse::<PageId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut found = Vec::new();
    loop {
        let rows = store::list(&mut tx, account.id, after, TITLES_PER_QUERY).await?;
        let is_last = (rows.len() as i64) < TITLES_PER_QUERY;
        after = rows.last().map(|row| PageId(row.id));
        found.extend(rows.into_iter().filter(|row| {
            let title = row.title.to_lowercase();
            words.iter().all(|word| title.contains(word))
        }));
        if is_last || found.len() as i64 > MAX_LISTED_PAGES {
            found.truncate(MAX_LISTED_PAGES as usize + 1);
            return build_listing(state, &mut tx, account.id, found).await;
        }
    }
}
