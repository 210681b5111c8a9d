//! Toolbar below the canvas: zoom, crop, retouching.

use leptos::prelude::*;

use super::{CanvasTools, crop_history::CropNotice, viewport::Viewport};
use crate::{
    browser::photo::Photo,
    i18n::tr,
    lazy::{LazyCropDialog, LazyRetouchTools},
};

/// `split` is the position of the divider in percent. `on_cut` gets the photo that was cropped or
/// turned; it is opened like one that was chosen.
#[component]
pub fn CanvasToolbar(split: RwSignal<f64>, #[prop(into)] on_cut: Callback<Photo>) -> impl IntoView {
    let CanvasTools { retouch, crop, .. } = CanvasTools::current();
    // Another screen is shown.
    on_cleanup(move || {
        retouch.leave();
        crop.cropping.set(None);
    });
    let toggle_retouching = move |_| {
        if retouch.is_active_untracked() {
            retouch.stop();
        } else if retouch.start() {
            // The drawing alone.
            split.set(0.0);
        }
    };
    view! {
        <div class="sheet-tools needs-script" role="group" aria-label=tr("sheet-tools")>
            <ZoomControls />
            <button type="button" class="button" data-crop node_ref=crop.opener on:click=move |_| crop.open()>
                {tr("crop")}
            </button>
            <button
                type="button"
                class="button"
                data-touch-up
                node_ref=retouch.opener
                aria-pressed=move || retouch.is_active().to_string()
                on:click=toggle_retouching
            >
                {tr("touch-up")}
            </button>
        </div>
        {move || retouch.is_active().then(|| view! { <LazyRetouchTools /> })}
        <CropNotice />
        {move || crop.cropping.get().map(|cropping| view! { <LazyCropDialog cropping on_cut /> })}
    }
    .into_any()
}

#[component]
fn ZoomControls() -> impl IntoView {
    let viewport = CanvasTools::current().viewport;
    let button = move |way: &'static str, sign: &'static str, name: &'static str, step: fn(Viewport) -> Viewport| {
        // Disabled when a step would change nothing.
        let is_at_limit = move || step(viewport.get()) == viewport.get();
        view! {
            <button
                type="button"
                class="button"
                data-zoom=way
                aria-label=tr(name)
                disabled=is_at_limit
                on:click=move |_| viewport.update(|view| *view = step(*view))
            >
                {sign}
            </button>
        }
    };
    view! {
        {button("out", "−", "smaller", Viewport::zoomed_out)}
        <output class="zoom-shown">{move || format!("{} %", viewport.get().percent())}</output>
        {button("in", "+", "larger", Viewport::zoomed_in)}
    }
    .into_any()
}
