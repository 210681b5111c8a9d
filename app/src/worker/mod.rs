//! The web worker that decodes photos and draws them, so that the page never waits.
//!
//! `public/worker.js` loads it: the first message brings the compiled WebAssembly module of the
//! page, and all later ones are requests.
//!
//! # Layout
//!
//! - [`messages`]: requests and replies, shared with `browser::engine`
//! - `decode`, `image_decoder`, `pixels`: from a photo file to pixels
//! - `engine`: the loaded photo and its sketches
//! - [`hints`]: faces and persons in the photo
//! - `painting`: a drawing on a canvas; `samples`: small ones of each preset
//! - `png`: the file that is uploaded
//! - `warm_up`: makes the browser compile the engine for speed before the first photo
//! - `proof`: the proof of work of a sign-up

pub mod messages;

mod decode;
mod engine;
pub mod hints;
mod image_decoder;
mod painting;
mod picture;
mod pixels;
mod png;
mod proof;
mod samples;
mod warm_up;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::js_object::property;
use hints::Weights;
use messages::{DrawRequest, Reply, Request};
use painting::Painter;
use samples::Samples;
use warm_up::WarmUp;

/// How long nobody asks for anything before a sample is drawn, in milliseconds.
const IDLE_TIME: i32 = 120;

/// Time before the first idle work, in milliseconds: the page is hydrated meanwhile, and may have
/// no processor to spare.
const START_DELAY: i32 = 700;

/// Starts the worker with its first message. With the parameters of a challenge in `solve` it posts
/// the solution and does nothing else; otherwise it takes [`Request`]s from then on.
pub fn start(message: &JsValue) {
    let challenge = property(message, "solve");
    if challenge.is_object() {
        spawn_local(async move {
            let solution = proof::solve(&challenge).await;
            let _ = worker_scope().post_message(&solution.unwrap_or(JsValue::NULL));
        });
    } else {
        Rc::new(DrawingWorker::new()).listen();
    }
}

fn worker_scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Answers requests one at a time, in their order, and uses idle time in short pieces, so that a
/// request waits for one piece at most.
struct DrawingWorker {
    tasks: RefCell<VecDeque<Task>>,
    /// `None` while a task is running, which has it.
    tools: Cell<Option<Tools>>,
    /// Timer of the next piece of idle work.
    timer: Cell<Option<i32>>,
    on_timer: RefCell<Option<Closure<dyn FnMut()>>>,
}

/// What the worker does next.
enum Task {
    Answer(Request),
    /// Finds faces and persons, if the weights could be fetched.
    FindHints(Option<Weights>),
}

/// What the tasks need from one to the next.
#[derive(Default)]
struct Tools {
    painter: Painter,
    samples: Samples,
    warm_up: WarmUp,
}

impl DrawingWorker {
    fn new() -> Self {
        Self {
            tasks: RefCell::default(),
            tools: Cell::new(Some(Tools::default())),
            timer: Cell::default(),
            on_timer: RefCell::default(),
        }
    }

    fn listen(self: Rc<Self>) {
        let worker = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match Request::from_js(&event.data()) {
                // Requests do not wait for what has to be fetched.
                Request::FindHints => spawn_local(worker.clone().fetch_weights()),
                request => worker.clone().add(Task::Answer(request)),
            }
        });
        let worker = self.clone();
        *self.on_timer.borrow_mut() = Some(Closure::new(move || {
            worker.timer.take();
            worker.clone().run();
        }));
        worker_scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closures live as long as the worker.
        on_message.forget();
        self.set_timer(START_DELAY);
    }

    async fn fetch_weights(self: Rc<Self>) {
        let weights = if engine::has_hints() { None } else { hints::fetch_weights().await };
        self.add(Task::FindHints(weights));
    }

    fn add(self: Rc<Self>, task: Task) {
        self.tasks.borrow_mut().push_back(task);
        self.run();
    }

    /// Does all tasks, or does a piece of idle work if there are none.
    fn run(self: Rc<Self>) {
        if let Some(timer) = self.timer.take() {
            worker_scope().clear_timeout_with_handle(timer);
        }
        // A running task looks for further requests itself when it ends.
        let Some(mut tools) = self.tools.take() else { return };
        spawn_local(async move {
            let mut is_idle = true;
            while let Some(task) = self.next_task() {
                is_idle = false;
                post(match task {
                    Task::Answer(request) => tools.answer(request).await,
                    Task::FindHints(weights) => tools.find_hints(weights).await,
                });
            }
            if is_idle {
                post(tools.work_idly().await);
            }
            let pause = tools.pause_before_idle_work();
            self.tools.set(Some(tools));
            if !self.tasks.borrow().is_empty() {
                self.run();
            } else if let Some(pause) = pause {
                self.set_timer(pause);
            }
        });
    }

    fn next_task(&self) -> Option<Task> {
        self.tasks.borrow_mut().pop_front()
    }

    fn set_timer(&self, milliseconds: i32) {
        if let Some(on_timer) = &*self.on_timer.borrow() {
            let handler = on_timer.as_ref().unchecked_ref();
            let timer = worker_scope().set_timeout_with_callback_and_timeout_and_arguments_0(handler, milliseconds);
            self.timer.set(timer.ok());
        }
    }
}

impl Tools {
    async fn answer(&mut self, request: Request) -> Result<Option<Reply>, JsValue> {
        match request {
            Request::Open(file) => {
                self.warm_up.end();
                Ok(Some(match decode::decode(&file).await {
                    Ok(decoded) => {
                        engine::load(decoded.photo);
                        self.samples.reset();
                        Reply::Opened { width: decoded.width, height: decoded.height }
                    }
                    Err(code) => Reply::Refused(code.into()),
                }))
            }
            Request::Draw(request) => self.draw(request).map(Some),
            Request::FindHints => Ok(None),
            Request::Save => {
                let photo = engine::working_photo().ok_or("no photo is loaded")?;
                Ok(Some(Reply::Saved(png::encode(&photo).await?)))
            }
        }
    }

    async fn find_hints(&mut self, weights: Option<Weights>) -> Result<Option<Reply>, JsValue> {
        if let Some((weights, photo)) = weights.zip(engine::working_photo())
            && let Some(hints) = weights.find_hints(photo).await
        {
            engine::set_hints(&hints);
            self.samples.reset();
        }
        Ok(Some(Reply::Hints { are_known: engine::has_hints() }))
    }

    fn draw(&mut self, request: DrawRequest) -> Result<Reply, JsValue> {
        engine::set_edits(request.edits, request.hints_version);
        let (drawing, numbers) = engine::draw(&request.style).ok_or("no photo is loaded")?;
        let path = drawing.path_data();
        let picture = self.painter.paint(&drawing, &path, request.width, request.height)?.transfer_to_image_bitmap()?;
        if request.with_samples && pixels::canvas_is_readable()? {
            self.samples.request(&request.style);
        }
        let strokes = request.with_strokes.then(|| painting::list_strokes(drawing, &numbers));
        Ok(Reply::Drawn { picture, strokes, blank: path.is_empty(), with_hints: engine::uses_hints() })
    }

    async fn work_idly(&mut self) -> Result<Option<Reply>, JsValue> {
        if self.warm_up.is_needed() {
            self.warm_up.run();
            return Ok(None);
        }
        self.samples.make_next(&mut self.painter).await
    }

    /// Milliseconds until the next piece of idle work; `None` if there is none.
    fn pause_before_idle_work(&self) -> Option<i32> {
        if self.warm_up.is_needed() { Some(0) } else { self.samples.is_waiting().then_some(IDLE_TIME) }
    }
}

/// Sends a reply to the page. After an exception the engine may be in the middle of something, and
/// the page starts another worker. A panic ends as an uncaught error, which the page handles alike.
fn post(result: Result<Option<Reply>, JsValue>) {
    let reply = match result {
        Ok(Some(reply)) => reply,
        Ok(None) => return,
        Err(error) => {
            web_sys::console::error_1(&error);
            Reply::Broken
        }
    };
    // Only a picture that was handed over already could fail here.
    let _ = worker_scope().post_message_with_transfer(&reply.to_js(), &reply.transferred());
}
