//! The screens that are not yet part of the Leptos application, with their forms and scripts.

use crate::browser;

pub mod panel;
pub mod step;

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod islands;
#[cfg(feature = "ssr")]
pub mod screens;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;

/// Attaches the behaviour of the account panel to the page.
pub fn attach() {
    if let Some(panel) = panel::Panel::wake() {
        let after = panel.return_to();
        panel.when_in(move || browser::page::go(&after));
    }
}
