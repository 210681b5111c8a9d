//! Context of a request for components and server functions: the state of the server, the identity
//! of the client, its language.

use std::{future::Future, pin::Pin, sync::Arc};

use http::{HeaderMap, StatusCode, header, request::Parts};
use leptos::{nonce::Nonce, prelude::*};
use leptos_axum::ResponseOptions;
use model::Problem;
use server::{
    AppState,
    i18n::{self, Locale, localize_problem, with_locale},
    identity::{Account, RequestIdentity},
};

use crate::{error::AppError, i18n::ServerMessages, response::ResponseSetters, state::session::InitialState};

/// What a server function knows of the request that called it.
#[derive(Clone)]
pub struct RequestContext {
    pub state: AppState,
    pub identity: RequestIdentity,
    headers: HeaderMap,
    locale: Locale,
}

impl RequestContext {
    /// Context of the current request. Panics outside of one.
    pub fn current() -> Self {
        expect_context()
    }

    /// The account of the request.
    ///
    /// # Errors
    /// `signed_out`.
    pub fn account(&self) -> Result<&Account, server::Error> {
        self.identity.require_account()
    }

    /// Runs `work` in the language of the request, which Leptos' own tasks do not inherit.
    ///
    /// # Errors
    /// Those of `work`, in the language of the request.
    pub async fn run<'a, T: 'a>(
        &self,
        work: impl Future<Output = Result<T, server::Error>> + Send + 'a,
    ) -> Result<T, AppError> {
        // Boxed: the nested types of a whole request are too deep for the compiler.
        let work: Pin<Box<dyn Future<Output = _> + Send + 'a>> = Box::pin(work);
        let localized = async { work.await.map_err(|error| AppError(localize_problem(Problem::from(error)))) };
        with_locale(self.locale, localized).await
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// True if the request is a form that was sent without JavaScript.
    pub fn is_plain_form(&self) -> bool {
        accepts_html(&self.headers)
    }

    /// Sends a form that was posted without JavaScript on to `path` (303 See Other). A script stays
    /// where it is.
    pub fn redirect_plain_form(&self, path: &str) {
        if let (true, Some(response), Ok(location)) =
            (self.is_plain_form(), use_context::<ResponseOptions>(), http::HeaderValue::from_str(path))
        {
            response.set_status(StatusCode::SEE_OTHER);
            response.insert_header(header::LOCATION, location);
        }
    }

    /// Removes the session from the browser, with what it stored for the site, and sends a form
    /// that was posted without JavaScript on to `path`.
    pub fn end_session(&self, path: &str) {
        self.set_cookies(server::accounts::expired_session_cookies(&self.state));
        if let Some(response) = use_context::<ResponseOptions>() {
            let mut headers = HeaderMap::new();
            server::http::clear_site_data(&mut headers);
            for (name, value) in &headers {
                response.insert_header(name.clone(), value.clone());
            }
        }
        self.redirect_plain_form(path);
    }

    /// Like [`Self::redirect_plain_form`], for a form that failed: to a screen that shows the
    /// problem and what was filled in.
    pub fn redirect_plain_form_to_problem(&self, path: &str, error: &AppError) {
        self.redirect_plain_form(&with_query(path, &error.0.to_query()));
    }

    /// Adds cookies to the response.
    pub fn set_cookies(&self, cookies: impl IntoIterator<Item = http::HeaderValue>) {
        if let Some(response) = use_context::<ResponseOptions>() {
            for cookie in cookies {
                response.append_header(header::SET_COOKIE, cookie);
            }
        }
    }
}

/// Appends to the query of a path, or begins one.
pub fn with_query(path: &str, query: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{query}")
}

/// True for a request of the browser itself: a navigation or a form, not a script.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|types| types.contains("text/html"))
}

/// Provides the context of the current request. Called by Leptos for each one, in its owner.
pub fn provide_request_context(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    let locale = i18n::locale();
    provide_context(locale);
    let language = locale.language;
    provide_context(ServerMessages {
        language,
        translate: Arc::new(move |name, args| i18n::translate(language, name, args)),
    });
    let nonce = parts.extensions.get::<server::http::Nonce>().cloned().unwrap_or_default();
    provide_context(Nonce::from_value(nonce.as_str()));
    if let Some(problem) = parts.extensions.get::<Problem>() {
        provide_context(AppError(problem.clone()));
    }
    provide_context(parts.extensions.get::<InitialState>().cloned().unwrap_or_default());
    provide_context(RequestContext {
        state: state.clone(),
        identity: parts.extensions.get::<RequestIdentity>().cloned().unwrap_or_default(),
        headers: parts.headers,
        locale,
    });
    if let Some(response) = use_context::<ResponseOptions>() {
        let (for_redirect, for_policy) = (response.clone(), response.clone());
        provide_context(ResponseSetters {
            status: Arc::new(move |status| {
                if let Ok(status) = StatusCode::from_u16(status) {
                    response.set_status(status);
                }
            }),
            redirect: Arc::new(move |path| {
                if let Ok(location) = http::HeaderValue::from_str(path) {
                    for_redirect.set_status(StatusCode::SEE_OTHER);
                    for_redirect.insert_header(header::LOCATION, location);
                }
            }),
            allow_images_from: Arc::new(move |origin| {
                if let Ok(policy) = http::HeaderValue::try_from(nonce.content_security_policy(Some(origin))) {
                    for_policy.insert_header(header::CONTENT_SECURITY_POLICY, policy);
                }
            }),
        });
    }
}
