//! Custom properties of style sheets, set by script: the content security policy forbids styles in
//! markup.

use web_sys::HtmlElement;

/// Sets a property such as `--zoom` on an element.
pub fn set_property(element: &HtmlElement, name: &str, value: &str) {
    let _ = web_sys::HtmlElement::style(element).set_property(name, value);
}
