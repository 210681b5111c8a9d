//! Creates pages: checks the request, charges a credit and adds the job that draws the page.

use model::{AssetId, Edits, HINTS_VERSION, Job, PageId, Problem, Status, Style, Title};
use uuid::Uuid;

use super::{DrawPage, load_job, store};
use crate::{
    AppState, Error, assets,
    clock::{DAY, Millis},
    credits,
    db::Authority,
    i18n::tr,
    identity::Account,
    jobs,
    limits::{self, Rule},
    network::Network,
};

/// Request for a new page.
#[derive(Clone)]
pub struct NewPage {
    pub photo: AssetId,
    pub style: Style,
    /// Strokes erased and added by hand. Only the local engine applies them.
    pub edits: Edits,
    /// Version of the hints with which the edits were made: [`HINTS_VERSION`], or 0 for none.
    pub hints_version: u32,
    pub title: Title,
    /// Whether the local engine draws the page when the provider fails.
    pub fallback: bool,
}

/// The version of the hints for a request that names none. Edits are then those of a program that
/// knows no hints.
pub fn default_hints_version(style: &Style, edits: &Edits) -> u32 {
    if style.without_people || !edits.is_empty() { 0 } else { HINTS_VERSION }
}

/// Creates a page from a stored photo. One transaction charges a credit, writes its ledger entry
/// and adds the page and its job. A repeated idempotency `key` returns the job of the first request
/// and charges nothing.
///
/// # Errors
/// `not_found` for a photo that is not the account's, `no_credit`, `style_out_of_range`,
/// `body_invalid` for edits out of range, `outdated` for an unknown version of the hints,
/// `idempotency_key_reused` when the first request with the key differs, `too_many_requests`.
pub async fn create_page(
    state: &AppState,
    account: &Account,
    network: &Network,
    new_page: &NewPage,
    key: Option<&str>,
) -> Result<Job, Error> {
    new_page.style.validate().map_err(|_| Problem::style_out_of_range())?;
    new_page.edits.validate().map_err(|error| {
        Problem::body_invalid_because(Some("edits".to_owned()), format!("The edits do not fit: {error}."))
    })?;
    let known_versions = if new_page.style.without_people { [0, 0] } else { [0, HINTS_VERSION] };
    if !known_versions.contains(&new_page.hints_version) {
        return Err(Problem::outdated().into());
    }
    let photo = assets::direct_upload::complete_if_upload(state, account.id, new_page.photo).await?;
    let upload_id = Some(new_page.photo).filter(|requested| *requested != photo);
    let new_page = &NewPage { photo, ..new_page.clone() };
    match create_page_once(state, account, network, new_page, upload_id, key).await {
        // Two requests with the same key raced and the other one committed first.
        Err(error) if error.is_unique_violation("jobs_idempotency_key", "jobs.user_id, jobs.idempotency_key") => {
            create_page_once(state, account, network, new_page, upload_id, key).await
        }
        result => result,
    }
}

/// One attempt to create the page. `upload_id` is the direct upload that the client named in place
/// of the photo.
async fn create_page_once(
    state: &AppState,
    account: &Account,
    network: &Network,
    new_page: &NewPage,
    upload_id: Option<AssetId>,
    key: Option<&str>,
) -> Result<Job, Error> {
    let NewPage { photo, style, edits, hints_version, title, fallback } = new_page;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    if let Some(key) = key
        && let Some((id, earlier)) = jobs::find_by_idempotency_key::<DrawPage>(&mut tx, account.id, key).await?
    {
        if !earlier.is_same_request(new_page) {
            return Err(Problem::idempotency_key_reused().into());
        }
        return load_job(state, &mut tx, account.id, id).await;
    }
    if assets::store::find_photo(&mut tx, account.id, *photo).await?.is_none() {
        return Err(Problem::not_found().into());
    }
    let (page_id, job_id) = (PageId(Uuid::now_v7()), jobs::new_job_id());
    let keep_until = tx.now + Millis::from(state.config.keep_page_days) * DAY;
    store::insert(&mut tx, account.id, page_id, *photo, title, style, keep_until).await?;
    let job = DrawPage {
        page_id,
        photo_id: *photo,
        upload_id,
        style: *style,
        edits: edits.clone(),
        hints_version: *hints_version,
        title: title.clone(),
        provider: state.config.generator.provider,
        fallback: *fallback,
    };
    // Insert the job before charging: of two requests with one key, the second must fail on the
    // key, not on an empty balance.
    jobs::enqueue(&mut tx, job_id, Some(account.id), &job, key).await?;
    credits::charge_page(&mut tx, account.id, job_id, page_id).await?;
    limits::enforce_limit(state, &mut tx, Rule::Page, account.id.0.as_bytes()).await?;
    limits::enforce_limit(state, &mut tx, Rule::PageFromAddress, network.as_bytes()).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(Job { id: job_id, page_id, status: Status::Waiting, progress: 0.0, error: None, downloads: None })
}

/// The title of a page that was created without one, in the current language.
pub fn default_title() -> Result<Title, Problem> {
    Title::parse(&tr("page-untitled"))
}
