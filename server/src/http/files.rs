//! Files on their way out: by a signed address to whoever holds it, by the session to their owner.

use std::ops::Range;

use axum::{
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use model::{AssetId, PageId, Paper, Problem, Title, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::answer::{Asked, redirect, refuse};
use crate::{
    AppState, Error, assets,
    clock::local_now,
    db::Authority,
    i18n::tr,
    identity::RequestIdentity,
    pages::{self, FileFormat},
};

/// Everything but the unreserved characters of RFC 3986.
const NOT_PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Deserialize)]
pub struct Signature {
    until: i64,
    signature: String,
    paper: Option<String>,
}

/// `GET /files/{owner}/{kind}/{asset}.{extension}?until=..&signature=..`
pub async fn signed(
    State(state): State<AppState>,
    Path(path): Path<String>,
    Asked(query): Asked<Signature>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if query.until < local_now() || !state.keys.verify_download(&path, query.until, &query.signature) {
        return Err(Problem::link_expired().into());
    }
    let (owner, id, extension) = parse(&path).ok_or_else(Problem::not_found)?;
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    // Deleted files are gone at once, however long their address is good for.
    let file = assets::store::find_file(&mut tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    if extension == "pdf" {
        let page = PageId(file.page_id.ok_or_else(Problem::not_found)?);
        let format = FileFormat::Pdf(paper(query.paper.as_deref())?);
        let (bytes, title) = pages::read_page_file(&state, owner, page, format).await?;
        return answer(&headers, bytes, "application/pdf", &disposition("inline", &title, "pdf"));
    }
    if assets::store::path_within_owner(&file.path) != assets::store::path_within_owner(&path) {
        return Err(Problem::not_found().into());
    }
    answer(&headers, state.files.get(&file.path).await?, &file.content_type, "inline")
}

fn parse(path: &str) -> Option<(UserId, AssetId, &str)> {
    let mut parts = path.split('/');
    let (owner, _kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (id, extension) = name.split_once('.')?;
    Some((owner.parse().ok()?, id.parse().ok()?, extension))
}

#[derive(Deserialize)]
pub struct FileQuery {
    paper: Option<String>,
    /// Present: save the file instead of showing it.
    download: Option<String>,
}

impl FileQuery {
    /// Whether a browser shows the file or saves it.
    pub fn how(&self) -> &'static str {
        if self.download.is_some() { "attachment" } else { "inline" }
    }
}

/// A page's file for its owner, who is known by the session.
pub struct ByOwner {
    state: AppState,
    identity: RequestIdentity,
    page: PageId,
    query: FileQuery,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for ByOwner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let Asked(query) = Asked::from_request_parts(parts, state).await?;
        Ok(Self {
            state: state.clone(),
            identity: parts.extensions.get::<RequestIdentity>().cloned().unwrap_or_default(),
            page: id.parse()?,
            query,
            headers: parts.headers.clone(),
        })
    }
}

pub async fn png(request: ByOwner) -> Result<Response, Error> {
    request.answer(FileFormat::Png).await
}

pub async fn svg(request: ByOwner) -> Result<Response, Error> {
    request.answer(FileFormat::Svg).await
}

pub async fn preview(request: ByOwner) -> Result<Response, Error> {
    request.answer(FileFormat::Preview).await
}

pub async fn film(request: ByOwner) -> Result<Response, Error> {
    request.answer(FileFormat::Video).await
}

pub async fn pdf(request: ByOwner) -> Result<Response, Error> {
    let paper = paper(request.query.paper.as_deref())?;
    request.answer(FileFormat::Pdf(paper)).await
}

impl ByOwner {
    async fn answer(self, format: FileFormat) -> Result<Response, Error> {
        let Some(account) = self.identity.account else {
            return Ok(redirect(&format!("/auth/login?returnTo=/pages/{}", self.page)));
        };
        let (bytes, title) = pages::read_page_file(&self.state, account.id, self.page, format).await?;
        let disposition = disposition(self.query.how(), &title, format.extension());
        answer(&self.headers, bytes, format.content_type(), &disposition)
    }
}

fn paper(text: Option<&str>) -> Result<Paper, Problem> {
    let wrong = |_| Problem::body_invalid_because(Some("paper".to_owned()), tr("body-paper"));
    text.unwrap_or("a4").parse().map_err(wrong)
}

/// The file, or the part of it that was asked for (RFC 9110, 14).
pub fn answer(asked: &HeaderMap, file: Bytes, content_type: &str, disposition: &str) -> Result<Response, Error> {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, content_type);
    set(header::CONTENT_DISPOSITION, disposition);
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CACHE_CONTROL, "private, no-store");
    // Opened as a document of its own, a drawing may run nothing and fetch nothing.
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    );
    let length = file.len();
    let Some(range) = range(asked) else { return Ok((headers, file).into_response()) };
    let content_range = |part: &str| HeaderValue::from_str(&format!("bytes {part}/{length}")).map_err(Error::internal);
    let Some(part) = range.within(length) else {
        let mut refusal = refuse(Problem::range_not_satisfiable());
        refusal.headers_mut().insert(header::CONTENT_RANGE, content_range("*")?);
        return Ok(refusal);
    };
    headers.insert(header::CONTENT_RANGE, content_range(&format!("{}-{}", part.start, part.end - 1))?);
    Ok((StatusCode::PARTIAL_CONTENT, headers, file.slice(part)).into_response())
}

/// The one range of bytes that is asked for. `None`: the whole file, as for several, for one that cannot be read, and for
/// one that is meant for a certain version of the file, because we name no versions.
fn range(asked: &HeaderMap) -> Option<ByteRange> {
    if asked.contains_key(header::IF_RANGE) {
        return None;
    }
    let (unit, range) = asked.get(header::RANGE)?.to_str().ok()?.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    match (first, last) {
        ("", count) => Some(ByteRange::Last(number(count)?)),
        (first, "") => Some(ByteRange::From(number(first)?, usize::MAX)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(ByteRange::From(first, last))
        }
    }
}

/// A number that is larger than any file counts as the largest.
fn number(digits: &str) -> Option<usize> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().unwrap_or(usize::MAX))
}

enum ByteRange {
    /// From the first to the last, both included.
    From(usize, usize),
    /// So many at the end.
    Last(usize),
}

impl ByteRange {
    /// What a file of this length has of it; `None` when that is nothing.
    fn within(self, length: usize) -> Option<Range<usize>> {
        let part = match self {
            Self::From(first, last) => first..last.saturating_add(1).min(length),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (part.start < part.end).then_some(part)
    }
}

/// RFC 6266: a plain name for old clients, the title itself for all others.
pub fn disposition(how: &str, title: &Title, extension: &str) -> String {
    let plain: String =
        title.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let name = format!("{title}.{extension}");
    let encoded = utf8_percent_encode(&name, NOT_PLAIN);
    format!("{how}; filename=\"{plain}.{extension}\"; filename*=UTF-8''{encoded}")
}
