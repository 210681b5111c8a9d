//! The photos of a book that is not made yet, stored in the database of this site for a day. The
//! format is described in [`super::draft`].

use js_sys::Array;
use model::Preset;
use wasm_bindgen::JsCast;

use super::{
    database,
    draft::{LIFETIME_MS, photo_of_record, photo_record},
    object,
    photo::Photo,
    property,
};

const KEY: &str = "book";

/// The photos of a book with what was chosen for it.
pub struct StoredBook {
    pub photos: Vec<Photo>,
    pub preset: Option<Preset>,
    pub title: String,
}

/// Replaces the stored photos. A browser that stores nothing for the site keeps them as long as the
/// tab.
pub async fn save(photos: &[&Photo], preset: Preset, title: &str) {
    let records = Array::new();
    for photo in photos {
        match photo_record(photo.blob()).await {
            Ok(record) => records.push(&record),
            Err(_) => continue,
        };
    }
    let book = object(&[
        ("photos", &records),
        ("preset", &preset.as_str().into()),
        ("title", &title.into()),
        ("at", &js_sys::Date::now().into()),
    ]);
    let _ = database::put(KEY, &book).await;
}

/// The photos, if there are some that are less than a day old.
pub async fn load() -> Option<StoredBook> {
    let record = database::get(KEY).await.ok()?;
    if js_sys::Date::now() - property(&record, "at").as_f64()? > LIFETIME_MS {
        forget().await;
        return None;
    }
    let records: Array = property(&record, "photos").dyn_into().ok()?;
    let mut photos = Vec::new();
    for record in records.iter() {
        photos.extend(photo_of_record(&record).await);
    }
    let text = |name| property(&record, name).as_string().unwrap_or_default();
    Some(StoredBook { photos, preset: text("preset").parse().ok(), title: text("title") })
}

/// Deletes the stored photos.
pub async fn forget() {
    let _ = database::delete(KEY).await;
}
