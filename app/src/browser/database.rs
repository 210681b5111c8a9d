//! IndexedDB: one object store of records under string keys, `scribble` / `draft`, version 1. The
//! service worker uses the same store and creates it too.

use model::Problem;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

use super::window::window;

const DATABASE: &str = "scribble";
const VERSION: u32 = 1;
const STORE: &str = "draft";

/// The record under `key`, or `undefined`.
pub(super) async fn get(key: &str) -> Result<JsValue, JsValue> {
    run(|store| store.get(&key.into())).await
}

/// Replaces the record under `key`. Fails in a browser that stores nothing for this site.
pub(super) async fn put(key: &str, record: &JsValue) -> Result<(), JsValue> {
    run(|store| store.put_with_key(record, &key.into())).await.map(drop)
}

pub(super) async fn delete(key: &str) -> Result<(), JsValue> {
    run(|store| store.delete(&key.into())).await.map(drop)
}

async fn run(request: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>) -> Result<JsValue, JsValue> {
    let database = open().await?;
    let result = run_in(&database, request).await;
    database.close();
    result
}

/// Waits for the transaction, not only for its request: a full disk makes the commit fail.
async fn run_in(
    database: &IdbDatabase,
    request: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<JsValue, JsValue> {
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let request = request(&transaction.object_store(STORE)?)?;
    let committed = js_sys::Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    JsFuture::from(committed).await?;
    request.result()
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let missing = |_: Problem| JsValue::UNDEFINED;
    let factory = window().map_err(missing)?.indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let request = factory.open_with_u32(DATABASE, VERSION)?;
    let opening = request.clone();
    let create_store = Closure::once_into_js(move || {
        let database = opening.result().map(JsCast::unchecked_into::<IdbDatabase>);
        let _ = database.and_then(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(create_store.unchecked_ref()));
    let opened = js_sys::Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(opened).await?;
    Ok(request.result()?.unchecked_into())
}
