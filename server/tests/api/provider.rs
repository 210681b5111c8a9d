//! Scripted stub of both providers' APIs, and of the host that serves their results.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use lineart::Photo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What a download of a result returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum File {
    Picture,
    Video,
    Text,
    Empty,
    /// 26 MiB with a `Content-Length`.
    Huge,
    /// 26 MiB without a `Content-Length`.
    HugeChunked,
    Redirect,
    BadGateway,
    /// The connection breaks in the middle.
    Truncated,
    /// Exceeds every timeout.
    Slow,
}

/// How the stub behaves, and the requests it has received.
pub struct Script {
    /// Status of the API's own responses.
    pub status: u16,
    /// Number of polls that are answered with `IN_PROGRESS`.
    pub polls_pending: usize,
    /// URL of the result; `None` for this host.
    pub result_url: Option<String>,
    /// Responses to downloads in order; the last one repeats.
    pub files: Vec<File>,
    /// Headers and body of each submission.
    pub submissions: Vec<(HeaderMap, Value)>,
    pub polls: usize,
    pub fetches: usize,
}

#[derive(Clone)]
pub struct Provider {
    pub base: String,
    script: Arc<Mutex<Script>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let script = Script {
            status: 200,
            polls_pending: 0,
            result_url: None,
            files: vec![File::Picture],
            submissions: Vec::new(),
            polls: 0,
            fetches: 0,
        };
        let provider = Self { base, script: Arc::new(Mutex::new(script)) };
        let router = Router::new()
            .route("/v1beta/models/{call}", post(generate))
            .route("/fal-ai/flux-pro/kontext", post(submit))
            .route("/fal-ai/flux-pro/requests/{id}/status", get(status))
            .route("/fal-ai/flux-pro/requests/{id}", get(result))
            .route("/files/{name}", get(file))
            .layer(axum::extract::DefaultBodyLimit::max(20 << 20))
            .with_state(provider.clone());
        tokio::spawn(server::http::serve(listener, router, std::future::pending()));
        provider
    }

    /// Reads or changes the script.
    pub fn script<T>(&self, look: impl FnOnce(&mut Script) -> T) -> T {
        look(&mut self.script.lock().expect("nobody panicked"))
    }
}

/// A circle in a thick line that is not quite black, on a background that is not quite white.
pub fn picture() -> Vec<u8> {
    let rgb = (0..300 * 200).flat_map(|i: i32| {
        let (x, y) = (i % 300 - 150, i / 300 - 100);
        let off = f64::from(x * x + y * y).sqrt() - 70.0;
        if off.abs() < 2.0 { [30, 25, 40] } else { [250, 248, 240] }
    });
    Photo::from_rgb(300, 200, rgb.collect()).expect("a picture").to_jpeg(300, 90)
}

/// The first boxes of an MP4 file; no player could show it.
pub fn video() -> Vec<u8> {
    [b"\0\0\0\x18ftypisom\0\0\x02\0isommp41".as_slice(), b"\0\0\0\x10mdatDaumenki"].concat()
}

fn error_response(script: &Script) -> Option<Response> {
    let status = StatusCode::from_u16(script.status).expect("a status");
    (!status.is_success()).then(|| (status, "internal message of the provider").into_response())
}

async fn generate(State(provider): State<Provider>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    provider.script(|script| {
        script.submissions.push((headers, body));
        if let Some(response) = error_response(script) {
            return response;
        }
        let parts = match script.files[0] {
            File::Empty => json!([{ "text": "I cannot draw that." }]),
            File::Text => json!([{ "inlineData": { "mimeType": "image/png", "data": "bm8gcGljdHVyZQ==" } }]),
            _ => {
                let data = BASE64_STANDARD.encode(picture());
                json!([{ "text": "Here it is." }, { "inlineData": { "mimeType": "image/jpeg", "data": data } }])
            }
        };
        Json(json!({ "candidates": [{ "content": { "parts": parts } }] })).into_response()
    })
}

async fn submit(State(provider): State<Provider>, headers: HeaderMap, Json(input): Json<Value>) -> Response {
    provider.script(|script| {
        script.submissions.push((headers, input));
        if let Some(response) = error_response(script) {
            return response;
        }
        let id = format!("request-{}", script.submissions.len());
        // Another origin, to which the key must not be sent.
        let other_origin = "http://127.0.0.1:9/steal";
        Json(json!({ "request_id": id, "status_url": other_origin, "response_url": other_origin })).into_response()
    })
}

async fn status(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Key fal-secret");
    provider.script(|script| {
        script.polls += 1;
        let status = if script.polls > script.polls_pending { "COMPLETED" } else { "IN_PROGRESS" };
        Json(json!({ "status": status, "queue_position": 0 })).into_response()
    })
}

/// Returns a result with a new file name on every call.
async fn result(State(provider): State<Provider>, Path(id): Path<String>) -> Json<Value> {
    let url = provider.script(|script| {
        let here = format!("{}/files/{id}-{}", provider.base, script.polls);
        script.result_url.clone().unwrap_or(here)
    });
    let is_video = provider.script(|script| script.files[0] == File::Video);
    Json(if is_video { json!({ "video": { "url": url } }) } else { json!({ "images": [{ "url": url }] }) })
}

async fn file(State(provider): State<Provider>) -> Response {
    let wanted = provider.script(|script| {
        script.fetches += 1;
        *script.files.get(script.fetches - 1).unwrap_or(script.files.last().expect("a file"))
    });
    let mebibyte = || bytes::Bytes::from(vec![0; 1 << 20]);
    match wanted {
        File::Picture => picture().into_response(),
        File::Video => ([(header::CONTENT_TYPE, "video/mp4")], video()).into_response(),
        File::Text => "no picture".into_response(),
        File::Empty => Photo::from_rgb(8, 8, vec![255; 192]).expect("white").to_jpeg(8, 90).into_response(),
        File::Huge => vec![0; 26 << 20].into_response(),
        File::HugeChunked => {
            let chunks = std::iter::repeat_with(move || Ok::<_, std::io::Error>(mebibyte())).take(26);
            Body::from_stream(futures::stream::iter(chunks)).into_response()
        }
        File::Redirect => {
            let to = format!("{}/files/other", provider.base);
            (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
        }
        File::BadGateway => StatusCode::BAD_GATEWAY.into_response(),
        File::Truncated => {
            let chunks = [Ok(mebibyte()), Err(std::io::Error::other("cut"))];
            Body::from_stream(futures::stream::iter(chunks)).into_response()
        }
        File::Slow => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}
