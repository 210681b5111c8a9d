//! One line of text in any script the shipped fonts know: fonts picked by character, runs put in
//! reading order, shaped, and shortened to the space there is.

use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::BidiInfo;

/// First match wins; Noto Sans itself has Latin, Greek and Cyrillic.
static FONTS: [&[u8]; 7] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansThai-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansGeorgian-Regular.ttf"),
];

/// More characters than any line holds, few enough to shape again and again while shortening.
const MAX_CHARS: usize = 300;

pub(super) struct Typesetter {
    fonts: Vec<(Face<'static>, Font)>,
}

/// A piece of one font and direction, in visual order.
struct Run {
    font: Font,
    text: String,
    glyphs: Vec<KrillaGlyph>,
}

/// A shaped line, ready to be drawn from its left end.
pub(super) struct Line {
    runs: Vec<Run>,
    size: f32,
}

impl Typesetter {
    pub fn new() -> Typesetter {
        let load = |&bytes: &&'static [u8]| {
            let face = Face::from_slice(bytes, 0)?;
            Some((face, Font::new(bytes.into(), 0)?))
        };
        Typesetter { fonts: FONTS.iter().filter_map(load).collect() }
    }

    /// `text` on one line: white space and control characters become single spaces, overlong text is cut.
    pub fn clean(text: &str) -> String {
        let mut out = String::new();
        for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            if out.chars().nth(MAX_CHARS).is_some() {
                break;
            }
        }
        out.chars().take(MAX_CHARS).collect()
    }

    /// Shapes `text` at `size` points, shortened with an ellipsis to at most `width` points.
    pub fn line(&mut self, text: &str, size: f32, width: f32) -> Line {
        let known: String = Typesetter::clean(text).chars().filter(|&c| self.font_for(c, None).is_some()).collect();
        let known = Typesetter::clean(&known);
        let whole = self.shape(&known, size);
        if whole.width() <= width {
            return whole;
        }
        let ends: Vec<usize> = known.char_indices().map(|(at, _)| at).collect();
        let shortened = |end: usize| format!("{}…", known[..end].trim_end());
        let fits = ends.partition_point(|&end| self.shape(&shortened(end), size).width() <= width);
        let end = ends[fits.saturating_sub(1)];
        self.shape(&shortened(end), size)
    }

    /// Shapes `text` in at most `most` lines of at most `width` points, broken between words; the last is shortened.
    pub fn lines(&mut self, text: &str, size: f32, width: f32, most: usize) -> Vec<Line> {
        let text = Typesetter::clean(text);
        let mut rest = text.as_str();
        let mut lines = Vec::new();
        while !rest.is_empty() && lines.len() + 1 < most {
            let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
            let fits = ends.take_while(|&end| self.shape(&rest[..end], size).width() <= width).last();
            // A word longer than a line is shortened.
            let end = fits.or(rest.find(' ')).unwrap_or(rest.len());
            lines.push(self.line(&rest[..end], size, width));
            rest = rest[end..].trim_start();
        }
        if !rest.is_empty() {
            lines.push(self.line(rest, size, width));
        }
        lines
    }

    /// The font before is kept where it can be, so that a space or a dot does not end a run.
    fn font_for(&self, c: char, before: Option<usize>) -> Option<usize> {
        let has = |font: &usize| self.fonts[*font].0.glyph_index(c).is_some();
        before.filter(has).or_else(|| (0..self.fonts.len()).find(has))
    }

    fn shape(&self, text: &str, size: f32) -> Line {
        let bidi = BidiInfo::new(text, None);
        let mut runs = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, ranges) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for range in ranges {
                let backwards = levels[range.start].is_rtl();
                let mut pieces = self.pieces(&text[range]);
                if backwards {
                    pieces.reverse();
                }
                runs.extend(pieces.into_iter().map(|(font, piece)| self.run(font, piece, backwards)));
            }
        }
        Line { runs, size }
    }

    /// Splits `text` where the font has to change; characters without a font are dropped.
    fn pieces(&self, text: &str) -> Vec<(usize, String)> {
        let mut pieces: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let before = pieces.last().map(|piece| piece.0);
            match self.font_for(c, before) {
                Some(font) if before == Some(font) => {
                    if let Some(piece) = pieces.last_mut() {
                        piece.1.push(c);
                    }
                }
                Some(font) => pieces.push((font, c.to_string())),
                None => {}
            }
        }
        pieces
    }

    fn run(&self, font: usize, text: String, backwards: bool) -> Run {
        let (face, font) = &self.fonts[font];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(if backwards { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(face, &[], buffer);
        let em = face.units_per_em() as f32;
        let infos = shaped.glyph_infos();
        let glyphs = infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, place)| {
                let start = info.cluster as usize;
                let next = infos.iter().map(|other| other.cluster as usize);
                let end = next.filter(|&at| at > start).min().unwrap_or(text.len());
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    place.x_advance as f32 / em,
                    place.x_offset as f32 / em,
                    place.y_offset as f32 / em,
                    place.y_advance as f32 / em,
                    start..end,
                    None,
                )
            })
            .collect();
        Run { font: font.clone(), text, glyphs }
    }
}

impl Run {
    fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.x_advance).sum()
    }
}

impl Line {
    /// Points across.
    pub fn width(&self) -> f32 {
        self.runs.iter().map(Run::width).sum::<f32>() * self.size
    }

    /// Draws in black with the left end of the baseline at `at`.
    pub fn draw(&self, surface: &mut Surface, at: Point) {
        surface.set_fill(Some(Fill::default()));
        let mut x = at.x;
        for run in &self.runs {
            let start = Point::from_xy(x, at.y);
            surface.draw_glyphs(start, &run.glyphs, run.font.clone(), &run.text, self.size, false);
            x += run.width() * self.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_font_loads() {
        assert_eq!(Typesetter::new().fonts.len(), FONTS.len());
    }

    #[test]
    fn long_titles_are_shortened_to_the_line() {
        let mut typesetter = Typesetter::new();
        for title in ["wonderful ".repeat(1000), "م".repeat(10_000), "W".repeat(10_000)] {
            let line = typesetter.line(&title, 9.0, 400.0);
            assert!(line.width() <= 400.0 && line.width() > 350.0);
            assert!(line.runs.iter().any(|run| run.text.contains('…')));
        }
        assert_eq!(typesetter.line("Mia", 9.0, 0.0).runs.len(), 1);
    }

    #[test]
    fn what_no_font_has_is_left_out() {
        let mut typesetter = Typesetter::new();
        let line = typesetter.line("a 🦄\u{200d}🐱\u{7}\n b \u{fe0f}漢", 9.0, 400.0);
        let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(text.chars().filter(|c| c.is_alphabetic()).count(), 2);
        assert_eq!(typesetter.line("🦄", 9.0, 400.0).width(), 0.0);
    }

    #[test]
    fn right_to_left_words_are_set_from_the_right() {
        let mut typesetter = Typesetter::new();
        let line = typesetter.line("שלום Mia", 9.0, 400.0);
        assert_eq!(line.runs[0].text, "Mia");
    }
}
