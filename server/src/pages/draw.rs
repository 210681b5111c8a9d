//! The job that draws a page, by the local engine or a remote provider, and stores its files at
//! print size.

use std::{convert::Infallible, time::Duration};

use lineart::{Drawing, Edits, Style};
use model::{AssetId, JobId, PageId, Status, Title, UserId, photo::AssetKind};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::sleep};

use super::{NewPage, store};
use crate::{
    AppState, Error,
    assets::{self, NewFile, PendingFile},
    clock::Millis,
    config::Provider,
    cpu_pool, credits,
    db::{Authority, Tx},
    generators::{self, FlowState, GenerationError, GenerationRequest, GenerationTarget},
    jobs::{ClaimedJob, Job, JobOutcome, Queue},
};

/// Long edge of the PNG in pixels: A4 at 300 dpi.
const PRINT_EDGE: u32 = 3508;
/// Long edge of the preview in the gallery, in pixels.
const PREVIEW_EDGE: u32 = 640;
/// Time between two writes of the progress to the database.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// Job that draws one page.
#[derive(Serialize, Deserialize)]
pub struct DrawPage {
    pub page_id: PageId,
    pub photo_id: AssetId,
    /// Id of the direct upload that the client named in place of the photo. Kept for idempotency,
    /// because the upload's own row is deleted after an hour.
    #[serde(default, alias = "announced", skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<AssetId>,
    pub style: Style,
    #[serde(default, skip_serializing_if = "Edits::is_empty")]
    pub edits: Edits,
    /// Version of the hints with which the edits were made, 0 for none. Older jobs have none.
    #[serde(default)]
    pub hints_version: u32,
    /// Title in the request; the page may have been renamed since.
    pub title: Title,
    #[serde(default, alias = "by")]
    pub provider: Provider,
    /// Whether the local engine draws the page when the provider fails.
    #[serde(default = "default_fallback")]
    pub fallback: bool,
}

fn default_fallback() -> bool {
    true
}

/// The encoded files of one drawing.
struct PageFiles {
    svg: NewFile,
    png: NewFile,
    preview: NewFile,
}

impl Job for DrawPage {
    const KIND: &'static str = "draw_page";
    const MAX_ATTEMPTS: i64 = 3;
    const QUEUE: Queue = Queue::Drawing;

    fn page_id(&self) -> Option<PageId> {
        Some(self.page_id)
    }
}

impl DrawPage {
    /// True when `new_page` equals the request that this job was made for.
    pub fn is_same_request(&self, new_page: &NewPage) -> bool {
        let NewPage { photo, style, edits, hints_version, title, fallback } = new_page;
        (self.photo_id == *photo || self.upload_id == Some(*photo))
            && (self.style, &self.edits, self.hints_version) == (*style, edits, *hints_version)
            && (&self.title, self.fallback) == (title, *fallback)
    }

    /// Draws the page and stores its files, then marks the page ready and the job done in one
    /// transaction.
    pub async fn run(&self, state: &AppState, owner: UserId, claimed: &ClaimedJob) -> Result<JobOutcome, Error> {
        let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
        // Read the photo before the page: deleting a page deletes both, so a page that still exists
        // did not lose its photo to a deletion between the two reads.
        let photo = assets::store::find_photo(&mut tx, owner, self.photo_id).await?;
        let Some(row) = store::find(&mut tx, owner, self.page_id).await? else {
            drop(tx);
            return self.finish_without_page(state, owner, claimed).await;
        };
        let photo = photo.ok_or_else(|| Error::internal("the photo of a page is missing"))?;
        drop(tx);
        let (sender, progress) = watch::channel(0.05);
        let request = GenerationRequest {
            photo: photo.path,
            style: self.style,
            edits: self.edits.clone(),
            hints_version: self.hints_version,
            provider_request: None,
            progress: sender,
        };
        tokio::select! {
            outcome = self.draw(state, owner, claimed, request, row.keep_until) => outcome,
            never = report_progress(state, claimed, progress) => match never {},
        }
    }

    /// Generates the drawing, or advances the provider's work, and publishes a finished drawing.
    async fn draw(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        request: GenerationRequest,
        keep_until: Millis,
    ) -> Result<JobOutcome, Error> {
        let progress = request.progress.clone();
        let drawing = match self.advance_generation(state, owner, claimed, &request, keep_until).await? {
            Ok(FlowState::Drawn(drawing)) => drawing,
            Ok(FlowState::Video) => generators::draw_locally(state, &request).await?,
            Ok(FlowState::PollAfter(delay)) => {
                return Ok(JobOutcome::Snoozed { delay, progress: *progress.borrow() });
            }
            Ok(FlowState::LeaseLost) => return Ok(JobOutcome::Done),
            Err(reason) => return Ok(JobOutcome::Failed(reason)),
        };
        // A frame alone is not a drawing.
        if drawing.strokes.len() <= usize::from(self.style.frame) {
            return Ok(JobOutcome::Failed("nothing to draw".to_owned()));
        }
        let files = cpu_pool::run(move || encode_files(&drawing)).await?;
        progress.send_replace(0.95);

        let mut stored = Vec::with_capacity(3);
        let outcome = self.publish_result(state, owner, claimed, files, &mut stored).await;
        // The lease was lost, the page was deleted or the database failed: delete the new files.
        if !matches!(outcome, Ok(true)) {
            assets::discard_pending(state, &stored).await;
        }
        outcome.map(|_| JobOutcome::Done)
    }

    /// Advances the provider's work by one step. When the provider fails for good, the local engine
    /// draws the page if `fallback` allows it; otherwise the inner result is the reason for the
    /// failure.
    async fn advance_generation(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        request: &GenerationRequest,
        keep_until: Millis,
    ) -> Result<Result<FlowState, String>, Error> {
        let target = GenerationTarget { provider: self.provider, owner, page: self.page_id, keep_until };
        let reason = match generators::advance_provider_flow(state, claimed, &target, request).await {
            Ok(flow_state) => return Ok(Ok(flow_state)),
            Err(GenerationError::Internal(error)) => return Err(error),
            Err(GenerationError::Retryable(reason)) if claimed.attempts < Self::MAX_ATTEMPTS => {
                return Err(Error::internal(reason));
            }
            Err(GenerationError::Retryable(reason) | GenerationError::Permanent(reason)) => reason,
        };
        tracing::warn!(job = %claimed.id, provider = self.provider.as_str(), %reason, "the provider failed to draw the page");
        if !self.fallback {
            return Ok(Err(reason));
        }
        generators::draw_locally(state, request).await.map(|drawing| Ok(FlowState::Drawn(drawing)))
    }

    /// Stores the files, then marks the page ready and the job done. Returns false when the lease
    /// was lost or the page was deleted; the caller then discards `stored`.
    async fn publish_result(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        files: PageFiles,
        stored: &mut Vec<PendingFile>,
    ) -> Result<bool, Error> {
        *stored = assets::put_files(state, owner, vec![files.svg, files.png, files.preview]).await?;
        let mut tx = state.db.begin(Authority::System).await?;
        tx.lock_owner(owner).await?;
        if !claimed.mark_done(&mut tx).await? {
            return Ok(false);
        }
        // The owner may have extended the retention since the job started.
        let Some(keep_until) = store::set_ready(&mut tx, owner, self.page_id, &self.style).await? else {
            return Ok(false);
        };
        let old_files = assets::store::delete_drawing_files(&mut tx, owner, self.page_id).await?;
        assets::enqueue_file_removal(&mut tx, old_files).await?;
        for file in stored {
            file.insert_asset(&mut tx, Some(self.page_id), keep_until).await?;
        }
        // The provider's video was stored earlier, with the retention of that time.
        assets::store::set_drawing_expiry(&mut tx, owner, self.page_id, keep_until).await?;
        tx.commit().await?;
        state.job_notifier.notify();
        Ok(true)
    }

    /// Ends the job of a page that is gone. Deleting a page already cancelled its job; an expired
    /// page is refunded.
    async fn finish_without_page(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
    ) -> Result<JobOutcome, Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        tx.lock_owner(owner).await?;
        if claimed.mark_done(&mut tx).await? {
            credits::refund_job(&mut tx, owner, claimed.id).await?;
        }
        tx.commit().await?;
        Ok(JobOutcome::Done)
    }

    /// Marks the page as being drawn.
    pub async fn mark_drawing(&self, tx: &mut Tx, owner: UserId) -> Result<(), Error> {
        store::set_status(tx, owner, self.page_id, Status::Drawing).await.map(drop)
    }

    /// Marks the page as waiting for another attempt.
    pub async fn mark_waiting(&self, tx: &mut Tx, owner: UserId) -> Result<(), Error> {
        store::set_status(tx, owner, self.page_id, Status::Waiting).await.map(drop)
    }

    /// Marks the page failed, or ready with its previous drawing, and refunds its credit.
    pub async fn fail_and_refund(tx: &mut Tx, owner: UserId, page: PageId, job: JobId) -> Result<(), Error> {
        store::set_ready_or_failed(tx, owner, page).await?;
        credits::refund_job(tx, owner, job).await
    }
}

/// Writes the progress to the job's row every [`PROGRESS_INTERVAL`] when it has grown. A drawing
/// that takes less time writes none.
async fn report_progress(state: &AppState, claimed: &ClaimedJob, progress: watch::Receiver<f64>) -> Infallible {
    let mut reported = 0.0;
    loop {
        sleep(PROGRESS_INTERVAL).await;
        let current = *progress.borrow();
        if current > reported {
            reported = current;
            if let Err(error) = claimed.set_progress(state, current).await {
                tracing::warn!(job = %claimed.id, %error, "writing the progress of a job failed");
            }
        }
    }
}

/// Encodes the drawing as SVG, PNG at print size, and PNG preview.
fn encode_files(drawing: &Drawing) -> PageFiles {
    let svg = NewFile {
        kind: AssetKind::Artifact,
        extension: "svg",
        content_type: "image/svg+xml",
        width: drawing.width.ceil() as u32,
        height: drawing.height.ceil() as u32,
        bytes: drawing.to_svg().into(),
    };
    let png = png_file(drawing, AssetKind::Artifact, PRINT_EDGE);
    let preview = png_file(drawing, AssetKind::Preview, PREVIEW_EDGE);
    PageFiles { svg, png, preview }
}

fn png_file(drawing: &Drawing, kind: AssetKind, long_edge: u32) -> NewFile {
    let scale = f64::from(long_edge) / drawing.width.max(drawing.height);
    NewFile {
        kind,
        extension: "png",
        content_type: "image/png",
        bytes: drawing.to_png(long_edge).into(),
        width: (drawing.width * scale).round() as u32,
        height: (drawing.height * scale).round() as u32,
    }
}
