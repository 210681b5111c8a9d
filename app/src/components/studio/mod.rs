//! Parts of the studio: the choice of a photo, photo and drawing, the controls of the style.

mod controls;
mod photo_picker;
mod shared_photos;
mod sheet;
mod slider;
mod style_controls;

pub use controls::Controls;
pub use photo_picker::PhotoPicker;
pub use shared_photos::SharedPhotos;
pub use sheet::Sheet;
pub use slider::Slider;
pub use style_controls::StyleControls;

/// Photos of all kinds, also those that only some browsers can open.
pub const PHOTO_TYPES: &str = "image/jpeg,image/png,image/webp,image/heic,image/*";
