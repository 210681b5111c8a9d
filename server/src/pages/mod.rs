//! Pages: making one for a credit, showing, renaming and deleting it, and its files.

mod draw;
mod print;
pub(crate) mod store;

use model::{
    AssetId, Downloads, Job, JobId, Listing, Page, PageId, Problem, Status, Style, Title, UserId, photo::AssetKind,
};
use uuid::Uuid;

pub use draw::DrawPage;
pub use print::{Rendering, file};

use crate::{
    Error, Machine,
    accounts::Account,
    assets,
    clock::{DAY, Millis, rfc3339},
    credits,
    db::{Authority, Tx},
    files::signed_address,
    jobs,
};

/// How many pages one answer lists.
pub const LISTED: i64 = 24;

/// Makes a page of a stored photo: one credit, one ledger line, one page and one job, or none of them.
///
/// The same `key` again is the same page again, without a second credit.
///
/// # Errors
/// `not_found` for a photo that is not the account's, `no_credit`, `style_out_of_range`,
/// `idempotency_key_reused` when the key came with another photo.
pub async fn make(
    machine: &Machine,
    account: &Account,
    photo: AssetId,
    style: &Style,
    title: &Title,
    key: Option<&str>,
) -> Result<Job, Error> {
    style.check().map_err(|_| Problem::style_out_of_range())?;
    match make_once(machine, account, photo, style, title, key).await {
        // Two requests with the same key raced; the other one won.
        Err(error) if error.is_unique_violation("jobs_idempotency_key", "jobs.user_id, jobs.idempotency_key") => {
            make_once(machine, account, photo, style, title, key).await
        }
        result => result,
    }
}

async fn make_once(
    machine: &Machine,
    account: &Account,
    photo: AssetId,
    style: &Style,
    title: &Title,
    key: Option<&str>,
) -> Result<Job, Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    if let Some(key) = key
        && let Some((id, work)) = jobs::find_by_key(&mut tx, account.id, key).await?
    {
        return match work {
            jobs::Work::DrawPage(work) if work.photo_id == photo => job(machine, &mut tx, account.id, id).await,
            _ => Err(Problem::idempotency_key_reused().into()),
        };
    }
    if assets::store::find(&mut tx, account.id, photo).await?.is_none() {
        return Err(Problem::not_found().into());
    }
    let (page_id, job_id) = (PageId(Uuid::now_v7()), jobs::new_id());
    credits::spend(&mut tx, account.id, job_id, page_id).await?;
    let keep_until = tx.now + Millis::from(machine.config.keep_page_days) * DAY;
    store::insert(&mut tx, account.id, page_id, photo, title, style, keep_until).await?;
    let work = jobs::Work::DrawPage(DrawPage { owner: account.id, page_id, photo_id: photo });
    jobs::add(&mut tx, job_id, Some(account.id), &work, key).await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(Job { id: job_id, page_id, status: Status::Waiting, progress: 0.0, error: None, downloads: None })
}

/// A job of the account, told in the words of its page.
pub async fn find_job(machine: &Machine, account: &Account, id: JobId) -> Result<Job, Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    job(machine, &mut tx, account.id, id).await
}

async fn job(machine: &Machine, tx: &mut Tx, owner: UserId, id: JobId) -> Result<Job, Error> {
    let state = jobs::find(tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    let status = match state.state.as_str() {
        "waiting" => Status::Waiting,
        "running" => Status::Drawing,
        "done" => Status::Ready,
        _ => Status::Failed,
    };
    Ok(Job {
        id,
        page_id: state.page,
        status,
        progress: match status {
            Status::Waiting => 0.0,
            Status::Drawing => 0.5,
            Status::Ready | Status::Failed => 1.0,
        },
        error: (status == Status::Failed).then(|| "The page could not be drawn. Your credit was returned.".to_owned()),
        downloads: downloads(machine, tx, owner, state.page).await?,
    })
}

/// The account's page.
///
/// # Errors
/// `not_found`, also for a page of somebody else.
pub async fn get(machine: &Machine, account: &Account, id: PageId) -> Result<Page, Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    page(machine, &mut tx, account.id, row).await
}

/// Up to 24 of the account's pages, newest first; `after` is the `next` of the part before.
pub async fn list(machine: &Machine, account: &Account, after: Option<&str>) -> Result<Listing<Page>, Error> {
    let after = match after {
        Some(text) => Some(text.parse::<PageId>().map_err(|_| Problem::not_found())?),
        None => None,
    };
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let mut rows = store::list(&mut tx, account.id, after, LISTED + 1).await?;
    let more = rows.len() as i64 > LISTED;
    rows.truncate(LISTED as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(page(machine, &mut tx, account.id, row).await?);
    }
    Ok(Listing { items, next })
}

/// Gives the page another title.
pub async fn rename(machine: &Machine, account: &Account, id: PageId, title: &Title) -> Result<Page, Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    let row = store::rename(&mut tx, account.id, id, title).await?.ok_or_else(Problem::not_found)?;
    let page = page(machine, &mut tx, account.id, row).await?;
    tx.commit().await?;
    Ok(page)
}

/// Deletes the page, its files, and its photo unless another page is made of it. An unfinished one gives its
/// credit back.
pub async fn delete(machine: &Machine, account: &Account, id: PageId) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    let mut paths = assets::store::forget_page(&mut tx, account.id, id).await?;
    let Some(photo) = store::delete(&mut tx, account.id, id).await? else {
        return Err(Problem::not_found().into());
    };
    if let Some(photo) = photo {
        paths.extend(assets::store::forget_unused_photo(&mut tx, account.id, photo).await?);
    }
    if let Some(job) = jobs::cancel(&mut tx, account.id, id).await? {
        credits::refund(&mut tx, account.id, job, id).await?;
    }
    if !paths.is_empty() {
        let work = jobs::Work::RemoveFiles(assets::RemoveFiles { paths });
        jobs::add(&mut tx, jobs::new_id(), None, &work, None).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

async fn page(machine: &Machine, tx: &mut Tx, owner: UserId, row: store::Row) -> Result<Page, Error> {
    let unreadable = |what: &str| Error::internal(format!("page {}: {what}", row.id));
    let status = Status::parse(&row.status).ok_or_else(|| unreadable("status"))?;
    let downloads = if status == Status::Ready { downloads(machine, tx, owner, PageId(row.id)).await? } else { None };
    Ok(Page {
        id: PageId(row.id),
        title: Title::parse(&row.title).map_err(|_| unreadable("title"))?,
        status,
        style: serde_json::from_str(&row.style).map_err(|_| unreadable("style"))?,
        created_at: rfc3339(row.created_at),
        keep_until: rfc3339(row.keep_until),
        downloads,
    })
}

/// Signed addresses of the page's files, once it has them all.
async fn downloads(machine: &Machine, tx: &mut Tx, owner: UserId, page: PageId) -> Result<Option<Downloads>, Error> {
    let files = assets::store::of_page(tx, owner, page).await?;
    let path = |kind: AssetKind, content_type: &str| {
        files.iter().find(|(c, k, _)| c == content_type && k == kind.as_str()).map(|(_, _, path)| path.as_str())
    };
    let sign = |path: &str| signed_address(&machine.keys, path);
    let found = (
        path(AssetKind::Artifact, "image/png"),
        path(AssetKind::Artifact, "image/svg+xml"),
        path(AssetKind::Preview, "image/png"),
    );
    let (Some(png), Some(svg), Some(preview)) = found else { return Ok(None) };
    // The PDF is made of the SVG when it is asked for, because it carries the title, which may change.
    let pdf = format!("{}.pdf", svg.trim_end_matches(".svg"));
    Ok(Some(Downloads { png: sign(png), svg: sign(svg), pdf: sign(&pdf), preview: sign(preview) }))
}
