//! Sheets of paper, in millimetres, and how large a drawing is printed on one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// White border on every side, mm; most home printers reach within 5 mm of the edge, hands need the rest.
pub const MARGIN_MM: f64 = 12.0;

/// What the printer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Paper {
    #[default]
    A4,
    Letter,
}

/// Which way a sheet lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Orientation {
    Portrait,
    Landscape,
}

impl Orientation {
    /// The way that suits a drawing of that shape.
    pub fn of(width: f64, height: f64) -> Orientation {
        if width > height { Orientation::Landscape } else { Orientation::Portrait }
    }
}

/// Neither `a4` nor `letter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("paper is a4 or letter")]
pub struct PaperError;

impl Paper {
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Letter];

    /// Width and height upright, mm.
    pub fn size_mm(self) -> (f64, f64) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::Letter => (215.9, 279.4),
        }
    }

    /// Width and height of a sheet that lies this way, mm.
    pub fn turned(self, orientation: Orientation) -> (f64, f64) {
        let (short, long) = self.size_mm();
        match orientation {
            Orientation::Portrait => (short, long),
            Orientation::Landscape => (long, short),
        }
    }

    /// Millimetres on paper of one unit of a `width` x `height` drawing that fills the space within the margins of
    /// the sheet turned to suit it.
    pub fn mm_per_unit(self, width: f64, height: f64) -> f64 {
        self.mm_per_unit_turned(Orientation::of(width, height), width, height)
    }

    /// The same on a sheet that lies this way.
    pub fn mm_per_unit_turned(self, orientation: Orientation, width: f64, height: f64) -> f64 {
        let (across, down) = self.turned(orientation);
        let across = (across - 2.0 * MARGIN_MM) / width;
        let down = (down - 2.0 * MARGIN_MM) / height;
        across.min(down)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Letter => "letter",
        }
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Paper {
    type Err = PaperError;

    fn from_str(text: &str) -> Result<Paper, PaperError> {
        Paper::ALL.into_iter().find(|paper| paper.as_str() == text).ok_or(PaperError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_drawing_turns_the_paper_and_fills_it() {
        let (wide, square) = (Orientation::of(4.0, 3.0), Orientation::of(3.0, 3.0));
        assert_eq!(Paper::A4.turned(wide), (297.0, 210.0));
        assert_eq!(Paper::A4.turned(square), (210.0, 297.0));
        assert_eq!(Paper::A4.mm_per_unit(186.0, 200.0), 1.0);
        assert_eq!(Paper::A4.mm_per_unit(546.0, 10.0), 0.5);
        assert_eq!(Paper::A4.mm_per_unit_turned(Orientation::Portrait, 372.0, 10.0), 0.5);
    }

    #[test]
    fn names_are_read_back() {
        for paper in Paper::ALL {
            assert_eq!(paper.to_string().parse(), Ok(paper));
            let json = serde_json::to_string(&paper).unwrap();
            assert_eq!(json, format!("\"{paper}\""));
        }
        assert_eq!("a5".parse::<Paper>(), Err(PaperError));
    }
}
