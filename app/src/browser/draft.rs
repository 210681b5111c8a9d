//! The draft: the photo in the studio with its settings, stored in IndexedDB until its page is
//! saved, so that it survives a reload or a phone that drops the tab while its owner reads a mail.
//!
//! # Records
//!
//! The records of the object store in `database`, by key. `public/service-worker.js` writes the
//! first three too, for photos from the system's share sheet.
//!
//! - `draft`: `photo`; `preset`, `background` (their names), `detail`, `line_mm`, `smoothing`
//!   (numbers, missing for the preset's own), `frame` and `without_people` (bool),
//!   `edits` (JSON), `hints_version` (number), `title`, `email`; `handed` is true for a photo that
//!   another screen passed to the studio: it is opened once, and not by a reload
//! - `book`: `photos` of a book, `preset`, `title`
//! - `shared`: `photos` that were shared while a draft or a book was stored
//! - `/pages/{id}`: the colours of a page, kept until sign-out
//!
//! Each has `at`, in milliseconds since 1970; the first three are ignored after a day. A photo is
//! `{ name, type, bytes }` with an `ArrayBuffer`, not a `Blob`: WebKit refuses blobs in a private
//! window, and a blob cannot be read any more once its record is deleted (Firefox, WebKit).

use js_sys::{Array, ArrayBuffer, Object};
use model::Style;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File};

use super::{database, object, photo::Photo, property};

const KEY: &str = "draft";
pub(super) const LIFETIME_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

/// What is needed to go on where somebody left.
pub struct Draft {
    pub photo: Photo,
    pub style: Style,
    /// Changes of the drawing by hand, as JSON.
    pub edits: String,
    /// Version of the hints with which they were made, 0 for none.
    pub hints_version: u32,
    pub title: String,
    /// The address that a code was mailed to, or nothing.
    pub email: String,
}

/// Replaces the draft. False if this browser stores nothing for the site: the photo then lives only
/// as long as the tab.
pub async fn save(photo: &Photo, style: &Style, (edits, hints_version): (&str, u32), title: &str, email: &str) -> bool {
    let Ok(photo) = photo_record(photo.blob()).await else { return false };
    let draft = object(&[
        ("photo", photo.as_ref()),
        ("preset", &style.preset.as_str().into()),
        ("detail", &style.detail().into()),
        ("line_mm", &style.line_mm().into()),
        ("background", &style.background.as_str().into()),
        ("smoothing", &style.smoothing().into()),
        ("frame", &style.frame.into()),
        ("without_people", &style.without_people.into()),
        ("edits", &edits.into()),
        ("hints_version", &hints_version.into()),
        ("title", &title.into()),
        ("email", &email.into()),
        ("at", &js_sys::Date::now().into()),
    ]);
    database::put(KEY, &draft).await.is_ok()
}

/// The draft, if there is one that is less than a day old.
pub async fn load() -> Option<Draft> {
    let record = database::get(KEY).await.ok()?;
    let text = |name| property(&record, name).as_string().unwrap_or_default();
    let number = |name| property(&record, name).as_f64();
    if js_sys::Date::now() - number("at")? > LIFETIME_MS {
        forget().await;
        return None;
    }
    let style = Style {
        preset: text("preset").parse().unwrap_or_default(),
        detail: number("detail").map(|value| value as f32),
        line_mm: number("line_mm").map(|value| value as f32),
        background: text("background").parse().unwrap_or_default(),
        smoothing: number("smoothing").map(|value| value as f32),
        frame: property(&record, "frame").is_truthy(),
        without_people: property(&record, "without_people").is_truthy(),
    };
    let blob = photo_blob(&property(&record, "photo")).await;
    if property(&record, "handed").is_truthy() {
        forget().await;
    }
    let photo = Photo::new(blob.ok()?);
    let hints_version = number("hints_version").map_or(0, |version| version as u32);
    Some(Draft { photo, style, edits: text("edits"), hints_version, title: text("title"), email: text("email") })
}

/// Deletes the draft.
pub async fn forget() {
    let _ = database::delete(KEY).await;
}

/// The record of a photo: its bytes.
pub(super) async fn photo_record(blob: &Blob) -> Result<Object, JsValue> {
    let name = blob.dyn_ref::<File>().map(File::name).unwrap_or_default();
    let bytes = JsFuture::from(blob.array_buffer()).await?;
    Ok(object(&[("name", &name.into()), ("type", &blob.type_().into()), ("bytes", &bytes)]))
}

/// The photo of a record of this store.
pub(super) async fn photo_of_record(record: &JsValue) -> Option<Photo> {
    photo_blob(record).await.ok().map(Photo::new)
}

/// The photo of a record, in memory. Service workers of older versions stored it as a blob.
async fn photo_blob(record: &JsValue) -> Result<Blob, JsValue> {
    let bytes = match record.dyn_ref::<Blob>() {
        Some(blob) => JsFuture::from(blob.array_buffer()).await?,
        None => property(record, "bytes"),
    };
    let bytes: ArrayBuffer = bytes.dyn_into()?;
    let options = BlobPropertyBag::new();
    options.set_type(&property(record, "type").as_string().unwrap_or_default());
    Blob::new_with_buffer_source_sequence_and_options(&Array::of1(&bytes), &options)
}
