//! PDF out: one sheet of paper a drawing, vector strokes, the title small at the foot in an embedded font; bound into
//! a book, also a cover, page numbers and a mark.

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
    title::{Line, Typesetter},
};
use crate::paper::{MARGIN_MM, Orientation, Paper};

const PT_PER_MM: f64 = 72.0 / 25.4;
const TITLE_PT: f32 = 9.0;
/// From the edge of the sheet to the title's baseline: within the margin, yet where home printers reach.
const BASELINE_MM: f64 = 7.0;
/// Page numbers and the mark.
const SMALL_PT: f32 = 7.0;
/// At least so much between two things in a foot.
const GAP_PT: f32 = 12.0;
/// The cover's title, the most lines it takes, and from one baseline to the next.
const COVER_PT: f32 = 30.0;
const COVER_LINES: usize = 5;
const COVER_LEADING_PT: f32 = 40.0;
/// Frame of the cover: within the margins, its line thick enough to be coloured along.
const COVER_FRAME_PT: f32 = 2.5;

/// One page of the document.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Set at the foot in one line; what does not fit ends in an ellipsis, what no font has is left out.
    pub title: &'a str,
    pub drawing: &'a Drawing,
}

/// A document that could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PdfError {
    #[error("a document has at least one sheet")]
    NoSheets,
    #[error("the document could not be written")]
    Write,
}

/// How sheets become one document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Binding<'a> {
    pub paper: Paper,
    /// Which way every sheet lies; `None` turns each to suit its drawing.
    pub orientation: Option<Orientation>,
    /// Names the document in a viewer's window and on the cover.
    pub title: &'a str,
    /// A first sheet with nothing but the title.
    pub cover: bool,
    /// A number at the foot of each drawing, from 1.
    pub page_numbers: bool,
    /// A few words at the foot of each drawing, on the left.
    pub mark: Option<&'a str>,
}

/// A document of one page a sheet, each turned to suit its drawing; see [`bind`].
pub fn pdf(sheets: &[Sheet], paper: Paper, title: &str) -> Result<Vec<u8>, PdfError> {
    bind(sheets, &Binding { paper, title, ..Binding::default() })
}

/// A document of one page a sheet. Each drawing is centred and as large as 12 mm margins allow. The same sheets give
/// the same bytes.
pub fn bind(sheets: &[Sheet], binding: &Binding) -> Result<Vec<u8>, PdfError> {
    let Some(first) = sheets.first() else { return Err(PdfError::NoSheets) };
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: false,
        // It would repeat the title and add a kilobyte.
        xmp_metadata: false,
        ..SerializeSettings::default()
    });
    let mut typesetter = Typesetter::new();
    let title = Typesetter::clean(binding.title);
    document.set_metadata(Metadata::new().title(title).producer("Scribble Machine".to_string()));
    let lies = |drawing: &Drawing| binding.orientation.unwrap_or(Orientation::of(drawing.width, drawing.height));
    if binding.cover {
        let size = size_pt(binding.paper, lies(first.drawing));
        let mut page = document.start_page_with(settings(size)?);
        let mut surface = page.surface();
        cover(&mut surface, &mut typesetter, binding.title, size);
        surface.finish();
        page.finish();
    }
    for (index, sheet) in sheets.iter().enumerate() {
        let orientation = lies(sheet.drawing);
        let size = size_pt(binding.paper, orientation);
        let mut page = document.start_page_with(settings(size)?);
        let mut surface = page.surface();
        let scale = binding.paper.mm_per_unit_turned(orientation, sheet.drawing.width, sheet.drawing.height);
        place(&mut surface, sheet.drawing, scale * PT_PER_MM, size);
        let number = binding.page_numbers.then(|| (index + 1).to_string());
        foot(&mut surface, &mut typesetter, [binding.mark, Some(sheet.title), number.as_deref()], size);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| PdfError::Write)
}

/// Points across and down.
fn size_pt(paper: Paper, orientation: Orientation) -> (f64, f64) {
    let (across, down) = paper.turned(orientation);
    (across * PT_PER_MM, down * PT_PER_MM)
}

fn settings((across, down): (f64, f64)) -> Result<PageSettings, PdfError> {
    PageSettings::from_wh(across as f32, down as f32).ok_or(PdfError::Write)
}

/// One line at the foot: something on the left, the title in the middle of what is left, something on the right.
fn foot(
    surface: &mut Surface,
    typesetter: &mut Typesetter,
    [left, title, right]: [Option<&str>; 3],
    (across, down): (f64, f64),
) {
    let (across, y) = (across as f32, (down - BASELINE_MM * PT_PER_MM) as f32);
    let margin = (MARGIN_MM * PT_PER_MM) as f32;
    let mut small = |text: Option<&str>| text.map(|text| typesetter.line(text, SMALL_PT, across / 3.0));
    let (left, right) = (small(left), small(right));
    // The title stays in the middle of the sheet, so it gives way on both sides.
    let side = |line: &Option<Line>| line.as_ref().map_or(0.0, |line| line.width() + GAP_PT);
    let room = across - 2.0 * margin - 2.0 * side(&left).max(side(&right));
    let title = typesetter.line(title.unwrap_or_default(), TITLE_PT, room);
    title.draw(surface, Point::from_xy((across - title.width()) / 2.0, y));
    if let Some(line) = left {
        line.draw(surface, Point::from_xy(margin, y));
    }
    if let Some(line) = right {
        line.draw(surface, Point::from_xy(across - margin - line.width(), y));
    }
}

/// The title in large letters within a frame to be coloured along.
fn cover(surface: &mut Surface, typesetter: &mut Typesetter, title: &str, (across, down): (f64, f64)) {
    let (across, down, margin) = (across as f32, down as f32, (MARGIN_MM * PT_PER_MM) as f32);
    surface.set_fill(None);
    for inset in [margin, margin + 4.0 * COVER_FRAME_PT] {
        surface.set_stroke(Some(line_of(COVER_FRAME_PT)));
        let mut frame = PathBuilder::new();
        frame.move_to(inset, inset);
        frame.line_to(across - inset, inset);
        frame.line_to(across - inset, down - inset);
        frame.line_to(inset, down - inset);
        frame.close();
        if let Some(frame) = frame.finish() {
            surface.draw_path(&frame);
        }
    }
    surface.set_stroke(None);
    let lines = typesetter.lines(title, COVER_PT, across - 5.0 * margin, COVER_LINES);
    let middle = down * 0.45 - COVER_LEADING_PT * (lines.len() as f32 - 1.0) / 2.0;
    for (index, line) in lines.iter().enumerate() {
        let y = middle + COVER_LEADING_PT * index as f32;
        line.draw(surface, Point::from_xy((across - line.width()) / 2.0, y));
    }
}

fn line_of(width: f32) -> Stroke {
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

/// Strokes `drawing` in the middle of a sheet of `across` x `down` points, `scale` points a unit.
fn place(surface: &mut Surface, drawing: &Drawing, scale: f64, (across, down): (f64, f64)) {
    // Page units stay page units in the file: tenths are shorter than scaled numbers.
    surface.push_transform(&Transform::from_row(
        scale as f32,
        0.0,
        0.0,
        scale as f32,
        ((across - drawing.width * scale) / 2.0) as f32,
        ((down - drawing.height * scale) / 2.0) as f32,
    ));
    surface.set_fill(None);
    surface.set_stroke(Some(line_of(drawing.line_width as f32)));
    if let Some(path) = krilla_path(drawing) {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
    surface.pop();
}

fn krilla_path(drawing: &Drawing) -> Option<Path> {
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

    #[test]
    fn the_same_sheets_give_the_same_bytes_and_no_date() {
        let drawing = drawing(100.0, 80.0);
        let sheets = [Sheet { title: "Mia's cat", drawing: &drawing }, Sheet { title: "Кот", drawing: &drawing }];
        let once = pdf(&sheets, Paper::A4, "Book").unwrap();
        assert_eq!(once, pdf(&sheets, Paper::A4, "Book").unwrap());
        assert!(once.starts_with(b"%PDF-"));
        assert!(!once.windows(8).any(|w| w == b"Creation"));
    }

    #[test]
    fn the_paper_turns_with_the_drawing() {
        let text = |d: &Drawing| {
            let sheet = Sheet { title: "", drawing: d };
            String::from_utf8_lossy(&pdf(&[sheet], Paper::Letter, "").unwrap()).into_owned()
        };
        assert!(text(&drawing(100.0, 80.0)).contains("/MediaBox[0 0 792 612]"));
        assert!(text(&drawing(80.0, 100.0)).contains("/MediaBox[0 0 612 792]"));
    }

    #[test]
    fn a_book_has_a_cover_and_lies_as_it_is_told() {
        let drawing = drawing(100.0, 80.0);
        let sheets = [Sheet { title: "Mia", drawing: &drawing }; 2];
        let text = |binding: &Binding| String::from_utf8_lossy(&bind(&sheets, binding).unwrap()).into_owned();
        let plain = text(&Binding::default());
        assert_eq!(plain.matches("/MediaBox[0 0 841").count(), 2);
        let book = Binding {
            title: "A book with quite a long title that takes more than one line of its cover",
            cover: true,
            page_numbers: true,
            mark: Some("Made with Scribble Machine"),
            orientation: Some(Orientation::Portrait),
            ..Binding::default()
        };
        assert_eq!(text(&book).matches("/MediaBox[0 0 595").count(), 3);
        assert_ne!(text(&book), text(&Binding { page_numbers: false, ..book }));
        assert_ne!(text(&book), text(&Binding { mark: None, ..book }));
    }

    #[test]
    fn no_sheets_are_refused_and_hostile_titles_are_set() {
        assert_eq!(pdf(&[], Paper::A4, ""), Err(PdfError::NoSheets));
        let drawing = drawing(1.0, 1.0);
        for title in ["\0\u{202e}\r\n", "🦄🦄", &"ش".repeat(10_000), "(\\) endobj", "สวัสดี नमस्ते שלום"]
        {
            let sheet = Sheet { title, drawing: &drawing };
            assert!(pdf(&[sheet], Paper::A4, title).is_ok(), "{title}");
        }
    }
}
