//! Parts of screens, as HTML.

pub mod auth_panel;
pub mod news;
pub mod notice;
pub mod paper;
pub mod presets;
pub mod studio;
pub mod way_out;

pub use auth_panel::{AuthPanel, Offers, login_address};
pub use news::News;
pub use notice::Notice;
pub use paper::PaperChoice;
pub use presets::Presets;
pub use studio::StudioForm;
pub use way_out::ChooseAPhoto;
