//! Elements of the document: styles, focus, dialogs.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlDialogElement, HtmlElement, HtmlInputElement};

/// Sets a property of an element's style. The security policy forbids styles in views.
pub fn set_style(element: &HtmlElement, property: &str, value: &str) {
    let _ = element.style().set_property(property, value);
}

/// Moves the focus to an element.
pub fn focus(element: &HtmlElement) {
    let _ = element.focus();
}

/// Moves the focus to an element, also of an SVG, and leaves the window where it is.
pub fn focus_without_scrolling(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Elements of an SVG have the same method.
    let _ = element.unchecked_ref::<HtmlElement>().focus_with_options(&options);
}

/// Opens a modal dialog, unless it is open.
pub fn show_modal(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog, which then sends the event `close`.
pub fn close(dialog: &HtmlDialogElement) {
    dialog.close();
}

/// True if an event came from a field for text, where keys have their own meaning.
pub fn is_from_text_field(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| ["text", "email", "password", "search"].contains(&field.type_().as_str()))
}
