//! What somebody entered into a form of the server's document before the application was there.

use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement};

use super::document::document;

/// The fields of a form that the server rendered, as they stand.
pub struct EarlyInput(FormData);

impl EarlyInput {
    /// Reads the form that a CSS selector finds. Call it in the body of a component, before its
    /// view is hydrated: hydration sets the fields to the values of their signals. `None` on
    /// the server, and in a screen that was navigated to.
    pub fn read(selector: &str) -> Option<Self> {
        let form: HtmlFormElement = document()?.query_selector(selector).ok()??.dyn_into().ok()?;
        FormData::new_with_form(&form).ok().map(Self)
    }

    /// The value of a text field or slider, or that of the chosen radio button or checkbox.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).as_string()
    }
}
