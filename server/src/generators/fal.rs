//! fal.ai's queue: submit, ask how it stands, read where the result lies
//! (<https://docs.fal.ai/documentation/model-apis/inference/queue>).

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Url, redirect};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    Failure, Generator, Order, Step, body,
    prompt::{prompt, small_photo},
    unreachable,
};
use crate::{AppState, Error, config::GeneratorSettings};

/// Each of its answers is a few fields; only the photo on its way up takes time.
const PATIENCE: Duration = Duration::from_secs(20);
const LARGEST_ANSWER: usize = 256 * 1024;

pub struct Fal {
    client: Client,
    base: Url,
    model: String,
    key: String,
}

/// What it answers to a submission, and what is written down of it.
#[derive(Serialize, Deserialize)]
struct Ticket {
    request_id: String,
    status_url: Option<String>,
    response_url: Option<String>,
}

#[derive(Deserialize)]
struct Standing {
    status: String,
}

/// Models answer with pictures, one picture, or a film.
#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    images: Vec<File>,
    image: Option<File>,
    video: Option<File>,
}

#[derive(Deserialize)]
struct File {
    url: String,
}

impl Fal {
    pub fn open(settings: &GeneratorSettings) -> Result<Self, Error> {
        let client = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).no_proxy();
        Ok(Self {
            client: client.build().map_err(Error::internal)?,
            base: settings.fal_base_url.clone(),
            model: settings.fal_model.clone(),
            key: settings.fal_key.clone().unwrap_or_default(),
        })
    }

    async fn submit(&self, state: &AppState, order: &Order) -> Result<Step, Failure> {
        let photo = small_photo(state, &order.photo).await?;
        let photo = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&photo));
        let input = json!({ "prompt": prompt(&order.style), "image_url": photo });
        let ticket: Ticket = self.call(self.client.post(self.at(&self.model)?).json(&input)).await?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if ticket.request_id.is_empty() || !ticket.request_id.chars().all(plain) {
            return Err(Failure::Final("a request without a usable name".to_owned()));
        }
        serde_json::to_string(&ticket).map(Step::Accepted).map_err(|error| Error::internal(error).into())
    }

    async fn ask(&self, order: &Order, request: &str) -> Result<Step, Failure> {
        let ticket: Ticket = serde_json::from_str(request).map_err(Error::internal)?;
        // The part of a model's name after the second slash is no part of its queue's address.
        let queue: Vec<_> = self.model.split('/').take(2).collect();
        let request = format!("{}/requests/{}", queue.join("/"), ticket.request_id);
        let status = self.own(ticket.status_url).map_or_else(|| self.at(&format!("{request}/status")), Ok)?;
        let standing: Standing = self.call(self.client.get(status)).await?;
        if standing.status != "COMPLETED" {
            order.told.send_replace(if standing.status == "IN_PROGRESS" { 0.4 } else { 0.2 });
            return Ok(Step::Working);
        }
        let made: Made =
            self.call(self.client.get(self.own(ticket.response_url).map_or_else(|| self.at(&request), Ok)?)).await?;
        let file = made.images.into_iter().next().or(made.image).or(made.video);
        file.map(|file| Step::At(file.url)).ok_or_else(|| Failure::Final("done without a picture".to_owned()))
    }

    fn at(&self, path: &str) -> Result<Url, Failure> {
        self.base.join(&format!("/{path}")).map_err(|error| Error::internal(error).into())
    }

    /// The key goes to no other origin, whatever the answer says.
    fn own(&self, url: Option<String>) -> Option<Url> {
        Url::parse(&url?).ok().filter(|url| url.origin() == self.base.origin())
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let request = request.header("authorization", format!("Key {}", self.key));
        let answer = body(request.send().await.map_err(unreachable)?, LARGEST_ANSWER).await?;
        serde_json::from_slice(&answer).map_err(|_| Failure::Final("answered something else".to_owned()))
    }
}

impl Generator for Fal {
    fn step<'a>(&'a self, state: &'a AppState, order: &'a Order) -> BoxFuture<'a, Result<Step, Failure>> {
        Box::pin(async move {
            match &order.request {
                Some(request) => self.ask(order, request).await,
                None => self.submit(state, order).await,
            }
        })
    }
}
