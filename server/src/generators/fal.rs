//! fal.ai's queue: submit, ask how it stands, read where the result lies
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

/// Each of its answers is a few fields; only the photo on its way up takes time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

pub struct Fal {
    client: Client,
    base: Url,
    model: String,
    key: String,
}

/// What it answers to a submission, and what is written down of it.
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

/// Models answer with pictures, one picture, or a film.
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
    pub fn open(settings: &GeneratorSettings) -> Result<Self, Error> {
        let client = Client::builder().timeout(REQUEST_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        Ok(Self {
            client: client.build().map_err(Error::internal)?,
            base: settings.fal_base_url.clone(),
            model: settings.fal_model.clone(),
            key: settings.fal_key.clone().unwrap_or_default(),
        })
    }

    async fn submit(&self, state: &AppState, order: &GenerationRequest) -> Result<StepResult, GenerationError> {
        let photo = resized_photo(state, &order.photo).await?;
        let photo = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&photo));
        let input = json!({ "prompt": style_prompt(&order.style), "image_url": photo });
        let ticket: QueuedRequest = self.send(self.client.post(self.api_url(&self.model)?).json(&input)).await?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if ticket.request_id.is_empty() || !ticket.request_id.chars().all(plain) {
            return Err(GenerationError::Permanent("a request without a usable name".to_owned()));
        }
        serde_json::to_string(&ticket).map(StepResult::Accepted).map_err(|error| Error::internal(error).into())
    }

    async fn poll(&self, order: &GenerationRequest, request: &str) -> Result<StepResult, GenerationError> {
        let ticket: QueuedRequest = serde_json::from_str(request).map_err(Error::internal)?;
        // The part of a model's name after the second slash is no part of its queue's address.
        let queue: Vec<_> = self.model.split('/').take(2).collect();
        let request = format!("{}/requests/{}", queue.join("/"), ticket.request_id);
        let status =
            self.same_origin(ticket.status_url).map_or_else(|| self.api_url(&format!("{request}/status")), Ok)?;
        let queue_status: QueueStatus = self.send(self.client.get(status)).await?;
        if queue_status.status != "COMPLETED" {
            order.progress.send_replace(if queue_status.status == "IN_PROGRESS" { 0.4 } else { 0.2 });
            return Ok(StepResult::Pending);
        }
        let made: ResultPayload = self
            .send(self.client.get(self.same_origin(ticket.response_url).map_or_else(|| self.api_url(&request), Ok)?))
            .await?;
        let file = made.images.into_iter().next().or(made.image).or(made.video);
        file.map(|file| StepResult::ResultUrl(file.url))
            .ok_or_else(|| GenerationError::Permanent("done without a picture".to_owned()))
    }

    fn api_url(&self, path: &str) -> Result<Url, GenerationError> {
        self.base.join(&format!("/{path}")).map_err(|error| Error::internal(error).into())
    }

    /// The key goes to no other origin, whatever the answer says.
    fn same_origin(&self, url: Option<String>) -> Option<Url> {
        Url::parse(&url?).ok().filter(|url| url.origin() == self.base.origin())
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, GenerationError> {
        let request = request.header("authorization", format!("Key {}", self.key));
        let answer = read_body(request.send().await.map_err(connection_error)?, MAX_RESPONSE_BYTES).await?;
        serde_json::from_slice(&answer).map_err(|_| GenerationError::Permanent("answered something else".to_owned()))
    }
}

impl Generator for Fal {
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        order: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>> {
        Box::pin(async move {
            match &order.provider_request {
                Some(request) => self.poll(order, request).await,
                None => self.submit(state, order).await,
            }
        })
    }
}
