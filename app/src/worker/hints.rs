//! Faces and persons in a photo: fetches the weights of the nets and their code, which only a
//! browser with a photo needs.

use js_sys::{Reflect, Uint8Array};
use lineart::{Hints, Photo};
use model::HINTS_VERSION;
use vision::{FaceFinder, PersonSegmenter, WeightsError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::worker_scope;
use crate::{js_object::property, lazy};

/// The weight files of the nets.
pub(super) struct Weights {
    faces: Vec<u8>,
    person: Vec<u8>,
}

/// A photo of the working size, and the weights of the nets that look at it.
pub struct Search {
    photo: Photo,
    weights: Weights,
}

impl Search {
    /// # Errors
    /// Weights that are damaged or those of other nets.
    pub fn run(self) -> Result<Hints, WeightsError> {
        let faces = FaceFinder::read(&self.weights.faces)?.find(&self.photo);
        let person = PersonSegmenter::read(&self.weights.person)?.segment(&self.photo);
        Ok(Hints { faces, person })
    }
}

impl Weights {
    /// What the nets see in a photo of the working size.
    pub(super) async fn find_hints(self, photo: Photo) -> Option<Hints> {
        lazy::find_hints(Search { photo, weights: self }).await.ok()?.ok()
    }
}

/// Fetches the weights and loads the code of the nets. `None` if somebody wants to save data, or if
/// something could not be fetched.
pub(super) async fn fetch_weights() -> Option<Weights> {
    if saves_data() {
        return None;
    }
    let (code, faces, person) = futures::join!(lazy::load_vision(), fetch("faces"), fetch("person"));
    code.ok()?;
    Some(Weights { faces: faces.ok()?, person: person.ok()? })
}

/// The browser's setting to save data (<https://wicg.github.io/savedata/>).
fn saves_data() -> bool {
    let navigator = Reflect::get(&worker_scope(), &"navigator".into()).unwrap_or_default();
    property(&property(&navigator, "connection"), "saveData").is_truthy()
}

async fn fetch(name: &str) -> Result<Vec<u8>, JsValue> {
    let path = format!("/vision/{name}.{HINTS_VERSION}.bin");
    let response: Response = JsFuture::from(worker_scope().fetch_with_str(&path)).await?.unchecked_into();
    if !response.ok() {
        return Err(JsValue::from(response.status()));
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}
