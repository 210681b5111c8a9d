//! Pages: creating, finding, renaming, keeping and deleting them, and their files.

mod archive;
mod create;
mod draw;
mod page_file;
mod redraw;
mod search;
pub(crate) mod store;
mod style_form;
mod trash;
mod view;

use model::{Job, JobId, Page, PageId, Paginated, Problem, Title, UserId};

pub use archive::zip_pages;
pub use create::{NewPage, create_page, default_hints_version, default_title};
pub use draw::DrawPage;
pub use page_file::{FileFormat, read_page_file};
pub use redraw::{find_page_details, redraw_page};
pub use search::search_pages;
pub use style_form::parse_style;
pub(crate) use style_form::set_style_field;
pub use trash::{EmptyTrash, list_trashed_ids, move_to_trash, restore};
pub use view::missing_drawing;
use view::{build_job, build_listing, build_page};

use crate::{
    AppState, Error, assets,
    clock::{DAY, Millis},
    credits,
    db::{Authority, Tx},
    generators,
    identity::Account,
    jobs,
};

/// Pages in one part of a listing.
const MAX_LISTED_PAGES: i64 = 24;
/// How far from now "keep longer" can move the end of the retention.
const MAX_RETENTION: Millis = 2 * 365 * DAY;

/// Returns the account's page.
///
/// # Errors
/// `not_found`, also for another account's page.
pub async fn find_page(state: &AppState, account: &Account, id: PageId) -> Result<Page, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    build_page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)
}

/// Returns those of the account's pages that still exist, in the order of `ids`.
pub async fn find_pages(state: &AppState, account: &Account, ids: &[PageId]) -> Result<Vec<Page>, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = store::find(&mut tx, account.id, *id).await? else { continue };
        found.push(build_page(state, row, &assets::store::list_page_files(&mut tx, account.id, *id, *id).await?)?);
    }
    Ok(found)
}

/// Returns up to [`MAX_LISTED_PAGES`] of the account's pages, newest first. `after` is the `next`
/// of the previous part.
pub async fn list_pages(state: &AppState, account: &Account, after: Option<&str>) -> Result<Paginated<Page>, Error> {
    let after = after.map(str::parse::<PageId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let rows = store::list(&mut tx, account.id, after, MAX_LISTED_PAGES + 1).await?;
    build_listing(state, &mut tx, account.id, rows).await
}

/// Changes the page's title.
///
/// # Errors
/// `not_found`.
pub async fn rename_page(state: &AppState, account: &Account, id: PageId, title: &Title) -> Result<Page, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    let row = store::rename(&mut tx, account.id, id, title).await?.ok_or_else(Problem::not_found)?;
    let page = build_page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    tx.commit().await?;
    Ok(page)
}

/// Extends the retention of the page and its drawing by `keep_page_days`, up to [`MAX_RETENTION`]
/// from now.
///
/// # Errors
/// `not_found`.
pub async fn extend_retention(state: &AppState, account: &Account, id: PageId) -> Result<Page, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let extended = row.keep_until + Millis::from(state.config.keep_page_days) * DAY;
    row.keep_until = extended.min(tx.now + MAX_RETENTION).max(row.keep_until);
    store::set_keep_until(&mut tx, account.id, id, row.keep_until).await?;
    assets::store::set_drawing_expiry(&mut tx, account.id, id, row.keep_until).await?;
    let page = build_page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    tx.commit().await?;
    Ok(page)
}

/// Deletes the page for good, with its files, and its photo unless another page uses it. The credit
/// of an unfinished page is refunded.
///
/// # Errors
/// `not_found`.
pub async fn delete_page(state: &AppState, account: &Account, id: PageId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    delete_page_rows(&mut tx, account.id, id).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Deletes the rows of a page within the caller's transaction and adds the job that removes its
/// files.
async fn delete_page_rows(tx: &mut Tx, owner: UserId, id: PageId) -> Result<(), Error> {
    // The job's row comes first, as in the worker: both lock it before they touch the page.
    let unfinished = jobs::cancel_unfinished(tx, owner, id).await?;
    let mut paths = assets::store::delete_page_files(tx, owner, id).await?;
    let Some(photo) = store::delete(tx, owner, id).await? else {
        return Err(Problem::not_found().into());
    };
    if let Some(photo) = photo {
        paths.extend(assets::store::delete_unused_photo(tx, owner, photo).await?);
    }
    if let Some(job) = unfinished {
        credits::refund_job(tx, owner, job).await?;
    }
    generators::store::delete_page_generations(tx, owner, id).await?;
    assets::enqueue_file_removal(tx, paths).await
}

/// Returns the job of one of the account's pages.
///
/// # Errors
/// `not_found`.
pub async fn find_job(state: &AppState, account: &Account, id: JobId) -> Result<Job, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    load_job(state, &mut tx, account.id, id).await
}

/// Reads a job within the caller's transaction.
async fn load_job(state: &AppState, tx: &mut Tx, owner: UserId, id: JobId) -> Result<Job, Error> {
    let row = jobs::find_status(tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    let is_shown = store::find(tx, owner, row.page_id).await?.is_some();
    build_job(state, tx, owner, row, is_shown).await
}
