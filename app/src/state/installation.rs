//! Whether the installation of the site as an app may be offered: to somebody who has saved a page,
//! and not again after a refusal.

use leptos::prelude::*;

use crate::browser::installation;

#[derive(Clone, Copy)]
pub struct Installation {
    pub may_be_offered: RwSignal<bool>,
}

impl Installation {
    /// Reads what this browser remembers, after the hydration.
    pub fn provide() {
        let may_be_offered = RwSignal::new(false);
        Effect::new(move || may_be_offered.set(installation::may_be_offered()));
        provide_context(Self { may_be_offered });
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// A saved page was seen.
    pub fn record_saved_page(&self) {
        installation::remember_saved_page();
        self.may_be_offered.set(installation::may_be_offered());
    }

    /// The offer was refused.
    pub fn record_refusal(&self) {
        installation::remember_refusal();
        self.may_be_offered.set(false);
    }
}
