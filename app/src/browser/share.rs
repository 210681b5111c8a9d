//! The system's share sheet (Web Share API).

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag, ShareData};

use super::property;

/// A PNG file that can be shared.
pub struct SharedPicture {
    file: File,
    title: String,
}

impl SharedPicture {
    /// `title` is the name of the file, without its extension.
    pub fn new(png: &Blob, title: &str) -> Option<Self> {
        let options = FilePropertyBag::new();
        options.set_type("image/png");
        let file = File::new_with_blob_sequence_and_options(&Array::of1(png), &format!("{title}.png"), &options);
        Some(Self { file: file.ok()?, title: title.to_owned() })
    }

    fn data(&self) -> ShareData {
        let data = ShareData::new();
        data.set_files(&Array::of1(&self.file));
        data.set_title(&self.title);
        data
    }

    /// Opens the share sheet. Nothing happens if the person closes it, or if so much time has
    /// passed since their click that the browser wants another one.
    pub async fn share(&self) {
        if let Some(window) = web_sys::window() {
            let _ = JsFuture::from(window.navigator().share_with_data(&self.data())).await;
        }
    }
}

/// True if this system shares PNG files.
pub fn can_share_pictures() -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    let empty = Blob::new().ok().and_then(|blob| SharedPicture::new(&blob, "page"));
    let has_method = property(&navigator, "canShare").is_instance_of::<js_sys::Function>();
    let can_share = |picture: SharedPicture| navigator.can_share_with_data(&picture.data());
    has_method && empty.is_some_and(can_share)
}
