//! What only a browser can do. The one place that knows the DOM; it compiles on the server too and is never called there.
//!
//! - [`connection`], [`native_forms`], [`installation`], [`service_worker`]: what the banners tell
//! - [`document`]: the document, its state and focus
//! - [`engine`]: the worker that draws
//! - [`proof`]: proof of work of a sign-up; [`recaptcha`]: a token of Google instead, where configured
//! - [`photo`]: photos as files: chosen, dropped, pasted, fetched
//! - [`store`]: the database of this site in the browser
//! - [`draft`]: a photo that waits on this device until it is kept
//! - [`stored_colours`]: the colours of pages that were coloured in
//! - [`canvas`]: pixels of a canvas
//! - [`events`]: progress of a job, as the server tells it
//! - [`download`], [`share`]: files that are saved on the device or handed to another app
//! - [`style`]: custom properties of style sheets
//! - [`net`]: forms, JSON and uploads, with refusals as `Problem`
//! - [`menu_focus`]: focus within a menu
//! - [`page`]: the page and its elements
//! - [`geometry`]: positions of elements
//! - [`notice`]: saying what went wrong
//! - [`words`]: in which words

pub mod canvas;
pub mod connection;
pub mod document;
pub mod download;
pub mod draft;
pub mod engine;
pub mod events;
pub mod geometry;
pub mod installation;
pub mod menu_focus;
pub mod native_forms;
pub mod net;
pub mod notice;
pub mod page;
pub mod photo;
pub mod plural_rules;
pub mod proof;
pub mod recaptcha;
pub mod service_worker;
pub mod share;
pub mod store;
pub mod stored_colours;
pub mod style;
pub mod words;

use crate::js_object::{object, property};
