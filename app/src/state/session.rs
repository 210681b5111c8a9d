//! Who is signed in, and the settings of the site that the browser needs.

use leptos::prelude::*;
use model::{User, UserId};
use serde::{Deserialize, Serialize};

/// Settings of the site, the same for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteSettings {
    pub is_dev: bool,
    /// Pages can be saved without an address.
    pub allows_guests: bool,
    /// Days that a photo is kept.
    pub keep_original_days: u32,
    /// Days that a page is kept.
    pub keep_page_days: u32,
    /// The company that draws pages, if it is not this server.
    pub generator_company: Option<String>,
}

/// What the document hands to the browser: the state in which it was rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialState {
    pub user: Option<User>,
    pub site: SiteSettings,
}

/// The session of this browser.
#[derive(Clone, Copy)]
pub struct Session {
    /// `None` while nobody is signed in.
    pub user: RwSignal<Option<User>>,
    pub site: StoredValue<SiteSettings>,
}

impl Session {
    pub fn provide(initial: InitialState) {
        provide_context(Self { user: RwSignal::new(initial.user), site: StoredValue::new(initial.site) });
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// Reads the account reactively: resources that depend on it are loaded again when somebody
    /// signs in or out.
    pub fn user_id(&self) -> Option<UserId> {
        self.user.with(|user| user.as_ref().map(|user| user.id))
    }

    /// True for a signed-in account, guests included.
    pub fn is_signed_in(&self) -> bool {
        self.user.with(Option::is_some)
    }

    pub fn set_credits(&self, credits: i64) {
        let differs = self.user.with_untracked(|user| user.as_ref().is_some_and(|user| user.credits != credits));
        if differs {
            self.user.update(|user| {
                if let Some(user) = user {
                    user.credits = credits;
                }
            });
        }
    }
}
