//! Static files: the built browser application and the public files, each at its name in the
//! site's folder.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header},
};
use tower_http::{
    compression::{DefaultPredicate, Predicate, predicate::NotForContentType},
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use super::{manifest, service_worker, weights};
use crate::{AppState, Error};

/// A route for every entry of `folder`. Files `name.br` and `name.gz` are served as compressed
/// variants of `name`.
///
/// # Errors
///
/// If `folder` cannot be read.
pub fn static_routes(folder: &Path) -> Result<Router<AppState>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Error::config(format!("SCRIBBLE_SITE_DIR: cannot read {} ({error}); build the site first", folder.display()))
    })?;
    let mut router = service_worker::service_worker_route(folder)?.merge(manifest::manifest_route(folder)?);
    let generated = [service_worker::FILE_NAME, manifest::FILE_NAME];
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str().filter(|name| !generated.contains(name)) else { continue };
        router = if path.is_dir() {
            router.nest_service(&format!("/{name}"), ServeDir::new(path).precompressed_br().precompressed_gzip())
        } else if name.ends_with(".br") || name.ends_with(".gz") {
            router
        } else {
            router.route_service(&format!("/{name}"), ServeFile::new(path).precompressed_br().precompressed_gzip())
        };
    }
    // File names do not change with their contents, so browsers have to revalidate.
    let no_cache = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(if router.has_routes() { router.layer(no_cache) } else { router })
}

/// Excludes content types that are compressed already, or beforehand.
pub fn is_compressible() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new(weights::CONTENT_TYPE))
}
