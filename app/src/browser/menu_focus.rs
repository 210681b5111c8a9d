//! Focus within a menu: arrow keys, Home, End and first letters move it between the items.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::document::document;

/// Moves the focus as `key` says; returns true if the key means something in a menu.
pub fn move_focus(menu: &Element, key: &str) -> bool {
    let items = items(menu);
    let current = focused_index(&items);
    let last = items.len().saturating_sub(1);
    let target = match key {
        "Home" => Some(0),
        "End" => Some(last),
        "ArrowDown" => Some(current.map_or(0, |index| if index == last { 0 } else { index + 1 })),
        "ArrowUp" => Some(current.map_or(last, |index| index.checked_sub(1).unwrap_or(last))),
        letter => {
            let start = current.map_or(0, |index| index + 1);
            let begins = |index: &usize| starts_with(&items[*index % items.len()], letter);
            (start..start + items.len()).find(begins).map(|index| index % items.len())
        }
    };
    let item = target.and_then(|index| items.get(index));
    item.is_some_and(|item| item.focus().is_ok())
}

/// True if an item of the menu has the focus.
pub fn has_focus(menu: &Element) -> bool {
    focused_index(&items(menu)).is_some()
}

fn focused_index(items: &[HtmlElement]) -> Option<usize> {
    let focused = document()?.active_element()?;
    items.iter().position(|item| *AsRef::<Element>::as_ref(item) == focused)
}

/// True while the element is shown as a popover.
pub fn is_open(popover: &Element) -> bool {
    popover.matches(":popover-open").unwrap_or(false)
}

fn items(menu: &Element) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// A key with a longer name than one character is no letter.
fn starts_with(item: &HtmlElement, letter: &str) -> bool {
    let text = item.text_content().unwrap_or_default().trim().to_lowercase();
    letter.chars().count() == 1 && letter != " " && text.starts_with(&letter.to_lowercase())
}
