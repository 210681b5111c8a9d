//! Downloads: files by signed URL, and the files of a page by the session of its owner.

use std::ops::Range;

use axum::{
    body::Body,
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use model::{AssetId, PageId, Paper, Problem, Title, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    extract::QueryParams,
    response::{problem_response, redirect},
};
use crate::{
    AppState, Error, assets,
    clock::local_now,
    db::Authority,
    i18n::tr,
    identity::RequestIdentity,
    pages::{self, FileFormat},
};

/// Characters to percent-encode in `filename*`: all but the unreserved ones of RFC 3986.
const FILE_NAME_ENCODE_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

// The schema of bodies that are not JSON.
/// A file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only described, not constructed")]
pub struct BinaryBody(Vec<u8>);

/// Query of a signed URL.
#[derive(Deserialize)]
pub struct DownloadSignature {
    until: i64,
    signature: String,
    paper: Option<String>,
}

/// `GET /files/{owner}/{kind}/{asset}.{extension}?until=..&signature=..`
pub async fn download_by_signed_url(
    State(state): State<AppState>,
    Path(path): Path<String>,
    QueryParams(query): QueryParams<DownloadSignature>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if query.until < local_now() || !state.keys.verify_download_signature(&path, query.until, &query.signature) {
        return Err(Problem::link_expired().into());
    }
    let (owner, id, extension) = parse_asset_path(&path).ok_or_else(Problem::not_found)?;
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    // A deleted file is not served, even if its URL is still valid.
    let asset = assets::store::find_file(&mut tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    if extension == "pdf" {
        let page = PageId(asset.page_id.ok_or_else(Problem::not_found)?);
        let format = FileFormat::Pdf(parse_paper(query.paper.as_deref())?);
        let (pdf, title) = pages::read_page_file(&state, owner, page, format).await?;
        return file_response(&headers, pdf, "application/pdf", &content_disposition("inline", &title, "pdf"));
    }
    if assets::store::path_within_owner(&asset.path) != assets::store::path_within_owner(&path) {
        return Err(Problem::not_found().into());
    }
    file_response(&headers, state.files.get(&asset.path).await?, &asset.content_type, "inline")
}

/// Owner, asset and extension of `{owner}/{kind}/{asset}.{extension}`.
fn parse_asset_path(path: &str) -> Option<(UserId, AssetId, &str)> {
    let mut segments = path.split('/');
    let (owner, _kind, name) = (segments.next()?, segments.next()?, segments.next()?);
    let (id, extension) = name.split_once('.')?;
    Some((owner.parse().ok()?, id.parse().ok()?, extension))
}

/// Query of a download by the owner.
#[derive(Deserialize)]
pub struct DownloadParams {
    paper: Option<String>,
    /// If present, the browser saves the file instead of showing it.
    download: Option<String>,
}

impl DownloadParams {
    /// The disposition type of `Content-Disposition`: `attachment` or `inline`.
    pub fn disposition_type(&self) -> &'static str {
        if self.download.is_some() { "attachment" } else { "inline" }
    }
}

/// A request of a browser for a file of a page.
pub struct PageFileRequest {
    state: AppState,
    identity: RequestIdentity,
    page: PageId,
    params: DownloadParams,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for PageFileRequest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let QueryParams(params) = QueryParams::from_request_parts(parts, state).await?;
        Ok(Self {
            state: state.clone(),
            identity: parts.extensions.get::<RequestIdentity>().cloned().unwrap_or_default(),
            page: id.parse()?,
            params,
            headers: parts.headers.clone(),
        })
    }
}

/// `GET /pages/{id}/png`
pub async fn download_png(request: PageFileRequest) -> Result<Response, Error> {
    request.respond(FileFormat::Png).await
}

/// `GET /pages/{id}/svg`
pub async fn download_svg(request: PageFileRequest) -> Result<Response, Error> {
    request.respond(FileFormat::Svg).await
}

/// `GET /pages/{id}/preview`
pub async fn download_preview(request: PageFileRequest) -> Result<Response, Error> {
    request.respond(FileFormat::Preview).await
}

/// `GET /pages/{id}/film`
pub async fn download_film(request: PageFileRequest) -> Result<Response, Error> {
    request.respond(FileFormat::Video).await
}

/// `GET /pages/{id}/pdf`
pub async fn download_pdf(request: PageFileRequest) -> Result<Response, Error> {
    let paper = parse_paper(request.params.paper.as_deref())?;
    request.respond(FileFormat::Pdf(paper)).await
}

impl PageFileRequest {
    /// The file, or a redirect to the sign-in screen.
    async fn respond(self, format: FileFormat) -> Result<Response, Error> {
        let Some(account) = self.identity.account else {
            return Ok(redirect(&format!("/auth/login?returnTo=/pages/{}", self.page)));
        };
        let (file, title) = pages::read_page_file(&self.state, account.id, self.page, format).await?;
        let disposition = content_disposition(self.params.disposition_type(), &title, format.extension());
        file_response(&self.headers, file, format.content_type(), &disposition)
    }
}

fn parse_paper(text: Option<&str>) -> Result<Paper, Problem> {
    let problem = |_| Problem::body_invalid_because(Some("paper".to_owned()), tr("body-paper"));
    text.unwrap_or("a4").parse().map_err(problem)
}

/// A ZIP archive that the browser saves.
pub fn zip_response(archive: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"scribble-machine.zip\"")),
    ];
    (headers, archive).into_response()
}

/// The file, or the range of it that the `Range` header requests (RFC 9110, 14).
pub fn file_response(
    request_headers: &HeaderMap,
    file: Bytes,
    content_type: &str,
    disposition: &str,
) -> Result<Response, Error> {
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
    // An SVG that is opened as a document may neither run scripts nor load anything.
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    );
    let length = file.len();
    let Some(range) = requested_range(request_headers) else { return Ok((headers, file).into_response()) };
    let content_range =
        |range: &str| HeaderValue::from_str(&format!("bytes {range}/{length}")).map_err(Error::internal);
    let Some(range) = range.resolve(length) else {
        let mut response = problem_response(Problem::range_not_satisfiable());
        response.headers_mut().insert(header::CONTENT_RANGE, content_range("*")?);
        return Ok(response);
    };
    headers.insert(header::CONTENT_RANGE, content_range(&format!("{}-{}", range.start, range.end - 1))?);
    Ok((StatusCode::PARTIAL_CONTENT, headers, file.slice(range)).into_response())
}

/// The range of the `Range` header. `None`, which is the whole file, without the header, for
/// several ranges, for an invalid one, and with `If-Range`, because files have no validators.
fn requested_range(headers: &HeaderMap) -> Option<ByteRange> {
    if headers.contains_key(header::IF_RANGE) {
        return None;
    }
    let (unit, range) = headers.get(header::RANGE)?.to_str().ok()?.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    match (first, last) {
        ("", length) => Some(ByteRange::Suffix(parse_position(length)?)),
        (first, "") => Some(ByteRange::FromTo(parse_position(first)?, usize::MAX)),
        (first, last) => {
            let (first, last) = (parse_position(first)?, parse_position(last)?);
            (first <= last).then_some(ByteRange::FromTo(first, last))
        }
    }
}

/// Parses decimal digits; a number that overflows is `usize::MAX`.
fn parse_position(digits: &str) -> Option<usize> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().unwrap_or(usize::MAX))
}

/// A requested range of bytes (RFC 9110, 14.1.2).
enum ByteRange {
    /// First and last position, both inclusive.
    FromTo(usize, usize),
    /// The last bytes, this many.
    Suffix(usize),
}

impl ByteRange {
    /// The range within a file of `length` bytes; `None` if it is empty.
    fn resolve(self, length: usize) -> Option<Range<usize>> {
        let range = match self {
            Self::FromTo(first, last) => first..last.saturating_add(1).min(length),
            Self::Suffix(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

/// `Content-Disposition` (RFC 6266): an ASCII file name for old clients, and the title in UTF-8.
pub fn content_disposition(disposition_type: &str, title: &Title, extension: &str) -> String {
    let ascii: String =
        title.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let name = format!("{title}.{extension}");
    let encoded = utf8_percent_encode(&name, FILE_NAME_ENCODE_SET);
    format!("{disposition_type}; filename=\"{ascii}.{extension}\"; filename*=UTF-8''{encoded}")
}
