//! Progress of a job as the server tells it: server-sent events, or a request each second where
//! something on the way holds events back.

use std::{cell::Cell, rc::Rc};

use leptos::task::spawn_local;
use model::{Job, JobId};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, Response};

use super::window::wait;
use crate::json;

/// Without an event by then, in ms, the job is polled.
const FIRST_EVENT_TIMEOUT: u32 = 3000;
/// In ms.
const POLL_INTERVAL: u32 = 1000;

/// Calls a function with every change of a job, until it is dropped.
pub struct JobEvents {
    source: EventSource,
    state: Rc<State>,
    // The event source holds them without owning them.
    _handlers: [Closure<dyn FnMut(JsValue)>; 2],
}

struct State {
    job: JobId,
    on_change: Box<dyn Fn(Option<Job>)>,
    has_event: Cell<bool>,
    is_polling: Cell<bool>,
    is_stopped: Cell<bool>,
}

impl JobEvents {
    /// `on_change` gets the job, or `None` once the server does not show it any more. `None` if the
    /// browser knows no server-sent events.
    pub fn follow(job: JobId, on_change: impl Fn(Option<Job>) + 'static) -> Option<Self> {
        let source = EventSource::new(&format!("/api/v1/jobs/{job}/events")).ok()?;
        let state = Rc::new(State {
            job,
            on_change: Box::new(on_change),
            has_event: Cell::new(false),
            is_polling: Cell::new(false),
            is_stopped: Cell::new(false),
        });
        let on_message = {
            let (state, source) = (state.clone(), source.clone());
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                state.has_event.set(true);
                let data = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                if let Some(job) = data.and_then(|json| json::parse(&json).ok()) {
                    state.tell(Some(job));
                }
                if state.is_stopped.get() {
                    // The server has closed the connection: the browser would connect again.
                    source.close();
                }
            })
        };
        let on_error = {
            let (state, source) = (state.clone(), source.clone());
            Closure::<dyn FnMut(JsValue)>::new(move |_| {
                // The browser connects again by itself, unless it was rejected.
                if source.ready_state() == EventSource::CLOSED {
                    state.clone().poll();
                }
            })
        };
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let (late, late_source) = (state.clone(), source.clone());
        spawn_local(async move {
            wait(FIRST_EVENT_TIMEOUT).await;
            if !late.has_event.get() {
                late_source.close();
                late.poll();
            }
        });
        Some(Self { source, state, _handlers: [on_message, on_error] })
    }
}

impl Drop for JobEvents {
    fn drop(&mut self) {
        self.state.is_stopped.set(true);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

impl State {
    fn tell(&self, job: Option<Job>) {
        let is_last = job.as_ref().is_none_or(|job| job.status.is_final());
        if !self.is_stopped.replace(is_last || self.is_stopped.get()) {
            (self.on_change)(job);
        }
    }

    /// Requests the job each second until it is final, or no longer shown.
    fn poll(self: Rc<Self>) {
        if self.is_polling.replace(true) {
            return;
        }
        spawn_local(async move {
            while !self.is_stopped.get() {
                // Without a connection the job is requested again.
                if let Ok(job) = request(self.job).await {
                    self.tell(job);
                }
                wait(POLL_INTERVAL).await;
            }
        });
    }
}

async fn request(job: JobId) -> Result<Option<Job>, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(window.fetch_with_str(&format!("/api/v1/jobs/{job}"))).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Ok(None);
    }
    let json = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(json::parse(&json).ok())
}
