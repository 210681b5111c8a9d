//! Generators: who draws a page. Our own engine, or a provider elsewhere that is sent the photo; behind one trait.
//!
//! A provider is asked in steps, each short and safe to be taken again: what was reached is written down before the
//! next ([`provider_flow`]), so that a worker which takes over goes on where the last one stood.

mod fal;
mod gemini;
mod local;
mod prompt;
mod provider_flow;
mod public_ip;
mod result_fetcher;
pub(crate) mod store;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use lineart::Drawing;
use model::{Edits, Style};
use reqwest::{Response, StatusCode};
use tokio::sync::watch;

pub use provider_flow::{FlowState, GenerationTarget, advance_flow, draw_locally, provisional_image_url};

use crate::{
    AppState, Error,
    config::{GeneratorSettings, Provider},
};

/// Draws, or has drawn.
pub trait Generator: Send + Sync {
    /// One step towards a picture.
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        order: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>>;
}

/// What is to be drawn.
#[derive(Clone)]
pub struct GenerationRequest {
    /// Where the photo is stored.
    pub photo: String,
    pub style: Style,
    /// What the parent changed by hand, in the drawing of our own engine: a provider's is another.
    pub edits: Edits,
    /// What the provider called this order when it accepted it.
    pub provider_request: Option<String>,
    /// Hears how far the work is, 0 to 1.
    pub progress: watch::Sender<f64>,
}

/// What came of a step.
pub enum StepResult {
    /// The page itself.
    Drawn(Drawing),
    /// A picture of it, still to be turned into lines.
    Picture(Bytes),
    /// Accepted, under this name: to be written down, and asked about later.
    Accepted(String),
    /// Not done yet.
    Pending,
    /// Done; it lies at this address.
    ResultUrl(String),
}

/// Why there is no picture. The words are for the log alone.
#[derive(Debug)]
pub enum GenerationError {
    /// Another try may go better.
    Retryable(String),
    /// It would not.
    Permanent(String),
    /// Our own fault.
    Internal(Error),
}

impl From<Error> for GenerationError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

/// The generators that are set up.
pub struct Generators {
    local: local::Local,
    gemini: gemini::Gemini,
    fal: fal::Fal,
    fetcher: result_fetcher::ResultFetcher,
}

impl Generators {
    pub fn open(settings: &GeneratorSettings, dev: bool) -> Result<Self, Error> {
        settings.validate(dev)?;
        Ok(Self {
            local: local::Local,
            gemini: gemini::Gemini::open(settings)?,
            fal: fal::Fal::open(settings)?,
            fetcher: result_fetcher::ResultFetcher::open(settings.trusted_origin(dev).cloned())?,
        })
    }

    pub fn get(&self, provider: Provider) -> &dyn Generator {
        match provider {
            Provider::Local => &self.local,
            Provider::Gemini => &self.gemini,
            Provider::Fal => &self.fal,
        }
    }
}

/// A connection that failed may work the next time.
fn connection_error(error: reqwest::Error) -> GenerationError {
    // Without the address: it may hold a signature.
    GenerationError::Retryable(error.without_url().to_string())
}

/// The answer's body, if the answer is a good one and its body has no more than `max_bytes` bytes.
async fn read_body(mut response: Response, max_bytes: usize) -> Result<Bytes, GenerationError> {
    let status = response.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) {
        return Err(GenerationError::Retryable(format!("answered {status}")));
    }
    if !status.is_success() {
        return Err(GenerationError::Permanent(format!("answered {status}")));
    }
    let too_large = || GenerationError::Permanent(format!("answered with more than {max_bytes} bytes"));
    if response.content_length().is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(connection_error)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
