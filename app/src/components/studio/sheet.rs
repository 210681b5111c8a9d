//! The sheet: photo and drawing, one over the other, with a divider between them.

use leptos::{html, prelude::*, task::spawn_local, task::tick};

use crate::{
    browser::{document, drawing_canvas::DrawingCanvas, element, slider::ignore_vertical_swipes},
    i18n::tr,
    state::studio::{SavingStep, Stage, Studio},
    tools::{CanvasToolbar, CanvasViewport},
};

#[component]
pub fn Sheet() -> impl IntoView {
    let studio = Studio::current();
    let sheet = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(sheet) = sheet.get() {
            let (width, height) = studio.photo_size.get();
            if width > 0 {
                element::set_style(&sheet, "--across", &width.to_string());
                element::set_style(&sheet, "--down", &height.to_string());
            }
        }
    });
    Effect::new(move || {
        if let Some(sheet) = sheet.get() {
            element::set_style(&sheet, "--split", &format!("{}%", studio.split.get()));
        }
    });
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            studio.attach_canvas(DrawingCanvas::new(canvas));
        }
    });
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::resize, move |_| studio.request_drawing());
        on_cleanup(move || handle.remove());
    });
    on_cleanup(move || studio.detach_canvas());
    let photo_url = move || studio.photo.with(|photo| photo.as_ref().map(|photo| photo.url().to_owned()));
    view! {
        <CanvasViewport node_ref=sheet split=studio.split on_zoom=move |()| studio.request_drawing()>
            <img class="sheet-photo" alt=tr("your-photo") src=photo_url />
            <canvas role="img" aria-label=tr("your-page") node_ref=canvas></canvas>
            <span class="sheet-divider" aria-hidden="true"></span>
            <Divider />
        </CanvasViewport>
        <p class="sheet-blank needs-script" role="status">
            {tr("says-blank")}
        </p>
        <CanvasToolbar split=studio.split on_cut=move |photo| studio.open_photo(photo) />
        <Status />
    }
    .into_any()
}

/// Moves the divider between photo and drawing.
#[component]
fn Divider() -> impl IntoView {
    let studio = Studio::current();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            ignore_vertical_swipes(&input);
        }
    });
    // A sample's button is gone once its photo is drawn: the focus goes to the drawing.
    Effect::new(move |previous: Option<Stage>| {
        let stage = studio.stage.get();
        if (previous, stage) == (Some(Stage::Opening), Stage::Drawn) {
            spawn_local(async move {
                tick().await;
                if let Some(input) = input.get_untracked().filter(|_| document::has_lost_focus()) {
                    element::focus_without_scrolling(&input);
                }
            });
        }
        stage
    });
    view! {
        <input
            node_ref=input
            class="sheet-compare"
            type="range"
            min="0"
            max="100"
            value="0"
            aria-label=tr("compare")
            prop:value=move || studio.split.get().to_string()
            on:input=move |event| {
                if let Ok(percent) = event_target_value(&event).parse() {
                    studio.split.set(percent);
                }
            }
        />
    }
}

/// Says what the studio is doing.
#[component]
fn Status() -> impl IntoView {
    let studio = Studio::current();
    let text = Memo::new(move |_| match studio.stage.get() {
        Stage::Loading | Stage::Empty => String::new(),
        Stage::Opening => tr("says-opening"),
        Stage::Drawn => tr("says-drawn"),
        Stage::Saving => match studio.saving_step.get() {
            SavingStep::Preparing => tr("says-photo"),
            SavingStep::Uploading(_) => tr("says-sending"),
            SavingStep::Ordering => tr("says-starting"),
        },
    });
    let progress = move || match studio.saving_step.get() {
        SavingStep::Preparing => 0.0,
        SavingStep::Uploading(part) => part,
        SavingStep::Ordering => 1.0,
    };
    view! {
        <p class="sheet-says" role="status">
            {move || text.get()}
        </p>
        <progress class="progress" max="1" value="0" prop:value=progress aria-label=tr("photo-sent")></progress>
    }
    .into_any()
}
