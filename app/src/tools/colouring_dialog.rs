//! The dialog in which a page is coloured in, on this device alone: a touch or a key paints an
//! area.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{
    colouring::{Colouring, Stop, picture_size},
    flood_fill::PixelRect,
    paints::{PAINTS, Paints},
};
use crate::{
    browser::{
        canvas::{self, Canvas, Pixels},
        download, element, stored_colours,
    },
    components::Picture,
    i18n::{tr, tr_args},
};

/// What is coloured in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColouringPage {
    /// Path of the page, under which the colours are stored.
    pub path: String,
    pub picture: Picture,
}

/// State of the dialog: handles of its elements and signals.
#[derive(Clone, Copy)]
struct Sheet {
    page: RwSignal<Option<ColouringPage>>,
    canvas: NodeRef<html::Canvas>,
    /// Address of the loaded picture with its areas and colours.
    loaded: StoredValue<Option<(String, Colouring)>>,
    /// Index in [`PAINTS`].
    paint: RwSignal<usize>,
    can_undo: RwSignal<bool>,
    can_redo: RwSignal<bool>,
    /// Where the arrow keys have led to.
    stop: RwSignal<Option<Stop>>,
    /// What a screen reader says.
    status: RwSignal<String>,
}

impl Sheet {
    /// Loads the picture of `page` and its stored colours, unless it is loaded. Returns false if
    /// there is no connection and the picture is not on this device.
    async fn load(self, page: &ColouringPage, canvas: &Canvas) -> bool {
        let address = &page.picture.address;
        if self.loaded.with_value(|loaded| loaded.as_ref().is_some_and(|(loaded, _)| loaded == address)) {
            return true;
        }
        let Ok(pixels) = canvas::draw_picture(canvas, address, picture_size).await else { return false };
        let mut colouring = Colouring::new(pixels.width as usize, pixels.height as usize, &pixels.rgba);
        if let Some(stored) = stored_colours::load(&page.path).await
            && colouring.restore(&stored)
        {
            put(canvas, &colouring, colouring.whole());
        }
        self.loaded.set_value(Some((address.clone(), colouring)));
        self.stop.set(None);
        self.update_buttons();
        true
    }

    fn update_buttons(self) {
        let can = |what: fn(&Colouring) -> bool| {
            self.loaded.with_value(|loaded| loaded.as_ref().is_some_and(|(_, colouring)| what(colouring)))
        };
        self.can_undo.set(can(Colouring::can_undo));
        self.can_redo.set(can(Colouring::can_redo));
    }

    /// Applies a change to the colours, shows and stores it. Returns false if nothing changed.
    fn change(self, change: impl FnOnce(&mut Colouring) -> Option<PixelRect>) -> bool {
        let Some(canvas) = self.canvas.get_untracked() else { return false };
        let changed = self.loaded.try_update_value(|loaded| {
            let (_, colouring) = loaded.as_mut()?;
            let rect = change(colouring)?;
            put(&canvas, colouring, rect);
            Some(colouring.to_stored())
        });
        let Some(stored) = changed.flatten() else { return false };
        self.update_buttons();
        if let Some(page) = self.page.get_untracked() {
            spawn_local(async move { stored_colours::save(&page.path, &stored).await });
        }
        true
    }

    /// Paints the area that `area_of` returns.
    fn paint(self, area_of: impl FnOnce(&Colouring) -> Option<usize>) {
        let (name, colour) = PAINTS[self.paint.get_untracked()];
        if self.change(|colouring| area_of(colouring).and_then(|area| colouring.paint(area, colour))) {
            self.status.set(tr_args("colour-done", &[("paint", tr(name).into())]));
        }
    }

    fn paint_at(self, event: &ev::MouseEvent) {
        self.stop.set(None);
        if let Some(canvas) = self.canvas.get_untracked() {
            let scale = f64::from(canvas.width()) / f64::from(canvas.client_width().max(1));
            let pixel = |offset: i32| (f64::from(offset) * scale).max(0.0) as usize;
            let (x, y) = (pixel(event.offset_x()), pixel(event.offset_y()));
            self.paint(|colouring| colouring.area_near(x, y));
        }
    }

    fn go_to(self, stop_of: impl FnOnce(&mut Colouring) -> Option<Stop>) {
        let stop = self.loaded.try_update_value(|loaded| stop_of(&mut loaded.as_mut()?.1)).flatten();
        if let Some(stop) = stop {
            let position = [("number", stop.number.into()), ("count", stop.count.into())];
            self.status.set(tr_args("colour-area", &position));
            self.stop.set(Some(stop));
        }
    }

    fn handle_key(self, event: &ev::KeyboardEvent) {
        match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => self.go_to(Colouring::next_stop),
            "ArrowLeft" | "ArrowUp" => self.go_to(Colouring::previous_stop),
            "Enter" | " " => self.paint(Colouring::area_at_stop),
            _ => return,
        }
        event.prevent_default();
    }

    fn save(self) {
        let page = self.page.get_untracked();
        if let (Some(canvas), Some(page)) = (self.canvas.get_untracked(), page) {
            spawn_local(async move {
                if let Some(png) = canvas::to_png(&canvas).await {
                    download::save_file(&png, &format!("{}.png", page.picture.title));
                }
            });
        }
    }
}

/// Shows a rectangle of the coloured picture.
fn put(canvas: &Canvas, colouring: &Colouring, rect: PixelRect) {
    let pixels = Pixels { width: rect.width as u32, height: rect.height as u32, rgba: colouring.pixels(rect) };
    canvas::put_pixels(canvas, rect.left, rect.top, &pixels);
}

/// Opens whenever `page` is set. `is_unavailable` is set if the drawing cannot be fetched.
#[component]
pub fn ColouringDialog(page: RwSignal<Option<ColouringPage>>, is_unavailable: RwSignal<bool>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let sheet = Sheet {
        page,
        canvas: NodeRef::new(),
        loaded: StoredValue::new(None),
        paint: RwSignal::new(0),
        can_undo: RwSignal::new(false),
        can_redo: RwSignal::new(false),
        stop: RwSignal::new(None),
        status: RwSignal::default(),
    };
    Effect::new(move || {
        let (Some(dialog), Some(canvas), Some(page)) = (dialog.get(), sheet.canvas.get(), page.get()) else { return };
        spawn_local(async move {
            let is_loaded = sheet.load(&page, &canvas).await;
            is_unavailable.set(!is_loaded);
            if is_loaded {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
                let _ = canvas.focus();
            }
        });
    });
    let is_mounted = Memo::new(move |_| page.with(Option::is_some));
    view! {
        <Show when=move || is_mounted.get()>
            <Contents dialog sheet />
        </Show>
    }
    .into_any()
}

#[component]
fn Contents(dialog: NodeRef<html::Dialog>, sheet: Sheet) -> impl IntoView {
    let undo_by_key = move |event: ev::KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z") {
            event.prevent_default();
            sheet.change(if event.shift_key() { Colouring::redo } else { Colouring::undo });
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog node_ref=dialog class="colouring" aria-labelledby="colouring" on:keydown=undo_by_key>
            <h2 id="colouring">{tr("colour-here")}</h2>
            <button type="button" class="close" data-do="close" aria-label=tr("close") on:click=close>
                "×"
            </button>
            <div class="colouring-sheet">
                <canvas
                    node_ref=sheet.canvas
                    tabindex="0"
                    role="application"
                    aria-label=tr("colour-sheet")
                    aria-describedby="colouring-hint"
                    on:click=move |event| sheet.paint_at(&event)
                    on:keydown=move |event| sheet.handle_key(&event)
                ></canvas>
                <StopMark stop=sheet.stop />
            </div>
            <p class="unseen" role="status">
                {move || sheet.status.get()}
            </p>
            <Paints chosen=sheet.paint />
            <div class="actions">
                <button
                    class="button"
                    type="button"
                    data-do="undo"
                    aria-label=tr("undo")
                    disabled=move || !sheet.can_undo.get()
                    on:click=move |_| _ = sheet.change(Colouring::undo)
                >
                    "↶"
                </button>
                <button
                    class="button"
                    type="button"
                    data-do="redo"
                    aria-label=tr("redo")
                    disabled=move || !sheet.can_redo.get()
                    on:click=move |_| _ = sheet.change(Colouring::redo)
                >
                    "↷"
                </button>
                <button class="button primary" type="button" data-do="save" on:click=move |_| sheet.save()>
                    {tr("save-picture")}
                </button>
            </div>
            <p class="hint" id="colouring-hint">
                {tr("colour-hint")}
            </p>
        </dialog>
    }
    .into_any()
}

/// Marks the area that the arrow keys have led to.
#[component]
fn StopMark(stop: RwSignal<Option<Stop>>) -> impl IntoView {
    let mark = NodeRef::<html::Span>::new();
    Effect::new(move || {
        if let (Some(mark), Some(stop)) = (mark.get(), stop.get()) {
            element::set_style(&mark, "--x", &format!("{}%", stop.x * 100.0));
            element::set_style(&mark, "--y", &format!("{}%", stop.y * 100.0));
        }
    });
    view! { <span node_ref=mark class="colouring-here" aria-hidden="true" hidden=move || stop.get().is_none()></span> }
}
