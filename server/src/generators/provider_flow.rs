//! The course of an order at a provider: asked, accepted, made, fetched into our own store. Each state is commit_if_leased down
//! before the next is gone for, under the job's lease, so that any worker can go on from it.

use bytes::Bytes;
use lineart::{
    Drawing, Photo,
    decode::{DecodeError, validate_file},
    trace_lines,
};
use model::{AssetId, PageId, Style, UserId, photo::AssetKind};
use reqwest::Url;
use tokio::time::timeout;

use super::{
    GenerationError, GenerationRequest, StepResult,
    store::{self, GenerationRow},
};
use crate::{
    AppState, Error,
    assets::{self, NewFile},
    clock::{HOUR, MINUTE, Millis, SECOND},
    config::Provider,
    cpu_pool,
    db::{Authority, Tx},
    jobs::ClaimedJob,
    limits::spending,
};

/// Between two questions whether it is done.
const POLL_INTERVAL: Millis = 2 * SECOND;
/// What is not done by then never will be.
const GENERATION_TIMEOUT: Millis = 10 * MINUTE;
/// Before each further try to fetch a result, after the one in the foreground failed. Providers delete after an hour.
const FETCH_RETRY_DELAYS: [Millis; 3] = [MINUTE, 4 * MINUTE, 15 * MINUTE];
/// For storing what was fetched.
const STORE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// Where an order stands after a step.
pub enum FlowState {
    Drawn(Drawing),
    /// A film came instead of a picture. It is kept beside the page, which our own engine draws.
    Video,
    /// Nothing to do until then.
    PollAfter(Millis),
    /// The job is in other hands.
    LeaseLost,
}

/// What a provider made.
enum ResultFile {
    Picture(Bytes),
    Video(Bytes),
}

/// What an order is for.
pub struct GenerationTarget {
    pub provider: Provider,
    pub owner: UserId,
    pub page: PageId,
    /// Nothing of a page outlives it.
    pub keep_until: Millis,
}

/// Takes the next step, and those after it that need no waiting.
pub async fn advance_flow(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    order: &GenerationRequest,
) -> Result<FlowState, GenerationError> {
    let owner = target.owner;
    if target.provider == Provider::Local {
        return Ok(FlowState::Drawn(draw_locally(state, order).await?));
    }
    let mut tx = state.db.begin(Authority::Owner(owner)).await?;
    let generation = store::find_or_insert(&mut tx, claimed.id, target).await?;
    let age = tx.now - generation.started_at;
    tx.commit().await?;
    if let Some(result) = generation.result_id {
        return read_stored_result(state, owner, AssetId(result), order.style).await;
    }
    if let Some(url) = &generation.result_url {
        return fetch_result(state, claimed, target, order, &generation, url).await;
    }
    if age > GENERATION_TIMEOUT {
        return Err(GenerationError::Permanent("not done in ten minutes".to_owned()));
    }
    if generation.request.is_none() && !spending::reserve_paid_page(state).await? {
        return Err(GenerationError::Permanent("paid pages are paused: the day's cap, or the flag".to_owned()));
    }
    let asked = GenerationRequest { provider_request: generation.request.clone(), ..order.clone() };
    match state.generators.get(target.provider).step(state, &asked).await? {
        StepResult::Drawn(drawing) => Ok(FlowState::Drawn(drawing)),
        StepResult::Picture(picture) => {
            store_result(state, claimed, target, order.style, detect_result_type(picture)?).await
        }
        StepResult::Pending => Ok(FlowState::PollAfter(POLL_INTERVAL)),
        StepResult::Accepted(request) => {
            let note = async |tx: &mut Tx| store::set_request(tx, claimed.id, owner, &request).await;
            Ok(if commit_if_leased(state, claimed, note).await? {
                FlowState::PollAfter(POLL_INTERVAL)
            } else {
                FlowState::LeaseLost
            })
        }
        StepResult::ResultUrl(url) => {
            let note = async |tx: &mut Tx| store::set_result_url(tx, claimed.id, owner, &url).await;
            if !commit_if_leased(state, claimed, note).await? {
                return Ok(FlowState::LeaseLost);
            }
            fetch_result(state, claimed, target, order, &generation, &url).await
        }
    }
}

/// Our own engine, which needs one step.
pub async fn draw_locally(state: &AppState, order: &GenerationRequest) -> Result<Drawing, Error> {
    match state.generators.get(Provider::Local).step(state, order).await {
        Ok(StepResult::Drawn(drawing)) => Ok(drawing),
        Err(GenerationError::Internal(error)) => Err(error),
        _ => Err(Error::internal("the engine draws at once")),
    }
}

/// Writes a state down, unless the lease was lost meanwhile: then somebody else goes on, from the state before.
async fn commit_if_leased(
    state: &AppState,
    claimed: &ClaimedJob,
    note: impl AsyncFnOnce(&mut Tx) -> Result<(), Error>,
) -> Result<bool, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    if !claimed.extend_lease(state, &mut tx).await? {
        return Ok(false);
    }
    note(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Fetches the result into our own store, and reads it; or has it tried again later.
async fn fetch_result(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    order: &GenerationRequest,
    generation: &GenerationRow,
    url: &str,
) -> Result<FlowState, GenerationError> {
    let count = async |tx: &mut Tx| store::increment_fetches(tx, claimed.id, target.owner).await;
    if !commit_if_leased(state, claimed, count).await? {
        return Ok(FlowState::LeaseLost);
    }
    let fetched = match state.generators.fetcher.fetch(url).await {
        Ok(file) => store_result(state, claimed, target, order.style, detect_result_type(file)?).await,
        Err(failure) => Err(failure),
    };
    let pause = usize::try_from(generation.fetches).ok().and_then(|before| FETCH_RETRY_DELAYS.get(before));
    match (fetched, pause) {
        (Err(GenerationError::Retryable(reason)), Some(pause)) => {
            tracing::warn!(job = %claimed.id, %reason, "fetching a result");
            Ok(FlowState::PollAfter(*pause))
        }
        // Tried often enough.
        (Err(GenerationError::Retryable(reason)), None) => Err(GenerationError::Permanent(reason)),
        (result, _) => result,
    }
}

/// A picture that we read, judged as an upload is, or a film (ISO 14496-12: a box called `ftyp` comes first, which
/// the pictures of phones have too).
fn detect_result_type(file: Bytes) -> Result<ResultFile, GenerationError> {
    match validate_file(&file) {
        Ok(_) => Ok(ResultFile::Picture(file)),
        Err(DecodeError::NotAnImage | DecodeError::UnsupportedFormat) if file.get(4..8) == Some(b"ftyp".as_slice()) => {
            Ok(ResultFile::Video(file))
        }
        Err(error) => Err(GenerationError::Permanent(format!("what came is no picture: {error}"))),
    }
}

/// Stores what came, with its row and the note that it is there: it is paid for, and not asked for again.
async fn store_result(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    style: Style,
    made: ResultFile,
) -> Result<FlowState, GenerationError> {
    let new =
        |kind, extension, content_type, bytes| NewFile { kind, extension, content_type, bytes, width: 0, height: 0 };
    let file = match &made {
        ResultFile::Picture(bytes) => new(AssetKind::Intermediate, "bin", "application/octet-stream", bytes.clone()),
        ResultFile::Video(bytes) => new(AssetKind::Artifact, "mp4", "video/mp4", bytes.clone()),
    };
    let stored = match timeout(STORE_TIMEOUT, assets::put_file(state, target.owner, file)).await {
        Ok(Err(Error::Store(error))) => return Err(GenerationError::Retryable(format!("the store: {error}"))),
        Err(_) => return Err(GenerationError::Retryable("the store took too long".to_owned())),
        Ok(stored) => stored?,
    };
    let kept = Millis::from(state.config.keep_intermediate_hours) * HOUR;
    let note = async |tx: &mut Tx| {
        let until = match &made {
            ResultFile::Picture(_) => target.keep_until.min(tx.now + kept),
            ResultFile::Video(_) => target.keep_until,
        };
        let asset = stored.insert_asset(tx, Some(target.page), until).await?;
        store::set_result(tx, claimed.id, target.owner, asset.id).await
    };
    let noted = commit_if_leased(state, claimed, note).await;
    if !matches!(noted, Ok(true)) {
        assets::discard_pending(state, &[stored]).await;
        return noted.map(|_| FlowState::LeaseLost).map_err(GenerationError::from);
    }
    match made {
        ResultFile::Picture(picture) => trace_picture(picture, style).await.map(FlowState::Drawn),
        ResultFile::Video(_) => Ok(FlowState::Video),
    }
}

/// Reads what an earlier attempt has fetched.
async fn read_stored_result(
    state: &AppState,
    owner: UserId,
    result: AssetId,
    style: Style,
) -> Result<FlowState, GenerationError> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let file = assets::store::find_file(&mut tx, owner, result).await?;
    drop(tx);
    let file = file.ok_or_else(|| GenerationError::Permanent("the result is kept no longer".to_owned()))?;
    if file.content_type == "video/mp4" {
        return Ok(FlowState::Video);
    }
    trace_picture(state.files.get(&file.path).await?, style).await.map(FlowState::Drawn)
}

/// The picture's lines: pure black on white, as vectors.
async fn trace_picture(picture: Bytes, style: Style) -> Result<Drawing, GenerationError> {
    let trace = move || {
        validate_file(&picture)?;
        Photo::decode(&picture).map(|picture| trace_lines(&picture, &style))
    };
    let drawing = match cpu_pool::run(trace).await {
        Ok(Ok(drawing)) => drawing,
        Ok(Err(error)) => return Err(GenerationError::Permanent(format!("what came is no picture: {error}"))),
        // A decoder that panics has met a file that is no good.
        Err(error) => return Err(GenerationError::Permanent(error.to_string())),
    };
    if drawing.strokes.is_empty() {
        return Err(GenerationError::Permanent("an empty picture".to_owned()));
    }
    Ok(drawing)
}

/// Where the browser may see the provider's own picture of the page while ours is not there yet: only on hosts that
/// the operator allowed.
pub async fn provisional_image_url(
    state: &AppState,
    tx: &mut Tx,
    owner: UserId,
    page: PageId,
) -> Result<Option<String>, Error> {
    let Some(url) = store::find_result_url(tx, owner, page).await? else { return Ok(None) };
    let allowed = |url: &Url| {
        url.scheme() == "https"
            && state.config.generator.result_hosts.iter().any(|host| url.host_str() == Some(host.as_str()))
    };
    Ok(Url::parse(&url).ok().filter(allowed).map(String::from))
}
