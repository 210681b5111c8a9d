//! Paper sizes, margins and orientation in millimetres, and the scale at which a drawing fits a
//! page.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Margin on every side in mm. Most home printers print to within 5 mm of the edge; the rest is
/// room to hold the page.
pub const MARGIN_MM: f64 = 12.0;

/// A paper size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Paper {
    #[default]
    A4,
    Letter,
}

/// Orientation of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Orientation {
    Portrait,
    Landscape,
}

impl Orientation {
    /// The orientation that suits a drawing of `width` x `height`; portrait for a square.
    pub fn for_size(width: f64, height: f64) -> Orientation {
        if width > height { Orientation::Landscape } else { Orientation::Portrait }
    }
}

/// The text is neither `a4` nor `letter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("paper is a4 or letter")]
pub struct PaperError;

impl Paper {
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Letter];

    /// Width and height in portrait, in mm.
    pub fn size_mm(self) -> (f64, f64) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::Letter => (215.9, 279.4),
        }
    }

    /// Width and height in `orientation`, in mm.
    pub fn oriented_size_mm(self, orientation: Orientation) -> (f64, f64) {
        let (short, long) = self.size_mm();
        match orientation {
            Orientation::Portrait => (short, long),
            Orientation::Landscape => (long, short),
        }
    }

    /// The scale in mm per unit at which a drawing of `width` x `height` units fills the space
    /// between the margins, in the orientation that suits it.
    pub fn mm_per_unit(self, width: f64, height: f64) -> f64 {
        self.mm_per_unit_oriented(Orientation::for_size(width, height), width, height)
    }

    /// [`Self::mm_per_unit`] in the given `orientation`.
    pub fn mm_per_unit_oriented(self, orientation: Orientation, width: f64, height: f64) -> f64 {
        let (paper_width, paper_height) = self.oriented_size_mm(orientation);
        let horizontal = (paper_width - 2.0 * MARGIN_MM) / width;
        let vertical = (paper_height - 2.0 * MARGIN_MM) / height;
        horizontal.min(vertical)
    }

    /// The name in JSON, CLI options and query strings.
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
    fn orientation_suits_the_drawing() {
        for (width, height, size) in
            [(4.0, 3.0, (297.0, 210.0)), (3.0, 3.0, (210.0, 297.0)), (3.0, 4.0, (210.0, 297.0))]
        {
            assert_eq!(Paper::A4.oriented_size_mm(Orientation::for_size(width, height)), size, "{width} x {height}");
        }
    }

    #[test]
    fn scale_fills_the_space_between_the_margins() {
        assert_eq!(Paper::A4.mm_per_unit(186.0, 200.0), 1.0);
        assert_eq!(Paper::A4.mm_per_unit(546.0, 10.0), 0.5);
        assert_eq!(Paper::A4.mm_per_unit_oriented(Orientation::Portrait, 372.0, 10.0), 0.5);
    }

    #[test]
    fn names_are_parsed() {
        assert_eq!(Paper::ALL.map(Paper::as_str), ["a4", "letter"]);
        for paper in Paper::ALL {
            assert_eq!(paper.to_string().parse(), Ok(paper));
        }
        assert_eq!("a5".parse::<Paper>(), Err(PaperError));
    }

    #[test]
    fn json_has_the_same_names() {
        for paper in Paper::ALL {
            let json = serde_json::to_string(&paper).unwrap();
            assert_eq!(json, format!("\"{paper}\""));
        }
    }
}
