//! The screens: what a parent sees. The server writes all HTML; in the browser a few islands give it behaviour.
//!
//! # Layout
//! - [`islands`]: what wakes up in the browser, by name
//! - [`studio`]: behaviour of `/create`, where a photo becomes a drawing
//! - [`tools`]: geometry and rules of the studio's tools, without the DOM
//! - [`panel`]: behaviour of the account panel
//! - [`browser`]: the only place that knows the DOM
//! - `ssr`: every route of the screens; `desk`: what a request brings and what it gets (server only)
//! - `shell`, `screens`, `components`: the HTML: the document, one file for each screen, shared parts (server only)
//! - `words`: what the screens say, in the reader's language (server only)
//! - `forms`: what the screens' forms do, with and without JavaScript (server only)

pub mod browser;
pub mod islands;
pub mod panel;
pub mod step;
pub mod studio;
pub mod tools;

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod i18n;
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
