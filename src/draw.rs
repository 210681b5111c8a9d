//! `scribble draw`: converts photo files to an SVG, PNG or PDF file without a server.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use lineart::{Background, Drawing, Paper, PdfPage, Photo, Preset, Style};

/// Default long edge of a PNG in pixels: A4 at 300 dpi.
const PRINT_LONG_EDGE: u32 = 3508;

#[derive(Args)]
pub struct DrawCommand {
    /// JPEG, PNG or WebP files; several make one PDF
    #[arg(required = true, value_name = "PHOTO")]
    photos: Vec<PathBuf>,

    /// File to write; its extension (.svg, .png, .pdf) selects the format
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

    /// How to draw the background: keep, soften or remove
    #[arg(long, default_value = "keep")]
    background: Background,

    /// How much to smooth lines, 0 (true to the photo) to 1 (sweeping) [default: 0.5]
    #[arg(long)]
    smoothing: Option<f32>,

    /// Draw a frame around the page
    #[arg(long)]
    frame: bool,

    /// Do not look for faces and persons
    #[arg(long)]
    without_people: bool,

    /// Paper of a PDF: a4 or letter
    #[arg(long, default_value = "a4")]
    paper: Paper,

    /// Long edge of a PNG in pixels
    #[arg(long, value_name = "PX", default_value_t = PRINT_LONG_EDGE, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    long_edge: u32,
}

impl DrawCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        let style = self.style();
        style.validate()?;
        let extension = self.output.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let bytes = match extension.to_ascii_lowercase().as_str() {
            "pdf" => self.render_pdf(&style)?,
            "svg" => self.draw_single_photo(&style)?.to_svg().into_bytes(),
            "png" => self.draw_single_photo(&style)?.to_png(self.long_edge),
            _ => bail!("{}: the name has to end with .svg, .png or .pdf", self.output.display()),
        };
        // Two paths of one file, for example through a link: writing would overwrite the photo.
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
            without_people: self.without_people,
        }
    }

    fn draw_single_photo(&self, style: &Style) -> anyhow::Result<Drawing> {
        match self.photos.as_slice() {
            [photo] => draw_file(photo, style),
            _ => bail!("several photos fit only into a .pdf"),
        }
    }

    fn render_pdf(&self, style: &Style) -> anyhow::Result<Vec<u8>> {
        let drawings: Vec<(String, Drawing)> = self
            .photos
            .iter()
            .map(|path| Ok((file_title(path), draw_file(path, style)?)))
            .collect::<anyhow::Result<_>>()?;
        let pages: Vec<PdfPage> = drawings.iter().map(|(title, drawing)| PdfPage { title, drawing }).collect();
        let title = pages.first().map_or("", |page| page.title);
        Ok(lineart::write_pdf(&pages, self.paper, title)?)
    }
}

fn draw_file(path: &Path, style: &Style) -> anyhow::Result<Drawing> {
    let name = || path.display().to_string();
    let file = std::fs::read(path).with_context(name)?;
    let photo = Photo::decode_reduced(&file).with_context(name)?;
    let hints_version = if style.without_people { 0 } else { vision::HINTS_VERSION };
    let sketch = vision::embedded::sketch(photo, hints_version).context("the hints have an unknown version")?;
    Ok(sketch.draw(style))
}

/// The file name without its extension.
fn file_title(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
