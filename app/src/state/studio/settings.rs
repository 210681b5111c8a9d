//! The style that was used last, in the browser's local storage.

use gloo_storage::{LocalStorage, Storage};
use model::Style;

const STYLE: &str = "style";

/// `None` if there is none yet, or if the browser stores nothing for this site.
pub fn load_style() -> Option<Style> {
    LocalStorage::get::<Style>(STYLE).ok().filter(|style| style.validate().is_ok())
}

pub(super) fn store_style(style: &Style) {
    // Some browsers store nothing; then the next visit begins with the default.
    let _ = LocalStorage::set(STYLE, style);
}
