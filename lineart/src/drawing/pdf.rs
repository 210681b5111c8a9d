//! PDF out: one sheet of paper a drawing, vector strokes, the title small at the foot in an embedded font.

use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings, color::luma};
use kurbo::PathEl;
use thiserror::Error;

use super::{Drawing, title::Typesetter};
use crate::paper::{MARGIN_MM, Paper};

const PT_PER_MM: f64 = 72.0 / 25.4;
const TITLE_PT: f32 = 9.0;
/// From the edge of the sheet to the title's baseline: within the margin, yet where home printers reach.
const BASELINE_MM: f64 = 7.0;

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

/// A document of one page a sheet. The paper is turned to suit each drawing, which is centred and as large as
/// 12 mm margins allow. `title` names the document in a viewer's window. The same sheets give the same bytes.
pub fn pdf(sheets: &[Sheet], paper: Paper, title: &str) -> Result<Vec<u8>, PdfError> {
    if sheets.is_empty() {
        return Err(PdfError::NoSheets);
    }
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: false,
        // It would repeat the title and add a kilobyte.
        xmp_metadata: false,
        ..SerializeSettings::default()
    });
    let mut typesetter = Typesetter::new();
    document.set_metadata(Metadata::new().title(Typesetter::clean(title)).producer("Scribble Machine".to_string()));
    for sheet in sheets {
        let (across, down) = paper.turned_for(sheet.drawing.width, sheet.drawing.height);
        let (across, down) = (across * PT_PER_MM, down * PT_PER_MM);
        let settings = PageSettings::from_wh(across as f32, down as f32).ok_or(PdfError::Write)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        place(&mut surface, sheet.drawing, paper, (across, down));
        let line = typesetter.line(sheet.title, TITLE_PT, (across - 2.0 * MARGIN_MM * PT_PER_MM) as f32);
        let baseline = Point::from_xy((across as f32 - line.width()) / 2.0, (down - BASELINE_MM * PT_PER_MM) as f32);
        line.draw(&mut surface, baseline);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| PdfError::Write)
}

/// Strokes `drawing` in the middle of a sheet of `across` x `down` points.
fn place(surface: &mut Surface, drawing: &Drawing, paper: Paper, (across, down): (f64, f64)) {
    let scale = paper.mm_per_unit(drawing.width, drawing.height) * PT_PER_MM;
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
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::black().into(),
        width: drawing.line_width as f32,
        miter_limit: 4.0,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: None,
    }));
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
