//! The user interface: one Leptos application that the server renders and the browser hydrates.
//!
//! # Layout
//! - [`app`]: the root component with every route
//! - [`screens`]: one file for each screen; [`components`]: what several screens share
//! - [`tools`]: tools of the studio and the gallery: zoom, crop, retouching, colouring, books
//! - [`api`]: server functions, a few lines each that call the rules of `server`
//! - [`state`]: signals that outlive a screen: the studio with its photo, the session
//! - [`lazy`]: screens whose code is loaded when it is first needed
//! - [`i18n`]: messages in the reader's language
//! - [`browser`]: access to the DOM and to the APIs of the browser
//! - [`worker`]: the web worker: decoding photos, drawing them, proof of work
//! - [`js_object`]: properties of JavaScript objects
//! - [`json`]: reading JSON
//! - `shell`, `ssr`: the document and the routes of the server (server only)

// The compiler follows nested futures and views this deep when it optimises.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
pub mod browser;
pub mod components;
pub mod error;
pub mod i18n;
pub mod js_object;
pub mod json;
pub mod lazy;
pub mod response;
pub mod screens;
pub mod state;
pub mod tools;
pub mod worker;

#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;

/// Hydrates the document. `catalog` is the JSON of the messages in the document's language.
///
/// # Errors
/// If the code of its screen cannot be fetched.
#[cfg(feature = "hydrate")]
pub async fn hydrate(catalog: &str) -> Result<(), lazy::NotLoaded> {
    i18n::set_browser_catalog(catalog);
    // Before the hydration, which could not show another view instead of the one from the server;
    // and effects would run in the pauses of one that waits.
    if let Some(chunk) = lazy::Chunk::of_screen(&browser::document::path()) {
        chunk.load().await?;
    }
    leptos::mount::hydrate_body(app::App);
    Ok(())
}
