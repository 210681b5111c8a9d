//! State machine of a generation request at a provider: submitted, accepted, finished, fetched into
//! the file store. Each state is committed under the job's lease before the next step, so that any
//! worker can continue from it.

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

/// Between two polls of the provider.
const POLL_INTERVAL: Millis = 2 * SECOND;
/// A request that has not finished by then is given up.
const GENERATION_TIMEOUT: Millis = 10 * MINUTE;
/// Delays before further attempts to fetch a result, after the immediate one failed. Providers
/// delete results after an hour.
const FETCH_RETRY_DELAYS: [Millis; 3] = [MINUTE, 4 * MINUTE, 15 * MINUTE];
/// For storing a fetched result.
const STORE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// State of a request after [`advance_provider_flow`].
pub enum FlowState {
    Drawn(Drawing),
    /// The provider returned a video. It is stored beside the page, which the local engine draws.
    Video,
    /// Call again after this many milliseconds.
    PollAfter(Millis),
    /// Another worker has taken over the job.
    LeaseLost,
}

/// A downloaded result by type.
enum ResultFile {
    Picture(Bytes),
    Video(Bytes),
}

/// The page that a request is for.
pub struct GenerationTarget {
    pub provider: Provider,
    pub owner: UserId,
    pub page: PageId,
    /// Expiry of the page, which limits that of its files.
    pub keep_until: Millis,
}

/// Performs the next step of a request, and further steps that need no waiting.
///
/// # Errors
/// Also permanent when paid pages are switched off or the daily spending cap is reached.
pub async fn advance_provider_flow(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    request: &GenerationRequest,
) -> Result<FlowState, GenerationError> {
    let owner = target.owner;
    if target.provider == Provider::Local {
        return Ok(FlowState::Drawn(draw_locally(state, request).await?));
    }
    let mut tx = state.db.begin(Authority::Owner(owner)).await?;
    let generation = store::find_or_insert_generation(&mut tx, claimed.id, target).await?;
    let age = tx.now - generation.started_at;
    tx.commit().await?;
    if let Some(result) = generation.result_id {
        return read_stored_result(state, owner, AssetId(result), request.style).await;
    }
    if let Some(url) = &generation.result_url {
        return fetch_result(state, claimed, target, request, &generation, url).await;
    }
    if age > GENERATION_TIMEOUT {
        return Err(GenerationError::Permanent("not finished within ten minutes".to_owned()));
    }
    if generation.request.is_none() && !spending::reserve_paid_page(state).await? {
        return Err(GenerationError::Permanent("paid pages are off: daily spending cap or flag".to_owned()));
    }
    let step_request = GenerationRequest { provider_request: generation.request.clone(), ..request.clone() };
    match state.generators.get(target.provider).step(state, &step_request).await? {
        StepResult::Drawn(drawing) => Ok(FlowState::Drawn(drawing)),
        StepResult::Picture(picture) => {
            store_result(state, claimed, target, request.style, classify_result(picture)?).await
        }
        StepResult::Pending => Ok(FlowState::PollAfter(POLL_INTERVAL)),
        StepResult::Accepted(provider_request) => {
            let write = async |tx: &mut Tx| store::set_provider_request(tx, claimed.id, owner, &provider_request).await;
            Ok(if commit_if_leased(state, claimed, write).await? {
                FlowState::PollAfter(POLL_INTERVAL)
            } else {
                FlowState::LeaseLost
            })
        }
        StepResult::ResultUrl(url) => {
            let write = async |tx: &mut Tx| store::set_result_url(tx, claimed.id, owner, &url).await;
            if !commit_if_leased(state, claimed, write).await? {
                return Ok(FlowState::LeaseLost);
            }
            fetch_result(state, claimed, target, request, &generation, &url).await
        }
    }
}

/// Draws with the local engine, which finishes in one step.
pub async fn draw_locally(state: &AppState, request: &GenerationRequest) -> Result<Drawing, Error> {
    match state.generators.get(Provider::Local).step(state, request).await {
        Ok(StepResult::Drawn(drawing)) => Ok(drawing),
        Err(GenerationError::Internal(error)) => Err(error),
        _ => Err(Error::internal("the local engine has to finish in one step")),
    }
}

/// Commits a state change. Returns false when the lease was lost; the new owner continues from the
/// previous state.
async fn commit_if_leased(
    state: &AppState,
    claimed: &ClaimedJob,
    write: impl AsyncFnOnce(&mut Tx) -> Result<(), Error>,
) -> Result<bool, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    if !claimed.extend_lease(state, &mut tx).await? {
        return Ok(false);
    }
    write(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Downloads the result into the file store and reads it, or schedules a retry.
async fn fetch_result(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    request: &GenerationRequest,
    generation: &GenerationRow,
    url: &str,
) -> Result<FlowState, GenerationError> {
    let increment = async |tx: &mut Tx| store::increment_fetches(tx, claimed.id, target.owner).await;
    if !commit_if_leased(state, claimed, increment).await? {
        return Ok(FlowState::LeaseLost);
    }
    let fetched = match state.generators.fetcher.fetch(url).await {
        Ok(file) => store_result(state, claimed, target, request.style, classify_result(file)?).await,
        Err(failure) => Err(failure),
    };
    let retry_delay = usize::try_from(generation.fetches).ok().and_then(|before| FETCH_RETRY_DELAYS.get(before));
    match (fetched, retry_delay) {
        (Err(GenerationError::Retryable(reason)), Some(delay)) => {
            tracing::warn!(job = %claimed.id, %reason, "fetching a result failed; will retry");
            Ok(FlowState::PollAfter(*delay))
        }
        // The retries are used up.
        (Err(GenerationError::Retryable(reason)), None) => Err(GenerationError::Permanent(reason)),
        (result, _) => result,
    }
}

/// Detects a supported picture, or an MP4 video by its `ftyp` box (ISO 14496-12). HEIC pictures
/// have that box too; [`validate_file`] reports them with an error of their own.
fn classify_result(file: Bytes) -> Result<ResultFile, GenerationError> {
    match validate_file(&file) {
        Ok(_) => Ok(ResultFile::Picture(file)),
        Err(DecodeError::NotAnImage | DecodeError::UnsupportedFormat) if file.get(4..8) == Some(b"ftyp".as_slice()) => {
            Ok(ResultFile::Video(file))
        }
        Err(error) => Err(GenerationError::Permanent(format!("result is no picture: {error}"))),
    }
}

/// Stores a result and records it in the same transaction, so that it is not paid for or downloaded
/// again.
async fn store_result(
    state: &AppState,
    claimed: &ClaimedJob,
    target: &GenerationTarget,
    style: Style,
    result: ResultFile,
) -> Result<FlowState, GenerationError> {
    let new =
        |kind, extension, content_type, bytes| NewFile { kind, extension, content_type, bytes, width: 0, height: 0 };
    let file = match &result {
        ResultFile::Picture(bytes) => new(AssetKind::Intermediate, "bin", "application/octet-stream", bytes.clone()),
        ResultFile::Video(bytes) => new(AssetKind::Artifact, "mp4", "video/mp4", bytes.clone()),
    };
    let pending = match timeout(STORE_TIMEOUT, assets::put_file(state, target.owner, file)).await {
        Ok(Err(Error::Store(error))) => return Err(GenerationError::Retryable(format!("file store: {error}"))),
        Err(_) => return Err(GenerationError::Retryable("file store timed out".to_owned())),
        Ok(outcome) => outcome?,
    };
    let intermediate_ttl = Millis::from(state.config.keep_intermediate_hours) * HOUR;
    let write = async |tx: &mut Tx| {
        let until = match &result {
            ResultFile::Picture(_) => target.keep_until.min(tx.now + intermediate_ttl),
            ResultFile::Video(_) => target.keep_until,
        };
        let asset = pending.insert_asset(tx, Some(target.page), until).await?;
        store::set_result(tx, claimed.id, target.owner, asset.id).await
    };
    let committed = commit_if_leased(state, claimed, write).await;
    if !matches!(committed, Ok(true)) {
        assets::discard_pending(state, &[pending]).await;
        return committed.map(|_| FlowState::LeaseLost).map_err(GenerationError::from);
    }
    match result {
        ResultFile::Picture(picture) => trace_picture(picture, style).await.map(FlowState::Drawn),
        ResultFile::Video(_) => Ok(FlowState::Video),
    }
}

/// Reads a result that an earlier attempt has stored.
async fn read_stored_result(
    state: &AppState,
    owner: UserId,
    result: AssetId,
    style: Style,
) -> Result<FlowState, GenerationError> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let file = assets::store::find_file(&mut tx, owner, result).await?;
    drop(tx);
    let file = file.ok_or_else(|| GenerationError::Permanent("the stored result has expired".to_owned()))?;
    if file.content_type == "video/mp4" {
        return Ok(FlowState::Video);
    }
    trace_picture(state.files.get(&file.path).await?, style).await.map(FlowState::Drawn)
}

/// Traces a raster picture into black vector lines on white.
async fn trace_picture(picture: Bytes, style: Style) -> Result<Drawing, GenerationError> {
    let trace = move || {
        validate_file(&picture)?;
        Photo::decode(&picture).map(|picture| trace_lines(&picture, &style))
    };
    let drawing = match cpu_pool::run(trace).await {
        Ok(Ok(drawing)) => drawing,
        Ok(Err(error)) => return Err(GenerationError::Permanent(format!("result is no picture: {error}"))),
        // A panic in the decoder is treated as a broken picture.
        Err(error) => return Err(GenerationError::Permanent(error.to_string())),
    };
    if drawing.strokes.is_empty() {
        return Err(GenerationError::Permanent("the picture has no lines".to_owned()));
    }
    Ok(drawing)
}

/// URL of the provider's own picture, to show until the page is ready. Returned only for `https` on
/// a host that the operator allows (`SCRIBBLE_RESULT_HOSTS`).
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
