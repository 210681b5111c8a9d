//! Several photos on their way to a book: the list, its title, the attempt to make it. There is one
//! for the whole visit, provided above the router, so that it survives every navigation.

use leptos::{prelude::*, task::spawn_local};
use model::{Preset, Problem, book::MAX_PAGES};

use super::studio::{SharedPhoto, Studio};
use crate::{browser::stored_book, i18n::tr_args, tools::several_photos::SeveralPhotos};

#[derive(Clone, Copy)]
pub struct BookPhotos {
    list: StoredValue<SeveralPhotos<SharedPhoto>>,
    /// Changes with the list.
    version: RwSignal<u32>,
    pub title: RwSignal<String>,
    pub problem: RwSignal<Option<Problem>>,
    studio: Studio,
    /// How many of the studio's photos are in the list.
    taken: StoredValue<usize>,
    /// Photos of an earlier visit were looked for.
    was_restored: StoredValue<bool>,
}

impl BookPhotos {
    /// The context of [`Studio`] must be provided before.
    pub fn provide() {
        let studio = Studio::current();
        let book = Self {
            list: StoredValue::new(SeveralPhotos::new(Preset::default())),
            version: RwSignal::new(0),
            title: RwSignal::default(),
            problem: RwSignal::new(None),
            studio,
            taken: StoredValue::new(0),
            was_restored: StoredValue::new(false),
        };
        provide_context(book);
        Effect::new(move || {
            let photos = studio.book_photos.get();
            if photos.len() > book.taken.get_value() {
                let new: Vec<_> = photos.iter().skip(book.taken.get_value()).cloned().collect();
                book.taken.set_value(photos.len());
                if book.update(|list| list.add(new)) > 0 {
                    let detail = tr_args("book-too-many", &[("most", MAX_PAGES.into())]);
                    book.problem.set(Some(Problem { detail, ..Problem::pages_out_of_range() }));
                }
                book.store();
            }
        });
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// Reads the list reactively.
    pub fn with<T>(&self, read: impl FnOnce(&SeveralPhotos<SharedPhoto>) -> T) -> T {
        self.version.track();
        self.list.with_value(read)
    }

    /// Reads the list without tracking it.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&SeveralPhotos<SharedPhoto>) -> T) -> T {
        self.list.with_value(read)
    }

    pub fn update<T>(&self, change: impl FnOnce(&mut SeveralPhotos<SharedPhoto>) -> T) -> T {
        let result = change(&mut self.list.write_value());
        self.version.update(|version| *version = version.wrapping_add(1));
        result
    }

    /// Goes back to a single photo: forgets the list, here and in the database.
    pub fn clear(&self) {
        self.taken.set_value(0);
        self.update(|list| *list = SeveralPhotos::new(Preset::default()));
        self.title.set(String::new());
        self.problem.set(None);
        self.studio.book_photos.set(Vec::new());
        spawn_local(stored_book::forget());
    }

    /// Stores the photos, so that a reload or a closed tab loses nothing for a day.
    pub fn store(&self) {
        let book = *self;
        spawn_local(async move {
            let photos: Vec<_> = book.with_untracked(|list| list.usable().map(|entry| entry.photo.clone()).collect());
            if photos.is_empty() {
                return;
            }
            let files: Vec<_> = photos.iter().map(|photo| &***photo).collect();
            let preset = book.with_untracked(SeveralPhotos::preset);
            stored_book::save(&files, preset, &book.title.get_untracked()).await;
        });
    }

    /// Takes up the photos of an earlier visit, or those that were shared, once in a visit.
    pub async fn restore(&self) {
        if self.was_restored.get_value() {
            return;
        }
        self.was_restored.set_value(true);
        let Some(stored) = stored_book::load().await else { return };
        if !self.with_untracked(|list| list.entries().is_empty()) {
            return;
        }
        if let Some(preset) = stored.preset {
            self.update(|list| list.set_preset(preset));
        }
        self.title.set(stored.title);
        self.studio.open_book(stored.photos);
    }
}
