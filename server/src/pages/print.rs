//! A page's files as they are handed out: the stored ones as they are, the PDF made when it is asked for.

use bytes::Bytes;
use lineart::{Drawing, PdfPage};
use model::{PageId, Paper, Problem, Title, UserId, photo::AssetKind};

use super::{not_drawn, store};
use crate::{AppState, Error, assets::store as assets, cpu_pool, db::Authority};

/// What to make of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendering {
    Png,
    Svg,
    Preview,
    Film,
    Pdf(Paper),
}

impl Rendering {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png | Self::Preview => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Film => "video/mp4",
            Self::Pdf(_) => "application/pdf",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Png | Self::Preview => "png",
            Self::Svg => "svg",
            Self::Film => "mp4",
            Self::Pdf(_) => "pdf",
        }
    }
}

/// One file of the owner's page, with the page's title.
///
/// # Errors
/// `not_found`, also for a page without a film; `page_not_ready` while it is being drawn; `page_failed` when that failed.
pub async fn file(
    state: &AppState,
    owner: UserId,
    page: PageId,
    rendering: Rendering,
) -> Result<(Bytes, Title), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let row = store::find(&mut tx, owner, page).await?.ok_or_else(Problem::not_found)?;
    let (kind, content_type) = match rendering {
        Rendering::Preview => (AssetKind::Preview, "image/png"),
        Rendering::Png => (AssetKind::Artifact, "image/png"),
        Rendering::Film => (AssetKind::Artifact, "video/mp4"),
        Rendering::Svg | Rendering::Pdf(_) => (AssetKind::Artifact, "image/svg+xml"),
    };
    let found = assets::find_page_file(&mut tx, owner, page, kind, content_type).await?;
    let found = found.ok_or_else(|| match rendering {
        // Few pages have one.
        Rendering::Film => Problem::not_found(),
        _ => not_drawn(&row.status),
    })?;
    drop(tx);
    let title = Title::parse(&row.title)?;
    let stored = state.files.get(&found.path).await?;
    let Rendering::Pdf(paper) = rendering else { return Ok((stored, title)) };
    let text = title.clone();
    let pdf = cpu_pool::run(move || pdf(&stored, text.as_str(), paper)).await??;
    Ok((pdf, title))
}

fn pdf(svg: &[u8], title: &str, paper: Paper) -> Result<Bytes, Error> {
    let svg = std::str::from_utf8(svg).map_err(Error::internal)?;
    let drawing = Drawing::from_svg(svg).map_err(Error::internal)?;
    let sheet = PdfPage { title, drawing: &drawing };
    let pdf = lineart::write_pdf(&[sheet], paper, title).map_err(Error::internal)?;
    Ok(pdf.into())
}
