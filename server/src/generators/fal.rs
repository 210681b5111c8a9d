//! Client of fal.ai's queue API: submit a request, poll its status, read the URL of the result
//! (<https://docs.fal.ai/documentation/model-apis/inference/queue>).

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Url, redirect};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    GenerationError, GenerationRequest, Generator, StepResult, connection_error,
    prompt::{resized_photo, style_prompt},
    read_body,
};
use crate::{AppState, Error, config::GeneratorSettings};

/// Responses are small; only the upload of the photo takes time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Client of fal.ai.
pub struct Fal {
    client: Client,
    base: Url,
    model: String,
    key: String,
}

/// Response to a submission. Stored as the request's handle.
#[derive(Serialize, Deserialize)]
struct QueuedRequest {
    request_id: String,
    status_url: Option<String>,
    response_url: Option<String>,
}

#[derive(Deserialize)]
struct QueueStatus {
    status: String,
}

/// Result of a model: pictures, one picture, or a video.
#[derive(Deserialize)]
struct ResultPayload {
    #[serde(default)]
    images: Vec<ResultFile>,
    image: Option<ResultFile>,
    video: Option<ResultFile>,
}

#[derive(Deserialize)]
struct ResultFile {
    url: String,
}

impl Fal {
    pub fn from_settings(settings: &GeneratorSettings) -> Result<Self, Error> {
        let client = Client::builder().timeout(REQUEST_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        Ok(Self {
            client: client.build().map_err(Error::internal)?,
            base: settings.fal_base_url.clone(),
            model: settings.fal_model.clone(),
            key: settings.fal_key.clone().unwrap_or_default(),
        })
    }

    async fn submit_request(
        &self,
        state: &AppState,
        request: &GenerationRequest,
    ) -> Result<StepResult, GenerationError> {
        let photo = resized_photo(state, &request.photo).await?;
        let photo = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&photo));
        let input = json!({ "prompt": style_prompt(&request.style), "image_url": photo });
        let queued: QueuedRequest = self.send_json(self.client.post(self.api_url(&self.model)?).json(&input)).await?;
        let is_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if queued.request_id.is_empty() || !queued.request_id.chars().all(is_safe) {
            return Err(GenerationError::Permanent("request id is missing or malformed".to_owned()));
        }
        serde_json::to_string(&queued).map(StepResult::Accepted).map_err(|error| Error::internal(error).into())
    }

    async fn poll_request(&self, request: &GenerationRequest, queued: &str) -> Result<StepResult, GenerationError> {
        let queued: QueuedRequest = serde_json::from_str(queued).map_err(Error::internal)?;
        // Queue URLs hold only the first two segments of a model's name.
        let app_id: Vec<_> = self.model.split('/').take(2).collect();
        let request_path = format!("{}/requests/{}", app_id.join("/"), queued.request_id);
        let status = self
            .accept_same_origin(queued.status_url)
            .map_or_else(|| self.api_url(&format!("{request_path}/status")), Ok)?;
        let queue_status: QueueStatus = self.send_json(self.client.get(status)).await?;
        if queue_status.status != "COMPLETED" {
            request.progress.send_replace(if queue_status.status == "IN_PROGRESS" { 0.4 } else { 0.2 });
            return Ok(StepResult::Pending);
        }
        let payload: ResultPayload = self
            .send_json(
                self.client
                    .get(self.accept_same_origin(queued.response_url).map_or_else(|| self.api_url(&request_path), Ok)?),
            )
            .await?;
        let file = payload.images.into_iter().next().or(payload.image).or(payload.video);
        file.map(|file| StepResult::ResultUrl(file.url))
            .ok_or_else(|| GenerationError::Permanent("finished without a picture".to_owned()))
    }

    fn api_url(&self, path: &str) -> Result<Url, GenerationError> {
        self.base.join(&format!("/{path}")).map_err(|error| Error::internal(error).into())
    }

    /// Accepts a URL from a response only on the API's own origin, so that the key is sent nowhere
    /// else.
    fn accept_same_origin(&self, url: Option<String>) -> Option<Url> {
        Url::parse(&url?).ok().filter(|url| url.origin() == self.base.origin())
    }

    async fn send_json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, GenerationError> {
        let request = request.header("authorization", format!("Key {}", self.key));
        let body = read_body(request.send().await.map_err(connection_error)?, MAX_RESPONSE_BYTES).await?;
        serde_json::from_slice(&body)
            .map_err(|_| GenerationError::Permanent("response is not the expected JSON".to_owned()))
    }
}

impl Generator for Fal {
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        request: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>> {
        Box::pin(async move {
            match &request.provider_request {
                Some(queued) => self.poll_request(request, queued).await,
                None => self.submit_request(state, request).await,
            }
        })
    }
}
