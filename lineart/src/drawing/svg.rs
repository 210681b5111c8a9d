//! SVG out and in: what the server stores, and the path data a browser's canvas draws.

use kurbo::{BezPath, PathEl, Point};
use thiserror::Error;

use super::{Drawing, tenths};

/// Not a file that [`Drawing::to_svg`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this SVG was not written by lineart")]
pub struct SvgError;

impl Drawing {
    /// All strokes as one SVG path `d` in relative commands, to a tenth of a unit.
    pub fn path_data(&self) -> String {
        let mut out = Writer::default();
        for stroke in &self.strokes {
            for element in stroke.elements() {
                out.element(element);
            }
        }
        out.text
    }

    /// The whole file: one black path without fill, round caps and joins.
    pub fn to_svg(&self) -> String {
        let (w, h, line, d) = (self.width, self.height, self.line_width, self.path_data());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\
             <path fill=\"none\" stroke=\"#000\" stroke-width=\"{line}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" d=\"{d}\"/></svg>\n"
        )
    }

    /// Reads what [`Drawing::to_svg`] wrote, exactly. Other SVG files are refused.
    pub fn from_svg(svg: &str) -> Result<Drawing, SvgError> {
        let number = |name: &str| {
            let value: f64 = attribute(svg, name)?.parse().map_err(|_| SvgError)?;
            (value.is_finite() && value > 0.0).then_some(value).ok_or(SvgError)
        };
        if !svg.starts_with("<svg ") {
            return Err(SvgError);
        }
        Ok(Drawing {
            width: number("width")?,
            height: number("height")?,
            line_width: number("stroke-width")?,
            strokes: Reader::new(attribute(svg, "d")?).strokes()?,
        })
    }
}

fn attribute<'a>(svg: &'a str, name: &str) -> Result<&'a str, SvgError> {
    let start = format!(" {name}=\"");
    let value = &svg[svg.find(&start).ok_or(SvgError)? + start.len()..];
    Ok(&value[..value.find('"').ok_or(SvgError)?])
}

/// Counts in whole tenths, so that relative commands add up without error however long the path.
#[derive(Default)]
struct Writer {
    text: String,
    at: (i64, i64),
    start: (i64, i64),
    /// A repeated command letter may be left out.
    last: char,
    after: After,
}

/// What was written last, which decides whether the next number needs a space before it.
#[derive(Default, PartialEq)]
enum After {
    #[default]
    Letter,
    Whole,
    /// A decimal place; a number that begins with its point may follow at once.
    Part,
}

impl Writer {
    fn element(&mut self, element: &PathEl) {
        match *element {
            PathEl::MoveTo(p) => {
                self.command('m');
                self.points(&[p]);
                self.start = self.at;
            }
            PathEl::LineTo(p) => {
                self.command('l');
                self.points(&[p]);
            }
            PathEl::QuadTo(a, p) => {
                self.command('q');
                self.points(&[a, p]);
            }
            PathEl::CurveTo(a, b, p) => {
                self.command('c');
                self.points(&[a, b, p]);
            }
            PathEl::ClosePath => {
                self.command('z');
                self.at = self.start;
            }
        }
    }

    fn command(&mut self, letter: char) {
        // After a move, numbers alone would mean lines.
        if self.last != letter || letter == 'm' || letter == 'z' {
            self.text.push(letter);
            self.after = After::Letter;
        }
        self.last = letter;
    }

    fn points(&mut self, points: &[Point]) {
        let mut to = self.at;
        for p in points {
            to = (tenths(p.x), tenths(p.y));
            self.number(to.0.saturating_sub(self.at.0));
            self.number(to.1.saturating_sub(self.at.1));
        }
        self.at = to;
    }

    fn number(&mut self, tenths: i64) {
        let (whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        let bare = whole == 0 && part > 0;
        if tenths < 0 {
            self.text.push('-');
        } else if self.after == After::Whole || (self.after == After::Part && !bare) {
            self.text.push(' ');
        }
        if !bare {
            self.text.push_str(&whole.to_string());
        }
        self.after = if part > 0 { After::Part } else { After::Whole };
        if part > 0 {
            self.text.push('.');
            self.text.push_str(&part.to_string());
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    at: (i64, i64),
}

impl<'a> Reader<'a> {
    fn new(data: &'a str) -> Reader<'a> {
        Reader { rest: data.as_bytes(), at: (0, 0) }
    }

    fn strokes(mut self) -> Result<Vec<BezPath>, SvgError> {
        let mut strokes: Vec<BezPath> = Vec::new();
        let mut start = self.at;
        let mut command = b'z';
        while let Some(&next) = self.rest.first() {
            if next.is_ascii_alphabetic() {
                command = next;
                self.rest = &self.rest[1..];
            } else if matches!(command, b'm' | b'z') {
                return Err(SvgError);
            }
            if command == b'm' {
                let [p] = self.points()?;
                start = self.at;
                let mut stroke = BezPath::new();
                stroke.move_to(p);
                strokes.push(stroke);
                continue;
            }
            let stroke = strokes.last_mut().ok_or(SvgError)?;
            match command {
                b'l' => {
                    let [p] = self.points()?;
                    stroke.line_to(p);
                }
                b'q' => {
                    let [a, p] = self.points()?;
                    stroke.quad_to(a, p);
                }
                b'c' => {
                    let [a, b, p] = self.points()?;
                    stroke.curve_to(a, b, p);
                }
                b'z' => {
                    stroke.close_path();
                    self.at = start;
                }
                _ => return Err(SvgError),
            }
        }
        Ok(strokes)
    }

    fn points<const N: usize>(&mut self) -> Result<[Point; N], SvgError> {
        let mut points = [Point::ZERO; N];
        let mut to = self.at;
        for point in &mut points {
            to.0 = self.at.0 + self.number()?;
            to.1 = self.at.1 + self.number()?;
            *point = Point::new(to.0 as f64 / 10.0, to.1 as f64 / 10.0);
        }
        self.at = to;
        Ok(points)
    }

    /// The next number in tenths: `12`, `-12.3` or `.3`.
    fn number(&mut self) -> Result<i64, SvgError> {
        if self.rest.first() == Some(&b' ') {
            self.rest = &self.rest[1..];
        }
        let negative = self.rest.first() == Some(&b'-');
        if negative {
            self.rest = &self.rest[1..];
        }
        let whole = self.digits();
        let part = if self.rest.first() == Some(&b'.') {
            self.rest = &self.rest[1..];
            self.digits()
        } else {
            b"0"
        };
        // Nine digits are far beyond any page and cannot overflow, even summed over a long path.
        if part.len() != 1 || whole.len() > 9 {
            return Err(SvgError);
        }
        let tenths = whole.iter().chain(part).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Ok(if negative { -tenths } else { tenths })
    }

    fn digits(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|c| !c.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::on_tenths;

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
            strokes: vec![open.clone(), closed, on_tenths(&open)],
        }
    }

    #[test]
    fn a_drawing_survives_the_svg_exactly() {
        let drawing = sample();
        assert_eq!(Drawing::from_svg(&drawing.to_svg()), Ok(drawing));
    }

    #[test]
    fn path_data_is_short_and_relative() {
        assert_eq!(&sample().path_data()[..51], "m1 2.5c2.3-6.5 4 3.5 6.7 6.3.3.2 2.2 1.2 3.3 3.2l-1");
    }

    #[test]
    fn an_empty_page_is_a_page() {
        let empty = Drawing { strokes: vec![], ..sample() };
        assert_eq!(Drawing::from_svg(&empty.to_svg()), Ok(empty));
    }

    #[test]
    fn foreign_and_damaged_files_are_refused_without_a_panic() {
        let good = sample().to_svg();
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
        for end in 0..good.len() - 10 {
            assert!(Drawing::from_svg(&good[..end]).is_err(), "cut at {end}");
        }
    }
}
