//! The knobs of a page: the same value from the slider in the browser to the job on the server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::paper::Paper;

/// How much a page shows, by the age it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Preset {
    /// A few bold shapes.
    Toddler,
    /// Main shapes and faces.
    Simple,
    #[default]
    Standard,
    /// All that is not texture, in fine lines.
    Detailed,
}

impl Preset {
    pub const ALL: [Preset; 4] = [Preset::Toddler, Preset::Simple, Preset::Standard, Preset::Detailed];

    /// Detail (0 to 1) and line width (mm on A4) of a style that names only the preset.
    pub fn defaults(self) -> (f32, f32) {
        match self {
            Preset::Toddler => (0.15, 1.4),
            Preset::Simple => (0.3, 1.0),
            Preset::Standard => (0.5, 0.8),
            Preset::Detailed => (0.8, 0.5),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Preset::Toddler => "toddler",
            Preset::Simple => "simple",
            Preset::Standard => "standard",
            Preset::Detailed => "detailed",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = StyleError;

    fn from_str(text: &str) -> Result<Preset, StyleError> {
        Preset::ALL.into_iter().find(|preset| preset.as_str() == text).ok_or(StyleError::Preset)
    }
}

/// What becomes of what lies outside the subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Background {
    #[default]
    Keep,
    /// Only its strongest lines.
    Soften,
    Remove,
}

impl Background {
    pub const ALL: [Background; 3] = [Background::Keep, Background::Soften, Background::Remove];

    pub fn as_str(self) -> &'static str {
        match self {
            Background::Keep => "keep",
            Background::Soften => "soften",
            Background::Remove => "remove",
        }
    }
}

impl fmt::Display for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Background {
    type Err = StyleError;

    fn from_str(text: &str) -> Result<Background, StyleError> {
        Background::ALL.into_iter().find(|background| background.as_str() == text).ok_or(StyleError::Background)
    }
}

/// What a parent may choose. Only the preset is required; the rest refines it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"preset": "standard", "detail": 0.6})))]
pub struct Style {
    pub preset: Preset,
    /// 0 to 1, told apart in tenths: 0 draws only the strongest outlines, 1 everything the sketch found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0, maximum = 1))]
    pub detail: Option<f32>,
    /// Line width in mm on A4 paper, 0.3 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0.3, maximum = 2))]
    pub line_mm: Option<f32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub background: Background,
    /// 0 to 1: how far lines are evened out, from true to the photo to sweeping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0, maximum = 1))]
    pub smoothing: Option<f32>,
    /// A line around the page, which closes what the photo's border cuts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub frame: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A style that cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StyleError {
    #[error("preset is toddler, simple, standard or detailed")]
    Preset,
    #[error("detail is a number from 0 to 1")]
    Detail,
    #[error("line_mm is a number from 0.3 to 2 (mm)")]
    LineMm,
    #[error("background is keep, soften or remove")]
    Background,
    #[error("smoothing is a number from 0 to 1")]
    Smoothing,
}

impl StyleError {
    /// The field to blame, as it is written in JSON.
    pub fn field(self) -> &'static str {
        match self {
            StyleError::Preset => "preset",
            StyleError::Detail => "detail",
            StyleError::LineMm => "line_mm",
            StyleError::Background => "background",
            StyleError::Smoothing => "smoothing",
        }
    }
}

impl Style {
    /// In mm on paper: thinner prints grey, thicker fills the eyes of a face.
    pub const LINE_MM: std::ops::RangeInclusive<f32> = 0.3..=2.0;

    /// Smoothing where none is asked for.
    pub const SMOOTHING: f32 = 0.5;

    /// The preset with nothing changed.
    pub fn of(preset: Preset) -> Style {
        Style { preset, ..Style::default() }
    }

    /// Detail in force, always 0 to 1.
    pub fn detail(&self) -> f32 {
        let wanted = self.detail.filter(|d| !d.is_nan());
        wanted.unwrap_or(self.preset.defaults().0).clamp(0.0, 1.0)
    }

    /// Line width in force in mm on A4, always within [`Style::LINE_MM`].
    pub fn line_mm(&self) -> f32 {
        let wanted = self.line_mm.filter(|mm| !mm.is_nan());
        let (low, high) = (*Style::LINE_MM.start(), *Style::LINE_MM.end());
        wanted.unwrap_or(self.preset.defaults().1).clamp(low, high)
    }

    /// Smoothing in force, always 0 to 1.
    pub fn smoothing(&self) -> f32 {
        self.smoothing.filter(|smoothing| !smoothing.is_nan()).unwrap_or(Style::SMOOTHING).clamp(0.0, 1.0)
    }

    /// Line width in units of a page of this size, to the hundredth, as it comes out on A4.
    pub(crate) fn line_units(&self, width: f64, height: f64) -> f64 {
        let line = f64::from(self.line_mm()) / Paper::A4.mm_per_unit(width, height);
        (line * 100.0).round() / 100.0
    }

    /// Refuses what [`Style::detail`], [`Style::line_mm`] and [`Style::smoothing`] would have to bend.
    pub fn check(&self) -> Result<(), StyleError> {
        if self.detail.is_some_and(|d| !(0.0..=1.0).contains(&d)) {
            return Err(StyleError::Detail);
        }
        if self.line_mm.is_some_and(|mm| !Style::LINE_MM.contains(&mm)) {
            return Err(StyleError::LineMm);
        }
        if self.smoothing.is_some_and(|smoothing| !(0.0..=1.0).contains(&smoothing)) {
            return Err(StyleError::Smoothing);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_preset_is_required_and_written() {
        let style: Style = serde_json::from_str(r#"{"preset":"toddler"}"#).unwrap();
        assert_eq!(style, Style::of(Preset::Toddler));
        assert_eq!(serde_json::to_string(&style).unwrap(), r#"{"preset":"toddler"}"#);
        assert!(serde_json::from_str::<Style>(r#"{"preset":"toddler","x":1}"#).is_err());
        assert!(serde_json::from_str::<Style>("{}").is_err());
    }

    #[test]
    fn every_knob_is_written_and_read_back() {
        let text =
            r#"{"preset":"simple","detail":0.5,"line_mm":1.0,"background":"remove","smoothing":0.25,"frame":true}"#;
        let style: Style = serde_json::from_str(text).unwrap();
        assert_eq!((style.background, style.smoothing(), style.frame), (Background::Remove, 0.25, true));
        assert_eq!(serde_json::to_string(&style).unwrap(), text);
        for bad in [r#"{"preset":"simple","background":"blur"}"#, r#"{"preset":"simple","frame":1}"#] {
            assert!(serde_json::from_str::<Style>(bad).is_err());
        }
        assert_eq!("blur".parse::<Background>(), Err(StyleError::Background));
        let with = |smoothing| Style { smoothing: Some(smoothing), ..Style::default() };
        assert_eq!(with(1.5).check(), Err(StyleError::Smoothing));
        assert_eq!((with(1.5).smoothing(), with(f32::NAN).smoothing()), (1.0, Style::SMOOTHING));
    }

    #[test]
    fn presets_are_read_back_from_their_names() {
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse(), Ok(preset));
        }
        assert_eq!("Standard".parse::<Preset>(), Err(StyleError::Preset));
    }

    #[test]
    fn values_out_of_range_are_refused_by_name_and_bent_when_drawn() {
        let with = |detail, line_mm| Style { detail, line_mm, ..Style::default() };
        for bad in [f32::NAN, -0.01, 1.01, f32::INFINITY] {
            assert_eq!(with(Some(bad), None).check(), Err(StyleError::Detail));
            assert!((0.0..=1.0).contains(&with(Some(bad), None).detail()));
        }
        for bad in [f32::NAN, 0.29, 2.01, f32::NEG_INFINITY] {
            assert_eq!(with(None, Some(bad)).check(), Err(StyleError::LineMm));
            assert!(Style::LINE_MM.contains(&with(None, Some(bad)).line_mm()));
        }
        assert_eq!(with(Some(1.0), Some(0.3)).check(), Ok(()));
        assert_eq!(StyleError::LineMm.field(), "line_mm");
    }
}
