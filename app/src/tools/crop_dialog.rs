//! Dialog that crops and turns the photo by pointer and arrow keys. The result is opened like a
//! photo that was chosen, so that the drawing, and what is uploaded, is made of these pixels alone.

use leptos::{html, prelude::*};

use super::{
    CanvasTools,
    crop_area::{CropArea, Size, Turn},
    crop_history::Cropping,
    crop_sheet::CropSheet,
};
use crate::{
    browser::{element, photo::Photo},
    i18n::tr,
};

/// The dialog, which is open. `on_cut` gets the photo that was cut out.
#[component]
pub fn CropDialog(cropping: Cropping, on_cut: Callback<Photo>) -> impl IntoView {
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
