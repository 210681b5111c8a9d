//! Redraws a page in another style, free of charge. The page keeps its drawing until the new one is
//! ready.

use model::{Edits, HINTS_VERSION, Job, PageDetails, PageId, Problem, Status, Style, Title};

use super::{DrawPage, build_job, build_page, missing_drawing, store};
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

/// Adds a job that redraws the page with the local engine. It charges no credit, so a failure
/// refunds none.
///
/// # Errors
/// `not_found`, `style_out_of_range`, `page_not_ready` while the page is being drawn, `page_failed`
/// when it has no drawing, `photo_gone` when its photo has expired, `too_many_requests`.
pub async fn redraw_page(state: &AppState, account: &Account, id: PageId, style: &Style) -> Result<Job, Error> {
    style.validate().map_err(|_| Problem::style_out_of_range())?;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let photo = store::mark_for_redraw(&mut tx, account.id, id).await?.ok_or_else(|| missing_drawing(&row.status))?;
    let photo_id = photo.ok_or_else(Problem::photo_gone)?;
    if assets::store::find_photo(&mut tx, account.id, photo_id).await?.is_none() {
        return Err(Problem::photo_gone().into());
    }
    let (edits, hints_version) = edits_for_redraw(jobs::find_latest_done(&mut tx, account.id, id).await?, style);
    limits::enforce_limit(state, &mut tx, Rule::Redraw, account.id.0.as_bytes()).await?;
    let job_id = jobs::new_job_id();
    let job = DrawPage {
        page_id: id,
        photo_id,
        upload_id: None,
        style: *style,
        edits,
        hints_version,
        title: Title::parse(&row.title)?,
        provider: Provider::Local,
        fallback: true,
    };
    jobs::enqueue(&mut tx, job_id, Some(account.id), &job, None).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(Job { id: job_id, page_id: id, status: Status::Waiting, progress: 0.0, error: None, downloads: None })
}

/// The manual edits of a redrawn page, with the version of its hints. Edits stay valid in another
/// style, because they refer to strokes of the photo, but not with other hints: then there are
/// none.
fn edits_for_redraw(drawn: Option<DrawPage>, style: &Style) -> (Edits, u32) {
    let drawn = drawn.filter(|drawn| !drawn.edits.is_empty());
    let hints_version = match &drawn {
        _ if style.without_people => 0,
        // The edits were made where no hints were to be had.
        Some(drawn) if drawn.hints_version == 0 && !drawn.style.without_people => 0,
        _ => HINTS_VERSION,
    };
    let drawn = drawn.filter(|drawn| drawn.hints_version == hints_version);
    (drawn.map(|drawn| drawn.edits).unwrap_or_default(), hints_version)
}

/// Returns a page with its newest job.
///
/// # Errors
/// `not_found`, also for another account's page.
pub async fn find_page_details(state: &AppState, account: &Account, id: PageId) -> Result<PageDetails, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let page = build_page(state, row, &assets::store::list_page_files(&mut tx, account.id, id, id).await?)?;
    let job = match jobs::find_latest_status(&mut tx, account.id, id).await? {
        Some(row) => Some(build_job(state, &mut tx, account.id, row, true).await?),
        None => None,
    };
    let photo_expires_at = assets::store::find_photo_expiry(&mut tx, account.id, id).await?.map(rfc3339);
    let provisional_image_url = generators::provisional_image_url(state, &mut tx, account.id, id).await?;
    let provisional_image_url = provisional_image_url.filter(|_| !page.status.is_final());
    Ok(PageDetails { page, job, photo_expires_at, provisional_image_url })
}
