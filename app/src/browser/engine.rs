//! The worker that opens a photo and draws it, so that the page never waits: decoding, the engine and the painting of its
//! strokes. See `public/worker.js` for its side. It is handed the compiled engine first; then a message is a photo to
//! open, a style to draw in, or the wish for the pixels that the drawings are made from.

use std::{cell::RefCell, rc::Rc};

use model::{Problem, ProblemCode, Style};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{object, photo::Photo, property};

/// What the worker has to say.
pub enum Reply {
    /// The photo is understood, and of this shape when upright.
    Opened { width: u32, height: u32 },
    /// The photo cannot be used.
    Refused(Problem),
    /// A finished drawing, in the pixels that were asked for; and its strokes, if they were. It may be blank.
    Drawn { picture: ImageBitmap, strokes: Option<String>, blank: bool },
    /// What a preset makes of the photo, small, under this address.
    Sample { preset: String, address: String },
    /// The engine failed and will not answer any more.
    Broken,
}

/// What a hand does to a drawing.
pub struct Hand {
    /// Its changes, as JSON; empty for none.
    pub edits: String,
    /// It is about to change more, and wants the strokes.
    pub touches: bool,
}

/// Ends its worker when dropped, whatever that is doing.
pub struct Engine {
    worker: Worker,
    /// Called with the file that [`Engine::save`] waits for.
    saved: Rc<RefCell<Option<js_sys::Function>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Engine {
    /// Starts a worker with the code that this page already has; `None` where there are no module workers.
    pub fn start(on_reply: impl Fn(Reply) + Clone + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("/worker.js", &options).ok()?;
        // Its script could not be loaded, or something in it failed that it did not expect.
        let broken = on_reply.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || broken(Reply::Broken));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let saved = Rc::new(RefCell::new(None::<js_sys::Function>));
        let waiting = saved.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let png = property(&event.data(), "png");
            if png.is_truthy() {
                if let Some(done) = waiting.take() {
                    let _ = done.call1(&JsValue::NULL, &png);
                }
            } else if let Some(reply) = reply(&event.data()) {
                on_reply(reply);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // A compiled module can be handed over: nothing is fetched or compiled twice.
        worker.post_message(&object(&[("module", &wasm_bindgen::module())])).ok()?;
        Some(Self { worker, saved, _on_message: on_message, _on_error: on_error })
    }

    /// Answered by `Opened` or `Refused`.
    pub fn open(&self, photo: &Photo) {
        let _ = self.worker.post_message(&object(&[("photo", photo.blob())]));
    }

    /// Answered by `Drawn`, in a picture of this many pixels, and at leisure by a `Sample` of each preset. Send the next
    /// once it is drawn.
    pub fn draw(&self, style: &Style, hand: &Hand, width: u32, height: u32) {
        let number = |value: Option<f32>| value.map_or(JsValue::UNDEFINED, |value| f64::from(value).into());
        let _ = self.worker.post_message(&object(&[
            ("preset", &style.preset.as_str().into()),
            ("detail", &number(style.detail)),
            ("lineMm", &number(style.line_mm)),
            ("background", &style.background.as_str().into()),
            ("smoothing", &number(style.smoothing)),
            ("frame", &style.frame.into()),
            ("width", &width.into()),
            ("height", &height.into()),
            ("samples", &true.into()),
            ("edits", &hand.edits.as_str().into()),
            ("touched", &hand.touches.into()),
        ]));
    }

    /// The pixels that the photo is drawn from, as a PNG: small, upright, without metadata, and drawn the same by
    /// everybody. `None` if the engine ends before.
    pub fn save(&self) -> impl Future<Output = Option<Blob>> + use<> {
        let saved = js_sys::Promise::new(&mut |done, _| *self.saved.borrow_mut() = Some(done));
        let _ = self.worker.post_message(&object(&[("save", &true.into())]));
        async { JsFuture::from(saved).await.ok()?.dyn_into().ok() }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.terminate();
        if let Some(done) = self.saved.take() {
            let _ = done.call0(&JsValue::NULL);
        }
    }
}

fn reply(data: &JsValue) -> Option<Reply> {
    if let Some(code) = property(data, "problem").as_string() {
        return Some(Reply::Refused(ProblemCode::parse(&code).map_or_else(Problem::photo_broken, Problem::from)));
    }
    if property(data, "broken").is_truthy() {
        return Some(Reply::Broken);
    }
    if let Ok(picture) = property(data, "drawing").dyn_into() {
        let blank = property(data, "blank").is_truthy();
        return Some(Reply::Drawn { picture, strokes: property(data, "strokes").as_string(), blank });
    }
    if let Some(address) = property(data, "sample").as_string() {
        return Some(Reply::Sample { preset: property(data, "preset").as_string()?, address });
    }
    let pixels = |name| property(data, name).as_f64().map(|pixels| pixels as u32);
    Some(Reply::Opened { width: pixels("width")?, height: pixels("height")? })
}
