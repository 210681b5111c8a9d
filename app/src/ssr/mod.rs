//! The routes of the application on the server.

mod auth_form_cookie;
pub mod auth_forms;
pub mod context;
pub mod profile_forms;
mod server_functions;
mod unknown_path;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::get,
};
use leptos::{config::LeptosOptions, server_fn::axum::server_fn_paths};
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions, render_app_async_with_context};
use server::{AppState, accounts, identity::RequestIdentity};

use crate::{
    app::App,
    shell::Shell,
    state::session::{InitialState, SiteSettings},
};
use context::provide_request_context;
use server_functions::call_server_function;
use unknown_path::redirect_trailing_slash;

/// Path and method of every server function.
pub fn server_functions() -> impl Iterator<Item = (&'static str, http::Method)> {
    server_fn_paths()
}

/// Every screen, the server functions, and the error screen of unknown paths.
pub fn screens(state: AppState) -> Router {
    let options = LeptosOptions::builder().output_name("scribble").build();
    let context = {
        let state = state.clone();
        move || provide_request_context(&state)
    };
    let shell = {
        let options = options.clone();
        move || leptos::prelude::view! { <Shell options=options.clone() /> }
    };
    // Leptos would serve the server functions too, without limits and with errors in addresses.
    let functions = server_functions().map(|(path, _)| path.to_owned()).collect();
    let routes = generate_route_list_with_exclusions(App, Some(functions));
    let documents = Router::new()
        .leptos_routes_with_context(&options, routes, context.clone(), shell.clone())
        .fallback(render_app_async_with_context(context, shell))
        .layer(from_fn(redirect_trailing_slash))
        .layer(from_fn_with_state(state.clone(), load_initial_state))
        .with_state(options);
    let functions = get(call_server_function).post(call_server_function);
    Router::new().route("/do/{*path}", functions).with_state(state).merge(documents)
}

/// Loads what the document hands to the browser.
async fn load_initial_state(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let account = request.extensions().get::<RequestIdentity>().and_then(|identity| identity.account.clone());
    let user = match &account {
        Some(account) => match accounts::current_user(&state, account).await {
            Ok(user) => Some(user),
            Err(error) => {
                request.extensions_mut().insert(model::Problem::from(error));
                None
            }
        },
        None => None,
    };
    let config = &state.config;
    let site = SiteSettings {
        is_dev: config.is_dev(),
        allows_guests: config.site_guests,
        keep_original_days: config.keep_original_days,
        keep_page_days: config.keep_page_days,
        generator_company: config.generator.provider.company_name().map(str::to_owned),
    };
    request.extensions_mut().insert(InitialState { user, site });
    next.run(request).await
}
