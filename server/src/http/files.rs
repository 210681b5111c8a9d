//! Files on their way out: by a signed address to whoever holds it, by the session to their owner.

use std::ops::{Bound, Range};

use axum::{
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::{
    TypedHeader,
    headers::{ContentRange, HeaderMapExt, Range as RangeHeader},
};
use bytes::Bytes;
use model::{AssetId, PageId, Paper, Problem, Title, UserId};
use serde::Deserialize;

use super::{answer::redirect, pages::page_id};
use crate::{
    Error, Machine,
    accounts::Visitor,
    assets,
    clock::local_now,
    db::Authority,
    pages::{self, Rendering},
};

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
    Query(query): Query<Signature>,
    range: Option<TypedHeader<RangeHeader>>,
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
        let (bytes, title) = pages::file(&machine, owner, page, Rendering::Pdf(paper(query.paper.as_deref())?)).await?;
        return Ok(whole(bytes, "application/pdf", &disposition("inline", &title, "pdf")));
    }
    if file.path != path {
        return Err(Problem::not_found().into());
    }
    let length = u64::try_from(file.bytes).unwrap_or(0);
    let Some(wanted) = range.map(|TypedHeader(range)| satisfiable(&range, length)) else {
        return Ok(whole(machine.files.get(&path).await?, &file.content_type, "inline"));
    };
    let wanted = wanted.ok_or_else(Problem::range_not_satisfiable)?;
    let part = machine.files.get_range(&path, wanted.clone()).await?;
    let mut response = (StatusCode::PARTIAL_CONTENT, whole(part, &file.content_type, "inline")).into_response();
    if let Ok(content_range) = ContentRange::bytes(wanted, length) {
        response.headers_mut().typed_insert(content_range);
    }
    Ok(response)
}

fn parse(path: &str) -> Option<(UserId, AssetId, &str)> {
    let mut parts = path.split('/');
    let (owner, _kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (id, extension) = name.split_once('.')?;
    Some((owner.parse().ok()?, id.parse().ok()?, extension))
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

#[derive(Deserialize)]
pub struct Wish {
    paper: Option<String>,
    /// Present: save the file instead of showing it.
    download: Option<String>,
}

pub async fn png(machine: State<Machine>, id: Path<String>, wish: Query<Wish>, request: Request) -> Response {
    by_session(machine, id, wish, request, Rendering::Png).await
}

pub async fn svg(machine: State<Machine>, id: Path<String>, wish: Query<Wish>, request: Request) -> Response {
    by_session(machine, id, wish, request, Rendering::Svg).await
}

pub async fn preview(machine: State<Machine>, id: Path<String>, wish: Query<Wish>, request: Request) -> Response {
    by_session(machine, id, wish, request, Rendering::Preview).await
}

pub async fn pdf(machine: State<Machine>, id: Path<String>, wish: Query<Wish>, request: Request) -> Response {
    match paper(wish.paper.as_deref()) {
        Ok(paper) => by_session(machine, id, wish, request, Rendering::Pdf(paper)).await,
        Err(problem) => Error::from(problem).into_response(),
    }
}

async fn by_session(
    State(machine): State<Machine>,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
    request: Request,
    rendering: Rendering,
) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let id = match page_id(&id) {
        Ok(id) => id,
        Err(problem) => return Error::from(problem).into_response(),
    };
    let Some(account) = visitor.account else {
        return redirect(&format!("/auth/login?returnTo=/pages/{id}"));
    };
    match pages::file(&machine, account.id, id, rendering).await {
        Ok((bytes, title)) => {
            let how = if wish.download.is_some() { "attachment" } else { "inline" };
            whole(bytes, rendering.content_type(), &disposition(how, &title, rendering.extension()))
        }
        Err(error) => error.into_response(),
    }
}

fn paper(text: Option<&str>) -> Result<Paper, Problem> {
    let wrong = |_| Problem::body(Some("paper".to_owned()), "Paper is a4 or letter.");
    text.unwrap_or("a4").parse().map_err(wrong)
}

fn whole(bytes: Bytes, content_type: &str, disposition: &str) -> Response {
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
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    (headers, bytes).into_response()
}

/// RFC 6266: a plain name for old clients, the title itself for all others.
fn disposition(how: &str, title: &Title, extension: &str) -> String {
    let plain: String =
        title.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let encoded: String = format!("{title}.{extension}").bytes().map(percent_encoded).collect();
    format!("{how}; filename=\"{plain}.{extension}\"; filename*=UTF-8''{encoded}")
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
