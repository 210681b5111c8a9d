//! `/auth/callback`: where the link of a mail leads. In the browser that asked for it, it signs in at once; elsewhere
//! the screen of the same address shows a button, and that comes back here.

use axum::{
    Form, Router,
    extract::{Request, State},
    http::Method,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use model::Problem;
use serde::Deserialize;
use tower::ServiceExt;

use super::{
    answer::{Asked, redirect},
    auth::set_cookies,
};
use crate::{AppState, accounts, identity::RequestIdentity};

#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

/// `screens` shows what takes a person: the button, or that the link is no good.
pub fn routes(screens: Router) -> MethodRouter<AppState> {
    let open = |State(state): State<AppState>,
                identity: RequestIdentity,
                Asked(link): Asked<Link>,
                request: Request| async move {
        // Whoever only looks whether the address is there must not use it up.
        if request.method() == Method::GET
            && let Ok(Some((signed_in, return_to))) =
                accounts::sign_in_by_link_in_same_browser(&state, &identity, &link.token).await
        {
            return (set_cookies(signed_in.session_cookies(&state)), redirect(&return_to)).into_response();
        }
        screens.oneshot(request).await.into_response()
    };
    get(open).post(confirm)
}

async fn confirm(State(state): State<AppState>, identity: RequestIdentity, Form(link): Form<Link>) -> Response {
    match accounts::sign_in_by_link(&state, &identity, &link.token).await {
        Ok((signed_in, return_to)) => {
            (set_cookies(signed_in.session_cookies(&state)), redirect(&return_to)).into_response()
        }
        Err(error) => redirect(&format!("/auth/login?{}", Problem::from(error).to_query())),
    }
}
