//! The HTTP host: every route and every layer, on this screen.

mod answer;
mod auth;
mod books;
mod callback;
mod create;
mod credits;
mod cron;
mod dev;
mod files;
mod flags;
pub mod gallery;
mod guard;
mod headers;
mod health;
mod jobs;
mod language;
mod manifest;
mod openapi;
mod pages;
mod serve;
mod service_worker;
mod upload;
mod user;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, post},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel, DefaultPredicate, Predicate, predicate::NotForContentType},
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

pub use headers::{Nonce, forget_everything};
pub use serve::serve;

use crate::{AppState, Error};

/// Larger than a photo may be: what is too large is read to its end and refused with a sentence, where a
/// connection cut in the middle would show the browser's own error.
const UPLOAD_BODY: usize = 100 * 1024 * 1024;
/// Any other body is a few fields.
const SMALL_BODY: usize = 16 * 1024;
/// The whole site; `screens` draws the HTML and answers what nothing else does.
pub fn router(state: AppState, screens: Router) -> Result<Router, Error> {
    let large = DefaultBodyLimit::max(UPLOAD_BODY);
    let api = Router::new()
        // Accounts
        .route("/auth/signup", post(auth::sign_up))
        .route("/auth/verify-otp", post(auth::verify_otp))
        .route("/auth/resend-otp", post(auth::resend_otp))
        .route("/auth/signin", post(auth::sign_in))
        .route("/auth/magic-link", post(auth::magic_link))
        .route("/auth/reset-password-request", post(auth::reset_password_request))
        .route("/auth/reset-password", post(auth::reset_password))
        .route("/auth/device", post(auth::device))
        .route("/auth/challenge", get(auth::challenge))
        .route("/flags", get(flags::public))
        .route("/auth/refresh", post(auth::refresh))
        .route("/auth/signout", post(auth::sign_out))
        .route("/auth/session", get(auth::session))
        .route("/auth/sessions", get(auth::sessions).delete(auth::end_sessions))
        .route("/auth/sessions/{id}", delete(auth::end_session))
        .route("/user/profile", get(user::profile).patch(user::change).delete(user::delete))
        .route("/user/export", get(user::export))
        // Pages and what they cost
        .route("/jobs", post(jobs::make))
        .route("/jobs/{id}", get(jobs::find))
        .route("/jobs/{id}/events", get(jobs::events))
        .route("/pages", get(pages::list))
        .route("/pages/{id}", get(pages::find).patch(pages::rename).delete(pages::delete))
        .route("/pages/{id}/redraw", post(pages::redraw))
        .route("/pages/{id}/keep", post(pages::keep))
        .route("/books", get(books::list).post(books::create))
        .route("/books/{id}", get(books::find).patch(books::change).delete(books::delete))
        .route("/books/{id}/pdf", get(books::pdf))
        .route("/pdf/export", post(books::export))
        .route("/upload", post(upload::upload).layer(large))
        .route("/associate-file", post(upload::associate))
        .route("/credits", get(credits::list))
        .route("/openapi.json", get(openapi::show))
        // For a scheduler, with its secret
        .route("/cron/process-queue", post(cron::process_queue))
        .route("/cron/sweep", post(cron::sweep))
        .fallback(answer::nothing_here)
        .layer(DefaultBodyLimit::max(SMALL_BODY));

    let mut site = Router::new()
        .nest("/api/v1", api)
        // The form of a screen; the screen itself is drawn like any other.
        .route("/create", post(create::create).layer(large).fallback_service(screens.clone()))
        // The link of a mail; what it asks is a screen.
        .route("/auth/callback", callback::routes(screens.clone()).layer(DefaultBodyLimit::max(SMALL_BODY)))
        .route("/language", post(language::choose).layer(DefaultBodyLimit::max(SMALL_BODY)))
        // Files: by signed address, and by the owner's session
        .route("/files/{*path}", get(files::signed).put(upload::receive).layer(large))
        .route("/pages/{id}/png", get(files::png))
        .route("/pages/{id}/svg", get(files::svg))
        .route("/pages/{id}/pdf", get(files::pdf))
        .route("/pages/{id}/preview", get(files::preview))
        .route("/pages/{id}/film", get(files::film))
        .route("/books/{id}/pdf", get(books::pdf_by_owner))
        .route("/gallery/print", post(gallery::print))
        .route("/gallery/archive", post(gallery::archive))
        .route("/gallery/delete", post(gallery::delete))
        .route("/gallery/undo", post(gallery::undo));
    if state.config.is_dev() {
        site = site.route("/dev/mail.json", get(dev::mail)).route("/dev/sign-in", post(dev::sign_in));
    }

    let set = |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let gate = guard::Gate { state: state.clone(), screens: screens.clone() };
    let mut everything = site
        .fallback_service(screens)
        // Layers wrap those above them. These two stand inside the guard, so that renewed cookies are never lost.
        .layer(CatchPanicLayer::custom(answer::panicked))
        .layer(from_fn(guard::patience))
        .layer(from_fn_with_state(gate, guard::guard))
        .layer(from_fn(language::speak))
        // Nobody needs to be known for these.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(built(&state)?);
    for (name, value) in headers::EVERYWHERE {
        everything = everything.layer(set(name, value));
    }
    if !state.config.is_live_reload() {
        everything = everything.layer(set(header::CONTENT_SECURITY_POLICY, headers::POLICY));
    }
    if state.config.is_https() {
        everything = everything.layer(set(header::STRICT_TRANSPORT_SECURITY, headers::ONLY_HTTPS));
    }
    Ok(everything
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(worth_compressing()))
        .layer(TraceLayer::new_for_http().make_span_with(guard::span))
        .with_state(state))
}

/// All but what is compressed already.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("video/"))
}

/// The built browser side and the public files: each entry of the site's folder at its own name.
fn built(state: &AppState) -> Result<Router<AppState>, Error> {
    let folder = &state.config.site_dir;
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Error::config(format!("SCRIBBLE_SITE_DIR: cannot read {} ({error}); build the site first", folder.display()))
    })?;
    let mut router = service_worker::route(folder)?.merge(manifest::route(folder)?);
    let made = [service_worker::NAME, manifest::NAME];
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str().filter(|name| !made.contains(name)) else { continue };
        router = if path.is_dir() {
            router.nest_service(&format!("/{name}"), ServeDir::new(path).precompressed_br().precompressed_gzip())
        } else if name.ends_with(".br") || name.ends_with(".gz") {
            router
        } else {
            router.route_service(&format!("/{name}"), ServeFile::new(path).precompressed_br().precompressed_gzip())
        };
    }
    // Names do not change with contents: ask every time, and be told "not modified".
    let ask = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(if router.has_routes() { router.layer(ask) } else { router })
}
