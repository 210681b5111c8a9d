//! Drawing a kept page anew, in another style, for nothing. The drawing it has stays until the next one is ready.

use model::{Job, Page, PageId, Problem, Status, Style, Title};

use super::{DrawPage, not_drawn, page, store, told};
use crate::{
    Error, Machine, accounts, assets,
    clock::rfc3339,
    db::Authority,
    generators::{self, Provider},
    jobs,
    limits::{self, Rule},
    visitor::Account,
};

/// Has a drawn page drawn again by our own engine. No ledger line: nothing is spent, so nothing can come back.
///
/// # Errors
/// `not_found`, `style_out_of_range`, `page_not_ready` while it is being drawn, `page_failed` when it never was,
/// `photo_gone` when the photo is kept no longer, `too_many_requests`.
pub async fn redraw(machine: &Machine, account: &Account, id: PageId, style: &Style) -> Result<Job, Error> {
    style.validate().map_err(|_| Problem::style_out_of_range())?;
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    accounts::store::take_turn(&mut tx, account.id).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let photo = store::begin_redraw(&mut tx, account.id, id).await?.ok_or_else(|| not_drawn(&row.status))?;
    let photo_id = photo.ok_or_else(Problem::photo_gone)?;
    if assets::store::find_photo(&mut tx, account.id, photo_id).await?.is_none() {
        return Err(Problem::photo_gone().into());
    }
    // What was erased and added by hand stays: it names strokes of the photo, which are the same in every style.
    let edits = jobs::find_done::<DrawPage>(&mut tx, account.id, id).await?.map(|drawn| drawn.edits);
    limits::take(machine, &mut tx, Rule::Redraw, account.id.0.as_bytes()).await?;
    let job_id = jobs::new_id();
    let work = DrawPage {
        owner: account.id,
        page_id: id,
        photo_id,
        announced: None,
        style: *style,
        edits: edits.unwrap_or_default(),
        title: Title::parse(&row.title)?,
        by: Provider::Local,
        fallback: true,
    };
    jobs::add(&mut tx, job_id, Some(account.id), &work, None).await?;
    tx.commit().await?;
    machine.doorbell.ring();
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
pub async fn show(machine: &Machine, account: &Account, id: PageId) -> Result<Shown, Error> {
    let mut tx = machine.db.read(Authority::Owner(account.id)).await?;
    let row = store::find(&mut tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    let page = page(machine, row, &assets::store::of_pages(&mut tx, account.id, id, id).await?)?;
    let job = match jobs::find_latest(&mut tx, account.id, id).await? {
        Some(state) => Some(told(machine, &mut tx, account.id, state, true).await?),
        None => None,
    };
    let photo_until = assets::store::photo_kept_until(&mut tx, account.id, id).await?.map(rfc3339);
    let meanwhile = generators::shown_meanwhile(machine, &mut tx, account.id, id).await?;
    let meanwhile = meanwhile.filter(|_| !page.status.is_final());
    Ok(Shown { page, job, photo_until, meanwhile })
}
