//! Public views of stored pages and their jobs, as the API returns them.

use model::{Downloads, Job, Page, PageId, Paginated, Problem, Status, Title, UserId, photo::AssetKind};

use super::{MAX_LISTED_PAGES, store};
use crate::{AppState, Error, assets, clock::rfc3339, db::Tx, files::signed_download_url, i18n::tr, jobs};

/// Builds the public view of a page. `files` may contain files of other pages too.
pub fn build_page(state: &AppState, row: store::PageRow, files: &[assets::store::PageFileRow]) -> Result<Page, Error> {
    let invalid = |field: &str| Error::internal(format!("page {}: invalid {field}", row.id));
    let status = Status::parse(&row.status).ok_or_else(|| invalid("status"))?;
    let id = PageId(row.id);
    Ok(Page {
        id,
        title: Title::parse(&row.title).map_err(|_| invalid("title"))?,
        status,
        style: serde_json::from_str(&row.style).map_err(|_| invalid("style"))?,
        created_at: rfc3339(row.created_at),
        keep_until: rfc3339(row.keep_until),
        downloads: sign_downloads(state, id, files),
    })
}

/// Signed URLs of the page's files, or `None` while one of them is missing. The video is optional.
fn sign_downloads(state: &AppState, page: PageId, files: &[assets::store::PageFileRow]) -> Option<Downloads> {
    let path = |kind: AssetKind, content_type: &str| {
        let matches = |file: &&assets::store::PageFileRow| {
            file.page_id == page.0 && file.kind == kind.as_str() && file.content_type == content_type
        };
        files.iter().find(matches).map(assets::store::PageFileRow::owned_path)
    };
    let sign = |path: String| signed_download_url(&state.keys, &path);
    let svg = path(AssetKind::Artifact, "image/svg+xml")?;
    // The PDF is rendered from the SVG on request, because it contains the title, which may change.
    let pdf = format!("{}.pdf", svg.trim_end_matches(".svg"));
    Some(Downloads {
        png: sign(path(AssetKind::Artifact, "image/png")?),
        svg: sign(svg),
        pdf: sign(pdf),
        preview: sign(path(AssetKind::Preview, "image/png")?),
        video: path(AssetKind::Artifact, "video/mp4").map(sign),
    })
}

/// Builds one part of a listing from its rows and their files. The caller reads one row more than
/// [`MAX_LISTED_PAGES`], which shows that there is a next part.
pub async fn build_listing(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    mut rows: Vec<store::PageRow>,
) -> Result<Paginated<Page>, Error> {
    let has_next = rows.len() as i64 > MAX_LISTED_PAGES;
    rows.truncate(MAX_LISTED_PAGES as usize);
    let (Some(newest), Some(oldest)) = (rows.first().map(|row| row.id), rows.last().map(|row| row.id)) else {
        return Ok(Paginated { items: Vec::new(), next: None });
    };
    let files = assets::store::list_page_files(tx, owner, PageId(oldest), PageId(newest)).await?;
    let items = rows.into_iter().map(|row| build_page(state, row, &files)).collect::<Result<_, _>>()?;
    Ok(Paginated { items, next: has_next.then(|| oldest.to_string()) })
}

/// Builds the public view of a page's job. `is_shown` is false when the page is expired or in the
/// trash; the job then has no downloads.
pub async fn build_job(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    row: jobs::JobStatus,
    is_shown: bool,
) -> Result<Job, Error> {
    let files = assets::store::list_page_files(tx, owner, row.page_id, row.page_id).await?;
    let downloads = sign_downloads(state, row.page_id, &files);
    let (status, progress) = match row.state.as_str() {
        // Started, and waiting for a provider.
        "waiting" if row.progress > 0.0 => (Status::Drawing, row.progress as f32),
        "waiting" => (Status::Waiting, 0.0),
        "running" => (Status::Drawing, row.progress as f32),
        "done" => (Status::Ready, 1.0),
        _ => (Status::Failed, 1.0),
    };
    let error = match &downloads {
        Some(_) => "drawn-anew-failed",
        None => "drawing-failed",
    };
    Ok(Job {
        id: row.id,
        page_id: row.page_id,
        status,
        progress,
        error: (status == Status::Failed).then(|| tr(error)),
        downloads: downloads.filter(|_| is_shown && status == Status::Ready),
    })
}

/// The error for a page of this status that has no drawing: `page_failed` or `page_not_ready`.
pub fn missing_drawing(status: &str) -> Problem {
    match Status::parse(status) {
        Some(Status::Failed) => Problem::page_failed(),
        _ => Problem::page_not_ready(),
    }
}
