//! Saying what went wrong, in the place the server set aside for it.

use model::Problem;

use super::{page::Part, words::told};

/// An element with the role of an alert: what is written into it is read out at once.
#[derive(Clone)]
pub struct Notice {
    frame: Part,
    title: Part,
    detail: Part,
}

impl Notice {
    pub fn within(part: &Part) -> Option<Self> {
        let frame = part.find("[role=alert]")?;
        Some(Self { title: frame.find("strong")?, detail: frame.find("span")?, frame })
    }

    /// Takes whoever reads there, too: on a phone the place may be out of sight.
    pub fn say(&self, problem: &Problem) {
        let (title, detail) = told(problem);
        self.title.say(&title);
        self.detail.say(&detail);
        self.frame.set("data-said", "");
        self.frame.focus();
    }

    pub fn clear(&self) {
        self.title.say("");
        self.detail.say("");
        self.frame.toggle("data-said", false);
    }
}
