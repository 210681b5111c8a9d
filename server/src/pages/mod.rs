//! Pages: making one for a credit, showing, renaming and deleting it, and its files.

mod archive;
mod draw;
mod knobs;
mod print;
mod redraw;
mod search;
pub(crate) mod store;
mod trash;

use model::{
    AssetId, Downloads, Edits, Job, JobId, Page, PageId, Paginated, Problem, Status, Style, Title, UserId,
    photo::AssetKind,
};
use uuid::Uuid;

pub use archive::archive;
pub use draw::DrawPage;
pub use knobs::style_of;
pub(crate) use knobs::turn;
pub use print::{Rendering, file};
pub use redraw::{Shown, redraw, show};
pub use search::search;
pub use trash::{EmptyTrash, list_trash, move_to_trash, restore};

use crate::{
    AppState, Error, assets,
    clock::{DAY, Millis, rfc3339},
    credits,
    db::{Authority, Tx},
    files::signed_download_url,
    generators,
    i18n::tr,
    identity::Account,
    jobs,
    limits::{self, Rule},
    network::Network,
};

/// How many pages one answer lists.
const LISTED: i64 = 24;
/// How far ahead "keep longer" reaches.
const LONGEST_KEPT: Millis = 2 * 365 * DAY;

/// What a parent asks for.
#[derive(Clone)]
pub struct NewPage {
    pub photo: AssetId,
    pub style: Style,
    /// What they changed by hand. Only our own engine can.
    pub edits: Edits,
    pub title: Title,
    /// If whoever draws cannot, our own engine may.
    pub fallback: bool,
}

/// Makes a page of a stored photo: one credit, one ledger line, one page and one job, or none of them.
///
/// The same `key` again is the same page again, without a second credit.
///
/// # Errors
/// `not_found` for a photo that is not the account's, `no_credit`, `style_out_of_range`, `body_invalid` for edits that
/// no hand makes, `idempotency_key_reused` when the key came with another wish, `too_many_requests`.
pub async fn make(
    state: &AppState,
    account: &Account,
    from: &Network,
    new_page: &NewPage,
    key: Option<&str>,
) -> Result<Job, Error> {
    new_page.style.validate().map_err(|_| Problem::style_out_of_range())?;
    new_page.edits.validate().map_err(|error| {
        Problem::body_invalid_because(Some("edits".to_owned()), format!("The edits do not fit: {error}."))
    })?;
    let photo = assets::direct_upload::resolve_upload(state, account.id, new_page.photo).await?;
    let announced = Some(new_page.photo).filter(|asked| *asked != photo);
    let new_page = &NewPage { photo, ..new_page.clone() };
    match make_once(state, account, from, new_page, announced, key).await {
        // Two requests with the same key raced; the other one won.
        Err(error) if error.is_unique_violation("jobs_idempotency_key", "jobs.user_id, jobs.idempotency_key") => {
            make_once(state, account, from, new_page, announced, key).await
        }
        result => result,
    }
}

async fn make_once(
    state: &AppState,
    account: &Account,
    from: &Network,
    new_page: &NewPage,
    announced: Option<AssetId>,
    key: Option<&str>,
) -> Result<Job, Error> {
    let NewPage { photo, style, edits, title, fallback } = new_page;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    if let Some(key) = key
        && let Some((id, before)) = jobs::find_by_idempotency_key::<DrawPage>(&mut tx, account.id, key).await?
    {
        if !before.is_same_order(new_page) {
            return Err(Problem::idempotency_key_reused().into());
        }
        return job(state, &mut tx, account.id, id).await;
    }
    if assets::store::find_photo(&mut tx, account.id, *photo).await?.is_none() {
        return Err(Problem::not_found().into());
    }
    let (page_id, job_id) = (PageId(Uuid::now_v7()), jobs::new_job_id());
    let keep_until = tx.now + Millis::from(state.config.keep_page_days) * DAY;
    store::insert(&mut tx, account.id, page_id, *photo, title, style, keep_until).await?;
    let work = DrawPage {
        page_id,
        photo_id: *photo,
        announced,
        style: *style,
        edits: edits.clone(),
        title: title.clone(),
        by: state.config.generator.provider,
        fallback: *fallback,
    };
    // Before the credit: of two requests with one key, the second is to meet the key, not an empty balance.
    jobs::enqueue(&mut tx, job_id, Some(account.id), &work, key).await?;
    credits::spend(&mut tx, account.id, job_id, page_id).await?;
    limits::enforce(state, &mut tx, Rule::Page, account.id.0.as_bytes()).await?;
    limits::enforce(state, &mut tx, Rule::PageFromAddress, from.as_bytes()).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(Job { id: job_id, page_id, status: Status::Waiting, progress: 0.0, error: None, downloads: None })
}

/// A job of the account, told in the words of its page.
pub async fn find_job(state: &AppState, account: &Account, id: JobId) -> Result<Job, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    job(state, &mut tx, account.id, id).await
}

async fn job(state: &AppState, tx: &mut Tx, owner: UserId, id: JobId) -> Result<Job, Error> {
    let row = jobs::find_status(tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    let is_shown = store::find(tx, owner, row.page_id).await?.is_some();
    to_job(state, tx, owner, row, is_shown).await
}

/// What a page is called that nobody gave a title.
pub fn untitled() -> Result<Title, Problem> {
    Title::parse(&tr("page-untitled"))
}

/// A job in the words of its page. One that is not shown, because it is in the trash, has nothing to fetch.
async fn to_job(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    row: jobs::JobStatus,
    is_shown: bool,
) -> Result<Job, Error> {
    let files = assets::store::list_page_files(tx, owner, row.page_id, row.page_id).await?;
    let drawing = downloads(state, row.page_id, &files);
    let (status, progress) = match row.state.as_str() {
        // Begun, and waiting for somebody else.
        "waiting" if row.progress > 0.0 => (Status::Drawing, row.progress as f32),
        "waiting" => (Status::Waiting, 0.0),
        "running" => (Status::Drawing, row.progress as f32),
        "done" => (Status::Ready, 1.0),
        _ => (Status::Failed, 1.0),
    };
    let error = match &drawing {
        Some(_) => "drawn-anew-failed",
        None => "drawing-failed",
    };
    Ok(Job {
        id: row.id,
        page_id: row.page_id,
        status,
        progress,
        error: (status == Status::Failed).then(|| tr(error)),
        downloads: drawing.filter(|_| is_shown && status == Status::Ready),
    })
}

/// Why a page of this status has no drawing.
pub fn not_drawn(status: &str) -> Problem {
    match Status::parse(status) {
        Some(Status::Failed) => Problem::page_failed(),
        _ => Problem::page_not_ready(),
    }
}

/// The account's page.
///
/// # Errors
/// `not_found`, also for a page of somebody else.
pub async fn get(state: &AppState, account: &Account, id: PageId) -> Result<Page, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)
}

/// These of the account's pages, in this order, without those that are not there any more.
pub async fn get_all(state: &AppState, account: &Account, ids: &[PageId]) -> Result<Vec<Page>, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = store::find(&mut tx, account.id, *id).await? else { continue };
        found.push(page(state, row, &assets::store::list_page_files(&mut tx, account.id, *id, *id).await?)?);
    }
    Ok(found)
}

/// Up to 24 of the account's pages, newest first; `after` is the `next` of the part before.
pub async fn list(state: &AppState, account: &Account, after: Option<&str>) -> Result<Paginated<Page>, Error> {
    let after = after.map(str::parse::<PageId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let rows = store::list(&mut tx, account.id, after, LISTED + 1).await?;
    part(state, &mut tx, account.id, rows).await
}

/// The part of a list that these rows are, with their files; one row more than fits tells that there is a next part.
async fn part(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    mut rows: Vec<store::Row>,
) -> Result<Paginated<Page>, Error> {
    let more = rows.len() as i64 > LISTED;
    rows.truncate(LISTED as usize);
    let (Some(newest), Some(oldest)) = (rows.first().map(|row| row.id), rows.last().map(|row| row.id)) else {
        return Ok(Paginated { items: Vec::new(), next: None });
    };
    let files = assets::store::list_page_files(tx, owner, PageId(oldest), PageId(newest)).await?;
    let items = rows.into_iter().map(|row| page(state, row, &files)).collect::<Result<_, _>>()?;
    Ok(Paginated { items, next: more.then(|| oldest.to_string()) })
}

/// Gives the page another title.
pub async fn rename(state: &AppState, account: &Account, id: PageId, title: &Title) -> Result<Page, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    let row = store::rename(&mut tx, account.id, id, title).await?.ok_or_else(Problem::not_found)?;
    let page = page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    tx.commit().await?;
    Ok(page)
}

/// Keeps the page and its drawing longer: as long again as a new one, and at most for two years from now.
pub async fn keep(state: &AppState, account: &Account, id: PageId) -> Result<Page, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let longer = row.keep_until + Millis::from(state.config.keep_page_days) * DAY;
    row.keep_until = longer.min(tx.now + LONGEST_KEPT).max(row.keep_until);
    store::keep_until(&mut tx, account.id, id, row.keep_until).await?;
    assets::store::set_drawing_expiry(&mut tx, account.id, id, row.keep_until).await?;
    let page = page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    tx.commit().await?;
    Ok(page)
}

/// Deletes the page, its files, and its photo unless another page is made of it. An unfinished one gives its
/// credit back.
pub async fn delete(state: &AppState, account: &Account, id: PageId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    forget(&mut tx, account.id, id).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

async fn forget(tx: &mut Tx, owner: UserId, id: PageId) -> Result<(), Error> {
    // First the job, as in drawing: whoever holds its row finishes, then the other sees what is there.
    let unfinished = jobs::cancel_unfinished(tx, owner, id).await?;
    let mut paths = assets::store::delete_page_files(tx, owner, id).await?;
    let Some(photo) = store::delete(tx, owner, id).await? else {
        return Err(Problem::not_found().into());
    };
    if let Some(photo) = photo {
        paths.extend(assets::store::delete_unused_photo(tx, owner, photo).await?);
    }
    if let Some(job) = unfinished {
        credits::refund(tx, owner, job).await?;
    }
    generators::store::delete_page_generations(tx, owner, id).await?;
    assets::enqueue_file_removal(tx, paths).await
}

/// The page as its owner sees it; `files` may hold those of other pages too.
fn page(state: &AppState, row: store::Row, files: &[assets::store::PageFileRow]) -> Result<Page, Error> {
    let unreadable = |what: &str| Error::internal(format!("page {}: {what}", row.id));
    let status = Status::parse(&row.status).ok_or_else(|| unreadable("status"))?;
    let id = PageId(row.id);
    Ok(Page {
        id,
        title: Title::parse(&row.title).map_err(|_| unreadable("title"))?,
        status,
        style: serde_json::from_str(&row.style).map_err(|_| unreadable("style"))?,
        created_at: rfc3339(row.created_at),
        keep_until: rfc3339(row.keep_until),
        downloads: downloads(state, id, files),
    })
}

/// Signed addresses of the page's files, once it has them all.
fn downloads(state: &AppState, page: PageId, files: &[assets::store::PageFileRow]) -> Option<Downloads> {
    let path = |kind: AssetKind, content_type: &str| {
        let is_it = |file: &&assets::store::PageFileRow| {
            file.page_id == page.0 && file.kind == kind.as_str() && file.content_type == content_type
        };
        files.iter().find(is_it).map(assets::store::PageFileRow::owned_path)
    };
    let sign = |path: String| signed_download_url(&state.keys, &path);
    let svg = path(AssetKind::Artifact, "image/svg+xml")?;
    // The PDF is made of the SVG when it is asked for, because it carries the title, which may change.
    let pdf = format!("{}.pdf", svg.trim_end_matches(".svg"));
    Some(Downloads {
        png: sign(path(AssetKind::Artifact, "image/png")?),
        svg: sign(svg),
        pdf: sign(pdf),
        preview: sign(path(AssetKind::Preview, "image/png")?),
        video: path(AssetKind::Artifact, "video/mp4").map(sign),
    })
}
