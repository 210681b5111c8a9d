//! Dialog that crops and turns the photo by pointer and arrow keys. The result is opened like a
//! photo that was chosen, so that the drawing, and what is uploaded, is made of these pixels alone.

use std::rc::Rc;

use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::{
    CanvasTools,
    crop_area::{Crop, CropArea, Painting, Size, Turn},
    crop_sheet::CropSheet,
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
struct Cropping {
    original: SharedPhoto,
    picture: SendWrapper<Rc<Picture>>,
    /// The crop with which the present photo was made.
    before: Crop,
}

impl Cropping {
    fn size(&self) -> Size {
        let (width, height) = self.picture.size();
        Size { width, height }
    }
}

/// What was cropped, and what is being cropped.
#[derive(Clone, Copy)]
pub struct CropHistory {
    studio: Studio,
    cut: RwSignal<Option<Cut>>,
    cropping: RwSignal<Option<Cropping>>,
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
    fn cut_out(self, cropping: Cropping, crop: Crop, on_cut: Callback<Photo>) {
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

/// The dialog, while it is open, and a notice of edits that are lost by a crop.
#[component]
pub fn CropDialog(#[prop(into)] on_cut: Callback<Photo>) -> impl IntoView {
    let history = CanvasTools::current().crop;
    let notice = NodeRef::<html::Div>::new();
    let is_notified = Memo::new(move |_| history.has_discarded_edits());
    Effect::new(move || {
        if let Some(notice) = notice.get().filter(|_| is_notified.get()) {
            element::focus(&notice);
        }
    });
    on_cleanup(move || history.cropping.set(None));
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
        {move || history.cropping.get().map(|cropping| view! { <OpenDialog cropping on_cut /> })}
    }
    .into_any()
}

#[component]
fn OpenDialog(cropping: Cropping, on_cut: Callback<Photo>) -> impl IntoView {
    let history = CanvasTools::current().crop;
    let dialog = NodeRef::<html::Dialog>::new();
    let crop = RwSignal::new(cropping.before);
    let size = cropping.size();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            element::show_modal(&dialog);
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            element::close(&dialog);
        }
    };
    // Also after the key Escape. Before that the button behind the dialog cannot be focused.
    let on_close = move |_| {
        history.cropping.set(None);
        if let Some(opener) = history.opener.get_untracked() {
            element::focus(&opener);
        }
    };
    let pixels = move || {
        let Size { width, height } = crop.get().size(size);
        format!("{width} × {height}")
    };
    let used = cropping.clone();
    let turn = move |turn: Turn| crop.update(|crop| *crop = crop.turned(turn));
    view! {
        <dialog class="crop-dialog" aria-labelledby="crop-title" node_ref=dialog on:close=on_close>
            <button type="button" class="close" data-close="" aria-label=tr("close") on:click=move |_| close()>
                "×"
            </button>
            <h2 id="crop-title">{tr("crop")}</h2>
            <CropSheet picture=cropping.picture size crop />
            <p class="hint">
                {tr("crop-hint")} " " <span class="crop-size" role="status">
                    {pixels}
                </span>
            </p>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| turn(Turn::Left)>
                    {tr("turn-left")}
                </button>
                <button type="button" class="button" on:click=move |_| turn(Turn::Right)>
                    {tr("turn-right")}
                </button>
                <button type="button" class="button" on:click=move |_| crop.update(|crop| crop.area = CropArea::WHOLE)>
                    {tr("crop-whole")}
                </button>
                <button
                    type="button"
                    class="button primary"
                    on:click=move |_| {
                        history.cut_out(used.clone(), crop.get_untracked(), on_cut);
                        close();
                    }
                >
                    {tr("crop-use")}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
