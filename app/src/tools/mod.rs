//! Tools of the studio and of saved pages: geometry, state and rules without access to the DOM, and
//! the components that use them.
//!
//! # Layout
//! - [`CanvasTools`]: state that the canvas and its tools share
//! - [`CanvasViewport`], [`CanvasToolbar`], [`CropDialog`], [`RetouchTools`]: components of the
//!   studio
//! - [`colour`]: an sRGB colour and its notation
//! - [`colouring`]: paint, history and keyboard stops of a page that is coloured in on the screen
//! - [`colouring_dialog`], [`paints`]: the dialog in which a page is coloured in
//! - [`crop_area`]: crop rectangle and turns of a photo
//! - [`flood_fill`]: the areas between the lines of a drawing
//! - [`page_order`]: reordering the pages of a book
//! - [`retouching`]: erased strokes and added lines of a drawing; [`retouch_session`]: its signals
//! - [`scroll_zoom`]: zoom of a picture in a scrolling container
//! - [`several_photos`]: several photos on their way to a book
//! - [`SeveralPhotosPanel`]: its component; `book_making`: upload, orders and binding
//! - [`viewport`]: zoom and pan of a picture inside a frame

mod book_making;
mod canvas_frame;
mod canvas_toolbar;
mod canvas_tools;
mod canvas_viewport;
pub mod colour;
pub mod colouring;
pub mod colouring_dialog;
pub mod crop_area;
mod crop_dialog;
mod crop_history;
mod crop_sheet;
pub mod flood_fill;
pub mod page_order;
pub mod paints;
pub mod retouch_session;
mod retouch_tools;
pub mod retouching;
pub mod scroll_zoom;
pub mod several_photos;
mod several_photos_panel;
mod stroke_svg;
pub mod viewport;

pub use canvas_toolbar::CanvasToolbar;
pub use canvas_tools::CanvasTools;
pub use canvas_viewport::CanvasViewport;
pub use crop_dialog::{CropDialog, CropDialogProps};
pub use crop_history::Cropping;
pub use retouch_tools::RetouchTools;
pub use several_photos_panel::SeveralPhotosPanel;
