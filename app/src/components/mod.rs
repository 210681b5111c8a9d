//! Parts that several screens share.

mod auth_dialog;
mod auth_form;
mod banner;
mod code_field;
mod error_screen;
mod form_problem;
mod loaded;
mod notice;
mod route_announcer;
mod site_footer;
mod site_header;
pub mod studio;

pub use auth_dialog::SignInDialog;
pub use auth_form::AuthForm;
pub use banner::Banner;
pub use code_field::CodeField;
pub use error_screen::ErrorScreen;
pub use form_problem::{form_problem, query_problem};
pub use loaded::Loaded;
pub use notice::Notice;
pub use route_announcer::RouteAnnouncer;
pub use site_footer::SiteFooter;
pub use site_header::SiteHeader;
