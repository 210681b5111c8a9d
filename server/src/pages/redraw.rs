//! Drawing a kept page anew, in another style, for nothing. The drawing it has stays until the next one is ready.

use model::{Job, Page, PageId, Problem, Status, Style, Title};

use super::{DrawPage, not_drawn, page, store, to_job};
use crate::{
    AppState, Error, assets,
    clock::rfc3339,
    config::Provider,
    db::Authority,
    generators,
    identity::Account,
    jobs,
    limits::{self, Rule},
};

/// Has a drawn page drawn again by our own engine. No ledger line: nothing is spent, so nothing can come back.
///
/// # Errors
/// `not_found`, `style_out_of_range`, `page_not_ready` while it is being drawn, `page_failed` when it never was,
/// `photo_gone` when the photo is kept no longer, `too_many_requests`.
pub async fn redraw(state: &AppState, account: &Account, id: PageId, style: &Style) -> Result<Job, Error> {
    style.validate().map_err(|_| Problem::style_out_of_range())?;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let photo = store::begin_redraw(&mut tx, account.id, id).await?.ok_or_else(|| not_drawn(&row.status))?;
    let photo_id = photo.ok_or_else(Problem::photo_gone)?;
    if assets::store::find_photo(&mut tx, account.id, photo_id).await?.is_none() {
        return Err(Problem::photo_gone().into());
    }
    // What was erased and added by hand stays: it names strokes of the photo, which are the same in every style.
    let edits = jobs::find_latest_done::<DrawPage>(&mut tx, account.id, id).await?.map(|drawn| drawn.edits);
    limits::enforce(state, &mut tx, Rule::Redraw, account.id.0.as_bytes()).await?;
    let job_id = jobs::new_job_id();
    let work = DrawPage {
        page_id: id,
        photo_id,
        announced: None,
        style: *style,
        edits: edits.unwrap_or_default(),
        title: Title::parse(&row.title)?,
        by: Provider::Local,
        fallback: true,
    };
    jobs::enqueue(&mut tx, job_id, Some(account.id), &work, None).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(Job { id: job_id, page_id: id, status: Status::Waiting, progress: 0.0, error: None, downloads: None })
}

/// What the page's own screen tells besides the page.
pub struct Shown {
    pub page: Page,
    /// The newest job, which tells what became of the last drawing.
    pub job: Option<Job>,
    /// Until when the photo is kept, RFC 3339, while it is: the page can be drawn anew.
    pub photo_until: Option<String>,
    /// A provider's own picture of the page, until it is in our store.
    pub meanwhile: Option<String>,
}

/// # Errors
/// `not_found`, also for a page of somebody else.
pub async fn show(state: &AppState, account: &Account, id: PageId) -> Result<Shown, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let page = page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    let job = match jobs::find_latest_status(&mut tx, account.id, id).await? {
        Some(row) => Some(to_job(state, &mut tx, account.id, row, true).await?),
        None => None,
    };
    let photo_until = assets::store::find_photo_expiry(&mut tx, account.id, id).await?.map(rfc3339);
    let meanwhile = generators::provisional_image_url(state, &mut tx, account.id, id).await?;
    let meanwhile = meanwhile.filter(|_| !page.status.is_final());
    Ok(Shown { page, job, photo_until, meanwhile })
}
