//! Parts of screens, as HTML.

pub mod auth_panel;
pub mod notice;
pub mod studio;

pub use auth_panel::{AuthPanel, Offers, login_address};
pub use notice::Notice;
pub use studio::StudioForm;
