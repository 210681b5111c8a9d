//! Tools of the studio and of saved pages: geometry, state and rules without access to the DOM, and
//! the components that use them.
//!
//! # Layout
//! - [`colour`]: an sRGB colour and its notation
//! - [`colouring`]: paint, history and keyboard stops of a page that is coloured in on the screen
//! - [`colouring_dialog`], [`paints`]: the dialog in which a page is coloured in
//! - [`crop_area`]: crop rectangle and turns of a photo
//! - [`flood_fill`]: the areas between the lines of a drawing
//! - [`page_order`]: reordering the pages of a book
//! - [`retouching`]: erased strokes and added lines of a drawing
//! - [`scroll_zoom`]: zoom of a picture in a scrolling container
//! - [`several_photos`]: several photos on their way to a book
//! - [`viewport`]: zoom and pan of a picture inside a frame

pub mod colour;
pub mod colouring;
pub mod colouring_dialog;
pub mod crop_area;
pub mod flood_fill;
pub mod page_order;
pub mod paints;
pub mod retouching;
pub mod scroll_zoom;
pub mod several_photos;
pub mod viewport;
