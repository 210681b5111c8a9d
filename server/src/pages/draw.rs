//! The job that draws a page at print size.

use lineart::{Drawing, Photo, Style};
use model::{AssetId, JobId, PageId, Status, UserId, photo::AssetKind};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    Error, Machine,
    assets::{self, New},
    credits,
    db::{Authority, Tx},
    jobs::Claimed,
};

/// Long edge of the PNG: A4 at 300 dots an inch.
const PRINT_EDGE: u32 = 3508;
/// Long edge of the picture in the gallery.
const PREVIEW_EDGE: u32 = 640;

#[derive(Debug, Serialize, Deserialize)]
pub struct DrawPage {
    pub owner: UserId,
    pub page_id: PageId,
    pub photo_id: AssetId,
}

/// The files of one page.
struct Drawn {
    svg: New,
    png: New,
    preview: New,
}

impl DrawPage {
    /// Draws, stores the files, and in one transaction makes the page ready and ends the job.
    pub async fn run(&self, machine: &Machine, claimed: &Claimed) -> Result<(), Error> {
        let mut tx = machine.db.read(Authority::Owner(self.owner)).await?;
        let Some(row) = store::find(&mut tx, self.owner, self.page_id).await? else {
            // Deleted meanwhile, and settled by the deletion.
            return Ok(());
        };
        let Some(photo) = assets::store::find(&mut tx, self.owner, self.photo_id).await? else {
            return Err(Error::internal("the photo is gone"));
        };
        drop(tx);
        let style: Style = serde_json::from_str(&row.style).map_err(|error| Error::internal(error.to_string()))?;
        let file = machine.files.get(&photo.path).await?;
        let drawn = machine.compute(move || draw(&file, &style)).await??;

        let mut stored = Vec::with_capacity(3);
        for new in [drawn.svg, drawn.png, drawn.preview] {
            stored.push(assets::put(machine, self.owner, new).await?);
        }
        let mut tx = machine.db.begin(Authority::System).await?;
        let ready = claimed.finish(&mut tx).await?
            && store::set_status(&mut tx, self.owner, self.page_id, Status::Ready).await?;
        if !ready {
            drop(tx);
            // Somebody else draws this page now, or it was deleted: leave no file behind.
            for file in stored {
                file.discard(machine).await?;
            }
            return Ok(());
        }
        for file in stored {
            file.record(&mut tx, Some(self.page_id), row.keep_until).await?;
        }
        tx.commit().await
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
    pub async fn given_up(&self, tx: &mut Tx, job: JobId) -> Result<(), Error> {
        store::set_status(tx, self.owner, self.page_id, Status::Failed).await?;
        credits::refund(tx, self.owner, job, self.page_id).await
    }
}

fn draw(file: &[u8], style: &Style) -> Result<Drawn, Error> {
    let photo = Photo::decode(file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
    let drawing = lineart::draw(&photo, style);
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
    Ok(Drawn { svg, png, preview })
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
