//! The document: the state that the server put into it, its address, the focus.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, SubmitEvent, Url};

use crate::{error::OUTCOME_PARAMS, json, state::session::InitialState};

/// For how long a new screen is awaited after a navigation.
const HEADING_CHECKS: u32 = 30;
const HEADING_CHECK_INTERVAL: Duration = Duration::from_millis(100);

static NAVIGATED: AtomicBool = AtomicBool::new(false);

pub(super) fn document() -> Option<web_sys::Document> {
    // On the server there is no window, and web_sys would panic.
    if cfg!(target_arch = "wasm32") { web_sys::window()?.document() } else { None }
}

/// The state in which the server rendered the document.
pub fn initial_state() -> InitialState {
    let json = document()
        .and_then(|document| document.get_element_by_id("initial-state"))
        .and_then(|element| element.text_content())
        .unwrap_or_default();
    json::parse(&json).unwrap_or_default()
}

/// Path of the document.
pub fn path() -> String {
    let location = document().and_then(|document| document.location());
    location.and_then(|location| location.pathname().ok()).unwrap_or_default()
}

/// Language code of the document.
pub fn language() -> String {
    let root = document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// True until the first navigation in the browser.
pub fn is_first_screen() -> bool {
    !NAVIGATED.load(Ordering::Relaxed)
}

/// Moves the focus to the heading of the screen. A new screen may come later, with its code or its
/// data, and take a focused heading away; then the focus moves again, unless somebody moved it.
pub fn focus_heading() {
    NAVIGATED.store(true, Ordering::Relaxed);
    let left = active_element();
    leptos::prelude::request_animation_frame(move || await_heading(left, HEADING_CHECKS));
}

fn await_heading(left: Option<Element>, checks: u32) {
    if has_lost_focus() || active_element() == left {
        let heading = document().and_then(|document| document.query_selector("main h1").ok().flatten());
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            let _ = heading.set_attribute("tabindex", "-1");
            let _ = heading.focus();
        }
    }
    if checks > 0 {
        leptos::prelude::set_timeout(move || await_heading(left, checks - 1), HEADING_CHECK_INTERVAL);
    }
}

fn active_element() -> Option<Element> {
    document().and_then(|document| document.active_element())
}

/// Loads the current address from the server, as a new document: after a mere reload, Back would
/// stay in it.
pub fn load_from_server() {
    if let Some(location) = web_sys::window().map(|window| window.location())
        && let Ok(address) = location.href()
    {
        let _ = location.replace(&address);
    }
}

/// Loads the document again.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Removes from the address what a form has done, or why it failed: it is said once, and not again
/// after a reload or where the address is passed on.
pub fn forget_outcome() {
    let Some(window) = web_sys::window() else { return };
    let Ok(address) = window.location().href().and_then(|address| Url::new(&address)) else { return };
    let before = address.href();
    for name in OUTCOME_PARAMS {
        address.search_params().delete(name);
    }
    if address.href() != before
        && let Ok(history) = window.history()
        && let Ok(state) = history.state()
    {
        let _ = history.replace_state_with_url(&state, "", Some(&address.href()));
    }
}

/// Loads a path from the server, as a new document.
pub fn load(path: &str) {
    if let Some(location) = web_sys::window().map(|window| window.location()) {
        let _ = location.assign(path);
    }
}

/// Focuses an element if no other has the focus, for example because it was removed.
pub fn focus_if_lost(selector: &str) {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let (true, Some(element)) =
        (has_lost_focus(), element.and_then(|element| element.dyn_into::<HtmlElement>().ok()))
    {
        let _ = element.focus();
    }
}

/// Opens the print dialog of the browser for this document.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// True if the focus is nowhere: what had it was removed or hidden.
pub fn has_lost_focus() -> bool {
    active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Sends a form whose submit event was cancelled, with the button that was pressed.
pub fn submit_again(event: &SubmitEvent) {
    let form = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        let _ = match event.submitter() {
            Some(button) => form.request_submit_with_submitter(Some(&button)),
            None => form.request_submit(),
        };
    }
}

/// True if nobody sees the document: another tab or application is in front.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}
