//! The course of an order at a provider: asked, accepted, made, fetched into our own store. Each state is written down
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
    Failure, Order, Provider, Step,
    store::{self, Generation},
};
use crate::{
    Error, Machine,
    assets::{self, New},
    clock::{HOUR, MINUTE, Millis, SECOND},
    cores,
    db::{Authority, Tx},
    jobs::Claimed,
    limits::spending,
};

/// Between two questions whether it is done.
const ASK_AGAIN: Millis = 2 * SECOND;
/// What is not done by then never will be.
const LONGEST: Millis = 10 * MINUTE;
/// Before each further try to fetch a result, after the one in the foreground failed. Providers delete after an hour.
const FETCH_AGAIN: [Millis; 3] = [MINUTE, 4 * MINUTE, 15 * MINUTE];
/// For storing what was fetched.
const STORE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

/// Where an order stands after a step.
pub enum Course {
    Drawn(Drawing),
    /// A film came instead of a picture. It is kept beside the page, which our own engine draws.
    Film,
    /// Nothing to do until then.
    Wait(Millis),
    /// The job is in other hands.
    Lost,
}

/// What a provider made.
enum Made {
    Picture(Bytes),
    Film(Bytes),
}

/// What an order is for.
pub struct Target {
    pub provider: Provider,
    pub owner: UserId,
    pub page: PageId,
    /// Nothing of a page outlives it.
    pub keep_until: Millis,
}

/// Takes the next step, and those after it that need no waiting.
pub async fn advance(machine: &Machine, claimed: &Claimed, target: &Target, order: &Order) -> Result<Course, Failure> {
    let owner = target.owner;
    if target.provider == Provider::Local {
        return Ok(Course::Drawn(engine(machine, order).await?));
    }
    let mut tx = machine.db.begin(Authority::Owner(owner)).await?;
    let generation = store::open(&mut tx, claimed.id, target).await?;
    let age = tx.now - generation.started_at;
    tx.commit().await?;
    if let Some(result) = generation.result_id {
        return read(machine, owner, AssetId(result), order.style).await;
    }
    if let Some(url) = &generation.result_url {
        return fetch(machine, claimed, target, order, &generation, url).await;
    }
    if age > LONGEST {
        return Err(Failure::Final("not done in ten minutes".to_owned()));
    }
    if generation.request.is_none() && !spending::reserve(machine).await? {
        return Err(Failure::Final("paid pages are paused: the day's cap, or the flag".to_owned()));
    }
    let asked = Order { request: generation.request.clone(), ..order.clone() };
    match machine.generators.of(target.provider).step(machine, &asked).await? {
        Step::Drawn(drawing) => Ok(Course::Drawn(drawing)),
        Step::Picture(picture) => keep(machine, claimed, target, order.style, recognised(picture)?).await,
        Step::Working => Ok(Course::Wait(ASK_AGAIN)),
        Step::Accepted(request) => {
            let note = async |tx: &mut Tx| store::set_request(tx, claimed.id, owner, &request).await;
            Ok(if written(machine, claimed, note).await? { Course::Wait(ASK_AGAIN) } else { Course::Lost })
        }
        Step::At(url) => {
            let note = async |tx: &mut Tx| store::set_result_url(tx, claimed.id, owner, &url).await;
            if !written(machine, claimed, note).await? {
                return Ok(Course::Lost);
            }
            fetch(machine, claimed, target, order, &generation, &url).await
        }
    }
}

/// Our own engine, which needs one step.
pub async fn engine(machine: &Machine, order: &Order) -> Result<Drawing, Error> {
    match machine.generators.of(Provider::Local).step(machine, order).await {
        Ok(Step::Drawn(drawing)) => Ok(drawing),
        Err(Failure::Ours(error)) => Err(error),
        _ => Err(Error::internal("the engine draws at once")),
    }
}

/// Writes a state down, unless the lease was lost meanwhile: then somebody else goes on, from the state before.
async fn written(
    machine: &Machine,
    claimed: &Claimed,
    note: impl AsyncFnOnce(&mut Tx) -> Result<(), Error>,
) -> Result<bool, Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    if !claimed.hold(machine, &mut tx).await? {
        return Ok(false);
    }
    note(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Fetches the result into our own store, and reads it; or has it tried again later.
async fn fetch(
    machine: &Machine,
    claimed: &Claimed,
    target: &Target,
    order: &Order,
    generation: &Generation,
    url: &str,
) -> Result<Course, Failure> {
    let count = async |tx: &mut Tx| store::count_fetch(tx, claimed.id, target.owner).await;
    if !written(machine, claimed, count).await? {
        return Ok(Course::Lost);
    }
    let fetched = match machine.generators.fetcher.fetch(url).await {
        Ok(file) => keep(machine, claimed, target, order.style, recognised(file)?).await,
        Err(failure) => Err(failure),
    };
    let pause = usize::try_from(generation.fetches).ok().and_then(|before| FETCH_AGAIN.get(before));
    match (fetched, pause) {
        (Err(Failure::Again(reason)), Some(pause)) => {
            tracing::warn!(job = %claimed.id, %reason, "fetching a result");
            Ok(Course::Wait(*pause))
        }
        // Tried often enough.
        (Err(Failure::Again(reason)), None) => Err(Failure::Final(reason)),
        (result, _) => result,
    }
}

/// A picture that we read, judged as an upload is, or a film (ISO 14496-12: a box called `ftyp` comes first, which
/// the pictures of phones have too).
fn recognised(file: Bytes) -> Result<Made, Failure> {
    match validate_file(&file) {
        Ok(_) => Ok(Made::Picture(file)),
        Err(DecodeError::NotAnImage | DecodeError::UnsupportedFormat) if file.get(4..8) == Some(b"ftyp".as_slice()) => {
            Ok(Made::Film(file))
        }
        Err(error) => Err(Failure::Final(format!("what came is no picture: {error}"))),
    }
}

/// Stores what came, with its row and the note that it is there: it is paid for, and not asked for again.
async fn keep(
    machine: &Machine,
    claimed: &Claimed,
    target: &Target,
    style: Style,
    made: Made,
) -> Result<Course, Failure> {
    let new = |kind, extension, content_type, bytes| New { kind, extension, content_type, bytes, width: 0, height: 0 };
    let file = match &made {
        Made::Picture(bytes) => new(AssetKind::Intermediate, "bin", "application/octet-stream", bytes.clone()),
        Made::Film(bytes) => new(AssetKind::Artifact, "mp4", "video/mp4", bytes.clone()),
    };
    let stored = match timeout(STORE_PATIENCE, assets::put(machine, target.owner, file)).await {
        Ok(Err(Error::Store(error))) => return Err(Failure::Again(format!("the store: {error}"))),
        Err(_) => return Err(Failure::Again("the store took too long".to_owned())),
        Ok(stored) => stored?,
    };
    let kept = Millis::from(machine.config.keep_intermediate_hours) * HOUR;
    let note = async |tx: &mut Tx| {
        let until = match &made {
            Made::Picture(_) => target.keep_until.min(tx.now + kept),
            Made::Film(_) => target.keep_until,
        };
        let asset = stored.record(tx, Some(target.page), until).await?;
        store::set_result(tx, claimed.id, target.owner, asset.id).await
    };
    let noted = written(machine, claimed, note).await;
    if !matches!(noted, Ok(true)) {
        assets::discard(machine, &[stored]).await;
        return noted.map(|_| Course::Lost).map_err(Failure::from);
    }
    match made {
        Made::Picture(picture) => drawing_of(picture, style).await.map(Course::Drawn),
        Made::Film(_) => Ok(Course::Film),
    }
}

/// Reads what an earlier attempt has fetched.
async fn read(machine: &Machine, owner: UserId, result: AssetId, style: Style) -> Result<Course, Failure> {
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    let file = assets::store::find(&mut tx, owner, result).await?;
    drop(tx);
    let file = file.ok_or_else(|| Failure::Final("the result is kept no longer".to_owned()))?;
    if file.content_type == "video/mp4" {
        return Ok(Course::Film);
    }
    drawing_of(machine.files.get(&file.path).await?, style).await.map(Course::Drawn)
}

/// The picture's lines: pure black on white, as vectors.
async fn drawing_of(picture: Bytes, style: Style) -> Result<Drawing, Failure> {
    let trace = move || {
        validate_file(&picture)?;
        Photo::decode(&picture).map(|picture| trace_lines(&picture, &style))
    };
    let drawing = match cores::run(trace).await {
        Ok(Ok(drawing)) => drawing,
        Ok(Err(error)) => return Err(Failure::Final(format!("what came is no picture: {error}"))),
        // A decoder that panics has met a file that is no good.
        Err(error) => return Err(Failure::Final(error.to_string())),
    };
    if drawing.strokes.is_empty() {
        return Err(Failure::Final("an empty picture".to_owned()));
    }
    Ok(drawing)
}

/// Where the browser may see the provider's own picture of the page while ours is not there yet: only on hosts that
/// the operator allowed.
pub async fn shown_meanwhile(
    machine: &Machine,
    tx: &mut Tx,
    owner: UserId,
    page: PageId,
) -> Result<Option<String>, Error> {
    let Some(url) = store::result_url(tx, owner, page).await? else { return Ok(None) };
    let allowed = |url: &Url| {
        url.scheme() == "https"
            && machine.config.generator.result_hosts.iter().any(|host| url.host_str() == Some(host.as_str()))
    };
    Ok(Url::parse(&url).ok().filter(allowed).map(String::from))
}
