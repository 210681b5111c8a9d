//! What a component can say about the HTTP response that it is rendered into. In the browser, where
//! there is none, these functions do nothing.

use std::sync::Arc;

use leptos::prelude::use_context;

/// Setters of the response, provided as context by the server.
#[derive(Clone)]
pub struct ResponseSetters {
    pub status: Arc<dyn Fn(u16) + Send + Sync>,
    pub redirect: Arc<dyn Fn(&str) + Send + Sync>,
    pub allow_images_from: Arc<dyn Fn(&str) + Send + Sync>,
}

/// Sets the status code of the document.
pub fn set_status(status: u16) {
    if let Some(response) = use_context::<ResponseSetters>() {
        (response.status)(status);
    }
}

/// Answers the request with a redirect to `path` instead of a document.
pub fn redirect(path: &str) {
    if let Some(response) = use_context::<ResponseSetters>() {
        (response.redirect)(path);
    }
}

/// Lets the document show images from one other origin, such as `https://images.example.org`.
pub fn allow_images_from(origin: &str) {
    if let Some(response) = use_context::<ResponseSetters>() {
        (response.allow_images_from)(origin);
    }
}
