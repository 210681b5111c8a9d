//! Photos that were shared with the application while another one waits in the studio. The service
//! worker stores them beside the draft.

use js_sys::Array;
use wasm_bindgen::JsCast;

use super::{draft::in_store, photo::Photo, property};

const KEY: &str = "shared";

/// `None` if nothing was shared, or if this browser stores nothing for the site.
pub async fn load() -> Option<Vec<Photo>> {
    let record = in_store(|store| store.get(&KEY.into())).await.ok()?;
    let photos = property(&record, "photos").dyn_into::<Array>().ok()?;
    Some(photos.iter().filter_map(|photo| photo.dyn_into().ok()).map(Photo::new).collect())
}

pub async fn forget() {
    let _ = in_store(|store| store.delete(&KEY.into())).await;
}
