//! Drawing parameters: preset, level of detail, line width, background, smoothing and frame.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::paper::Paper;

/// Default level of detail and line width, by the age of the child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Preset {
    /// A few bold outlines.
    Toddler,
    /// Main outlines and faces.
    Simple,
    #[default]
    Standard,
    /// Everything but texture, in thin lines.
    Detailed,
}

impl Preset {
    pub const ALL: [Preset; 4] = [Preset::Toddler, Preset::Simple, Preset::Standard, Preset::Detailed];

    /// Default detail (0 to 1) and line width (mm on A4).
    pub fn defaults(self) -> (f32, f32) {
        match self {
            Preset::Toddler => (0.15, 1.4),
            Preset::Simple => (0.3, 1.0),
            Preset::Standard => (0.5, 0.8),
            Preset::Detailed => (0.8, 0.5),
        }
    }

    /// The name in JSON, CLI options and query strings.
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

/// How lines outside the subject are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Background {
    /// Like the subject.
    #[default]
    Keep,
    /// With less detail: only the strongest lines.
    Soften,
    /// Not at all.
    Remove,
}

impl Background {
    pub const ALL: [Background; 3] = [Background::Keep, Background::Soften, Background::Remove];

    /// The name in JSON, CLI options and query strings.
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

/// Parameters of a drawing. In JSON only the preset is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({"preset": "standard", "detail": 0.6}))
)]
pub struct Style {
    pub preset: Preset,
    /// Level of detail, 0 to 1, in steps of a tenth: 0 draws the strongest outlines only, 1 all
    /// strokes of the sketch. `None` is the preset's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0, maximum = 1))]
    pub detail: Option<f32>,
    /// Line width in mm on A4 paper, 0.3 to 2. `None` is the preset's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0.3, maximum = 2))]
    pub line_mm: Option<f32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub background: Background,
    /// How much lines are smoothed, from 0 (close to the photo) to 1. `None` is
    /// [`Style::DEFAULT_SMOOTHING`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0, maximum = 1))]
    pub smoothing: Option<f32>,
    /// Draws a line along the edge of the page, which closes shapes that the edge of the photo
    /// cuts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub frame: bool,
    /// Whoever draws computes no [`Hints`](crate::Hints): faces and persons are drawn like
    /// everything else.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_people: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Why a style is invalid.
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
    /// The JSON name of the invalid field.
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
    /// Valid line widths in mm on A4: thinner lines print grey, thicker ones fill the eyes of a
    /// face.
    pub const LINE_MM_RANGE: std::ops::RangeInclusive<f32> = 0.3..=2.0;

    /// Default smoothing.
    pub const DEFAULT_SMOOTHING: f32 = 0.5;

    /// The style of `preset` without changes.
    pub fn from_preset(preset: Preset) -> Style {
        Style { preset, ..Style::default() }
    }

    /// Effective level of detail: that of the preset if none is set, clamped to 0 to 1.
    pub fn detail(&self) -> f32 {
        let detail = self.detail.filter(|d| !d.is_nan());
        detail.unwrap_or(self.preset.defaults().0).clamp(0.0, 1.0)
    }

    /// Effective line width in mm on A4: that of the preset if none is set, clamped to
    /// [`Style::LINE_MM_RANGE`].
    pub fn line_mm(&self) -> f32 {
        let line_mm = self.line_mm.filter(|mm| !mm.is_nan());
        let (min, max) = (*Style::LINE_MM_RANGE.start(), *Style::LINE_MM_RANGE.end());
        line_mm.unwrap_or(self.preset.defaults().1).clamp(min, max)
    }

    /// Effective smoothing: [`Style::DEFAULT_SMOOTHING`] if none is set, clamped to 0 to 1.
    pub fn smoothing(&self) -> f32 {
        self.smoothing.filter(|smoothing| !smoothing.is_nan()).unwrap_or(Style::DEFAULT_SMOOTHING).clamp(0.0, 1.0)
    }

    /// Effective line width in page units, rounded to a hundredth, for a drawing of `width` x
    /// `height` page units that is printed on A4.
    pub(crate) fn line_width_units(&self, width: f64, height: f64) -> f64 {
        let units = f64::from(self.line_mm()) / Paper::A4.mm_per_unit(width, height);
        (units * 100.0).round() / 100.0
    }

    /// Checks that detail, line width and smoothing are within their ranges, so that no getter has
    /// to clamp them.
    ///
    /// # Errors
    ///
    /// The first field that is out of range or NaN.
    pub fn validate(&self) -> Result<(), StyleError> {
        if self.detail.is_some_and(|d| !(0.0..=1.0).contains(&d)) {
            return Err(StyleError::Detail);
        }
        if self.line_mm.is_some_and(|mm| !Style::LINE_MM_RANGE.contains(&mm)) {
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
    fn only_the_preset_is_required() {
        let style: Style = serde_json::from_str(r#"{"preset":"toddler"}"#).unwrap();
        assert_eq!(style, Style::from_preset(Preset::Toddler));
        assert_eq!(serde_json::to_string(&style).unwrap(), r#"{"preset":"toddler"}"#);
    }

    #[test]
    fn invalid_json_is_rejected() {
        for json in [
            "{}",
            r#"{"preset":"toddler","x":1}"#,
            r#"{"preset":"simple","background":"blur"}"#,
            r#"{"preset":"simple","frame":1}"#,
        ] {
            assert!(serde_json::from_str::<Style>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn json_round_trip_keeps_every_field() {
        let text =
            r#"{"preset":"simple","detail":0.5,"line_mm":1.0,"background":"remove","smoothing":0.25,"frame":true}"#;
        let style: Style = serde_json::from_str(text).unwrap();
        assert_eq!((style.background, style.smoothing(), style.frame), (Background::Remove, 0.25, true));
        assert_eq!(serde_json::to_string(&style).unwrap(), text);
    }

    #[test]
    fn background_names_are_parsed() {
        for background in Background::ALL {
            assert_eq!(background.to_string().parse(), Ok(background));
        }
        assert_eq!("blur".parse::<Background>(), Err(StyleError::Background));
    }

    #[test]
    fn preset_names_are_parsed() {
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse(), Ok(preset));
        }
        assert_eq!("Standard".parse::<Preset>(), Err(StyleError::Preset));
    }

    #[test]
    fn detail_out_of_range_is_rejected_or_clamped() {
        for (detail, clamped) in [(f32::NAN, 0.5), (-0.01, 0.0), (1.01, 1.0), (f32::INFINITY, 1.0)] {
            let style = Style { detail: Some(detail), ..Style::default() };
            assert_eq!(style.validate(), Err(StyleError::Detail), "{detail}");
            assert_eq!(style.detail(), clamped, "{detail}");
        }
    }

    #[test]
    fn line_width_out_of_range_is_rejected_or_clamped() {
        for (line_mm, clamped) in [(f32::NAN, 0.8), (0.29, 0.3), (2.01, 2.0), (f32::NEG_INFINITY, 0.3)] {
            let style = Style { line_mm: Some(line_mm), ..Style::default() };
            assert_eq!(style.validate(), Err(StyleError::LineMm), "{line_mm}");
            assert_eq!(style.line_mm(), clamped, "{line_mm}");
        }
    }

    #[test]
    fn smoothing_out_of_range_is_rejected_or_clamped() {
        for (smoothing, clamped) in [(f32::NAN, Style::DEFAULT_SMOOTHING), (-0.01, 0.0), (1.5, 1.0)] {
            let style = Style { smoothing: Some(smoothing), ..Style::default() };
            assert_eq!(style.validate(), Err(StyleError::Smoothing), "{smoothing}");
            assert_eq!(style.smoothing(), clamped, "{smoothing}");
        }
    }

    #[test]
    fn ends_of_the_ranges_are_valid() {
        for (detail, line_mm, smoothing) in [(0.0, 0.3, 0.0), (1.0, 2.0, 1.0)] {
            let [detail, line_mm, smoothing] = [detail, line_mm, smoothing].map(Some);
            assert_eq!(Style { detail, line_mm, smoothing, ..Style::default() }.validate(), Ok(()));
        }
    }

    #[test]
    fn error_names_the_json_field() {
        assert_eq!(StyleError::LineMm.field(), "line_mm");
    }
}
