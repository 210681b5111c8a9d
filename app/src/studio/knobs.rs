//! The knobs: for whom the page is, how much it shows, how thick its lines are; and the divider between photo and drawing.

use model::{Preset, Style};

use super::Studio;
use crate::browser::{
    page::{self, Part},
    words::{word, word_of},
};

pub(super) struct Knobs {
    presets: Vec<Part>,
    detail: Part,
    detail_shown: Part,
    line_mm: Part,
    line_mm_shown: Part,
    pub(super) title: Part,
    compare: Part,
}

impl Knobs {
    pub(super) fn within(form: &Part) -> Option<Self> {
        let knobs = Self {
            presets: form.find_all("[name=preset]"),
            detail: form.find("[name=detail]")?,
            detail_shown: form.find(".detail output")?,
            line_mm: form.find("[name=line_mm]")?,
            line_mm_shown: form.find(".line-mm output")?,
            title: form.find("[name=title]")?,
            compare: form.find(".sheet-compare")?,
        };
        // A form sent without a script leaves them out: then the preset alone decides.
        knobs.detail.toggle("disabled", false);
        knobs.line_mm.toggle("disabled", false);
        knobs.turn_to(knobs.preset());
        Some(knobs)
    }

    fn preset(&self) -> Preset {
        let chosen = self.presets.iter().find(|preset| preset.checked());
        chosen.and_then(|preset| preset.value().parse().ok()).unwrap_or_default()
    }

    pub(super) fn style(&self) -> Style {
        let (detail, line_mm) = (Some(self.detail.number()), Some(self.line_mm.number()));
        Style { detail, line_mm, ..Style::of(self.preset()) }
    }

    /// As they stood when somebody left.
    pub(super) fn restore(&self, style: &Style, title: &str) {
        for preset in &self.presets {
            preset.set_checked(preset.value() == style.preset.as_str());
        }
        self.detail.set_number(style.detail());
        self.line_mm.set_number(style.line_mm());
        self.title.set_value(title);
        self.show();
    }

    /// A preset is a place for both sliders.
    fn turn_to(&self, preset: Preset) {
        let (detail, line_mm) = preset.defaults();
        self.detail.set_number(detail);
        self.line_mm.set_number(line_mm);
        self.show();
    }

    fn show(&self) {
        let percent = (self.detail.number() * 100.0).round() as u32;
        self.detail_shown.say(&word_of("percent", &percent.to_string()));
        let tenths = (self.line_mm.number() * 10.0).round() as u32;
        let number = format!("{}{}{}", tenths / 10, word("decimal-mark"), tenths % 10);
        self.line_mm_shown.say(&word_of("millimetres", &number));
    }
}

impl Studio {
    pub(super) fn listen_to_knobs(&self) {
        for preset in &self.0.knobs.presets {
            let studio = self.clone();
            preset.on("change", move |_| {
                studio.0.knobs.turn_to(studio.0.knobs.preset());
                studio.restyle();
            });
        }
        for slider in [&self.0.knobs.detail, &self.0.knobs.line_mm] {
            let studio = self.clone();
            slider.on("input", move |_| {
                studio.0.knobs.show();
                studio.restyle();
            });
        }
        let studio = self.clone();
        self.0.knobs.compare.on("input", move |_| {
            let percent = studio.0.knobs.compare.number() as u32;
            studio.0.frame.style("--split", &format!("{percent}%"));
        });
        // A sheet of another size wants a picture of another size.
        let studio = self.clone();
        page::on_window("resize", move |_| studio.restyle());
    }
}
