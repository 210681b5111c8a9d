//! Small sample pictures of the photo in each preset, made while the worker is idle.

use model::{Preset, Style};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

use super::{engine, messages::Reply, painting::Painter};

/// Width of a sample in pixels.
const WIDTH: u32 = 240;

/// The samples that are still to be made. They follow the style except for detail and line width,
/// which are those of the preset.
#[derive(Default)]
pub(super) struct Samples {
    style: Option<Style>,
    waiting: Vec<Preset>,
    /// URLs of the newest finished samples.
    urls: Vec<(Preset, String)>,
}

impl Samples {
    /// Forgets the samples of the photo before.
    pub(super) fn reset(&mut self) {
        self.style = None;
        self.waiting.clear();
    }

    /// Asks for samples of this style. Those that are made or waiting already stay as they are.
    pub(super) fn request(&mut self, style: &Style) {
        let Style { background, smoothing, frame, without_people, .. } = *style;
        let style = Style { background, smoothing, frame, without_people, ..Style::default() };
        if self.style != Some(style) {
            self.style = Some(style);
            self.waiting = Preset::ALL.into_iter().rev().collect();
        }
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Makes the next sample; `None` if none is waiting or no photo is loaded.
    pub(super) async fn make_next(&mut self, painter: &mut Painter) -> Result<Option<Reply>, JsValue> {
        let Some((preset, style)) = self.waiting.pop().zip(self.style) else { return Ok(None) };
        let Some((drawing, _)) = engine::draw(&Style { preset, ..style }) else { return Ok(None) };
        let canvas = painter.paint(&drawing, &drawing.path_data(), WIDTH, None)?;
        let picture = JsFuture::from(canvas.convert_to_blob()?).await?;
        let url = Url::create_object_url_with_blob(picture.unchecked_ref())?;
        if let Some(index) = self.urls.iter().position(|(other, _)| *other == preset) {
            Url::revoke_object_url(&self.urls.swap_remove(index).1)?;
        }
        self.urls.push((preset, url.clone()));
        Ok(Some(Reply::Sample { preset: preset.as_str().to_owned(), address: url }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_and_line_width_do_not_renew_samples() {
        let mut samples = Samples::default();
        samples.request(&Style::default());
        assert_eq!(samples.waiting.pop(), Some(Preset::Toddler));
        samples.request(&Style { detail: Some(0.9), line_mm: Some(1.0), ..Style::from_preset(Preset::Simple) });
        assert_eq!(samples.waiting.len(), 3);
        samples.request(&Style { frame: true, ..Style::default() });
        assert_eq!(samples.waiting.len(), 4);
    }

    #[test]
    fn another_photo_has_samples_of_its_own() {
        let mut samples = Samples::default();
        samples.request(&Style::default());
        samples.reset();
        assert!(!samples.is_waiting());
        samples.request(&Style::default());
        assert!(samples.is_waiting());
    }
}
