//! The local drawing engine (crate `lineart`).

use futures::future::BoxFuture;
use lineart::{Drawing, Photo};

use super::{GenerationError, GenerationRequest, Generator, StepResult};
use crate::{AppState, Error, cpu_pool};

/// The local engine as a [`Generator`].
pub struct Local;

impl Generator for Local {
    fn step<'a>(
        &'a self,
        state: &'a AppState,
        request: &'a GenerationRequest,
    ) -> BoxFuture<'a, Result<StepResult, GenerationError>> {
        Box::pin(async move {
            // Of a server that runs another version beside this one, which can draw the page.
            let unknown = || GenerationError::Retryable("hints of another version".to_owned());
            draw_photo(state, request).await?.map(StepResult::Drawn).ok_or_else(unknown)
        })
    }
}

/// `None` if this server does not know the version of the hints.
async fn draw_photo(state: &AppState, request: &GenerationRequest) -> Result<Option<Drawing>, Error> {
    let file = state.files.get(&request.photo).await?;
    let (style, edits, hints_version) = (request.style, request.edits.clone(), request.hints_version);
    let progress = request.progress.clone();
    let draw = move || {
        let photo = Photo::decode_reduced(&file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
        // Progress values follow the share of time that each part takes for a photo of 12
        // megapixels.
        progress.send_replace(0.2);
        let sketch = vision::embedded::sketch(photo, hints_version);
        let drawing = sketch.map(|sketch| sketch.retouched(&style, &edits).0);
        progress.send_replace(0.8);
        Ok(drawing)
    };
    cpu_pool::run(draw).await?
}
