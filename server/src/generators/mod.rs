//! Generators: who draws a page. Our own engine, or a provider elsewhere that is sent the photo; behind one trait.
//!
//! A provider is asked in steps, each short and safe to be taken again: what was reached is written down before the
//! next ([`course`]), so that a worker which takes over goes on where the last one stood.

mod addresses;
mod course;
mod fal;
mod fetch;
mod gemini;
mod local;
mod prompt;
pub(crate) mod store;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use lineart::Drawing;
use model::{Edits, Style};
use reqwest::{Response, StatusCode};
use tokio::sync::watch;

pub use course::{Course, Target, advance, engine, shown_meanwhile};

use crate::{
    AppState, Error,
    config::{GeneratorSettings, Provider},
};

/// Draws, or has drawn.
pub trait Generator: Send + Sync {
    /// One step towards a picture.
    fn step<'a>(&'a self, state: &'a AppState, order: &'a Order) -> BoxFuture<'a, Result<Step, Failure>>;
}

/// What is to be drawn.
#[derive(Clone)]
pub struct Order {
    /// Where the photo is stored.
    pub photo: String,
    pub style: Style,
    /// What the parent changed by hand, in the drawing of our own engine: a provider's is another.
    pub edits: Edits,
    /// What the provider called this order when it accepted it.
    pub request: Option<String>,
    /// Hears how far the work is, 0 to 1.
    pub told: watch::Sender<f64>,
}

/// What came of a step.
pub enum Step {
    /// The page itself.
    Drawn(Drawing),
    /// A picture of it, still to be turned into lines.
    Picture(Bytes),
    /// Accepted, under this name: to be written down, and asked about later.
    Accepted(String),
    /// Not done yet.
    Working,
    /// Done; it lies at this address.
    At(String),
}

/// Why there is no picture. The words are for the log alone.
#[derive(Debug)]
pub enum Failure {
    /// Another try may go better.
    Again(String),
    /// It would not.
    Final(String),
    /// Our own fault.
    Ours(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// The generators that are set up.
pub struct Generators {
    local: local::Local,
    gemini: gemini::Gemini,
    fal: fal::Fal,
    fetcher: fetch::Fetcher,
}

impl Generators {
    pub fn open(settings: &GeneratorSettings, dev: bool) -> Result<Self, Error> {
        settings.check(dev)?;
        Ok(Self {
            local: local::Local,
            gemini: gemini::Gemini::open(settings)?,
            fal: fal::Fal::open(settings)?,
            fetcher: fetch::Fetcher::open(settings.trusted_origin(dev).cloned())?,
        })
    }

    pub fn of(&self, provider: Provider) -> &dyn Generator {
        match provider {
            Provider::Local => &self.local,
            Provider::Gemini => &self.gemini,
            Provider::Fal => &self.fal,
        }
    }
}

/// A connection that failed may work the next time.
fn unreachable(error: reqwest::Error) -> Failure {
    // Without the address: it may hold a signature.
    Failure::Again(error.without_url().to_string())
}

/// The answer's body, if the answer is a good one and its body has no more than `most` bytes.
async fn body(mut response: Response, most: usize) -> Result<Bytes, Failure> {
    let status = response.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) {
        return Err(Failure::Again(format!("answered {status}")));
    }
    if !status.is_success() {
        return Err(Failure::Final(format!("answered {status}")));
    }
    let too_large = || Failure::Final(format!("answered with more than {most} bytes"));
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > most {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
