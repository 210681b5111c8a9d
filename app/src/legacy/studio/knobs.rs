//! The knobs: for whom the page is, how much it shows, how its lines run, what becomes of the background; and the
//! divider between photo and drawing.

use std::str::FromStr;

use model::{Preset, Style};

use super::Studio;
use crate::legacy::browser::{
    engine::Hand,
    page::{self, Part},
    words::{word, word_of},
};

pub(super) struct Knobs {
    presets: Vec<Part>,
    detail: Part,
    detail_shown: Part,
    line_mm: Part,
    line_mm_shown: Part,
    backgrounds: Vec<Part>,
    smoothing: Part,
    smoothing_shown: Part,
    frame: Part,
    /// Changes by hand: written by `public/studio/retouch.js`, to which it hands the strokes.
    pub(super) edits: Part,
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
            backgrounds: form.find_all("[name=background]"),
            smoothing: form.find("[name=smoothing]")?,
            smoothing_shown: form.find(".smoothing output")?,
            frame: form.find("[name=frame]")?,
            edits: form.find("[name=edits]")?,
            title: form.find("[name=title]")?,
            compare: form.find(".sheet-compare")?,
        };
        // A form sent without a script leaves them out: then the preset alone decides.
        knobs.detail.toggle("disabled", false);
        knobs.line_mm.toggle("disabled", false);
        // Browsers keep what stood in a hidden field over a reload.
        knobs.edits.set_value("");
        knobs.turn_to(knobs.preset());
        Some(knobs)
    }

    fn preset(&self) -> Preset {
        chosen(&self.presets)
    }

    pub(super) fn style(&self) -> Style {
        Style {
            preset: self.preset(),
            detail: Some(self.detail.number()),
            line_mm: Some(self.line_mm.number()),
            background: chosen(&self.backgrounds),
            smoothing: Some(self.smoothing.number()),
            frame: self.frame.checked(),
        }
    }

    pub(super) fn hand(&self) -> Hand {
        Hand { edits: self.edits.value(), touches: self.edits.is_set("data-touches") }
    }

    /// Shows what a preset makes of this photo.
    pub(super) fn picture(&self, preset: &str, address: &str) {
        for choice in self.presets.iter().filter(|choice| choice.value() == preset) {
            if let Some(picture) = choice.beside("img") {
                picture.set("src", address);
            }
        }
    }

    /// As they stood when somebody left.
    pub(super) fn restore(&self, style: &Style, edits: &str, title: &str) {
        choose(&self.presets, style.preset.as_str());
        choose(&self.backgrounds, style.background.as_str());
        self.smoothing.set_number(style.smoothing());
        self.frame.set_checked(style.frame);
        self.detail.set_number(style.detail());
        self.line_mm.set_number(style.line_mm());
        self.edits.set_value(edits);
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
        for (slider, shown) in [(&self.detail, &self.detail_shown), (&self.smoothing, &self.smoothing_shown)] {
            let percent = (slider.number() * 100.0).round() as u32;
            shown.say(&word_of("percent", &percent.to_string()));
        }
        let tenths = (self.line_mm.number() * 10.0).round() as u32;
        let number = format!("{}{}{}", tenths / 10, word("decimal-mark"), tenths % 10);
        self.line_mm_shown.say(&word_of("millimetres", &number));
    }
}

/// What is chosen among radio buttons.
fn chosen<T: FromStr + Default>(choices: &[Part]) -> T {
    let chosen = choices.iter().find(|choice| choice.checked());
    chosen.and_then(|choice| choice.value().parse().ok()).unwrap_or_default()
}

fn choose(choices: &[Part], value: &str) {
    for choice in choices {
        choice.set_checked(choice.value() == value);
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
        let knobs = &self.0.knobs;
        let others = [&knobs.detail, &knobs.line_mm, &knobs.smoothing, &knobs.frame, &knobs.edits];
        for knob in others.into_iter().chain(&knobs.backgrounds) {
            let studio = self.clone();
            knob.on("input", move |_| {
                studio.0.knobs.show();
                studio.restyle();
            });
        }
        let studio = self.clone();
        self.0.knobs.compare.on("input", move |_| {
            let percent = studio.0.knobs.compare.number() as u32;
            studio.0.frame.style("--split", &format!("{percent}%"));
            // What nobody sees is not decoded: a phone's photo of 48 MP takes 250 MB.
            studio.0.frame.toggle("data-compared", percent > 0);
        });
        // A sheet of another size wants a picture of another size.
        let studio = self.clone();
        page::on_window("resize", move |_| studio.restyle());
    }
}
