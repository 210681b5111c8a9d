//! Finding pages by their title.

use model::{Page, PageId, Paginated};

use super::{LISTED, part, store};
use crate::{AppState, Error, db::Authority, identity::Account};

/// Titles read at once. They are compared here and not in SQL, whose idea of small letters differs between databases.
const READ: i64 = 500;

/// Up to 24 of the account's pages that have all these words in their title, newest first; `after` as for a list.
pub async fn search(
    state: &AppState,
    account: &Account,
    words: &str,
    after: Option<&str>,
) -> Result<Paginated<Page>, Error> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut after = after.map(str::parse::<PageId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut found = Vec::new();
    loop {
        let rows = store::list(&mut tx, account.id, after, READ).await?;
        let all = (rows.len() as i64) < READ;
        after = rows.last().map(|row| PageId(row.id));
        found.extend(rows.into_iter().filter(|row| {
            let title = row.title.to_lowercase();
            words.iter().all(|word| title.contains(word))
        }));
        if all || found.len() as i64 > LISTED {
            found.truncate(LISTED as usize + 1);
            return part(state, &mut tx, account.id, found).await;
        }
    }
}
