//! A worker that draws previews of many photos, one after the other, and encodes their pixels.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Function, Promise};
use model::{Edits, HINTS_VERSION, Preset, Style};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap};

use super::{
    engine::{DrawRequest, Engine, Reply},
    photo::Photo,
    window::wait,
};

/// In pixels.
const PREVIEW_WIDTH: u32 = 320;
/// In ms.
const BUSY_CHECK_INTERVAL: u32 = 20;

/// Dropping it terminates the worker.
pub struct PhotoEngine {
    engine: Engine,
    reply: Rc<RefCell<Option<Reply>>>,
    on_reply: Rc<RefCell<Option<Function>>>,
    is_busy: Cell<bool>,
}

impl PhotoEngine {
    /// `None` where there are no module workers.
    pub fn start() -> Option<Self> {
        let reply = Rc::new(RefCell::new(None));
        let on_reply = Rc::new(RefCell::new(None::<Function>));
        let (replied, listening) = (reply.clone(), on_reply.clone());
        let engine = Engine::start(move |reply| {
            replied.replace(Some(reply));
            if let Some(resolve) = listening.take() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        })?;
        Some(Self { engine, reply, on_reply, is_busy: Cell::new(false) })
    }

    /// Draws a photo in a preset; `None` if it cannot be drawn.
    pub async fn preview(&self, photo: &Photo, preset: Preset) -> Option<ImageBitmap> {
        let _turn = self.wait_for_turn().await;
        if !self.open(photo).await {
            return None;
        }
        let are_known = matches!(self.ask(Engine::find_hints).await, Some(Reply::Hints { are_known: true }));
        let request = DrawRequest {
            hints_version: if are_known { HINTS_VERSION } else { 0 },
            style: Style::from_preset(preset),
            edits: Edits::default(),
            width: PREVIEW_WIDTH,
            height: None,
            with_strokes: false,
            with_samples: false,
        };
        match self.ask(|engine| engine.request_drawing(request)).await {
            Some(Reply::Drawn { picture, .. }) => Some(picture),
            _ => None,
        }
    }

    /// The pixels that a photo is drawn from, as a PNG file; `None` if it cannot be drawn.
    pub async fn pixels(&self, photo: &Photo) -> Option<Blob> {
        let _turn = self.wait_for_turn().await;
        if self.open(photo).await { self.engine.save().await } else { None }
    }

    async fn open(&self, photo: &Photo) -> bool {
        matches!(self.ask(|engine| engine.open(photo)).await, Some(Reply::Opened { .. }))
    }

    async fn ask(&self, send: impl FnOnce(&Engine)) -> Option<Reply> {
        let replied = Promise::new(&mut |resolve, _| *self.on_reply.borrow_mut() = Some(resolve));
        send(&self.engine);
        JsFuture::from(replied).await.ok()?;
        self.reply.take()
    }

    /// One photo at a time.
    async fn wait_for_turn(&self) -> Turn<'_> {
        while self.is_busy.get() {
            wait(BUSY_CHECK_INTERVAL).await;
        }
        self.is_busy.set(true);
        Turn(&self.is_busy)
    }
}

/// Ends when it is dropped.
struct Turn<'a>(&'a Cell<bool>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
