//! The draft: a photo on its way to being kept, in this browser's own database (IndexedDB), so that neither a reload
//! nor a phone that drops the page while somebody reads their mail loses it. It is forgotten once kept, and not taken up after a day.

use model::{Problem, Style};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

use super::{object, page::window, photo::Photo, property};

const DATABASE: &str = "scribble";
const STORE: &str = "draft";
/// There is one.
const KEY: &str = "draft";
/// In milliseconds.
const LIFE: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

/// What is needed to go on where somebody left.
pub struct Draft {
    pub photo: Photo,
    pub style: Style,
    /// What was changed by hand, as JSON.
    pub edits: String,
    pub title: String,
    /// The address that was mailed a code, if it came to that.
    pub email: String,
}

/// Keeps a draft in place of the one before. Where the browser has no place for it, the page goes on without.
pub async fn save(photo: &Photo, style: &Style, edits: &str, title: &str, email: &str) {
    let fields = [
        ("photo", photo.blob().as_ref()),
        ("preset", &style.preset.as_str().into()),
        ("detail", &style.detail().into()),
        ("line_mm", &style.line_mm().into()),
        ("background", &style.background.as_str().into()),
        ("smoothing", &style.smoothing().into()),
        ("frame", &style.frame.into()),
        ("edits", &edits.into()),
        ("title", &title.into()),
        ("email", &email.into()),
        ("at", &js_sys::Date::now().into()),
    ];
    let draft = object(&fields);
    let _ = in_store(|store| store.put_with_key(&draft, &KEY.into())).await;
}

pub async fn load() -> Option<Draft> {
    let kept = in_store(|store| store.get(&KEY.into())).await.ok()?;
    let text = |name| property(&kept, name).as_string().unwrap_or_default();
    let number = |name| property(&kept, name).as_f64();
    if js_sys::Date::now() - number("at")? > LIFE {
        forget().await;
        return None;
    }
    let style = Style {
        preset: text("preset").parse().unwrap_or_default(),
        detail: number("detail").map(|value| value as f32),
        line_mm: number("line_mm").map(|value| value as f32),
        background: text("background").parse().unwrap_or_default(),
        smoothing: number("smoothing").map(|value| value as f32),
        frame: property(&kept, "frame").is_truthy(),
    };
    // Only handed over by another screen: a reload starts anew.
    if property(&kept, "handed").is_truthy() {
        forget().await;
    }
    let photo = Photo::new(property(&kept, "photo").dyn_into().ok()?);
    Some(Draft { photo, style, edits: text("edits"), title: text("title"), email: text("email") })
}

pub async fn forget() {
    let _ = in_store(|store| store.delete(&KEY.into())).await;
}

pub(super) async fn in_store(
    ask: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<JsValue, JsValue> {
    let database = open().await?;
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let answer = done(&ask(&transaction.object_store(STORE)?)?).await;
    database.close();
    answer
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let missing = |_: Problem| JsValue::UNDEFINED;
    let factory = window().map_err(missing)?.indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let asked = request.clone();
    let make = Closure::once_into_js(move || {
        let made = asked.result().map(JsCast::unchecked_into::<IdbDatabase>);
        let _ = made.and_then(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    Ok(done(&request).await?.unchecked_into())
}

async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let answered = js_sys::Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(answered).await?;
    request.result()
}
