//! The last part of the gallery that was shown: coming back shows it at once, while the server is
//! asked for changes.

use leptos::prelude::*;
use model::{
    ProblemCode, UserId,
    gallery::{Gallery, GalleryQuery},
};

use super::session::Session;
use crate::{api::gallery::load_gallery, error::AppError};

#[derive(Clone, Copy)]
pub struct Library {
    last: StoredValue<Option<Gallery>>,
}

impl Library {
    /// Provides the library; the session must be provided before.
    pub fn provide() {
        let library = Self { last: StoredValue::new(None) };
        let session = Session::current();
        Effect::new(move |previous: Option<Option<UserId>>| {
            let owner = session.user_id();
            if previous.is_some_and(|previous| previous != owner) {
                library.clear();
            }
            owner
        });
        provide_context(library);
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// To be called after pages or books have changed: the gallery waits for the server the next
    /// time.
    pub fn clear(&self) {
        self.last.set_value(None);
    }

    /// The part of the gallery for `query`: the last one if it is the same, then that of the
    /// server.
    pub fn load(self, query: Memo<GalleryQuery>) -> Resource<Result<Gallery, AppError>> {
        let session = Session::current();
        let is_outdated = StoredValue::new(false);
        let gallery = Resource::new(
            move || (session.user_id(), query.get()),
            move |(owner, query)| {
                let known = self.find(owner, &query);
                let shows_known = known.is_some() && !is_outdated.get_value();
                is_outdated.set_value(shows_known);
                async move {
                    let loaded = match &known {
                        Some(known) if shows_known => return Ok(known.clone()),
                        _ => load_gallery(query.search, query.after, query.books_after).await,
                    };
                    match (loaded, known) {
                        (Err(AppError(problem)), Some(known)) if problem.code == ProblemCode::Offline => Ok(known),
                        (loaded, _) => loaded,
                    }
                }
            },
        );
        Effect::new(move || {
            let Some(Ok(loaded)) = gallery.get() else { return };
            session.set_credits(loaded.credits);
            self.last.set_value(Some(loaded));
            if is_outdated.get_value() {
                gallery.refetch();
            }
        });
        gallery
    }

    fn find(self, owner: Option<UserId>, query: &GalleryQuery) -> Option<Gallery> {
        self.last
            .with_value(|last| last.as_ref().filter(|last| Some(last.owner) == owner && last.query == *query).cloned())
    }
}
