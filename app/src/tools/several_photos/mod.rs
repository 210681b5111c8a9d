//! State machine of several photos that become a book: each is previewed on the device, then
//! uploaded and drawn at print size for a credit, and all pages are bound.
//!
//! Results are kept: after a failure the next attempt uploads nothing and pays for nothing twice.

mod entry;
pub mod retries;

use model::{AssetId, Job, JobId, PageId, Preset, Status, book::MAX_PAGES, credit::PAGE_COST};

pub use entry::{Entry, NewPage, PhotoKey, PhotoState};

/// Share of a page's progress that is done once its job exists.
const ORDERED_SHARE: f64 = 0.3;

/// Number of pages and their cost, as shown before anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub pages: usize,
    /// In credits; pages that were paid by an earlier attempt cost nothing more.
    pub credits: i64,
}

impl Cost {
    /// Whether the balance, if it is known, does not suffice.
    pub fn exceeds(self, balance: Option<i64>) -> bool {
        balance.is_some_and(|balance| balance < self.credits)
    }

    /// Whether the book can be made with this balance; it is unknown as long as nobody is signed
    /// in.
    pub fn is_payable(self, balance: Option<i64>) -> bool {
        self.pages > 0 && !self.exceeds(balance)
    }
}

/// What to do next to make the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Upload a photo, then call [`SeveralPhotos::set_uploaded`].
    Upload(PhotoKey),
    /// Order a page with an idempotency key, then call [`SeveralPhotos::set_job`].
    Order(PhotoKey, NewPage, String),
    /// Wait for [`retries::POLL_INTERVAL`], ask for these jobs, then call
    /// [`SeveralPhotos::set_job`] for each.
    Poll(Vec<(PhotoKey, JobId)>),
    /// Create the book of these pages.
    Bind(Vec<PageId>),
    /// Call [`SeveralPhotos::stop`] and say that some pages could not be drawn and are left out;
    /// their credits were refunded.
    SomeFailed,
}

/// The photos, in the order of the book, and the attempt to make it.
pub struct SeveralPhotos<P> {
    entries: Vec<Entry<P>>,
    next_key: u32,
    preset: Preset,
    is_making: bool,
    /// A page failed in the present attempt.
    has_failed: bool,
}

impl<P> SeveralPhotos<P> {
    pub fn new(preset: Preset) -> Self {
        Self { entries: Vec::new(), next_key: 0, preset, is_making: false, has_failed: false }
    }

    pub fn entries(&self) -> &[Entry<P>] {
        &self.entries
    }

    /// Photos that become pages.
    pub fn usable(&self) -> impl Iterator<Item = &Entry<P>> {
        self.entries.iter().filter(|entry| !entry.is_rejected())
    }

    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Whether an attempt is running; meanwhile photos, preset and title cannot be changed.
    pub fn is_making(&self) -> bool {
        self.is_making
    }

    /// Appends photos up to [`MAX_PAGES`]; returns the number of those that found no room.
    pub fn add(&mut self, photos: impl IntoIterator<Item = P>) -> usize {
        let mut left_over = 0;
        for photo in photos {
            if self.entries.len() >= MAX_PAGES {
                left_over += 1;
                continue;
            }
            let key = PhotoKey(self.next_key);
            self.next_key += 1;
            self.entries.push(Entry::new(key, photo));
        }
        left_over
    }

    /// Leaves a photo out. Returns whether photos remain.
    pub fn remove(&mut self, key: PhotoKey) -> bool {
        self.entries.retain(|entry| entry.key != key);
        !self.entries.is_empty()
    }

    /// Changes the preset; the previews are then drawn again.
    pub fn set_preset(&mut self, preset: Preset) {
        if preset == self.preset {
            return;
        }
        self.preset = preset;
        for entry in &mut self.entries {
            if matches!(entry.state, PhotoState::Drawing | PhotoState::Previewed) {
                entry.state = PhotoState::Waiting;
            }
        }
    }

    /// Draws all previews again, for canvases that are new.
    pub fn forget_previews(&mut self) {
        for entry in &mut self.entries {
            entry.forget_preview();
        }
    }

    pub fn state_of(&self, key: PhotoKey) -> Option<PhotoState> {
        self.entries.iter().find(|entry| entry.key == key).map(Entry::state)
    }

    /// The file of a photo.
    pub fn photo_of(&self, key: PhotoKey) -> Option<&P> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.photo)
    }

    /// Starts the next preview: that of the first photo without one. `None` while the book is made.
    pub fn start_preview(&mut self) -> Option<&Entry<P>> {
        let entry = self.entries.iter_mut().find(|entry| entry.state == PhotoState::Waiting && !self.is_making)?;
        entry.state = PhotoState::Drawing;
        Some(entry)
    }

    /// Ends a preview that was drawn in `preset`; `is_drawn` is false if the file cannot be drawn.
    /// If the preset has changed meanwhile, the photo waits for another preview.
    pub fn end_preview(&mut self, key: PhotoKey, preset: Preset, is_drawn: bool) {
        let current = self.preset;
        // A page that is ordered is drawn by the server, whatever the preview says.
        let Some(entry) = self.entry_mut(key).filter(|entry| entry.job.is_none()) else { return };
        entry.preview = Some(preset);
        if !is_drawn {
            entry.state = PhotoState::Rejected;
        } else if entry.state == PhotoState::Drawing {
            entry.state = entry.state_before_sending(current);
        }
    }

    pub fn cost(&self) -> Cost {
        let unpaid = self.usable().filter(|entry| entry.job.is_none()).count();
        Cost { pages: self.usable().count(), credits: unpaid as i64 * PAGE_COST }
    }

    /// Begins an attempt to make the book.
    pub fn start(&mut self) {
        self.is_making = true;
        self.has_failed = false;
    }

    /// Ends an attempt; what it has uploaded and paid is kept.
    pub fn stop(&mut self) {
        self.is_making = false;
        for entry in &mut self.entries {
            if entry.state == PhotoState::Sending {
                entry.state = entry.state_before_sending(self.preset);
            }
        }
    }

    /// Returns the next step of the attempt: photo by photo upload and order, then all jobs until
    /// they end, then the book. `title` is the book's. `new_key` makes an idempotency key; the same
    /// order is always sent with the same key, so that it is paid once.
    pub fn next_step(&mut self, title: &str, new_key: impl FnOnce() -> String) -> NextStep {
        let preset = self.preset;
        let mut usable = (1..).zip(self.entries.iter_mut().filter(|entry| !entry.is_rejected()));
        if let Some((number, entry)) = usable.find(|(_, entry)| entry.job.is_none()) {
            entry.state = PhotoState::Sending;
            let Some(photo) = entry.uploaded else { return NextStep::Upload(entry.key) };
            let order = NewPage::new(photo, preset, title, number);
            let known = entry.order.take().filter(|(sent, _)| *sent == order);
            let (order, key) = entry.order.insert(known.unwrap_or_else(|| (order, new_key())));
            return NextStep::Order(entry.key, order.clone(), key.clone());
        }
        let jobs = || self.usable().filter_map(|entry| Some((entry.key, entry.job.as_ref()?)));
        let unfinished: Vec<_> = jobs().filter(|(_, job)| !is_finished(job)).map(|(key, job)| (key, job.id)).collect();
        let page_ids: Vec<_> = jobs().map(|(_, job)| job.page_id).collect();
        if !unfinished.is_empty() {
            NextStep::Poll(unfinished)
        } else if self.has_failed || page_ids.is_empty() {
            NextStep::SomeFailed
        } else {
            NextStep::Bind(page_ids)
        }
    }

    /// Notes that a photo was uploaded.
    pub fn set_uploaded(&mut self, key: PhotoKey, asset: AssetId) {
        if let Some(entry) = self.entry_mut(key) {
            entry.uploaded = Some(asset);
        }
    }

    /// Notes the state of the job that draws a page.
    pub fn set_job(&mut self, key: PhotoKey, job: Job) {
        self.has_failed |= job.status == Status::Failed;
        let Some(entry) = self.entry_mut(key) else { return };
        entry.state = match job.status {
            Status::Waiting | Status::Drawing => PhotoState::Printing,
            Status::Ready => PhotoState::Ready,
            Status::Failed => PhotoState::Rejected,
        };
        entry.job = Some(job);
    }

    /// Returns the progress of the whole book from 0 to 1.
    pub fn progress(&self) -> f64 {
        let of_job = |job: &Job| ORDERED_SHARE + (1.0 - ORDERED_SHARE) * f64::from(job.progress);
        let sum: f64 = self.usable().map(|entry| entry.job.as_ref().map_or(0.0, of_job)).sum();
        sum / self.usable().count().max(1) as f64
    }

    fn entry_mut(&mut self, key: PhotoKey) -> Option<&mut Entry<P>> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }
}

fn is_finished(job: &Job) -> bool {
    matches!(job.status, Status::Ready | Status::Failed)
}

#[cfg(test)]
mod tests;
