//! Parts that several screens share.

mod action_result;
mod auth_dialog;
mod auth_form;
mod banner;
mod code_field;
mod empty_state;
mod error_screen;
mod form_problem;
mod loaded;
mod notice;
mod older_link;
mod paper_choice;
mod route_announcer;
mod site_footer;
mod site_header;

pub use action_result::on_action_result;
pub use auth_dialog::SignInDialog;
pub use auth_form::AuthForm;
pub use banner::Banner;
pub use code_field::CodeField;
pub use empty_state::EmptyState;
pub use error_screen::ErrorScreen;
pub use form_problem::{form_problem, query_problem};
pub use loaded::{Loaded, LoadedSignal};
pub use notice::Notice;
pub use older_link::OlderLink;
pub use paper_choice::PaperChoice;
pub use route_announcer::RouteAnnouncer;
pub use site_footer::SiteFooter;
pub use site_header::SiteHeader;
