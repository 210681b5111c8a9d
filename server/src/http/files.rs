//! Files on their way out: by a signed address to whoever holds it, by the session to their owner.

use std::ops::{Bound, Range};

use axum::{
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use axum_extra::headers::{ContentRange, HeaderMapExt, Range as RangeHeader};
use bytes::Bytes;
use model::{AssetId, PageId, Paper, Problem, Title, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::answer::{Asked, redirect};
use crate::{
    Error, Machine, assets,
    clock::local_now,
    db::Authority,
    pages::{self, Rendering},
    visitor::Visitor,
    words::t,
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
    State(machine): State<Machine>,
    Path(path): Path<String>,
    Asked(query): Asked<Signature>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if query.until < local_now() || !machine.keys.is_download(&path, query.until, &query.signature) {
        return Err(Problem::link_expired().into());
    }
    let (owner, id, extension) = parse(&path).ok_or_else(Problem::not_found)?;
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    // Deleted files are gone at once, however long their address is good for.
    let file = assets::store::find(&mut tx, owner, id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    if extension == "pdf" {
        let page = PageId(file.page_id.ok_or_else(Problem::not_found)?);
        let rendering = Rendering::Pdf(paper(query.paper.as_deref())?);
        let (bytes, title) = pages::file(&machine, owner, page, rendering).await?;
        return answer(&headers, bytes, "application/pdf", &disposition("inline", &title, "pdf"));
    }
    if file.path != path {
        return Err(Problem::not_found().into());
    }
    answer(&headers, machine.files.get(&path).await?, &file.content_type, "inline")
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
    machine: Machine,
    visitor: Visitor,
    page: PageId,
    query: FileQuery,
    headers: HeaderMap,
}

impl FromRequestParts<Machine> for ByOwner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, machine: &Machine) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, machine).await.map_err(|_| Problem::not_found())?;
        let Asked(query) = Asked::from_request_parts(parts, machine).await?;
        Ok(Self {
            machine: machine.clone(),
            visitor: parts.extensions.get::<Visitor>().cloned().unwrap_or_default(),
            page: id.parse()?,
            query,
            headers: parts.headers.clone(),
        })
    }
}

pub async fn png(request: ByOwner) -> Result<Response, Error> {
    request.answer(Rendering::Png).await
}

pub async fn svg(request: ByOwner) -> Result<Response, Error> {
    request.answer(Rendering::Svg).await
}

pub async fn preview(request: ByOwner) -> Result<Response, Error> {
    request.answer(Rendering::Preview).await
}

pub async fn film(request: ByOwner) -> Result<Response, Error> {
    request.answer(Rendering::Film).await
}

pub async fn pdf(request: ByOwner) -> Result<Response, Error> {
    let paper = paper(request.query.paper.as_deref())?;
    request.answer(Rendering::Pdf(paper)).await
}

impl ByOwner {
    async fn answer(self, rendering: Rendering) -> Result<Response, Error> {
        let Some(account) = self.visitor.account else {
            return Ok(redirect(&format!("/auth/login?returnTo=/pages/{}", self.page)));
        };
        let (bytes, title) = pages::file(&self.machine, account.id, self.page, rendering).await?;
        let disposition = disposition(self.query.how(), &title, rendering.extension());
        answer(&self.headers, bytes, rendering.content_type(), &disposition)
    }
}

fn paper(text: Option<&str>) -> Result<Paper, Problem> {
    let wrong = |_| Problem::body(Some("paper".to_owned()), t("body-paper"));
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
    // A range that cannot be read is no range.
    let Some(range) = asked.typed_get::<RangeHeader>() else { return Ok((headers, file).into_response()) };
    let length = file.len() as u64;
    let part = satisfiable(&range, length).ok_or_else(Problem::range_not_satisfiable)?;
    if let Ok(content_range) = ContentRange::bytes(part.clone(), length) {
        headers.typed_insert(content_range);
    }
    // Both ends lie within the file, whose length is a usize.
    let part = file.slice(part.start as usize..part.end as usize);
    Ok((StatusCode::PARTIAL_CONTENT, headers, part).into_response())
}

/// The first range asked for, in bytes from the start.
fn satisfiable(range: &RangeHeader, length: u64) -> Option<Range<u64>> {
    let (from, to) = range.satisfiable_ranges(length).next()?;
    let start = match from {
        Bound::Included(start) => start,
        Bound::Excluded(before) => before + 1,
        Bound::Unbounded => 0,
    };
    let end = match to {
        Bound::Included(last) => last.saturating_add(1).min(length),
        Bound::Excluded(end) => end.min(length),
        Bound::Unbounded => length,
    };
    (start < end).then_some(start..end)
}

/// RFC 6266: a plain name for old clients, the title itself for all others.
pub fn disposition(how: &str, title: &Title, extension: &str) -> String {
    let plain: String =
        title.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let name = format!("{title}.{extension}");
    let encoded = utf8_percent_encode(&name, NOT_PLAIN);
    format!("{how}; filename=\"{plain}.{extension}\"; filename*=UTF-8''{encoded}")
}
