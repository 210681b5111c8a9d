//! Data export: a ZIP archive of everything an account holds: `account.json`, the photos and the
//! pages.

use bytes::Bytes;
use futures::Stream;
use model::Paginated;
use serde::Serialize;

use crate::{
    AppState, Error,
    accounts::{current_user, session},
    archive::{self, EntryContent, ZipEntry},
    assets, audit, books,
    clock::rfc3339,
    credits,
    db::Authority,
    identity::Account,
    pages,
};

/// The content of `account.json`.
#[derive(Serialize)]
struct AccountData {
    account: model::User,
    sessions: Vec<model::Session>,
    credits: model::Credits,
    pages: Vec<model::Page>,
    books: Vec<model::Book>,
    events: Vec<Event>,
}

/// An event of the audit trail.
#[derive(Serialize)]
struct Event {
    kind: String,
    /// RFC 3339, UTC.
    at: String,
}

/// All items of a paginated list.
async fn collect_all<T, F>(list: impl Fn(Option<String>) -> F) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<Paginated<T>, Error>>,
{
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let part = list(after).await?;
        items.extend(part.items);
        match part.next {
            Some(next) => after = Some(next),
            None => return Ok(items),
        }
    }
}

/// Streams the archive of an account.
///
/// # Errors
/// Database errors. A file that cannot be read ends the stream with an error.
pub async fn export_account(
    state: &AppState,
    account: &Account,
) -> Result<impl Stream<Item = std::io::Result<Bytes>> + use<>, Error> {
    let pages = collect_all(|after| async move { pages::list_pages(state, account, after.as_deref()).await }).await?;
    let books = collect_all(|after| async move { books::list_books(state, account, after.as_deref()).await }).await?;
    let mut credits = credits::list_credits(state, account, None).await?;
    while let Some(next) = credits.next.take() {
        let part = credits::list_credits(state, account, Some(&next)).await?;
        credits.items.extend(part.items);
        credits.next = part.next;
    }
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let events = audit::list_events(&mut tx, account.id).await?;
    let paths = assets::store::list_readable_paths(&mut tx, account.id).await?;
    drop(tx);
    let data = AccountData {
        account: current_user(state, account).await?,
        sessions: session::list_sessions(state, account).await?,
        credits,
        pages,
        books,
        events: events.into_iter().map(|(kind, at)| Event { kind, at: rfc3339(at) }).collect(),
    };
    let json = serde_json::to_vec_pretty(&data).map_err(Error::internal)?;
    let own = format!("{}/", account.id);
    let files = paths.into_iter().map(|path| ZipEntry {
        name: path.strip_prefix(&own).unwrap_or(&path).to_owned(),
        content: EntryContent::Stored(path),
    });
    let entries = [ZipEntry { name: "account.json".to_owned(), content: EntryContent::Bytes(json.into()) }];
    Ok(archive::stream_zip(state.files.clone(), entries.into_iter().chain(files).collect())?)
}
