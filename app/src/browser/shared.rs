//! Photos that were shared with the application while another one waits in the studio. The service
//! worker stores them beside the draft.

use js_sys::Array;
use wasm_bindgen::JsCast;

use super::{database, draft::photo_of_record, photo::Photo, property};

const KEY: &str = "shared";

/// `None` if nothing was shared, or if this browser stores nothing for the site.
pub async fn load() -> Option<Vec<Photo>> {
    let record = database::get(KEY).await.ok()?;
    let records = property(&record, "photos").dyn_into::<Array>().ok()?;
    let mut photos = Vec::new();
    for record in records.iter() {
        photos.extend(photo_of_record(&record).await);
    }
    Some(photos)
}

pub async fn forget() {
    let _ = database::delete(KEY).await;
}
