//! SVG writer, a parser for the files it writes, and compact SVG path data.

use kurbo::{BezPath, ParamCurve, PathEl, PathSeg, Point};
use thiserror::Error;

use super::{Drawing, to_tenths};

/// Straight parts that stand for a curve in [`stroke_points`].
const CURVE_PARTS: u32 = 8;

/// The text was not written by [`Drawing::to_svg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this SVG was not written by lineart")]
pub struct SvgError;

impl Drawing {
    /// All strokes as one SVG path (the `d` attribute, also accepted by `Path2D`): relative
    /// commands, coordinates rounded to a tenth of a unit.
    pub fn path_data(&self) -> String {
        let mut out = PathWriter::default();
        for stroke in &self.strokes {
            for element in stroke.elements() {
                out.write_element(element);
            }
        }
        out.text
    }

    /// Encodes the drawing as an SVG file: one black path without fill, with round caps and joins.
    pub fn to_svg(&self) -> String {
        let (w, h, line, d) = (self.width, self.height, self.line_width, self.path_data());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\
             <path fill=\"none\" stroke=\"#000\" stroke-width=\"{line}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" d=\"{d}\"/></svg>\n"
        )
    }

    /// Parses a file that [`Drawing::to_svg`] wrote. Lossless if the coordinates of the drawing are
    /// whole tenths of a unit.
    ///
    /// # Errors
    ///
    /// [`SvgError`] if the text does not have the form that [`Drawing::to_svg`] writes.
    pub fn from_svg(svg: &str) -> Result<Drawing, SvgError> {
        let number = |name: &str| {
            let value: f64 = attribute_value(svg, name)?.parse().map_err(|_| SvgError)?;
            (value.is_finite() && value > 0.0).then_some(value).ok_or(SvgError)
        };
        if !svg.starts_with("<svg ") {
            return Err(SvgError);
        }
        Ok(Drawing {
            width: number("width")?,
            height: number("height")?,
            line_width: number("stroke-width")?,
            strokes: PathParser::new(attribute_value(svg, "d")?).parse_strokes()?,
        })
    }
}

/// Returns points along the path data of a single stroke, as [`Drawing::path_data`] writes it, in
/// page units. A curve has eight straight parts.
///
/// # Errors
///
/// [`SvgError`] if the text does not have the form that [`Drawing::path_data`] writes, or has
/// another number of strokes than one.
pub fn stroke_points(path_data: &str) -> Result<Vec<[f64; 2]>, SvgError> {
    let strokes = PathParser::new(path_data).parse_strokes()?;
    let [stroke] = strokes.as_slice() else { return Err(SvgError) };
    let points_after_start = stroke.segments().flat_map(|segment| {
        let parts = if matches!(segment, PathSeg::Line(_)) { 1 } else { CURVE_PARTS };
        (1..=parts).map(move |part| segment.eval(f64::from(part) / f64::from(parts)))
    });
    let start = stroke.segments().next().map(|segment| segment.start());
    Ok(start.into_iter().chain(points_after_start).map(|point| [point.x, point.y]).collect())
}

/// The value of the first attribute `name` in `svg`, without unescaping.
fn attribute_value<'a>(svg: &'a str, name: &str) -> Result<&'a str, SvgError> {
    let start = format!(" {name}=\"");
    let value = &svg[svg.find(&start).ok_or(SvgError)? + start.len()..];
    Ok(&value[..value.find('"').ok_or(SvgError)?])
}

/// Writes path data with relative commands. Positions are integers (tenths of a unit), so no error
/// accumulates along a path.
#[derive(Default)]
struct PathWriter {
    text: String,
    /// Current point.
    position: (i64, i64),
    /// Start of the current subpath.
    start: (i64, i64),
    /// The last command letter; a repeated one is omitted.
    last_command: char,
    last_token: Token,
}

/// What was written last, which decides whether the next number needs a space before it.
#[derive(Default, PartialEq)]
enum Token {
    #[default]
    Command,
    Integer,
    /// A number with a decimal place. A number that starts with its point may follow without a
    /// space.
    Decimal,
}

impl PathWriter {
    fn write_element(&mut self, element: &PathEl) {
        match *element {
            PathEl::MoveTo(p) => {
                self.write_command('m');
                self.write_points(&[p]);
                self.start = self.position;
            }
            PathEl::LineTo(p) => {
                self.write_command('l');
                self.write_points(&[p]);
            }
            PathEl::QuadTo(a, p) => {
                self.write_command('q');
                self.write_points(&[a, p]);
            }
            PathEl::CurveTo(a, b, p) => {
                self.write_command('c');
                self.write_points(&[a, b, p]);
            }
            PathEl::ClosePath => {
                self.write_command('z');
                self.position = self.start;
            }
        }
    }

    fn write_command(&mut self, letter: char) {
        // `m` is never omitted: further coordinates after a moveto are implicit linetos (SVG 2,
        // 9.3.3).
        if self.last_command != letter || letter == 'm' || letter == 'z' {
            self.text.push(letter);
            self.last_token = Token::Command;
        }
        self.last_command = letter;
    }

    /// Writes `points` relative to the current point and moves it to the last of them.
    fn write_points(&mut self, points: &[Point]) {
        let mut to = self.position;
        for p in points {
            to = (to_tenths(p.x), to_tenths(p.y));
            self.write_number(to.0.saturating_sub(self.position.0));
            self.write_number(to.1.saturating_sub(self.position.1));
        }
        self.position = to;
    }

    /// Writes a number in its shortest form: no zero before the point, and no space where a sign or
    /// point separates.
    fn write_number(&mut self, tenths: i64) {
        let (integer, decimal) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        let starts_with_point = integer == 0 && decimal > 0;
        if tenths < 0 {
            self.text.push('-');
        } else if self.last_token == Token::Integer || (self.last_token == Token::Decimal && !starts_with_point) {
            self.text.push(' ');
        }
        if !starts_with_point {
            self.text.push_str(&integer.to_string());
        }
        self.last_token = if decimal > 0 { Token::Decimal } else { Token::Integer };
        if decimal > 0 {
            self.text.push('.');
            self.text.push_str(&decimal.to_string());
        }
    }
}

/// Parser for the path data that [`PathWriter`] writes: the commands m, l, q, c and z.
struct PathParser<'a> {
    rest: &'a [u8],
    /// Current point in tenths of a unit.
    position: (i64, i64),
}

impl<'a> PathParser<'a> {
    fn new(data: &'a str) -> PathParser<'a> {
        PathParser { rest: data.as_bytes(), position: (0, 0) }
    }

    fn parse_strokes(mut self) -> Result<Vec<BezPath>, SvgError> {
        let mut strokes: Vec<BezPath> = Vec::new();
        let mut start = self.position;
        let mut command = b'z';
        while let Some(&next) = self.rest.first() {
            if next.is_ascii_alphabetic() {
                command = next;
                self.rest = &self.rest[1..];
            } else if matches!(command, b'm' | b'z') {
                return Err(SvgError);
            }
            if command == b'm' {
                let [p] = self.parse_points()?;
                start = self.position;
                let mut stroke = BezPath::new();
                stroke.move_to(p);
                strokes.push(stroke);
                continue;
            }
            let stroke = strokes.last_mut().ok_or(SvgError)?;
            match command {
                b'l' => {
                    let [p] = self.parse_points()?;
                    stroke.line_to(p);
                }
                b'q' => {
                    let [a, p] = self.parse_points()?;
                    stroke.quad_to(a, p);
                }
                b'c' => {
                    let [a, b, p] = self.parse_points()?;
                    stroke.curve_to(a, b, p);
                }
                b'z' => {
                    stroke.close_path();
                    self.position = start;
                }
                _ => return Err(SvgError),
            }
        }
        Ok(strokes)
    }

    /// Parses `N` points relative to the current point and moves it to the last of them.
    fn parse_points<const N: usize>(&mut self) -> Result<[Point; N], SvgError> {
        let mut points = [Point::ZERO; N];
        let mut to = self.position;
        for point in &mut points {
            to.0 = self.position.0 + self.parse_number()?;
            to.1 = self.position.1 + self.parse_number()?;
            *point = Point::new(to.0 as f64 / 10.0, to.1 as f64 / 10.0);
        }
        self.position = to;
        Ok(points)
    }

    /// The next number in tenths: `12`, `-12.3` or `.3`.
    fn parse_number(&mut self) -> Result<i64, SvgError> {
        if self.rest.first() == Some(&b' ') {
            self.rest = &self.rest[1..];
        }
        let negative = self.rest.first() == Some(&b'-');
        if negative {
            self.rest = &self.rest[1..];
        }
        let integer = self.take_digits();
        let decimal = if self.rest.first() == Some(&b'.') {
            self.rest = &self.rest[1..];
            self.take_digits()
        } else {
            b"0"
        };
        // Nine digits exceed every page, and a sum of them along a path does not overflow.
        if decimal.len() != 1 || integer.len() > 9 {
            return Err(SvgError);
        }
        let tenths = integer.iter().chain(decimal).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Ok(if negative { -tenths } else { tenths })
    }

    fn take_digits(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|c| !c.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::quantize_path;

    fn sample() -> Drawing {
        let mut open = BezPath::new();
        open.move_to((1.0, 2.5));
        open.curve_to((3.3, -4.0), (5.0, 6.0), (7.7, 8.8));
        open.curve_to((8.0, 9.0), (9.9, 10.0), (11.0, 12.0));
        open.line_to((0.0, 0.3));
        let mut closed = BezPath::new();
        closed.move_to((100.0, 100.0));
        closed.line_to((110.0, 100.0));
        closed.quad_to((120.0, 110.0), (100.0, 110.0));
        closed.close_path();
        Drawing {
            width: 1024.0,
            height: 682.7,
            line_width: 2.25,
            strokes: vec![open.clone(), closed, quantize_path(&open)],
        }
    }

    #[test]
    fn svg_round_trip_is_lossless() {
        let drawing = sample();
        assert_eq!(Drawing::from_svg(&drawing.to_svg()), Ok(drawing));
    }

    #[test]
    fn path_data_is_short_and_relative() {
        assert_eq!(&sample().path_data()[..51], "m1 2.5c2.3-6.5 4 3.5 6.7 6.3.3.2 2.2 1.2 3.3 3.2l-1");
    }

    #[test]
    fn points_of_a_stroke_follow_its_curves() {
        let points = stroke_points("m1 2l4 0c8 0 8 8 0 8z").expect("points");
        assert_eq!(points.len(), 11);
        assert_eq!((points[0], points[1]), ([1.0, 2.0], [5.0, 2.0]));
        // The middle of the curve, its end, and the end of the closing line.
        assert_eq!((points[5], points[9], points[10]), ([11.0, 6.0], [5.0, 10.0], [1.0, 2.0]));
        assert_eq!(stroke_points("m1 2"), Ok(vec![]));
        for invalid in ["", "l1 1", "m1 1l1 1m2 2l1 1"] {
            assert_eq!(stroke_points(invalid), Err(SvgError), "{invalid}");
        }
    }

    #[test]
    fn svg_without_strokes_is_parsed() {
        let empty = Drawing { strokes: vec![], ..sample() };
        assert_eq!(Drawing::from_svg(&empty.to_svg()), Ok(empty));
    }

    #[test]
    fn foreign_svg_is_rejected() {
        for bad in [
            "",
            "<svg ",
            "<svg width=\"1\" height=\"1\" stroke-width=\"1\" d=\"M0 0\"",
            "<svg width=\"1\" height=\"-1\" stroke-width=\"1\" d=\"\"",
            "<svg width=\"1\" height=\"NaN\" stroke-width=\"1\" d=\"\"",
            "<svg width=\"1\" height=\"1\" stroke-width=\"1\" d=\"l1 1\"",
            "<svg width=\"1\" height=\"1\" stroke-width=\"1\" d=\"m1 1 2 2\"",
            "<svg width=\"1\" height=\"1\" stroke-width=\"1\" d=\"m99999999999 1\"",
        ] {
            assert_eq!(Drawing::from_svg(bad), Err(SvgError), "{bad}");
        }
    }

    #[test]
    fn truncated_svg_is_rejected() {
        let whole = sample().to_svg();
        // Without the end of the `d` attribute the path data is incomplete.
        for end in 0..whole.len() - 10 {
            assert_eq!(Drawing::from_svg(&whole[..end]), Err(SvgError), "cut at {end}");
        }
    }
}
