//! `/auth/callback`: the target of mailed sign-in links. The browser that requested the link is
//! signed in at once; any other sees a screen whose button posts the token here.

use axum::{
    Extension, Form,
    extract::{Request, State},
    http::Method,
    response::{IntoResponse, Response},
};
use model::Problem;
use serde::Deserialize;
use tower::ServiceExt;

use super::{Screens, auth::set_cookies, extract::QueryParams, response::redirect};
use crate::{AppState, accounts, identity::RequestIdentity};

/// The token of a mailed link.
#[derive(Deserialize)]
pub struct LinkToken {
    #[serde(default)]
    token: String,
}

/// `GET /auth/callback`: signs in, or shows the screen with the button or the error.
pub async fn open_link(
    State(state): State<AppState>,
    identity: RequestIdentity,
    QueryParams(link): QueryParams<LinkToken>,
    Extension(Screens(screens)): Extension<Screens>,
    request: Request,
) -> Response {
    // A HEAD request, as link scanners send it, must not consume the token.
    if request.method() == Method::GET
        && let Ok(Some((signed_in, return_to))) =
            accounts::sign_in_by_link_in_same_browser(&state, &identity, &link.token).await
    {
        return (set_cookies(signed_in.session_cookies(&state)), redirect(&return_to)).into_response();
    }
    screens.oneshot(request).await.into_response()
}

/// `POST /auth/callback`: the button of the screen.
pub async fn confirm_link(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Form(link): Form<LinkToken>,
) -> Response {
    match accounts::sign_in_by_link(&state, &identity, &link.token).await {
        Ok((signed_in, return_to)) => {
            (set_cookies(signed_in.session_cookies(&state)), redirect(&return_to)).into_response()
        }
        Err(error) => redirect(&format!("/auth/login?{}", Problem::from(error).to_query())),
    }
}
