//! A picture as large as the window, or larger: a dialog with buttons and keys to zoom.

use leptos::{ev, html, prelude::*};

use crate::{browser::element, i18n::tr, tools::scroll_zoom::ScrollZoom};

/// A picture of this site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub address: String,
    pub title: String,
}

/// Opens whenever `picture` is set. The picture is loaded when it is opened for the first time.
#[component]
pub fn LargeView(picture: RwSignal<Option<Picture>>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let sheet = NodeRef::<html::Div>::new();
    let zoom = RwSignal::new(ScrollZoom::WHOLE);
    let zoom_to = move |new: ScrollZoom| {
        let before = zoom.get_untracked();
        zoom.set(new);
        if let Some(sheet) = sheet.get_untracked() {
            let offset = |offset, length: i32| new.scroll_offset(before, f64::from(offset), f64::from(length));
            let (left, top) = (sheet.scroll_left(), sheet.scroll_top());
            let (left, top) = (offset(left, sheet.client_width()), offset(top, sheet.client_height()));
            element::set_style(&sheet, "--zoom", &new.factor().to_string());
            sheet.scroll_to_with_x_and_y(left, top);
        }
    };
    Effect::new(move || {
        if let (Some(dialog), Some(sheet), true) = (dialog.get(), sheet.get(), picture.with(Option::is_some)) {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
            zoom_to(ScrollZoom::WHOLE);
            let _ = sheet.focus();
        }
    });
    let zoom_by_key = move |event: ev::KeyboardEvent| {
        if let Some(zoom) = zoom.get_untracked().after_key(&event.key()) {
            zoom_to(zoom);
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let is_mounted = Memo::new(move |_| picture.with(Option::is_some));
    let title = move || picture.get().map(|picture| picture.title);
    let address = move || picture.get().map(|picture| picture.address);
    let contents = move || {
        view! {
            <dialog node_ref=dialog class="close-up" aria-label=title on:keydown=zoom_by_key>
                <div node_ref=sheet class="close-up-sheet" tabindex="0" role="group" aria-label=tr("see-large")>
                    <img src=address alt=title />
                </div>
                <div class="actions">
                    <button
                        class="button"
                        type="button"
                        aria-label=tr("smaller")
                        disabled=move || !zoom.get().can_zoom_out()
                        on:click=move |_| zoom_to(zoom.get_untracked().zoomed_out())
                    >
                        "\u{2212}"
                    </button>
                    <button
                        class="button"
                        type="button"
                        aria-label=tr("larger")
                        disabled=move || !zoom.get().can_zoom_in()
                        on:click=move |_| zoom_to(zoom.get_untracked().zoomed_in())
                    >
                        "+"
                    </button>
                    <button class="button" type="button" aria-label=tr("close") on:click=close>
                        "\u{d7}"
                    </button>
                </div>
            </dialog>
        }
    };
    view! { <Show when=move || is_mounted.get()>{contents()}</Show> }.into_any()
}
