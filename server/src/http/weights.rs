//! `/vision/{name}.{version}.bin`: weights of the nets that find faces and persons, for browsers.

use axum::{
    extract::Path,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use model::HINTS_VERSION;
use vision::embedded::{FACES, PERSON};

use super::response::not_found;

/// The type of the weights; no other file has it.
pub const CONTENT_TYPE: &str = "application/octet-stream";

/// The file, which a browser keeps for a year because its name changes with its contents; 404 for
/// any other name or version. Compressed beforehand: a request costs no processor time.
pub async fn get_weights(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let file = [FACES, PERSON].into_iter().find(|file| name == format!("{}.{HINTS_VERSION}.bin", file.name));
    let Some(file) = file else {
        // During a deployment another server may have the file, so no cache may keep this.
        return ([(header::CACHE_CONTROL, "no-store")], not_found().await).into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes_brotli = accepted.split(',').any(|coding| coding.trim() == "br");
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::VARY, "accept-encoding"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    if takes_brotli {
        (headers, [(header::CONTENT_ENCODING, "br")], file.brotli).into_response()
    } else {
        (headers, file.bytes).into_response()
    }
}
