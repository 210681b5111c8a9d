//! Many pages into one PDF: a book as its owner planned it, or an export of any pages.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use lineart::{Drawing, PdfOptions, PdfPage};
use model::{BookId, Orientation, PageId, Paper, Problem, Title};

use super::{check_choice, find, store};
use crate::{
    AppState, Error, cpu_pool, credits,
    db::{Authority, Tx},
    i18n::tr,
    identity::Account,
};

/// Drawings fetched from the store side by side.
const FETCHED_AT_ONCE: usize = 8;

/// A document of pages that need not be a book.
pub struct Export {
    pub page_ids: Vec<PageId>,
    pub paper: Paper,
    pub title: Title,
    pub orientation: Option<Orientation>,
}

/// The book as a PDF, and what it is called.
///
/// # Errors
/// `not_found`, `book_empty`.
pub async fn pdf(state: &AppState, account: &Account, id: BookId) -> Result<(Bytes, Title), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let book = find(&mut tx, account, id).await?;
    if book.page_ids.is_empty() {
        return Err(Problem::book_empty().into());
    }
    let layout = Layout {
        paper: book.paper,
        orientation: None,
        title: book.title.clone(),
        cover: book.cover,
        page_numbers: book.page_numbers,
    };
    let pdf = bound(state, account, tx, &book.page_ids, layout).await?;
    Ok((pdf, book.title))
}

/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or `page_failed` for one
/// without a drawing.
pub async fn export(state: &AppState, account: &Account, export: Export) -> Result<Bytes, Error> {
    check_choice(&export.page_ids)?;
    let tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let layout = Layout {
        paper: export.paper,
        orientation: export.orientation,
        title: export.title,
        cover: false,
        page_numbers: false,
    };
    bound(state, account, tx, &export.page_ids, layout).await
}

struct Layout {
    paper: Paper,
    orientation: Option<Orientation>,
    title: Title,
    cover: bool,
    page_numbers: bool,
}

async fn bound(
    state: &AppState,
    account: &Account,
    mut tx: Tx,
    pages: &[PageId],
    layout: Layout,
) -> Result<Bytes, Error> {
    let mut found = Vec::with_capacity(pages.len());
    for page in pages {
        found.push(store::drawn_page(&mut tx, account.id, *page).await?);
    }
    // At the foot of every page while there are no credits left.
    let mark = (credits::balance_in(&mut tx, account.id).await? == 0).then(|| tr("pdf-mark"));
    drop(tx);
    let fetch = async |(title, path): (String, String)| Ok::<_, Error>((title, state.files.get(&path).await?));
    let fetched: Vec<_> = stream::iter(found).map(fetch).buffered(FETCHED_AT_ONCE).try_collect().await?;
    cpu_pool::run(move || write(&fetched, &layout, mark.as_deref())).await?
}

fn write(pages: &[(String, Bytes)], layout: &Layout, mark: Option<&str>) -> Result<Bytes, Error> {
    let drawings = pages.iter().map(|(_, svg)| {
        let svg = std::str::from_utf8(svg).map_err(Error::internal)?;
        Drawing::from_svg(svg).map_err(Error::internal)
    });
    let drawings: Vec<_> = drawings.collect::<Result<_, _>>()?;
    let sheets: Vec<_> = pages.iter().zip(&drawings).map(|((title, _), drawing)| PdfPage { title, drawing }).collect();
    let binding = PdfOptions {
        paper: layout.paper,
        orientation: layout.orientation,
        title: layout.title.as_str(),
        cover: layout.cover,
        page_numbers: layout.page_numbers,
        footer_text: mark,
    };
    Ok(lineart::write_pdf_with_options(&sheets, &binding).map_err(Error::internal)?.into())
}
