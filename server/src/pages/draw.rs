//! The job that draws a page at print size.

use lineart::{Drawing, Photo, Style};
use model::{AssetId, JobId, PageId, Status, Title, UserId, photo::AssetKind};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    Error, Machine,
    assets::{self, New, Stored},
    clock::Millis,
    credits,
    db::{Authority, Tx},
    jobs::{Claimed, Job, Lane},
};

/// Long edge of the PNG: A4 at 300 dots an inch.
const PRINT_EDGE: u32 = 3508;
/// Long edge of the picture in the gallery.
const PREVIEW_EDGE: u32 = 640;

#[derive(Serialize, Deserialize)]
pub struct DrawPage {
    pub owner: UserId,
    pub page_id: PageId,
    pub photo_id: AssetId,
    pub style: Style,
    /// As it was at first; the page's own may have been changed since.
    pub title: Title,
}

/// The files of one page.
struct Drawn {
    svg: New,
    png: New,
    preview: New,
}

impl Job for DrawPage {
    const KIND: &'static str = "draw_page";
    const ATTEMPTS: i64 = 3;
    const LANE: Lane = Lane::Drawings;

    fn page(&self) -> Option<PageId> {
        Some(self.page_id)
    }
}

/// How an attempt ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The job is over, here or in other hands.
    Settled,
    /// Nobody pays for an empty sheet, and another attempt would make it no fuller.
    NothingToDraw,
}

impl DrawPage {
    /// True when the same request would make the same page.
    pub fn is_same_order(&self, photo: AssetId, style: &Style, title: &Title) -> bool {
        self.photo_id == photo && self.style == *style && self.title == *title
    }

    /// Draws, stores the files, and in one transaction makes the page ready and ends the job.
    pub async fn run(&self, machine: &Machine, claimed: &Claimed) -> Result<Ending, Error> {
        let mut tx = machine.db.read(Authority::Owner(self.owner)).await?;
        let Some(row) = store::find(&mut tx, self.owner, self.page_id).await? else {
            drop(tx);
            return page_is_gone(machine, claimed).await;
        };
        let Some(photo) = assets::store::find_photo(&mut tx, self.owner, self.photo_id).await? else {
            return Err(Error::internal("the photo is gone"));
        };
        drop(tx);
        let file = machine.files.get(&photo.path).await?;
        let style = self.style;
        let Some(drawn) = machine.compute(move || draw(&file, &style)).await?? else {
            return Ok(Ending::NothingToDraw);
        };

        let mut stored = Vec::with_capacity(3);
        let outcome = self.hand_in(machine, claimed, drawn, row.keep_until, &mut stored).await;
        // Somebody else draws this page now, or it was deleted, or the database failed: leave no file behind.
        if !matches!(outcome, Ok(true)) {
            assets::discard(machine, &stored).await;
        }
        outcome.map(|_| Ending::Settled)
    }

    /// Stores the files, then makes the page ready and ends the job; false when they are not wanted any more.
    async fn hand_in(
        &self,
        machine: &Machine,
        claimed: &Claimed,
        drawn: Drawn,
        keep_until: Millis,
        stored: &mut Vec<Stored>,
    ) -> Result<bool, Error> {
        *stored = assets::put_all(machine, self.owner, vec![drawn.svg, drawn.png, drawn.preview]).await?;
        let mut tx = machine.db.begin(Authority::System).await?;
        let wanted = claimed.finish(&mut tx).await?
            && store::set_status(&mut tx, self.owner, self.page_id, Status::Ready).await?;
        if !wanted {
            return Ok(false);
        }
        for file in stored {
            file.record(&mut tx, Some(self.page_id), keep_until).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The page was taken up by a worker.
    pub async fn started(&self, tx: &mut Tx) -> Result<(), Error> {
        store::set_status(tx, self.owner, self.page_id, Status::Drawing).await.map(drop)
    }

    /// The page waits for another attempt.
    pub async fn postponed(&self, tx: &mut Tx) -> Result<(), Error> {
        store::set_status(tx, self.owner, self.page_id, Status::Waiting).await.map(drop)
    }

    /// The page cannot be made: nobody pays for it.
    pub async fn give_up(tx: &mut Tx, owner: UserId, page: PageId, job: JobId) -> Result<(), Error> {
        store::set_status(tx, owner, page, Status::Failed).await?;
        credits::refund(tx, owner, job, page).await
    }
}

/// Deleted meanwhile, which cancelled the job; or its time is over, and the job ends here.
async fn page_is_gone(machine: &Machine, claimed: &Claimed) -> Result<Ending, Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    claimed.finish(&mut tx).await?;
    tx.commit().await?;
    Ok(Ending::Settled)
}

/// `None` when there is nothing to draw in this photo.
fn draw(file: &[u8], style: &Style) -> Result<Option<Drawn>, Error> {
    let photo = Photo::decode_to_draw(file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
    let drawing = lineart::draw(&photo, style);
    if drawing.strokes.is_empty() {
        return Ok(None);
    }
    let svg = New {
        kind: AssetKind::Artifact,
        extension: "svg",
        content_type: "image/svg+xml",
        width: drawing.width.ceil() as u32,
        height: drawing.height.ceil() as u32,
        bytes: drawing.to_svg().into(),
    };
    let png = picture(&drawing, AssetKind::Artifact, PRINT_EDGE);
    let preview = picture(&drawing, AssetKind::Preview, PREVIEW_EDGE);
    Ok(Some(Drawn { svg, png, preview }))
}

fn picture(drawing: &Drawing, kind: AssetKind, long_edge: u32) -> New {
    let scale = f64::from(long_edge) / drawing.width.max(drawing.height);
    New {
        kind,
        extension: "png",
        content_type: "image/png",
        bytes: drawing.to_png(long_edge).into(),
        width: (drawing.width * scale).round() as u32,
        height: (drawing.height * scale).round() as u32,
    }
}
