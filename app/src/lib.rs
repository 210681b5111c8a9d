//! The screens: what a parent sees. HTML first; three islands wake up in the browser.
//!
//! # Layout
//! - [`components`]: parts of screens; the islands among them run in the browser as well
//! - [`studio`]: the island of `/create`, where a photo becomes a drawing
//! - [`browser`]: the only place that knows the DOM
//! - [`refusal`]: which files are not photos
//! - `ssr`: every route of the screens; what a request brings, what an answer is (server only)
//! - `screens`: one file for each screen (server only)
//! - `forms`: what the screens' forms do, with and without JavaScript (server only)

pub mod browser;
pub mod components;
pub mod refusal;
pub mod studio;

#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod screens;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;

/// Prepares the page for its islands.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
