//! A provider on this machine that follows a script: both APIs, and a host for what it made.

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

/// What is asked for when a result is fetched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum File {
    Picture,
    Film,
    Text,
    Empty,
    /// 26 MB, announced.
    Huge,
    /// 26 MB, without a length.
    Endless,
    Redirect,
    Dead,
    /// Cut in the middle.
    Cut,
    /// Longer than anybody waits.
    Slow,
}

/// What is to happen, and what has happened.
pub struct Script {
    /// The status that the API itself answers with.
    pub status: u16,
    /// Questions that are answered "not yet".
    pub waits: usize,
    /// Where the result is said to be; `None` for this host.
    pub elsewhere: Option<String>,
    /// What each fetch gets; the last for ever.
    pub files: Vec<File>,
    pub asked: Vec<(HeaderMap, Value)>,
    pub questions: usize,
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
            waits: 0,
            elsewhere: None,
            files: vec![File::Picture],
            asked: Vec::new(),
            questions: 0,
            fetches: 0,
        };
        let provider = Self { base, script: Arc::new(Mutex::new(script)) };
        let router = Router::new()
            .route("/v1beta/models/{call}", post(generate))
            .route("/fal-ai/flux-pro/kontext", post(submit))
            .route("/fal-ai/flux-pro/requests/{id}/status", get(standing))
            .route("/fal-ai/flux-pro/requests/{id}", get(result))
            .route("/files/{name}", get(file))
            .layer(axum::extract::DefaultBodyLimit::max(20 << 20))
            .with_state(provider.clone());
        tokio::spawn(server::http::serve(listener, router, std::future::pending()));
        provider
    }

    /// Changes the script, or looks into it.
    pub fn script<T>(&self, look: impl FnOnce(&mut Script) -> T) -> T {
        look(&mut self.script.lock().expect("nobody panicked"))
    }
}

/// A circle in a thick line of near black, on a ground that is not quite white.
pub fn picture() -> Vec<u8> {
    let rgb = (0..300 * 200).flat_map(|i: i32| {
        let (x, y) = (i % 300 - 150, i / 300 - 100);
        let off = f64::from(x * x + y * y).sqrt() - 70.0;
        if off.abs() < 2.0 { [30, 25, 40] } else { [250, 248, 240] }
    });
    Photo::from_rgb(300, 200, rgb.collect()).expect("a picture").to_jpeg(300, 90)
}

/// The first boxes of an MP4 file, and something for a player to fail at.
pub fn film() -> Vec<u8> {
    [b"\0\0\0\x18ftypisom\0\0\x02\0isommp41".as_slice(), b"\0\0\0\x10mdatDaumenki"].concat()
}

fn refused(script: &Script) -> Option<Response> {
    let status = StatusCode::from_u16(script.status).expect("a status");
    (!status.is_success()).then(|| (status, "internal words of the provider").into_response())
}

async fn generate(State(provider): State<Provider>, headers: HeaderMap, Json(question): Json<Value>) -> Response {
    provider.script(|script| {
        script.asked.push((headers, question));
        if let Some(refusal) = refused(script) {
            return refusal;
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
        script.asked.push((headers, input));
        if let Some(refusal) = refused(script) {
            return refusal;
        }
        let id = format!("request-{}", script.asked.len());
        // Somewhere the key must not go.
        let elsewhere = "http://127.0.0.1:9/steal";
        Json(json!({ "request_id": id, "status_url": elsewhere, "response_url": elsewhere })).into_response()
    })
}

async fn standing(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Key fal-secret");
    provider.script(|script| {
        script.questions += 1;
        let status = if script.questions > script.waits { "COMPLETED" } else { "IN_PROGRESS" };
        Json(json!({ "status": status, "queue_position": 0 })).into_response()
    })
}

/// Completes as often as it is asked, each time with a file of another name.
async fn result(State(provider): State<Provider>, Path(id): Path<String>) -> Json<Value> {
    let url = provider.script(|script| {
        let here = format!("{}/files/{id}-{}", provider.base, script.questions);
        script.elsewhere.clone().unwrap_or(here)
    });
    let film = provider.script(|script| script.files[0] == File::Film);
    Json(if film { json!({ "video": { "url": url } }) } else { json!({ "images": [{ "url": url }] }) })
}

async fn file(State(provider): State<Provider>) -> Response {
    let wanted = provider.script(|script| {
        script.fetches += 1;
        *script.files.get(script.fetches - 1).unwrap_or(script.files.last().expect("a file"))
    });
    let mebibyte = || bytes::Bytes::from(vec![0; 1 << 20]);
    match wanted {
        File::Picture => picture().into_response(),
        File::Film => ([(header::CONTENT_TYPE, "video/mp4")], film()).into_response(),
        File::Text => "no picture".into_response(),
        File::Empty => Photo::from_rgb(8, 8, vec![255; 192]).expect("white").to_jpeg(8, 90).into_response(),
        File::Huge => vec![0; 26 << 20].into_response(),
        File::Endless => {
            let chunks = std::iter::repeat_with(move || Ok::<_, std::io::Error>(mebibyte())).take(26);
            Body::from_stream(futures::stream::iter(chunks)).into_response()
        }
        File::Redirect => {
            let to = format!("{}/files/other", provider.base);
            (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
        }
        File::Dead => StatusCode::BAD_GATEWAY.into_response(),
        File::Cut => {
            let chunks = [Ok(mebibyte()), Err(std::io::Error::other("cut"))];
            Body::from_stream(futures::stream::iter(chunks)).into_response()
        }
        File::Slow => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}
