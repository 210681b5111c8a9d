//! Renders books, and exports of selected pages, as one PDF.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use lineart::{Drawing, PdfOptions, PdfPage};
use model::{BookId, Orientation, PageId, Paper, Problem, Title};

use super::{check_page_selection, load_book, store};
use crate::{
    AppState, Error, cpu_pool, credits,
    db::{Authority, Tx},
    i18n::tr,
    identity::Account,
};

/// Drawings read from the file store concurrently.
const MAX_CONCURRENT_READS: usize = 8;

/// Request for a PDF of selected pages that are not a book.
pub struct PdfExport {
    pub page_ids: Vec<PageId>,
    pub paper: Paper,
    pub title: Title,
    /// `None` picks the orientation of each sheet by its drawing.
    pub orientation: Option<Orientation>,
}

/// Returns the book as a PDF, and its title.
///
/// # Errors
/// `not_found`, `book_empty`.
pub async fn render_book(state: &AppState, account: &Account, id: BookId) -> Result<(Bytes, Title), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let book = load_book(&mut tx, account, id).await?;
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
    let pdf = render_pages(state, account, tx, &book.page_ids, layout).await?;
    Ok((pdf, book.title))
}

/// Returns the selected pages as one PDF.
///
/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or
/// `page_failed` for one without a drawing.
pub async fn export_pdf(state: &AppState, account: &Account, export: PdfExport) -> Result<Bytes, Error> {
    check_page_selection(&export.page_ids)?;
    let tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let layout = Layout {
        paper: export.paper,
        orientation: export.orientation,
        title: export.title,
        cover: false,
        page_numbers: false,
    };
    render_pages(state, account, tx, &export.page_ids, layout).await
}

/// Settings of the document.
struct Layout {
    paper: Paper,
    orientation: Option<Orientation>,
    title: Title,
    cover: bool,
    page_numbers: bool,
}

/// Reads the drawings of the pages and renders them as one PDF.
async fn render_pages(
    state: &AppState,
    account: &Account,
    mut tx: Tx,
    pages: &[PageId],
    layout: Layout,
) -> Result<Bytes, Error> {
    let mut drawings = Vec::with_capacity(pages.len());
    for page in pages {
        drawings.push(store::find_drawing(&mut tx, account.id, *page).await?);
    }
    // Without credits, every sheet gets a mark in its footer.
    let footer_text = (credits::balance_in(&mut tx, account.id).await? == 0).then(|| tr("pdf-mark"));
    drop(tx);
    let read = async |(title, path): (String, String)| Ok::<_, Error>((title, state.files.get(&path).await?));
    let pages: Vec<_> = stream::iter(drawings).map(read).buffered(MAX_CONCURRENT_READS).try_collect().await?;
    cpu_pool::run(move || write_pdf(&pages, &layout, footer_text.as_deref())).await?
}

fn write_pdf(pages: &[(String, Bytes)], layout: &Layout, footer_text: Option<&str>) -> Result<Bytes, Error> {
    let drawings = pages.iter().map(|(_, svg)| {
        let svg = std::str::from_utf8(svg).map_err(Error::internal)?;
        Drawing::from_svg(svg).map_err(Error::internal)
    });
    let drawings: Vec<_> = drawings.collect::<Result<_, _>>()?;
    let pdf_pages: Vec<_> =
        pages.iter().zip(&drawings).map(|((title, _), drawing)| PdfPage { title, drawing }).collect();
    let options = PdfOptions {
        paper: layout.paper,
        orientation: layout.orientation,
        title: layout.title.as_str(),
        cover: layout.cover,
        page_numbers: layout.page_numbers,
        footer_text,
    };
    Ok(lineart::write_pdf_with_options(&pdf_pages, &options).map_err(Error::internal)?.into())
}
