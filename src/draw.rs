//! `scribble draw`: photos in, one drawing or one PDF out, without a server.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use lineart::{Background, Drawing, Paper, PdfPage, Photo, Preset, Style};

/// Long edge of a PNG when none is asked for: A4 at 300 dots an inch.
const PRINT_EDGE: u32 = 3508;

#[derive(Args)]
pub struct Draw {
    /// JPEG, PNG or WebP files; several make one PDF
    #[arg(required = true, value_name = "PHOTO")]
    photos: Vec<PathBuf>,

    /// File to write: its ending (.svg, .png, .pdf) says what
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// How much to draw: toddler, simple, standard or detailed
    #[arg(long, default_value = "standard")]
    preset: Preset,

    /// From 0 (few lines) to 1 (many) [default: the preset's]
    #[arg(long)]
    detail: Option<f32>,

    /// Line width on A4 in mm, 0.3 to 2 [default: the preset's]
    #[arg(long)]
    line_mm: Option<f32>,

    /// What becomes of the background: keep, soften or remove
    #[arg(long, default_value = "keep")]
    background: Background,

    /// How far lines are evened out, 0 (true to the photo) to 1 (sweeping) [default: 0.5]
    #[arg(long)]
    smoothing: Option<f32>,

    /// Draw a line around the page
    #[arg(long)]
    frame: bool,

    /// Paper of a PDF: a4 or letter
    #[arg(long, default_value = "a4")]
    paper: Paper,

    /// Long edge of a PNG in pixels
    #[arg(long, value_name = "PX", default_value_t = PRINT_EDGE, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    long_edge: u32,
}

impl Draw {
    pub fn run(&self) -> anyhow::Result<()> {
        let style = self.style();
        style.validate()?;
        let extension = self.output.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let bytes = match extension.to_ascii_lowercase().as_str() {
            "pdf" => self.pdf(&style)?,
            "svg" => self.only_one(&style)?.to_svg().into_bytes(),
            "png" => self.only_one(&style)?.to_png(self.long_edge),
            _ => bail!("{}: the name has to end with .svg, .png or .pdf", self.output.display()),
        };
        // Two names of one file: the photo would be lost.
        let output = self.output.canonicalize().ok();
        if output.is_some() && self.photos.iter().any(|photo| photo.canonicalize().ok() == output) {
            bail!("{}: this is the photo itself; please choose another name", self.output.display());
        }
        std::fs::write(&self.output, bytes).with_context(|| format!("writing {}", self.output.display()))
    }

    fn style(&self) -> Style {
        Style {
            preset: self.preset,
            detail: self.detail,
            line_mm: self.line_mm,
            background: self.background,
            smoothing: self.smoothing,
            frame: self.frame,
        }
    }

    fn only_one(&self, style: &Style) -> anyhow::Result<Drawing> {
        match self.photos.as_slice() {
            [photo] => draw(photo, style),
            _ => bail!("several photos fit only into a .pdf"),
        }
    }

    fn pdf(&self, style: &Style) -> anyhow::Result<Vec<u8>> {
        let drawings: Vec<(String, Drawing)> =
            self.photos.iter().map(|path| Ok((title(path), draw(path, style)?))).collect::<anyhow::Result<_>>()?;
        let sheets: Vec<PdfPage> = drawings.iter().map(|(title, drawing)| PdfPage { title, drawing }).collect();
        let title = sheets.first().map_or("", |sheet| sheet.title);
        Ok(lineart::write_pdf(&sheets, self.paper, title)?)
    }
}

fn draw(path: &Path, style: &Style) -> anyhow::Result<Drawing> {
    let name = || path.display().to_string();
    let file = std::fs::read(path).with_context(name)?;
    let photo = Photo::decode_reduced(&file).with_context(name)?;
    Ok(lineart::draw(&photo, style))
}

/// The file's name without its ending.
fn title(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
