//! A picture as the browser decodes it.

use web_sys::ImageBitmap;

use super::image_decoder::VideoFrame;

/// A picture as the browser decodes it.
pub(super) enum Picture {
    /// Upright.
    Bitmap(ImageBitmap),
    /// At reduced size; to be rotated as the frame tells.
    Frame(VideoFrame),
}

impl Picture {
    /// Width and height when upright.
    pub(super) fn size(&self) -> (u32, u32) {
        match self {
            Self::Bitmap(bitmap) => (bitmap.width(), bitmap.height()),
            Self::Frame(frame) => (frame.display_width(), frame.display_height()),
        }
    }

    pub(super) fn close(&self) {
        match self {
            Self::Bitmap(bitmap) => bitmap.close(),
            Self::Frame(frame) => frame.close_frame(),
        }
    }
}
