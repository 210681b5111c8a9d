//! PDF writer: one page for each drawing, with vector strokes and a footer in embedded fonts, and
//! an optional cover page.

use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings, color::luma};
use kurbo::PathEl;
use thiserror::Error;

use super::{
    Drawing,
    text_layout::{ShapedLine, TextLayout},
};
use crate::paper::{MARGIN_MM, Orientation, Paper};

/// Points of PDF per millimetre.
const PT_PER_MM: f64 = 72.0 / 25.4;
/// Font size of the title in the footer.
const TITLE_SIZE_PT: f32 = 9.0;
/// From the bottom of the paper to the baseline of the footer: in the margin, where home printers
/// still print.
const FOOTER_BASELINE_MM: f64 = 7.0;
/// Font size of the page number and of the text in the footer.
const FOOTER_SIZE_PT: f32 = 7.0;
/// Least space between two texts in the footer.
const MIN_FOOTER_GAP_PT: f32 = 12.0;
/// Font size of the title on the cover.
const COVER_TITLE_SIZE_PT: f32 = 30.0;
/// Most lines of the title on the cover; the last is truncated.
const MAX_COVER_LINES: usize = 5;
/// From one baseline to the next on the cover.
const COVER_LEADING_PT: f32 = 40.0;
/// Line width of the double frame on the cover.
const COVER_FRAME_WIDTH_PT: f32 = 2.5;

/// One page of the document: a drawing and its title.
#[derive(Clone, Copy, Debug)]
pub struct PdfPage<'a> {
    /// Centred in the footer on one line, truncated with an ellipsis. Characters that no embedded
    /// font has are dropped.
    pub title: &'a str,
    pub drawing: &'a Drawing,
}

/// Why a document could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PdfError {
    #[error("a document has at least one page")]
    NoPages,
    #[error("the document could not be written")]
    Write,
}

/// Layout of a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct PdfOptions<'a> {
    pub paper: Paper,
    /// Orientation of every page; `None` picks the one that suits each drawing.
    pub orientation: Option<Orientation>,
    /// Title in the document's metadata and on the cover.
    pub title: &'a str,
    /// Adds a first page with only the title.
    pub cover: bool,
    /// Numbers the drawings from 1, on the right of the footer.
    pub page_numbers: bool,
    /// Text on the left of the footer of every drawing, at most a third of the page wide.
    pub footer_text: Option<&'a str>,
}

/// Writes a PDF of one page for each of `pages`, in the orientation that suits its drawing,
/// without a cover.
///
/// # Errors
///
/// Those of [`write_pdf_with_options`].
pub fn write_pdf(pages: &[PdfPage], paper: Paper, title: &str) -> Result<Vec<u8>, PdfError> {
    write_pdf_with_options(pages, &PdfOptions { paper, title, ..PdfOptions::default() })
}

/// Writes a PDF of one page for each of `pages`. Each drawing is centred and as large as
/// [`MARGIN_MM`] allows. The output is deterministic: it holds no date and no random identifier.
///
/// # Errors
///
/// [`PdfError::NoPages`] if `pages` is empty, [`PdfError::Write`] if krilla cannot write the
/// document.
pub fn write_pdf_with_options(pages: &[PdfPage], options: &PdfOptions) -> Result<Vec<u8>, PdfError> {
    let Some(first) = pages.first() else { return Err(PdfError::NoPages) };
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: false,
        // XMP would repeat the title and add a kilobyte.
        xmp_metadata: false,
        ..SerializeSettings::default()
    });
    let mut layout = TextLayout::new();
    let title = TextLayout::normalize(options.title);
    document.set_metadata(Metadata::new().title(title).producer("Scribble Machine".to_string()));
    let orientation_of =
        |drawing: &Drawing| options.orientation.unwrap_or(Orientation::for_size(drawing.width, drawing.height));
    if options.cover {
        let size = page_size_pt(options.paper, orientation_of(first.drawing));
        let mut page = document.start_page_with(page_settings(size)?);
        let mut surface = page.surface();
        draw_cover(&mut surface, &mut layout, options.title, size);
        surface.finish();
        page.finish();
    }
    for (index, &PdfPage { title, drawing }) in pages.iter().enumerate() {
        let orientation = orientation_of(drawing);
        let size = page_size_pt(options.paper, orientation);
        let mut page = document.start_page_with(page_settings(size)?);
        let mut surface = page.surface();
        let scale = options.paper.mm_per_unit_oriented(orientation, drawing.width, drawing.height);
        draw_centered(&mut surface, drawing, scale * PT_PER_MM, size);
        let number = options.page_numbers.then(|| (index + 1).to_string());
        draw_footer(&mut surface, &mut layout, [options.footer_text, Some(title), number.as_deref()], size);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| PdfError::Write)
}

/// Width and height of the paper in points.
fn page_size_pt(paper: Paper, orientation: Orientation) -> (f64, f64) {
    let (width, height) = paper.oriented_size_mm(orientation);
    (width * PT_PER_MM, height * PT_PER_MM)
}

fn page_settings((width, height): (f64, f64)) -> Result<PageSettings, PdfError> {
    PageSettings::from_wh(width as f32, height as f32).ok_or(PdfError::Write)
}

/// Draws the footer on one line: small text at the left and right margin, the title centred on the
/// page.
fn draw_footer(
    surface: &mut Surface,
    layout: &mut TextLayout,
    [left, title, right]: [Option<&str>; 3],
    (width, height): (f64, f64),
) {
    let (width, y) = (width as f32, (height - FOOTER_BASELINE_MM * PT_PER_MM) as f32);
    let margin = (MARGIN_MM * PT_PER_MM) as f32;
    let mut small = |text: Option<&str>| text.map(|text| layout.shape_truncated(text, FOOTER_SIZE_PT, width / 3.0));
    let (left, right) = (small(left), small(right));
    // The title stays centred, so the wider of the two sides limits it on both.
    let side = |line: &Option<ShapedLine>| line.as_ref().map_or(0.0, |line| line.width_points() + MIN_FOOTER_GAP_PT);
    let title_width = width - 2.0 * margin - 2.0 * side(&left).max(side(&right));
    let title = layout.shape_truncated(title.unwrap_or_default(), TITLE_SIZE_PT, title_width);
    title.draw(surface, Point::from_xy((width - title.width_points()) / 2.0, y));
    if let Some(line) = left {
        line.draw(surface, Point::from_xy(margin, y));
    }
    if let Some(line) = right {
        line.draw(surface, Point::from_xy(width - margin - line.width_points(), y));
    }
}

/// Draws the cover: the title in large letters, slightly above the centre, inside a double frame
/// along the margins.
fn draw_cover(surface: &mut Surface, layout: &mut TextLayout, title: &str, (width, height): (f64, f64)) {
    let (width, height, margin) = (width as f32, height as f32, (MARGIN_MM * PT_PER_MM) as f32);
    surface.set_fill(None);
    for inset in [margin, margin + 4.0 * COVER_FRAME_WIDTH_PT] {
        surface.set_stroke(Some(round_stroke(COVER_FRAME_WIDTH_PT)));
        let mut frame = PathBuilder::new();
        frame.move_to(inset, inset);
        frame.line_to(width - inset, inset);
        frame.line_to(width - inset, height - inset);
        frame.line_to(inset, height - inset);
        frame.close();
        if let Some(frame) = frame.finish() {
            surface.draw_path(&frame);
        }
    }
    surface.set_stroke(None);
    let lines = layout.shape_wrapped(title, COVER_TITLE_SIZE_PT, width - 5.0 * margin, MAX_COVER_LINES);
    let first_baseline = height * 0.45 - COVER_LEADING_PT * (lines.len() as f32 - 1.0) / 2.0;
    for (index, line) in lines.iter().enumerate() {
        let y = first_baseline + COVER_LEADING_PT * index as f32;
        line.draw(surface, Point::from_xy((width - line.width_points()) / 2.0, y));
    }
}

/// A black line with round caps and joins.
fn round_stroke(width: f32) -> Stroke {
    Stroke {
        paint: luma::Color::black().into(),
        width,
        miter_limit: 4.0,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: None,
    }
}

/// Strokes `drawing` in the centre of a page of `width` x `height` points, at `scale` points per
/// page unit.
fn draw_centered(surface: &mut Surface, drawing: &Drawing, scale: f64, (width, height): (f64, f64)) {
    // The scale goes into the transform: tenths of a unit have fewer digits than scaled
    // coordinates.
    surface.push_transform(&Transform::from_row(
        scale as f32,
        0.0,
        0.0,
        scale as f32,
        ((width - drawing.width * scale) / 2.0) as f32,
        ((height - drawing.height * scale) / 2.0) as f32,
    ));
    surface.set_fill(None);
    surface.set_stroke(Some(round_stroke(drawing.line_width as f32)));
    if let Some(path) = to_krilla_path(drawing) {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
    surface.pop();
}

/// All strokes as one path; `None` if there are none.
fn to_krilla_path(drawing: &Drawing) -> Option<Path> {
    let mut out = PathBuilder::new();
    for element in drawing.strokes.iter().flat_map(|s| s.elements()) {
        match *element {
            PathEl::MoveTo(p) => out.move_to(p.x as f32, p.y as f32),
            PathEl::LineTo(p) => out.line_to(p.x as f32, p.y as f32),
            PathEl::QuadTo(a, p) => out.quad_to(a.x as f32, a.y as f32, p.x as f32, p.y as f32),
            PathEl::CurveTo(a, b, p) => {
                out.cubic_to(a.x as f32, a.y as f32, b.x as f32, b.y as f32, p.x as f32, p.y as f32)
            }
            PathEl::ClosePath => out.close(),
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kurbo::BezPath;

    fn drawing(width: f64, height: f64) -> Drawing {
        let mut stroke = BezPath::new();
        stroke.move_to((10.0, 10.0));
        stroke.curve_to((20.0, 0.5), (30.0, 40.0), (50.0, 50.0));
        Drawing { width, height, line_width: 2.0, strokes: vec![stroke] }
    }

    const BOOK: PdfOptions<'static> = PdfOptions {
        paper: Paper::A4,
        orientation: Some(Orientation::Portrait),
        title: "A book with quite a long title that takes more than one line of its cover",
        cover: true,
        page_numbers: true,
        footer_text: Some("Made with Scribble Machine"),
    };

    /// The bytes of a document of two wide drawings, as text.
    fn text_of_two_pages(options: &PdfOptions) -> String {
        let drawing = drawing(100.0, 80.0);
        let pages = [PdfPage { title: "Mia", drawing: &drawing }; 2];
        String::from_utf8_lossy(&write_pdf_with_options(&pages, options).unwrap()).into_owned()
    }

    #[test]
    fn pdf_is_deterministic_and_undated() {
        let drawing = drawing(100.0, 80.0);
        let pages = [PdfPage { title: "Mia's cat", drawing: &drawing }, PdfPage { title: "Кот", drawing: &drawing }];
        let once = write_pdf(&pages, Paper::A4, "Book").unwrap();
        assert_eq!(once, write_pdf(&pages, Paper::A4, "Book").unwrap());
        assert!(once.starts_with(b"%PDF-"));
        assert!(!once.windows(8).any(|w| w == b"Creation"));
    }

    #[test]
    fn page_orientation_suits_the_drawing() {
        let text = |d: &Drawing| {
            let page = PdfPage { title: "", drawing: d };
            String::from_utf8_lossy(&write_pdf(&[page], Paper::Letter, "").unwrap()).into_owned()
        };
        assert!(text(&drawing(100.0, 80.0)).contains("/MediaBox[0 0 792 612]"));
        assert!(text(&drawing(80.0, 100.0)).contains("/MediaBox[0 0 612 792]"));
    }

    #[test]
    fn default_document_has_one_landscape_page_per_drawing() {
        let text = text_of_two_pages(&PdfOptions::default());
        assert_eq!(text.matches("/MediaBox[0 0 841").count(), 2);
    }

    #[test]
    fn cover_adds_a_page_in_the_chosen_orientation() {
        assert_eq!(text_of_two_pages(&BOOK).matches("/MediaBox[0 0 595").count(), 3);
    }

    #[test]
    fn page_numbers_and_footer_text_are_written() {
        let book = text_of_two_pages(&BOOK);
        assert_ne!(book, text_of_two_pages(&PdfOptions { page_numbers: false, ..BOOK }));
        assert_ne!(book, text_of_two_pages(&PdfOptions { footer_text: None, ..BOOK }));
    }

    #[test]
    fn document_without_pages_is_rejected() {
        assert_eq!(write_pdf(&[], Paper::A4, ""), Err(PdfError::NoPages));
    }

    #[test]
    fn hostile_titles_are_written() {
        let drawing = drawing(1.0, 1.0);
        for title in ["\0\u{202e}\r\n", "🦄🦄", &"ش".repeat(10_000), "(\\) endobj", "สวัสดี नमस्ते שלום"]
        {
            let page = PdfPage { title, drawing: &drawing };
            assert!(write_pdf(&[page], Paper::A4, title).is_ok(), "{title}");
        }
    }
}
