//! Ways for a photo to come in: a button, the camera, dropping, pasting, and two samples for those without one.

use wasm_bindgen_futures::spawn_local;

use super::Studio;
use crate::legacy::browser::{page, photo::Photo};

impl Studio {
    pub(super) fn listen_to_intake(&self) {
        let form = &self.0.form;
        // Changes of every field come up to the form; only a file field has a photo.
        self.on("change", |studio, event| {
            if let Some(photo) = Photo::chosen(event) {
                studio.bring(Ok(photo));
            }
        });
        // In the whole window: a browser leaves the page for a file that is dropped beside the form.
        self.on_window("dragover", |studio, event| {
            event.prevent_default();
            studio.0.form.toggle("data-over", true);
        });
        self.on("dragleave", |studio, _| studio.0.form.toggle("data-over", false));
        self.on_window("drop", |studio, event| {
            event.prevent_default();
            studio.0.form.toggle("data-over", false);
            if let Some(photo) = Photo::dropped(event) {
                studio.bring(Ok(photo));
            }
        });
        self.on_window("paste", |studio, event| {
            if let Some(photo) = Photo::pasted(event) {
                studio.bring(Ok(photo));
            }
        });
        for sample in form.find_all("[data-sample]") {
            let studio = self.clone();
            let address = sample.get("data-sample");
            sample.on("click", move |_| {
                let (studio, address) = (studio.clone(), address.clone());
                spawn_local(async move { studio.bring(Photo::fetched(&address).await) });
            });
        }
    }

    /// Calls on every event of this name inside the form.
    pub(super) fn on(&self, name: &str, then: impl Fn(&Self, &page::Event) + 'static) {
        let studio = self.clone();
        self.0.form.on(name, move |event| then(&studio, &event));
    }

    fn on_window(&self, name: &str, then: impl Fn(&Self, &page::Event) + 'static) {
        let studio = self.clone();
        page::on_window(name, move |event| then(&studio, &event));
    }
}
