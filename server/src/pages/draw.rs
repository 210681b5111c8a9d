//! The job that draws a page at print size.

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

/// Long edge of the PNG: A4 at 300 dots an inch.
const PRINT_EDGE: u32 = 3508;
/// Long edge of the picture in the gallery.
const PREVIEW_EDGE: u32 = 640;
/// Between two looks at the progress.
const TELL_EVERY: Duration = Duration::from_millis(250);

#[derive(Serialize, Deserialize)]
pub struct DrawPage {
    pub page_id: PageId,
    pub photo_id: AssetId,
    /// What the photo was called when it was asked for, if it had been announced; forgotten elsewhere after an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<AssetId>,
    pub style: Style,
    #[serde(default, skip_serializing_if = "Edits::is_empty")]
    pub edits: Edits,
    /// As it was at first; the page's own may have been changed since.
    pub title: Title,
    /// Who draws.
    #[serde(default)]
    pub by: Provider,
    /// When they cannot, our own engine does.
    #[serde(default = "yes")]
    pub fallback: bool,
}

fn yes() -> bool {
    true
}

/// The files of one page.
struct Drawn {
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
    /// True when the same request would make the same page.
    pub fn is_same_order(&self, new_page: &NewPage) -> bool {
        let NewPage { photo, style, edits, title, fallback } = new_page;
        (self.photo_id == *photo || self.announced == Some(*photo))
            && (self.style, &self.edits, &self.title, self.fallback) == (*style, edits, title, *fallback)
    }

    /// Draws, stores the files, and in one transaction makes the page ready and ends the job.
    pub async fn run(&self, state: &AppState, owner: UserId, claimed: &ClaimedJob) -> Result<JobOutcome, Error> {
        let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
        // The photo first: whoever deletes the page in between takes both, and a page that is still there has had its photo.
        let photo = assets::store::find_photo(&mut tx, owner, self.photo_id).await?;
        let Some(row) = store::find(&mut tx, owner, self.page_id).await? else {
            drop(tx);
            return self.page_is_gone(state, owner, claimed).await;
        };
        let photo = photo.ok_or_else(|| Error::internal("the photo is gone"))?;
        drop(tx);
        let (told, progress) = watch::channel(0.05);
        let order = GenerationRequest {
            photo: photo.path,
            style: self.style,
            edits: self.edits.clone(),
            provider_request: None,
            progress: told,
        };
        tokio::select! {
            ending = self.draw(state, owner, claimed, order, row.keep_until) => ending,
            never = tell(state, claimed, progress) => match never {},
        }
    }

    async fn draw(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        order: GenerationRequest,
        keep_until: Millis,
    ) -> Result<JobOutcome, Error> {
        let told = order.progress.clone();
        let drawing = match self.course(state, owner, claimed, &order, keep_until).await? {
            Ok(FlowState::Drawn(drawing)) => drawing,
            Ok(FlowState::Video) => generators::draw_locally(state, &order).await?,
            Ok(FlowState::PollAfter(pause)) => {
                return Ok(JobOutcome::Snoozed { delay: pause, progress: *told.borrow() });
            }
            Ok(FlowState::LeaseLost) => return Ok(JobOutcome::Done),
            Err(reason) => return Ok(JobOutcome::Failed(reason)),
        };
        // A line around the page is no drawing.
        if drawing.strokes.len() <= usize::from(self.style.frame) {
            return Ok(JobOutcome::Failed("nothing to draw".to_owned()));
        }
        let drawn = cpu_pool::run(move || written_out(&drawing)).await?;
        told.send_replace(0.95);

        let mut stored = Vec::with_capacity(3);
        let outcome = self.hand_in(state, owner, claimed, drawn, &mut stored).await;
        // Somebody else draws this page now, or it was deleted, or the database failed: leave no file behind.
        if !matches!(outcome, Ok(true)) {
            assets::discard_pending(state, &stored).await;
        }
        outcome.map(|_| JobOutcome::Done)
    }

    /// A step by whoever draws. When they cannot, our own engine does if the parent allows it; else the inner result
    /// is the reason.
    async fn course(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        order: &GenerationRequest,
        keep_until: Millis,
    ) -> Result<Result<FlowState, String>, Error> {
        let target = GenerationTarget { provider: self.by, owner, page: self.page_id, keep_until };
        let reason = match generators::advance_flow(state, claimed, &target, order).await {
            Ok(course) => return Ok(Ok(course)),
            Err(GenerationError::Internal(error)) => return Err(error),
            Err(GenerationError::Retryable(reason)) if claimed.attempts < Self::MAX_ATTEMPTS => {
                return Err(Error::internal(reason));
            }
            Err(GenerationError::Retryable(reason) | GenerationError::Permanent(reason)) => reason,
        };
        tracing::warn!(job = %claimed.id, provider = self.by.as_str(), %reason, "no picture came");
        if !self.fallback {
            return Ok(Err(reason));
        }
        generators::draw_locally(state, order).await.map(|drawing| Ok(FlowState::Drawn(drawing)))
    }

    /// Stores the files, then makes the page ready and ends the job; false when they are not wanted any more.
    async fn hand_in(
        &self,
        state: &AppState,
        owner: UserId,
        claimed: &ClaimedJob,
        drawn: Drawn,
        stored: &mut Vec<PendingFile>,
    ) -> Result<bool, Error> {
        *stored = assets::put_files(state, owner, vec![drawn.svg, drawn.png, drawn.preview]).await?;
        let mut tx = state.db.begin(Authority::System).await?;
        tx.lock_owner(owner).await?;
        if !claimed.mark_done(&mut tx).await? {
            return Ok(false);
        }
        // Its owner may have said meanwhile that it is to be kept longer.
        let Some(keep_until) = store::set_drawn(&mut tx, owner, self.page_id, &self.style).await? else {
            return Ok(false);
        };
        let before = assets::store::delete_drawing_files(&mut tx, owner, self.page_id).await?;
        assets::enqueue_file_removal(&mut tx, before).await?;
        for file in stored {
            file.insert_asset(&mut tx, Some(self.page_id), keep_until).await?;
        }
        // A film that came with it was stored before.
        assets::store::set_drawing_expiry(&mut tx, owner, self.page_id, keep_until).await?;
        tx.commit().await?;
        state.job_notifier.notify();
        Ok(true)
    }

    /// Deleted meanwhile, which cancelled the job; or its time is over, then the job ends here, and nobody pays for it.
    async fn page_is_gone(&self, state: &AppState, owner: UserId, claimed: &ClaimedJob) -> Result<JobOutcome, Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        tx.lock_owner(owner).await?;
        if claimed.mark_done(&mut tx).await? {
            credits::refund(&mut tx, owner, claimed.id).await?;
        }
        tx.commit().await?;
        Ok(JobOutcome::Done)
    }

    /// The page was taken up by a worker.
    pub async fn started(&self, tx: &mut Tx, owner: UserId) -> Result<(), Error> {
        store::set_status(tx, owner, self.page_id, Status::Drawing).await.map(drop)
    }

    /// The page waits for another attempt.
    pub async fn postponed(&self, tx: &mut Tx, owner: UserId) -> Result<(), Error> {
        store::set_status(tx, owner, self.page_id, Status::Waiting).await.map(drop)
    }

    /// The page cannot be made: nobody pays for it.
    pub async fn give_up(tx: &mut Tx, owner: UserId, page: PageId, job: JobId) -> Result<(), Error> {
        store::set_not_drawn(tx, owner, page).await?;
        credits::refund(tx, owner, job).await
    }
}

/// Writes down how far the drawing is, now and then: a quick one is done before it is told of.
async fn tell(state: &AppState, claimed: &ClaimedJob, progress: watch::Receiver<f64>) -> Infallible {
    let mut told = 0.0;
    loop {
        sleep(TELL_EVERY).await;
        let part = *progress.borrow();
        if part > told {
            told = part;
            if let Err(error) = claimed.set_progress(state, part).await {
                tracing::warn!(job = %claimed.id, %error, "telling the progress");
            }
        }
    }
}

/// The drawing as the files that are kept of it.
fn written_out(drawing: &Drawing) -> Drawn {
    let svg = NewFile {
        kind: AssetKind::Artifact,
        extension: "svg",
        content_type: "image/svg+xml",
        width: drawing.width.ceil() as u32,
        height: drawing.height.ceil() as u32,
        bytes: drawing.to_svg().into(),
    };
    let png = picture(drawing, AssetKind::Artifact, PRINT_EDGE);
    let preview = picture(drawing, AssetKind::Preview, PREVIEW_EDGE);
    Drawn { svg, png, preview }
}

fn picture(drawing: &Drawing, kind: AssetKind, long_edge: u32) -> NewFile {
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
