//! The database of this site in the browser (IndexedDB): one object store of values by key, which the
//! service worker reads and writes too, and deletes when somebody signs out.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "scribble";
const STORE: &str = "draft";

/// Stores an object, in place of the one under the same key.
///
/// # Errors
/// When the browser stores nothing for this site.
pub async fn put(key: &str, value: &JsValue) -> Result<(), JsValue> {
    in_store(|store| store.put_with_key(value, &key.into())).await.map(drop)
}

/// Returns the object under a key, `undefined` if there is none.
///
/// # Errors
/// As [`put`].
pub async fn get(key: &str) -> Result<JsValue, JsValue> {
    in_store(|store| store.get(&key.into())).await
}

/// Deletes the object under a key.
///
/// # Errors
/// As [`put`].
pub async fn delete(key: &str) -> Result<(), JsValue> {
    in_store(|store| store.delete(&key.into())).await.map(drop)
}

/// Closes the database after each request: an open one could not be deleted.
async fn in_store(request: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>) -> Result<JsValue, JsValue> {
    let database = open().await?;
    let result = match request_in(&database, request) {
        Ok(request) => finished(&request).await,
        Err(error) => Err(error),
    };
    database.close();
    result
}

fn request_in(
    database: &IdbDatabase,
    request: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<IdbRequest, JsValue> {
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    request(&transaction.object_store(STORE)?)
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let factory = window.indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let opening = request.clone();
    let create = Closure::once_into_js(move || {
        let database = opening.result().map(JsCast::unchecked_into::<IdbDatabase>);
        let _ = database.and_then(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(create.unchecked_ref()));
    Ok(finished(&request).await?.unchecked_into())
}

async fn finished(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let done = js_sys::Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await?;
    request.result()
}
