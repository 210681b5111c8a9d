//! Every route of the screens.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use server::AppState;

use crate::legacy::{
    forms,
    screens::{
        account, admin, book, callback, choose, dev_mail, gallery, home, login, not_found, offline, page,
        reset_password,
    },
};

/// More than any form has; photos go elsewhere.
const LARGEST_FORM: usize = 16 * 1024;

/// All screens and their forms. Answers every other address too: there is nothing.
pub fn screens(state: AppState) -> Router {
    let mut screens = Router::new()
        .route("/", get(home::show))
        .route("/gallery", get(gallery::show))
        .route("/gallery/book", post(forms::books::bind_chosen))
        .route("/pages/{id}", get(page::show))
        .route("/books/new", get(choose::show_new).post(forms::books::create))
        .route("/books/{id}", get(book::show))
        .route("/books/{id}/choose", get(choose::show_existing).post(forms::books::choose))
        .route("/account", get(account::show))
        .route("/admin", get(admin::show))
        .route("/auth/login", get(login::show))
        .route("/auth/callback", get(callback::show))
        .route("/auth/reset-password", get(reset_password::show).post(forms::accounts::reset))
        .route("/offline", get(offline::show))
        .route("/auth/sign-up", post(forms::accounts::sign_up))
        .route("/auth/sign-in", post(forms::accounts::sign_in))
        .route("/auth/verify", post(forms::accounts::verify))
        .route("/auth/resend", post(forms::accounts::resend))
        .route("/auth/magic-link", post(forms::accounts::magic_link))
        .route("/auth/forgot", post(forms::accounts::forgot))
        .route("/auth/guest", post(forms::accounts::guest))
        .route("/auth/sign-out", post(forms::accounts::sign_out))
        .route("/account/password", post(forms::profile::password))
        .route("/account/address", post(forms::profile::address))
        .route("/account/address/confirm", post(forms::profile::confirm_address))
        .route("/account/sessions/end", post(forms::profile::end_session))
        .route("/account/sessions/end-all", post(forms::profile::end_sessions))
        .route("/account/delete", post(forms::profile::delete))
        .route("/pages/{id}/rename", post(forms::pages::rename))
        .route("/pages/{id}/redraw", post(forms::pages::redraw))
        .route("/pages/{id}/keep", post(forms::pages::keep))
        .route("/pages/{id}/delete", post(forms::pages::delete))
        .route("/books/{id}/step", post(forms::books::step))
        .route("/books/{id}/bind", post(forms::books::bind))
        .route("/books/{id}/delete", post(forms::books::delete));
    if state.config.is_dev() {
        screens = screens.route("/dev/mail", get(dev_mail::show));
    }
    screens
        .fallback(not_found::show)
        .method_not_allowed_fallback(not_found::show)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(state)
}
