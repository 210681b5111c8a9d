//! Access to the DOM and to the APIs of the browser. The only modules besides `worker` that name
//! `web_sys`; they compile on the server too and are never called there.
//!
//! # Layout
//! - [`document`]: the document, its address, focus; [`window`]: waiting, random keys
//! - [`connection`], [`native_forms`], [`installation`], [`service_worker`]: what the banners tell
//! - [`early_input`]: what was entered before the hydration
//! - [`photo`]: photos as files: chosen, dropped, pasted, fetched; [`launch_queue`]: opened by the
//!   system; [`shared`]: shared while another one waits
//! - [`engine`]: the worker that draws; [`drawing_canvas`]: the canvas that shows its drawings
//! - [`photo_engine`]: previews of several photos; [`stored_book`]: those photos in the database
//! - [`upload`]: upload of a photo with its progress; [`events`]: progress of a job
//! - [`database`]: IndexedDB; [`draft`]: the photo of the studio; [`stored_colours`]: coloured
//!   pages
//! - [`canvas`]: pixels of a canvas; [`download`], [`share`]: files that leave the site
//! - [`proof`]: proof of work of a sign-up; [`recaptcha`]: a token of Google, where configured
//! - [`geometry`]: positions of elements; [`slider`]: sliders under a finger that scrolls;
//!   [`menu_focus`]: focus within a menu
//! - [`plural_rules`]: plural categories of the document's language
//! - [`element`]: styles, focus and dialogs of elements; [`pointer`]: positions of pointers in them
//! - [`picture`]: decoded pictures, to paint parts of them

pub mod canvas;
pub mod connection;
pub mod database;
pub mod document;
pub mod download;
pub mod draft;
pub mod drawing_canvas;
pub mod early_input;
pub mod element;
pub mod engine;
pub mod events;
pub mod geometry;
pub mod installation;
pub mod launch_queue;
pub mod menu_focus;
pub mod native_forms;
pub mod photo;
pub mod photo_engine;
pub mod picture;
pub mod plural_rules;
pub mod pointer;
pub mod proof;
pub mod recaptcha;
pub mod service_worker;
pub mod share;
pub mod shared;
pub mod slider;
pub mod stored_book;
pub mod stored_colours;
pub mod upload;
pub mod window;

use crate::js_object::{object, property};
