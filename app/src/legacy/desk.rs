//! What a request for a screen brings, and what it gets.

use axum::{
    extract::FromRequestParts,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{StatusCode, request::Parts};
use leptos::prelude::*;
use model::Problem;
use server::{
    AppState, credits,
    http::Nonce,
    identity::{Account, RequestIdentity},
};

use crate::legacy::{
    components::auth_panel::login_address,
    screens::refused,
    shell::{self, Head, Header},
    step::Step,
};

/// What a screen gets, or why not.
pub type Answer = Result<Response, Refusal>;

/// Everything a screen needs to know about a request.
pub struct Desk {
    pub state: AppState,
    pub identity: RequestIdentity,
    path: String,
    nonce: Nonce,
    wants_json: bool,
}

impl FromRequestParts<AppState> for Desk {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        // Turned away before it came here.
        if let Some(problem) = parts.extensions.remove::<Problem>() {
            return Err(Refusal::Problem(problem));
        }
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        Ok(Self {
            state: state.clone(),
            identity: parts.extensions.get::<RequestIdentity>().cloned().unwrap_or_default(),
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_default(),
            path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            wants_json: accept.is_some_and(|types| types.contains("application/json")),
        })
    }
}

impl Desk {
    /// Whoever is signed in; others are sent to sign in first and come back here.
    pub fn account(&self) -> Result<&Account, Refusal> {
        self.account_for(&self.path)
    }

    /// The same for a form: its own address takes no visit, so the way back is the screen that it stood on.
    pub fn account_for(&self, screen: &str) -> Result<&Account, Refusal> {
        self.identity.account.as_ref().ok_or_else(|| Refusal::SignIn(screen.to_owned()))
    }

    /// The form was sent by a script, which wants to stay where it is.
    pub fn wants_json(&self) -> bool {
        self.wants_json
    }

    /// The head of a document whose scripts run: they bear the mark of this answer.
    pub fn signed(&self, head: Head) -> Head {
        Head { nonce: self.nonce.as_str().to_owned(), ..head }
    }

    /// A whole screen.
    pub async fn screen<V: IntoView + 'static>(&self, head: Head, body: impl FnOnce() -> V) -> Answer {
        self.screen_with(StatusCode::OK, head, body).await
    }

    pub async fn screen_with<V: IntoView + 'static>(
        &self,
        status: StatusCode,
        head: Head,
        body: impl FnOnce() -> V,
    ) -> Answer {
        let head = self.signed(head);
        let header = match (&self.identity.account, head.credits) {
            (Some(_), Some(credits)) => Header::SignedIn { credits },
            (Some(account), None) => Header::SignedIn { credits: credits::balance(&self.state, account).await? },
            (None, _) => Header::SignedOut,
        };
        Ok((status, Html(shell::document(head, header, &self.path, body))).into_response())
    }
}

/// Why a screen is not shown.
pub enum Refusal {
    /// Sign in first, then come back to this path.
    SignIn(String),
    Problem(Problem),
}

impl<E: Into<server::Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Problem(error.into().into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(path) => Redirect::to(&login_address(Step::SignIn, &path)).into_response(),
            Self::Problem(problem) => {
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, Html(refused::document(problem))).into_response()
            }
        }
    }
}
