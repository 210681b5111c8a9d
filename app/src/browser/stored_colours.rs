//! The colours of pages that were coloured in, stored in this browser under the path of the page.

use wasm_bindgen::{JsCast, JsValue};

use super::{database, object, property};
use crate::tools::colouring::StoredColours;

/// Stores the colours of a page. A browser that stores nothing for this site forgets them.
pub async fn save(page: &str, colours: &StoredColours) {
    let pair = |&(number, colour): &(u32, u32)| js_sys::Array::of2(&number.into(), &colour.into());
    let pairs: js_sys::Array = colours.colours.iter().map(pair).collect();
    let value =
        object(&[("sizes", &colours.sizes.as_str().into()), ("colours", &pairs), ("at", &js_sys::Date::now().into())]);
    let _ = database::put(page, &value).await;
}

/// Returns the stored colours of a page.
pub async fn load(page: &str) -> Option<StoredColours> {
    let value = database::get(page).await.ok()?;
    let sizes = property(&value, "sizes").as_string()?;
    let pairs: js_sys::Array = property(&value, "colours").dyn_into().ok()?;
    let pair = |pair: JsValue| {
        let pair: js_sys::Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_f64()? as u32, pair.get(1).as_f64()? as u32))
    };
    Some(StoredColours { sizes, colours: pairs.iter().filter_map(pair).collect() })
}
