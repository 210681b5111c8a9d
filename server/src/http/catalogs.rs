//! `/i18n/{language}.{hash}.json`: the message catalogs for the browser.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

use super::response::not_found;
use crate::i18n::catalog_files;

/// The catalog, which a browser keeps for a year because its path changes with its contents; 404
/// for any other hash or language.
pub async fn get_catalog(Path(name): Path<String>) -> Response {
    match catalog_files().iter().find(|file| file.path.strip_prefix("/i18n/") == Some(&name)) {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, &*file.json).into_response()
        }
        // During a deployment another server may have the catalog, so no cache may keep this.
        None => ([(header::CACHE_CONTROL, "no-store")], not_found().await).into_response(),
    }
}
