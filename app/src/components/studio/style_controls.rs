//! The controls of the style: presets with a small picture each, detail, line width, background,
//! smoothing, frame, people. Every change is drawn at once.

use leptos::prelude::*;
use model::{Background, Preset, Style};

use super::Slider;
use crate::{
    i18n::{tr, tr_args},
    state::studio::{Stage, Studio},
};

#[component]
pub fn StyleControls() -> impl IntoView {
    let studio = Studio::current();
    let style = studio.style;
    // Without scripts the preset alone decides.
    let needs_script = Signal::derive(move || studio.stage.get() == Stage::Loading);
    view! {
        <fieldset class="presets pictured">
            <legend>{tr("who-colours")}</legend>
            {Preset::ALL
                .into_iter()
                .enumerate()
                .map(|(index, preset)| view! { <PresetChoice index preset /> })
                .collect_view()}
        </fieldset>
        <Slider
            class="slider detail needs-script"
            name="detail"
            label=tr("detail")
            range=(0.0, 1.0, 0.01)
            value=Memo::new(move |_| style.read().detail())
            shown=Memo::new(move |_| percent(style.read().detail()))
            set=move |detail| style.write().detail = Some(detail)
            disabled=needs_script
        />
        <Slider
            class="slider line-mm needs-script"
            name="line_mm"
            label=tr("line-width")
            range=(0.3, 2.0, 0.05)
            value=Memo::new(move |_| style.read().line_mm())
            shown=Memo::new(move |_| millimetres(style.read().line_mm()))
            set=move |line_mm| style.write().line_mm = Some(line_mm)
            disabled=needs_script
        />
        <MoreSettings />
    }
    .into_any()
}

/// The settings that few need.
#[component]
fn MoreSettings() -> impl IntoView {
    let studio = Studio::current();
    let style = studio.style;
    view! {
        <details class="more-knobs">
            <summary>{tr("more-settings")}</summary>
            <fieldset class="choices">
                <legend>{tr("background")}</legend>
                <div class="choices-row">
                    {Background::ALL.map(|background| view! { <BackgroundChoice background /> }).collect_view()}
                </div>
            </fieldset>
            <Slider
                class="slider smoothing"
                name="smoothing"
                label=tr("smoothing")
                range=(0.0, 1.0, 0.05)
                value=Memo::new(move |_| style.read().smoothing())
                shown=Memo::new(move |_| percent(style.read().smoothing()))
                set=move |smoothing| style.write().smoothing = Some(smoothing)
            />
            <label class="check">
                <input
                    type="checkbox"
                    name="frame"
                    checked=style.read_untracked().frame
                    prop:checked=move || style.read().frame
                    on:change=move |event| style.write().frame = event_target_checked(&event)
                />
                {tr("frame")}
            </label>
            // The numbers of the strokes that were edited are those of this choice.
            <label class="check">
                <input
                    type="checkbox"
                    name="without_people"
                    checked=style.read_untracked().without_people
                    prop:checked=move || style.read().without_people
                    disabled=move || studio.edits.with(|edits| !edits.is_empty())
                    on:change=move |event| style.write().without_people = event_target_checked(&event)
                />
                {tr("without-people")}
            </label>
        </details>
    }
    .into_any()
}

#[component]
fn PresetChoice(index: usize, preset: Preset) -> impl IntoView {
    let studio = Studio::current();
    let is_chosen = move |style: &Style| style.preset == preset;
    let picture = move || studio.preset_pictures.with(|pictures| pictures[index].clone());
    let name = format!("preset-{preset}");
    view! {
        <label class="preset">
            <input
                type="radio"
                name="preset"
                value=preset.as_str()
                checked=studio.style.with_untracked(is_chosen)
                prop:checked=move || studio.style.with(is_chosen)
                on:change=move |_| studio.choose_preset(preset)
            />
            <img class="preset-picture needs-script" alt="" width="160" height="120" src=picture />
            <span>
                <b>{tr(&name)}</b>
                <small>{tr(&format!("{name}.words"))}</small>
            </span>
        </label>
    }
    .into_any()
}

#[component]
fn BackgroundChoice(background: Background) -> impl IntoView {
    let style = Studio::current().style;
    let is_chosen = move |style: &Style| style.background == background;
    view! {
        <label class="choice-of">
            <input
                class="unseen"
                type="radio"
                name="background"
                value=background.as_str()
                checked=style.with_untracked(is_chosen)
                prop:checked=move || style.with(is_chosen)
                on:change=move |_| style.write().background = background
            />
            {tr(&format!("background-{background}"))}
        </label>
    }
    .into_any()
}

fn percent(part: f32) -> String {
    tr_args("percent", &[("number", ((part * 100.0).round() as i64).into())])
}

fn millimetres(millimetres: f32) -> String {
    let tenths = (millimetres * 10.0).round() as u32;
    let number = format!("{}{}{}", tenths / 10, tr("decimal-mark"), tenths % 10);
    tr_args("millimetres", &[("number", number.into())])
}
