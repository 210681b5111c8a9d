//! The local drawing engine (crate `lineart`).

use futures::future::BoxFuture;
use lineart::{Drawing, Photo, Sketch};

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
        Box::pin(async move { Ok(StepResult::Drawn(draw_photo(state, request).await?)) })
    }
}

async fn draw_photo(state: &AppState, request: &GenerationRequest) -> Result<Drawing, Error> {
    let file = state.files.get(&request.photo).await?;
    let (style, edits, progress) = (request.style, request.edits.clone(), request.progress.clone());
    let draw = move || {
        let photo = Photo::decode_reduced(&file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
        // Progress values follow the share of time that each part takes for a photo of 12
        // megapixels.
        progress.send_replace(0.2);
        let (drawing, _) = Sketch::new(&photo).retouched(&style, &edits);
        progress.send_replace(0.8);
        Ok(drawing)
    };
    cpu_pool::run(draw).await?
}
