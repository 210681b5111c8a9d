//! Parts of screens. Those marked as islands are drawn on the server and wake up in the browser.

pub mod auth_panel;
pub mod login;
pub mod notice;
pub mod page_watch;
pub mod print_button;

pub use auth_panel::{AuthPanel, Step};
pub use notice::Notice;
