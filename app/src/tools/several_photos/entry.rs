//! One photo on its way into a book, and the order of its page.

use model::{AssetId, Job, Preset, Title};

/// Characters of the book's title that precede the number in the title of a page.
const PAGE_TITLE_CHARS: usize = Title::MAX_CHARS - 10;

/// Identifies a photo as long as the list exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhotoKey(pub(super) u32);

impl PhotoKey {
    pub fn number(self) -> u32 {
        self.0
    }
}

/// How far a photo is, as its card says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoState {
    /// Waits for its preview.
    Waiting,
    /// The preview is being drawn.
    Drawing,
    /// The preview is shown.
    Previewed,
    /// The file cannot be drawn, or the server's drawing failed and its credit was refunded. The
    /// photo is left out of the book.
    Rejected,
    /// The photo is uploaded and its page is ordered.
    Sending,
    /// The server draws the page at print size.
    Printing,
    /// The page is finished.
    Ready,
}

/// A page to order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPage {
    pub photo: AssetId,
    pub preset: Preset,
    pub title: String,
}

impl NewPage {
    /// The order of the page with this number, from 1, in a book.
    pub(super) fn new(photo: AssetId, preset: Preset, book_title: &str, number: usize) -> Self {
        let start: String = book_title.trim().chars().take(PAGE_TITLE_CHARS).collect();
        Self { photo, preset, title: format!("{start} {number}") }
    }
}

/// One photo of the list; `P` is the file.
pub struct Entry<P> {
    pub key: PhotoKey,
    pub photo: P,
    pub(super) state: PhotoState,
    /// Preset of the preview that was drawn last.
    pub(super) preview: Option<Preset>,
    pub(super) uploaded: Option<AssetId>,
    /// The last order that was sent and its idempotency key.
    pub(super) order: Option<(NewPage, String)>,
    pub(super) job: Option<Job>,
}

impl<P> Entry<P> {
    pub(super) fn new(key: PhotoKey, photo: P) -> Self {
        Self { key, photo, state: PhotoState::Waiting, preview: None, uploaded: None, order: None, job: None }
    }

    pub fn state(&self) -> PhotoState {
        self.state
    }

    /// Draws the preview again, unless the page is ordered: its canvas is gone.
    pub(super) fn forget_preview(&mut self) {
        if self.job.is_none() && matches!(self.state, PhotoState::Drawing | PhotoState::Previewed) {
            self.preview = None;
            self.state = PhotoState::Waiting;
        }
    }

    pub(super) fn is_rejected(&self) -> bool {
        self.state == PhotoState::Rejected
    }

    /// The state of a photo of which nothing is being sent, with this preset chosen.
    pub(super) fn state_before_sending(&self, preset: Preset) -> PhotoState {
        if self.preview == Some(preset) { PhotoState::Previewed } else { PhotoState::Waiting }
    }
}
