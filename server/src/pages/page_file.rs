//! The files of a page for download. PNG, SVG, preview and video are stored; the PDF is rendered on
//! request.

use bytes::Bytes;
use lineart::{Drawing, PdfPage};
use model::{PageId, Paper, Problem, Title, UserId, photo::AssetKind};

use super::{missing_drawing, store};
use crate::{AppState, Error, assets::store as assets, cpu_pool, db::Authority};

/// Which file of a page to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    Png,
    Svg,
    Preview,
    Video,
    Pdf(Paper),
}

impl FileFormat {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png | Self::Preview => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Video => "video/mp4",
            Self::Pdf(_) => "application/pdf",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Png | Self::Preview => "png",
            Self::Svg => "svg",
            Self::Video => "mp4",
            Self::Pdf(_) => "pdf",
        }
    }
}

/// Returns one file of the owner's page, with the page's title.
///
/// # Errors
/// `not_found`, also for a page without a video; `page_not_ready` before the page is drawn;
/// `page_failed` when that failed.
pub async fn read_page_file(
    state: &AppState,
    owner: UserId,
    page: PageId,
    format: FileFormat,
) -> Result<(Bytes, Title), Error> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let row = store::find(&mut tx, owner, page).await?.ok_or_else(Problem::not_found)?;
    let (kind, content_type) = match format {
        FileFormat::Preview => (AssetKind::Preview, "image/png"),
        FileFormat::Png => (AssetKind::Artifact, "image/png"),
        FileFormat::Video => (AssetKind::Artifact, "video/mp4"),
        FileFormat::Svg | FileFormat::Pdf(_) => (AssetKind::Artifact, "image/svg+xml"),
    };
    let found = assets::find_page_file(&mut tx, owner, page, kind, content_type).await?;
    let found = found.ok_or_else(|| match format {
        // Only some providers make a video.
        FileFormat::Video => Problem::not_found(),
        _ => missing_drawing(&row.status),
    })?;
    drop(tx);
    let title = Title::parse(&row.title)?;
    let stored = state.files.get(&found.path).await?;
    let FileFormat::Pdf(paper) = format else { return Ok((stored, title)) };
    let text = title.clone();
    let pdf = cpu_pool::run(move || render_pdf(&stored, text.as_str(), paper)).await??;
    Ok((pdf, title))
}

fn render_pdf(svg: &[u8], title: &str, paper: Paper) -> Result<Bytes, Error> {
    let svg = std::str::from_utf8(svg).map_err(Error::internal)?;
    let drawing = Drawing::from_svg(svg).map_err(Error::internal)?;
    let pdf_page = PdfPage { title, drawing: &drawing };
    let pdf = lineart::write_pdf(&[pdf_page], paper, title).map_err(Error::internal)?;
    Ok(pdf.into())
}
