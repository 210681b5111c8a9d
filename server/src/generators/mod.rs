//! Image generators behind one trait: the local engine, and external providers that receive the
//! photo.
//!
//! A provider is called in short, repeatable steps. [`provider_flow`] commits the state after each
//! step, so that another worker can continue after a crash.

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

pub use provider_flow::{FlowState, GenerationTarget, advance_provider_flow, draw_locally, provisional_image_url};

use crate::{
    AppState, Error,
    config::{GeneratorSettings, Provider},
};

/// Turns a photo into a colouring page, locally or at a provider.
pub trait Generator: Send + Sync {
    /// Performs one step: submits the request, polls it, or draws at once.
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        request: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>>;
}

/// Input of a generation.
#[derive(Clone)]
pub struct GenerationRequest {
    /// Path of the stored photo.
    pub photo: String,
    pub style: Style,
    /// Manual edits, which apply to drawings of the local engine only.
    pub edits: Edits,
    /// Version of the hints with which the edits were made, 0 for none.
    pub hints_version: u32,
    /// The provider's handle of an accepted request; `None` before submission.
    pub provider_request: Option<String>,
    /// Progress of the work, from 0 to 1.
    pub progress: watch::Sender<f64>,
}

/// Result of one step.
pub enum StepResult {
    /// The finished drawing.
    Drawn(Drawing),
    /// A raster picture, to be traced into lines.
    Picture(Bytes),
    /// Accepted under this handle; poll it later.
    Accepted(String),
    /// Still in progress.
    Pending,
    /// Finished; the result is at this URL.
    ResultUrl(String),
}

/// Why a step failed. The messages are for the log only.
#[derive(Debug)]
pub enum GenerationError {
    /// A retry may succeed.
    Retryable(String),
    /// A retry would fail as well.
    Permanent(String),
    /// An error of this server.
    Internal(Error),
}

impl From<Error> for GenerationError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

/// One instance of each generator.
pub struct Generators {
    local: local::Local,
    gemini: gemini::Gemini,
    fal: fal::Fal,
    fetcher: result_fetcher::ResultFetcher,
}

impl Generators {
    /// Creates all generators.
    ///
    /// # Errors
    /// When the settings of the chosen provider are incomplete.
    pub fn from_settings(settings: &GeneratorSettings, dev: bool) -> Result<Self, Error> {
        settings.validate(dev)?;
        Ok(Self {
            local: local::Local,
            gemini: gemini::Gemini::from_settings(settings)?,
            fal: fal::Fal::from_settings(settings)?,
            fetcher: result_fetcher::ResultFetcher::new(settings.trusted_origin(dev).cloned())?,
        })
    }

    /// The generator of a provider.
    pub fn get(&self, provider: Provider) -> &dyn Generator {
        match provider {
            Provider::Local => &self.local,
            Provider::Gemini => &self.gemini,
            Provider::Fal => &self.fal,
        }
    }
}

/// Maps a failed connection to a retryable error.
fn connection_error(error: reqwest::Error) -> GenerationError {
    // The URL may hold a signature, so it must not be logged.
    GenerationError::Retryable(error.without_url().to_string())
}

/// Reads the body of a successful response of at most `max_bytes` bytes.
///
/// # Errors
/// Retryable for 5xx, 429 and 408; permanent for other statuses and for a larger body.
async fn read_body(mut response: Response, max_bytes: usize) -> Result<Bytes, GenerationError> {
    let status = response.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) {
        return Err(GenerationError::Retryable(format!("provider answered {status}")));
    }
    if !status.is_success() {
        return Err(GenerationError::Permanent(format!("provider answered {status}")));
    }
    let too_large = || GenerationError::Permanent(format!("response is longer than {max_bytes} bytes"));
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
