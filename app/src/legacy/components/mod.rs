//! Parts of screens, as HTML.

pub mod auth_panel;
pub mod book_maker;
pub mod code_field;
pub mod colouring;
pub mod handed;
pub mod large;
pub mod more_knobs;
pub mod news;
pub mod notice;
pub mod older;
pub mod paper;
pub mod presets;
pub mod sheet_tools;
pub mod way_out;

pub use auth_panel::{AuthPanel, Offers, login_address};
pub use book_maker::BookMaker;
pub use code_field::CodeField;
pub use colouring::Colouring;
pub use handed::HandedWords;
pub use large::Large;
pub use more_knobs::MoreKnobs;
pub use news::News;
pub use notice::Notice;
pub use older::Older;
pub use paper::PaperChoice;
pub use presets::Presets;
pub use sheet_tools::{CropDialog, SheetTools};
pub use way_out::ChooseAPhoto;
