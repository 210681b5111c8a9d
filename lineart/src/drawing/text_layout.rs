//! Text layout for PDF: font fallback, bidirectional reordering (UAX #9), glyph shaping, wrapping
//! and truncation with an ellipsis.

use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::BidiInfo;

/// Fonts in order of preference. Noto Sans itself has Latin, Greek and Cyrillic.
static FONTS: [&[u8]; 7] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansThai-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansGeorgian-Regular.ttf"),
];

/// Longer texts are cut: no line holds as many characters, and truncation shapes the text several
/// times.
const MAX_CHARS: usize = 300;

/// The embedded fonts, and the layout of text with them.
pub(super) struct TextLayout {
    fonts: Vec<(Face<'static>, Font)>,
}

/// Shaped glyphs of one font and direction, in visual order.
struct GlyphRun {
    font: Font,
    text: String,
    glyphs: Vec<KrillaGlyph>,
}

/// A shaped line of text.
pub(super) struct ShapedLine {
    /// In visual order, from the left.
    runs: Vec<GlyphRun>,
    /// Font size in points.
    size: f32,
}

impl TextLayout {
    pub fn new() -> TextLayout {
        let load = |&bytes: &&'static [u8]| {
            let face = Face::from_slice(bytes, 0)?;
            Some((face, Font::new(bytes.into(), 0)?))
        };
        TextLayout { fonts: FONTS.iter().filter_map(load).collect() }
    }

    /// Collapses white space and control characters to single spaces and cuts after [`MAX_CHARS`]
    /// characters.
    pub fn normalize(text: &str) -> String {
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

    /// Shapes `text` at `size` points, truncated with an ellipsis to at most `width` points.
    /// Characters that no font has are dropped.
    pub fn shape_truncated(&mut self, text: &str, size: f32, width: f32) -> ShapedLine {
        let renderable: String =
            TextLayout::normalize(text).chars().filter(|&c| self.font_for(c, None).is_some()).collect();
        let renderable = TextLayout::normalize(&renderable);
        let whole = self.shape(&renderable, size);
        if whole.width_points() <= width {
            return whole;
        }
        let ends: Vec<usize> = renderable.char_indices().map(|(at, _)| at).collect();
        let truncated = |end: usize| format!("{}…", renderable[..end].trim_end());
        let fits = ends.partition_point(|&end| self.shape(&truncated(end), size).width_points() <= width);
        let end = ends[fits.saturating_sub(1)];
        self.shape(&truncated(end), size)
    }

    /// Shapes `text` in at most `max_lines` lines of at most `width` points, broken at spaces. A
    /// word that is wider than a line, and a last line that does not hold the rest, is truncated.
    pub fn shape_wrapped(&mut self, text: &str, size: f32, width: f32, max_lines: usize) -> Vec<ShapedLine> {
        let text = TextLayout::normalize(text);
        let mut rest = text.as_str();
        let mut lines = Vec::new();
        while !rest.is_empty() && lines.len() + 1 < max_lines {
            let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
            let fits = ends.take_while(|&end| self.shape(&rest[..end], size).width_points() <= width).last();
            let end = fits.or(rest.find(' ')).unwrap_or(rest.len());
            lines.push(self.shape_truncated(&rest[..end], size, width));
            rest = rest[end..].trim_start();
        }
        if !rest.is_empty() {
            lines.push(self.shape_truncated(rest, size, width));
        }
        lines
    }

    /// Index of the font for `c`: `previous` if that font has it, so that spaces and punctuation do
    /// not end a run, else the first that has it.
    fn font_for(&self, c: char, previous: Option<usize>) -> Option<usize> {
        let has = |font: &usize| self.fonts[*font].0.glyph_index(c).is_some();
        previous.filter(has).or_else(|| (0..self.fonts.len()).find(has))
    }

    /// Shapes `text` on one line of any width.
    fn shape(&self, text: &str, size: f32) -> ShapedLine {
        let bidi = BidiInfo::new(text, None);
        let mut runs = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, ranges) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for range in ranges {
                let is_rtl = levels[range.start].is_rtl();
                let mut pieces = self.split_by_font(&text[range]);
                if is_rtl {
                    pieces.reverse();
                }
                runs.extend(pieces.into_iter().map(|(font, piece)| self.shape_run(font, piece, is_rtl)));
            }
        }
        ShapedLine { runs, size }
    }

    /// Splits `text` into pieces of one font each, by index into the fonts. Characters that no font
    /// has are dropped.
    fn split_by_font(&self, text: &str) -> Vec<(usize, String)> {
        let mut pieces: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let previous = pieces.last().map(|piece| piece.0);
            match self.font_for(c, previous) {
                Some(font) if previous == Some(font) => {
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

    fn shape_run(&self, font: usize, text: String, is_rtl: bool) -> GlyphRun {
        let (face, font) = &self.fonts[font];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
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
        GlyphRun { font: font.clone(), text, glyphs }
    }
}

impl GlyphRun {
    /// Width in ems.
    fn width_ems(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.x_advance).sum()
    }
}

impl ShapedLine {
    /// Width in points.
    pub fn width_points(&self) -> f32 {
        self.runs.iter().map(GlyphRun::width_ems).sum::<f32>() * self.size
    }

    /// Draws the line in black; its baseline starts at `origin`, on the left.
    pub fn draw(&self, surface: &mut Surface, origin: Point) {
        surface.set_fill(Some(Fill::default()));
        let mut x = origin.x;
        for run in &self.runs {
            let start = Point::from_xy(x, origin.y);
            surface.draw_glyphs(start, &run.glyphs, run.font.clone(), &run.text, self.size, false);
            x += run.width_ems() * self.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_font_loads() {
        assert_eq!(TextLayout::new().fonts.len(), FONTS.len());
    }

    #[test]
    fn long_text_is_truncated_with_an_ellipsis() {
        let mut layout = TextLayout::new();
        for title in ["wonderful ".repeat(1000), "م".repeat(10_000), "W".repeat(10_000)] {
            let line = layout.shape_truncated(&title, 9.0, 400.0);
            assert!(line.width_points() <= 400.0 && line.width_points() > 350.0);
            assert!(line.runs.iter().any(|run| run.text.contains('…')));
        }
    }

    #[test]
    fn text_without_room_becomes_an_ellipsis() {
        let line = TextLayout::new().shape_truncated("Mia", 9.0, 0.0);
        let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(text, "…");
    }

    #[test]
    fn characters_without_a_font_are_dropped() {
        let mut layout = TextLayout::new();
        let line = layout.shape_truncated("a 🦄\u{200d}🐱\u{7}\n b \u{fe0f}漢", 9.0, 400.0);
        let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(text.chars().filter(|c| c.is_alphabetic()).count(), 2);
        assert_eq!(layout.shape_truncated("🦄", 9.0, 400.0).width_points(), 0.0);
    }

    #[test]
    fn right_to_left_text_is_reordered() {
        let mut layout = TextLayout::new();
        let line = layout.shape_truncated("שלום Mia", 9.0, 400.0);
        assert_eq!(line.runs[0].text, "Mia");
    }
}
