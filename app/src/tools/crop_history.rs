//! Reactive state of cropping: the photo that was cut, the one that is being cut, and a notice of
//! edits that a crop discarded.

use std::rc::Rc;

use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::{
    CanvasTools,
    crop_area::{Crop, Painting, Size},
};
use crate::{
    browser::{element, photo::Photo, picture::Picture},
    i18n::tr,
    state::studio::{SharedPhoto, Stage, Studio},
};

/// The photo that the present one was cut from: to crop again is to start from the whole photo.
#[derive(Clone)]
struct Cut {
    original: SharedPhoto,
    crop: Crop,
    /// Address of the photo that was cut out.
    url: String,
    /// The drawing had manual edits, which are void for its part.
    discards_edits: bool,
}

/// A photo in the dialog.
#[derive(Clone)]
pub struct Cropping {
    original: SharedPhoto,
    pub picture: SendWrapper<Rc<Picture>>,
    /// The crop with which the present photo was made.
    pub before: Crop,
}

impl Cropping {
    pub fn size(&self) -> Size {
        let (width, height) = self.picture.size();
        Size { width, height }
    }
}

/// What was cropped, and what is being cropped.
#[derive(Clone, Copy)]
pub struct CropHistory {
    studio: Studio,
    cut: RwSignal<Option<Cut>>,
    /// `None` while the dialog is closed.
    pub cropping: RwSignal<Option<Cropping>>,
    /// The button that opens the dialog; gets the focus back.
    pub opener: NodeRef<html::Button>,
}

impl CropHistory {
    pub(super) fn new(studio: Studio) -> Self {
        let history = Self { studio, cut: RwSignal::new(None), cropping: RwSignal::new(None), opener: NodeRef::new() };
        // Another photo was not cut from anything.
        Effect::new(move || {
            let is_present = history.is_present_photo();
            if history.cut.with_untracked(|cut| cut.as_ref().is_some_and(|cut| !is_present(cut))) {
                history.cut.set(None);
            }
        });
        history
    }

    /// Opens the dialog with the whole photo, once the browser can show it.
    pub fn open(self) {
        let Some(photo) = self.studio.photo.get_untracked() else { return };
        if self.studio.stage.get_untracked() != Stage::Drawn {
            return;
        }
        let cut = self.cut.get_untracked().filter(|cut| cut.url == photo.url());
        let (original, before) = cut.map_or((photo, Crop::WHOLE), |cut| (cut.original, cut.crop));
        spawn_local(async move {
            if let Some(picture) = Picture::load(original.url()).await {
                let picture = SendWrapper::new(Rc::new(picture));
                self.cropping.set(Some(Cropping { original, picture, before }));
            }
        });
    }

    /// Cuts the photo out and hands it over. The same crop as before is no other photo: its edits
    /// stay.
    pub fn cut_out(self, cropping: Cropping, crop: Crop, on_cut: Callback<Photo>) {
        if crop == cropping.before {
            return;
        }
        let discards_edits = self.studio.edits.with_untracked(|edits| !edits.is_empty());
        spawn_local(async move {
            let Painting { canvas, transform } = crop.cut(cropping.size());
            if let Some(photo) = cropping.picture.cut_out((canvas.width, canvas.height), transform).await {
                let url = photo.url().to_owned();
                self.cut.set(Some(Cut { original: cropping.original, crop, url, discards_edits }));
                on_cut.run(photo);
            }
        });
    }

    /// Whether edits were discarded with the photo that is shown.
    fn has_discarded_edits(self) -> bool {
        let is_present = self.is_present_photo();
        self.cut.with(|cut| cut.as_ref().is_some_and(|cut| cut.discards_edits && is_present(cut)))
    }

    fn is_present_photo(self) -> impl Fn(&Cut) -> bool {
        let url = self.studio.photo.with(|photo| photo.as_ref().map(|photo| photo.url().to_owned()));
        move |cut| url.as_deref() == Some(&cut.url)
    }
}

/// Says that edits were lost by a crop.
#[component]
pub fn CropNotice() -> impl IntoView {
    let history = CanvasTools::current().crop;
    let notice = NodeRef::<html::Div>::new();
    let is_notified = Memo::new(move |_| history.has_discarded_edits());
    Effect::new(move || {
        if let Some(notice) = notice.get().filter(|_| is_notified.get()) {
            element::focus(&notice);
        }
    });
    view! {
        <div
            role="alert"
            class="notice"
            tabindex="-1"
            node_ref=notice
            data-said=move || is_notified.get().then_some("")
        >
            <span>{move || is_notified.get().then(|| tr("touch-gone"))}</span>
        </div>
    }
    .into_any()
}
