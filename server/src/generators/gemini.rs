//! Gemini: the photo goes in with the question, the picture comes back with the answer
//! (<https://ai.google.dev/api/generate-content>).

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures::future::BoxFuture;
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use serde_json::json;

use super::{
    GenerationError, GenerationRequest, Generator, StepResult, connection_error,
    prompt::{resized_photo, style_prompt},
    read_body,
    result_fetcher::MAX_RESULT_BYTES,
};
use crate::{AppState, Error, config::GeneratorSettings};

/// A picture takes about ten seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);
/// A picture in base 64 is a third longer, and words come along.
const MAX_RESPONSE_BYTES: usize = MAX_RESULT_BYTES / 3 * 4 + 64 * 1024;

pub struct Gemini {
    client: Client,
    address: Url,
    key: String,
}

#[derive(Deserialize)]
struct GenerateContentResponse {
    #[serde(default)]
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "inlineData", alias = "inline_data")]
    inline: Option<InlineData>,
}

#[derive(Deserialize)]
struct InlineData {
    data: String,
}

impl Gemini {
    pub fn open(settings: &GeneratorSettings) -> Result<Self, Error> {
        let path = format!("/v1beta/models/{}:generateContent", settings.gemini_model);
        let address = settings.gemini_base_url.join(&path).map_err(|_| Error::config("SCRIBBLE_GEMINI_MODEL"))?;
        let client = Client::builder().timeout(REQUEST_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client = client.build().map_err(Error::internal)?;
        Ok(Self { client, address, key: settings.gemini_api_key.clone().unwrap_or_default() })
    }

    async fn generate(&self, state: &AppState, order: &GenerationRequest) -> Result<StepResult, GenerationError> {
        let photo = resized_photo(state, &order.photo).await?;
        order.progress.send_replace(0.2);
        let photo = json!({ "mime_type": "image/jpeg", "data": BASE64_STANDARD.encode(&photo) });
        let question = json!({
            "contents": [{ "parts": [{ "text": style_prompt(&order.style) }, { "inline_data": photo }] }],
            "generationConfig": { "responseModalities": ["TEXT", "IMAGE"] },
        });
        let request = self.client.post(self.address.clone()).header("x-goog-api-key", &self.key).json(&question);
        let answer = read_body(request.send().await.map_err(connection_error)?, MAX_RESPONSE_BYTES).await?;
        let answer: GenerateContentResponse = serde_json::from_slice(&answer)
            .map_err(|_| GenerationError::Permanent("answered something else".to_owned()))?;
        let parts = answer.candidates.into_iter().filter_map(|candidate| candidate.content).flat_map(|c| c.parts);
        // Without a picture, the photo or the question was not to its liking.
        let inline = parts.filter_map(|part| part.inline).next();
        let data = inline.ok_or_else(|| GenerationError::Permanent("answered without a picture".to_owned()))?.data;
        let picture = BASE64_STANDARD
            .decode(data)
            .map_err(|_| GenerationError::Permanent("a picture in no base 64".to_owned()))?;
        Ok(StepResult::Picture(picture.into()))
    }
}

impl Generator for Gemini {
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        order: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>> {
        Box::pin(self.generate(state, order))
    }
}
