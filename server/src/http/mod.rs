//! HTTP server: every route and every middleware layer, on this screen.

mod auth;
mod auth_bodies;
mod books;
mod callback;
mod catalogs;
mod create_form;
mod credits;
mod cron;
mod dev;
mod extract;
mod files;
mod flags;
mod gallery;
mod health;
mod jobs;
mod language;
mod manifest;
mod middleware;
mod openapi;
mod pages;
mod response;
mod security_headers;
mod serve;
mod service_worker;
mod static_files;
mod upload;
mod user;
mod weights;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{HeaderName, HeaderValue, header},
    middleware::{from_fn, from_fn_with_state, map_request, map_response},
    routing::{MethodRouter, get, post, put},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use utoipa::OpenApi;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

pub use security_headers::{Nonce, clear_site_data};
pub use serve::serve;

use crate::{AppState, Error};

/// Larger than the largest photo: a photo that exceeds its limit is read to its end and refused
/// with a message, because a closed connection would show the browser's own error page.
const MAX_UPLOAD_BODY_BYTES: usize = 100 * 1024 * 1024;
/// Limit of JSON bodies and small forms.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// The router that renders the HTML screens, and the 404 screen for unknown paths.
#[derive(Clone)]
struct Screens(Router);

/// The routes of `/api/v1`. Method and path are given by the `utoipa::path` attribute of each
/// handler.
fn api_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::ApiDocument::openapi())
        // Accounts.
        .routes(routes!(auth::sign_up))
        .routes(routes!(auth::verify_otp))
        .routes(routes!(auth::resend_otp))
        .routes(routes!(auth::sign_in))
        .routes(routes!(auth::request_magic_link))
        .routes(routes!(auth::request_password_reset))
        .routes(routes!(auth::reset_password))
        .routes(routes!(auth::open_guest_session))
        .routes(routes!(auth::captcha_challenge))
        .routes(routes!(auth::refresh_tokens))
        .routes(routes!(auth::sign_out))
        .routes(routes!(auth::get_session))
        .routes(routes!(auth::list_sessions, auth::end_all_sessions))
        .routes(routes!(auth::end_session))
        .routes(routes!(user::get_profile, user::update_profile, user::delete_account))
        .routes(routes!(user::export_account))
        .routes(routes!(flags::list_public_flags))
        // Photos, pages, books and credits.
        .routes(routes!(upload::upload_photo).layer(DefaultBodyLimit::max(MAX_UPLOAD_BODY_BYTES)))
        .routes(routes!(upload::claim_photo))
        .routes(routes!(jobs::create_job))
        .routes(routes!(jobs::get_job))
        .routes(routes!(jobs::stream_job_events))
        .routes(routes!(pages::list_pages))
        .routes(routes!(pages::get_page, pages::rename_page, pages::delete_page))
        .routes(routes!(pages::redraw_page))
        .routes(routes!(pages::extend_page_retention))
        .routes(routes!(books::list_books, books::create_book))
        .routes(routes!(books::get_book, books::update_book, books::delete_book))
        .routes(routes!(books::get_book_pdf))
        .routes(routes!(books::export_pdf))
        .routes(routes!(credits::list_credits))
        .routes(routes!(openapi::get_openapi_document))
        // For a scheduler, with the cron secret.
        .routes(routes!(cron::process_queue))
        .routes(routes!(cron::sweep))
}

/// Defines a function that returns a router, and a constant that lists its routes as method and
/// path, from one table.
macro_rules! route_table {
    ($list:ident, $function:ident: $($method:ident $path:literal => $handler:expr;)*) => {
        pub const $list: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        fn $function() -> Router<AppState> {
            Router::new()$(.route($path, $method($handler)))*
        }
    };
}

route_table! { SITE_ROUTES, site_routes:
    // Forms of the screens.
    post "/create" => create_form::submit_create_form.layer(DefaultBodyLimit::max(MAX_UPLOAD_BODY_BYTES));
    post "/language" => language::set_language.layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    post "/gallery/print" => gallery::print_pages;
    post "/gallery/archive" => gallery::download_archive;
    // Links in mails.
    get "/auth/callback" => callback::open_link;
    post "/auth/callback" => callback::confirm_link.layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    // Files by signed URL.
    get "/files/{*path}" => files::download_by_signed_url;
    put "/files/{*path}" => upload::receive_direct_upload;
    // Files by the session of their owner.
    get "/pages/{id}/png" => files::download_png;
    get "/pages/{id}/svg" => files::download_svg;
    get "/pages/{id}/pdf" => files::download_pdf;
    get "/pages/{id}/preview" => files::download_preview;
    get "/pages/{id}/film" => files::download_film;
    get "/books/{id}/pdf" => books::download_book_pdf;
}

route_table! { DEV_ROUTES, dev_routes:
    get "/dev/mail.json" => dev::list_outbox;
    post "/dev/sign-in" => dev::sign_in_as_parent;
}

route_table! { HEALTH_ROUTES, health_routes:
    get "/healthz" => health::liveness;
    get "/readyz" => health::readiness;
}

route_table! { CATALOG_ROUTES, catalog_routes:
    get "/i18n/{name}" => catalogs::get_catalog;
    get "/vision/{name}" => weights::get_weights;
}

/// The router of the whole site. `screens` renders the HTML and handles every path without a route.
///
/// # Errors
///
/// If the folder of the built site cannot be read.
pub fn router(state: AppState, screens: Router) -> Result<Router, Error> {
    let (api, _) = api_routes().split_for_parts();
    let api = api.fallback(response::not_found).layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    let mut site = Router::new()
        .nest("/api/v1", api)
        .merge(site_routes())
        // GET shows the screen with the form.
        .route("/create", MethodRouter::new().fallback_service(screens.clone()));
    if state.config.is_dev() {
        site = site.merge(dev_routes());
    }

    // A layer wraps those above it.
    let cross_site = middleware::CrossSiteState { state: state.clone(), screens: screens.clone() };
    let mut router = site
        .fallback_service(screens.clone())
        .layer(Extension(Screens(screens)))
        // Inside of `authenticate`, so that a panic or timeout does not lose renewed cookies.
        .layer(CatchPanicLayer::custom(response::panic_response))
        .layer(middleware::timeout_layer(middleware::REQUEST_TIMEOUT))
        .layer(map_response(response::rewrite_plain_errors))
        .layer(from_fn_with_state(state.clone(), middleware::add_document_csp))
        .layer(from_fn_with_state(state.clone(), middleware::authenticate))
        .layer(map_request(middleware::ignore_range_unless_get))
        .layer(from_fn_with_state(cross_site, middleware::reject_cross_site))
        .layer(from_fn(language::negotiate_language))
        // Without authentication.
        .merge(health_routes())
        .merge(catalog_routes())
        .merge(static_files::static_routes(&state.config.site_dir)?);
    let default_header =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    for (name, value) in security_headers::SECURITY_HEADERS {
        router = router.layer(default_header(name, value));
    }
    if !state.config.is_live_reload() {
        router = router.layer(default_header(header::CONTENT_SECURITY_POLICY, security_headers::DEFAULT_CSP));
    }
    if state.config.is_https() {
        router = router.layer(default_header(header::STRICT_TRANSPORT_SECURITY, security_headers::HSTS));
    }
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(5));
    Ok(router
        .layer(compression.compress_when(static_files::is_compressible()))
        .layer(TraceLayer::new_for_http().make_span_with(middleware::request_span))
        .with_state(state))
}
