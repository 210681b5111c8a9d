//! Input for providers: the prompt that describes a style, and a downscaled photo.

use bytes::Bytes;
use lineart::Photo;
use model::{Preset, Style};

use crate::{AppState, Error, cpu_pool};

/// Longest edge in pixels. Providers draw at about one megapixel.
const MAX_EDGE: u32 = 1536;
const JPEG_QUALITY: u8 = 90;

/// Returns the stored photo as a JPEG of at most [`MAX_EDGE`] pixels, without metadata.
pub async fn resized_photo(state: &AppState, path: &str) -> Result<Bytes, Error> {
    let file = state.files.get(path).await?;
    let shrink = move || {
        let photo = Photo::decode(&file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
        Ok(photo.to_jpeg(MAX_EDGE, JPEG_QUALITY).into())
    };
    cpu_pool::run(shrink).await?
}

/// Describes the style as a prompt.
pub fn style_prompt(style: &Style) -> String {
    let audience = match style.preset {
        Preset::Toddler => "a toddler: only the main subject, in a few large, simple, closed shapes",
        Preset::Simple => "a young child: the main shapes and faces, large closed areas, no small parts",
        Preset::Standard => "a child: everything that matters in the photo, in clear closed areas",
        Preset::Detailed => "a patient older child: all that the photo shows except texture, in fine closed areas",
    };
    let amount = match style.detail() {
        detail if detail < 0.25 => "very little detail",
        detail if detail < 0.5 => "little detail",
        detail if detail < 0.75 => "some detail",
        _ => "much detail",
    };
    let lines = match style.line_mm() {
        mm if mm < 0.5 => "thin",
        mm if mm < 0.8 => "medium",
        mm if mm < 1.1 => "thick",
        _ => "very thick",
    };
    format!(
        "Turn this photo into a page of a colouring book for {audience}. Draw {amount}, with {lines}, even, pure black lines \
         on a pure white background. No grey, no colour, no shading, no hatching, no filled areas, no text, no frame. \
         Keep the composition, the proportions and the shape of the photo."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt_depends_on_every_style_setting() {
        let with = |preset, detail, line_mm| style_prompt(&Style { detail, line_mm, ..Style::from_preset(preset) });
        let plain = with(Preset::Standard, None, None);
        assert_ne!(plain, with(Preset::Toddler, None, None));
        assert_ne!(plain, with(Preset::Standard, Some(0.9), None));
        assert_ne!(plain, with(Preset::Standard, None, Some(1.5)));
    }
}
