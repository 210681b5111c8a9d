//! Talking to the server: forms, JSON and uploads. Every refusal is a `Problem`; no connection is one too.

use model::{Problem, ProblemCode};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FormData, Headers, HtmlFormElement, Request, RequestInit, Response, SubmitEvent, UrlSearchParams,
    XmlHttpRequest,
};

use super::{page::window, property};

/// A JSON answer.
pub struct Answer(JsValue);

impl Answer {
    pub fn text(&self, name: &str) -> Option<String> {
        property(&self.0, name).as_string()
    }
}

/// The fields of a form, ready to be sent as the form itself would.
pub struct Filled {
    action: String,
    fields: FormData,
}

impl Filled {
    /// `None` if the event does not come from a form.
    pub fn in_form(event: &web_sys::Event) -> Option<Self> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        // A button may lead elsewhere than its form.
        let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        let action = button.and_then(|button| button.get_attribute("formaction")).unwrap_or_else(|| form.action());
        Some(Self { action, fields: FormData::new_with_form(&form).ok()? })
    }

    pub async fn send(&self) -> Result<Answer, Problem> {
        // The constructor takes form data although its binding names only records.
        let body = UrlSearchParams::new_with_record_from_str_to_str(self.fields.unchecked_ref());
        let init = RequestInit::new();
        init.set_body(body.map_err(|_| Problem::internal())?.as_ref());
        request("POST", &self.action, init).await
    }
}

async fn request(method: &str, path: &str, init: RequestInit) -> Result<Answer, Problem> {
    let offline = |_: JsValue| Problem::offline();
    init.set_method(method);
    let request = Request::new_with_str_and_init(path, &init).map_err(offline)?;
    let sent: Headers = request.headers();
    sent.set("accept", "application/json").map_err(offline)?;
    let answer = JsFuture::from(window()?.fetch_with_request(&request)).await.map_err(offline)?;
    let answer: Response = answer.unchecked_into();
    let text = JsFuture::from(answer.text().map_err(offline)?).await.map_err(offline)?;
    understand(answer.status(), &text.as_string().unwrap_or_default())
}

fn understand(status: u16, text: &str) -> Result<Answer, Problem> {
    let json = js_sys::JSON::parse(text).unwrap_or(JsValue::UNDEFINED);
    if (200..300).contains(&status) {
        return Ok(Answer(json));
    }
    let code = property(&json, "code").as_string().and_then(|code| ProblemCode::parse(&code));
    let mut problem = Problem::from(code.unwrap_or(match status {
        401 => ProblemCode::SignedOut,
        413 => ProblemCode::BodyTooLarge,
        429 => ProblemCode::TooManyRequests,
        _ => ProblemCode::Internal,
    }));
    let text = |name| property(&json, name).as_string().unwrap_or_default();
    (problem.title, problem.detail) = (text("title"), text("detail"));
    problem.retry_after = property(&json, "retry_after").as_f64().map(|seconds| seconds as u64);
    Err(problem)
}

/// Uploads a photo to `path`; `on_progress` gets the part that was sent, 0 to 1, which `fetch` cannot
/// tell.
///
/// # Errors
/// The problem that the server answers, or `offline`.
pub async fn upload<T: DeserializeOwned>(
    path: &str,
    photo: &Blob,
    on_progress: impl Fn(f64) + 'static,
) -> Result<T, Problem> {
    let broken = |_: JsValue| Problem::internal();
    let form = FormData::new().map_err(broken)?;
    form.append_with_blob_and_filename("file", photo, "photo.png").map_err(broken)?;
    let request = XmlHttpRequest::new().map_err(broken)?;
    request.open("POST", path).map_err(broken)?;
    request.set_request_header("accept", "application/json").map_err(broken)?;
    let on_progress = Closure::<dyn FnMut(_)>::new(move |event: web_sys::ProgressEvent| {
        if event.length_computable() {
            on_progress(event.loaded() / event.total().max(1.0));
        }
    });
    request.upload().map_err(broken)?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let done = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_form_data(Some(&form)).map_err(broken)?;
    let _ = JsFuture::from(done).await;
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        // Never reached the server, or the connection broke.
        Ok(0) | Err(_) => Err(Problem::offline()),
        Ok(status) => {
            understand(status, &text)?;
            serde_json::from_str(&text).map_err(|_| Problem::internal())
        }
    }
}
