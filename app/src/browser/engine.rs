//! The page's side of the web worker that decodes photos and draws them (`crate::worker`).

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{object, photo::Photo};
use crate::worker::messages::Request;
pub use crate::worker::messages::{DrawRequest, Reply};

/// A worker with at most one loaded photo. Dropping it terminates the worker at once, also in the
/// middle of a request.
pub struct Engine {
    worker: Worker,
    drawing: Rc<RefCell<DrawingState>>,
    /// Resolves the promise of [`Engine::save`].
    on_saved: Rc<RefCell<Option<js_sys::Function>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

/// At most one drawing is under way, and at most one more waits: the newest.
#[derive(Default)]
struct DrawingState {
    is_under_way: bool,
    waiting: Option<DrawRequest>,
}

impl Engine {
    /// Starts a worker with the compiled module of this page; `None` where there are no module
    /// workers. `on_reply` gets all replies but [`Reply::Saved`].
    pub fn start(on_reply: impl Fn(Reply) + Clone + 'static) -> Option<Self> {
        let worker = start_worker(&[])?;
        let drawing = Rc::new(RefCell::new(DrawingState::default()));
        let on_saved = Rc::new(RefCell::new(None::<js_sys::Function>));
        // The script could not be loaded, or the worker panicked.
        let on_failure = on_reply.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || on_failure(Reply::Broken));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let (replying, states, saving) = (worker.clone(), drawing.clone(), on_saved.clone());
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match Reply::from_js(&event.data()) {
                Some(Reply::Saved(png)) => {
                    if let Some(resolve) = saving.take() {
                        let _ = resolve.call1(&JsValue::NULL, &png);
                    }
                }
                Some(reply) => {
                    if let Reply::Drawn { .. } = reply {
                        states.borrow_mut().post_waiting(&replying);
                    }
                    on_reply(reply);
                }
                None => {}
            });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { worker, drawing, on_saved, _on_message: on_message, _on_error: on_error })
    }

    /// Decodes a photo; answered by [`Reply::Opened`] or [`Reply::Refused`]. A drawing that still
    /// waits is dropped.
    pub fn open(&self, photo: &Photo) {
        self.open_file(photo.blob());
    }

    /// [`Engine::open`] for a file.
    pub fn open_file(&self, file: &Blob) {
        self.drawing.borrow_mut().waiting = None;
        let _ = self.worker.post_message(&Request::Open(file.clone()).to_js());
    }

    /// Looks for faces and persons in the opened photo; answered by [`Reply::Hints`].
    pub fn find_hints(&self) {
        let _ = self.worker.post_message(&Request::FindHints.to_js());
    }

    /// Draws the opened photo; answered by [`Reply::Drawn`]. While a drawing is under way, only the
    /// newest request waits: one that waited before gets no reply.
    pub fn request_drawing(&self, request: DrawRequest) {
        let mut state = self.drawing.borrow_mut();
        state.waiting = Some(request);
        if !state.is_under_way {
            state.post_waiting(&self.worker);
        }
    }

    /// The pixels that the drawings are made from, as a PNG file: at working size, upright, without
    /// metadata. The server draws the same from them. `None` if the worker ends before.
    pub fn save(&self) -> impl Future<Output = Option<Blob>> + use<> {
        let saved = js_sys::Promise::new(&mut |resolve, _| *self.on_saved.borrow_mut() = Some(resolve));
        let _ = self.worker.post_message(&Request::Save.to_js());
        async { JsFuture::from(saved).await.ok()?.dyn_into().ok() }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.terminate();
        // The closures are dropped too: events that are queued already must not reach them.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        if let Some(resolve) = self.on_saved.take() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    }
}

impl DrawingState {
    fn post_waiting(&mut self, worker: &Worker) {
        let request = self.waiting.take();
        self.is_under_way = request.is_some();
        if let Some(request) = request {
            let _ = worker.post_message(&Request::Draw(request).to_js());
        }
    }
}

/// Starts a worker whose first message has these properties besides the compiled module, so that
/// nothing is fetched or compiled twice. `None` where there are no module workers.
pub(super) fn start_worker(properties: &[(&str, &JsValue)]) -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("/worker.js", &options).ok()?;
    let module = wasm_bindgen::module();
    worker.post_message(&object(&[&[("module", &module)], properties].concat())).ok()?;
    Some(worker)
}
