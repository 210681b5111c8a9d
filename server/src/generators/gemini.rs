//! Client of the Gemini API: one call sends the photo and returns the picture
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
/// Base64 makes a picture longer by a third; the rest is for text.
const MAX_RESPONSE_BYTES: usize = MAX_RESULT_BYTES / 3 * 4 + 64 * 1024;

/// Client of the Gemini API.
pub struct Gemini {
    client: Client,
    endpoint: Url,
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
    inline_data: Option<InlineData>,
}

#[derive(Deserialize)]
struct InlineData {
    data: String,
}

impl Gemini {
    pub fn from_settings(settings: &GeneratorSettings) -> Result<Self, Error> {
        let path = format!("/v1beta/models/{}:generateContent", settings.gemini_model);
        let endpoint = settings.gemini_base_url.join(&path).map_err(|_| Error::config("SCRIBBLE_GEMINI_MODEL"))?;
        let client = Client::builder().timeout(REQUEST_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client = client.build().map_err(Error::internal)?;
        Ok(Self { client, endpoint, key: settings.gemini_api_key.clone().unwrap_or_default() })
    }

    async fn generate_picture(
        &self,
        state: &AppState,
        request: &GenerationRequest,
    ) -> Result<StepResult, GenerationError> {
        let photo = resized_photo(state, &request.photo).await?;
        request.progress.send_replace(0.2);
        let photo = json!({ "mime_type": "image/jpeg", "data": BASE64_STANDARD.encode(&photo) });
        let payload = json!({
            "contents": [{ "parts": [{ "text": style_prompt(&request.style) }, { "inline_data": photo }] }],
            "generationConfig": { "responseModalities": ["TEXT", "IMAGE"] },
        });
        let http_request = self.client.post(self.endpoint.clone()).header("x-goog-api-key", &self.key).json(&payload);
        let body = read_body(http_request.send().await.map_err(connection_error)?, MAX_RESPONSE_BYTES).await?;
        let response: GenerateContentResponse = serde_json::from_slice(&body)
            .map_err(|_| GenerationError::Permanent("response is not the expected JSON".to_owned()))?;
        let parts = response.candidates.into_iter().filter_map(|candidate| candidate.content).flat_map(|c| c.parts);
        // No picture means that Gemini declined the photo or the prompt.
        let inline_data = parts.filter_map(|part| part.inline_data).next();
        let data = inline_data.ok_or_else(|| GenerationError::Permanent("response has no picture".to_owned()))?.data;
        let picture = BASE64_STANDARD
            .decode(data)
            .map_err(|_| GenerationError::Permanent("picture is not valid base64".to_owned()))?;
        Ok(StepResult::Picture(picture.into()))
    }
}

impl Generator for Gemini {
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        request: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>> {
        Box::pin(self.generate_picture(state, request))
    }
}
