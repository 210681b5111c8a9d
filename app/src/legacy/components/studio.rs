//! The form of `/create`. Without JavaScript it sends the photo and the server draws; with it, see [`crate::legacy::studio`].

use leptos::prelude::*;
use model::{Preset, Problem, Style, Title, credit::PAGE_COST};

use super::{MoreKnobs, Notice, Presets, SheetTools, login_address};
use crate::legacy::{
    i18n::{tr, tr_view},
    step::Step,
};

/// Photos of all kinds, also those that only some browsers can open.
pub const TYPES: &str = "image/jpeg,image/png,image/webp,image/heic,image/*";

/// The sample photos; each is named by the words `sample-` and its file.
const SAMPLES: [&str; 2] = ["coffee", "astronaut"];

/// `credits` are those of whoever is signed in, which spares the dialog. `problem` is why the last try failed, `preset` and `title` what was chosen for it.
#[component]
pub fn StudioForm(credits: Option<i64>, problem: Option<Problem>, preset: Preset, title: String) -> impl IntoView {
    view! {
        <form
            class="studio"
            action="/create"
            method="post"
            enctype="multipart/form-data"
            data-stage="asleep"
            data-signed-in=credits.is_some().to_string()
        >
            <div class="studio-sheet">
                <Notice problem />
                <Shared />
                {credits.is_none().then_some(SignInFirst)}
                <Picker />
                <Sheet />
            </div>
            <Controls preset title broke=credits.is_some_and(|credits| credits < PAGE_COST) />
        </form>
    }
    .into_any()
}

/// Only a script can ask for an account when it is needed; a form would lose the photo on the way.
#[component]
fn SignInFirst() -> impl IntoView {
    let link = view! { <a href=login_address(Step::SignIn, "/create")>{tr("no-script-sign-in-link")}</a> };
    view! {
        <noscript>
            <p>{tr_view("no-script-sign-in", [("link", link.into_any())])}</p>
        </noscript>
    }
}

/// Asked by `public/studio/shared.js` when a photo was shared while another waits here.
#[component]
fn Shared() -> impl IntoView {
    view! {
        <div class="shared" role="status" hidden>
            <p>{tr("shared-waits")}</p>
            <button type="button" class="button" data-take>
                {tr("shared-take")}
            </button>
            <button type="button" class="button quiet">
                {tr("shared-leave")}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn Picker() -> impl IntoView {
    view! {
        <div class="picker">
            <div class="picker-ways">
                <label class="button primary large">
                    {tr("choose-a-photo")} <input class="unseen" type="file" name="file" accept=TYPES />
                </label>
                <label class="button camera needs-script">
                    {tr("take-a-photo")} <input class="unseen" type="file" accept="image/*" capture="environment" />
                </label>
            </div>
            <p class="hint needs-script">
                <span class="mouse-only">{tr("drop-or-paste")} " "</span>
                {tr("stays-here")}
            </p>
            <div class="samples needs-script">
                <p>{tr("no-photo")}</p>
                {SAMPLES
                    .map(|file| {
                        view! {
                            <button type="button" class="sample" data-sample=format!("/samples/{file}.jpg")>
                                <img src=format!("/samples/{file}-small.webp") alt="" width="96" height="72" />
                                {tr(&format!("sample-{file}"))}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
    .into_any()
}

/// Photo and drawing, one over the other, with a divider between them.
#[component]
fn Sheet() -> impl IntoView {
    view! {
        <div class="sheet">
            <img class="sheet-photo" alt=tr("your-photo") />
            <canvas role="img" aria-label=tr("your-page")></canvas>
            <span class="sheet-divider" aria-hidden="true"></span>
            <input class="sheet-compare" type="range" min="0" max="100" value="0" aria-label=tr("compare") />
        </div>
        <p class="sheet-blank needs-script" role="status">
            {tr("says-blank")}
        </p>
        <SheetTools />
        <p class="sheet-says" role="status"></p>
        <progress class="progress" max="1" value="0" aria-label=tr("photo-sent")></progress>
    }
    .into_any()
}

#[component]
fn Controls(preset: Preset, title: String, broke: bool) -> impl IntoView {
    view! {
        <div class="controls">
            <Presets legend=tr("who-colours") chosen=preset pictured=true />
            // A label names the first control inside it, and an output counts as one: it stands last.
            <label class="slider detail needs-script">
                <span>{tr("detail")}</span>
                <input type="range" name="detail" min="0" max="1" step="0.01" disabled />
                <output></output>
            </label>
            <label class="slider line-mm needs-script">
                <span>{tr("line-width")}</span>
                <input type="range" name="line_mm" min="0.3" max="2" step="0.05" disabled />
                <output></output>
            </label>
            <MoreKnobs chosen=Style::default() />
            <label class="field">
                <span>{tr("title")} " " <small>{tr("optional")}</small></span>
                <input name="title" value=title maxlength=Title::MAX_CHARS placeholder=tr("page-untitled") autocomplete="off" />
            </label>
            <button class="button primary wide large keep">{tr("keep-page")}</button>
            {broke.then(|| view! { <p class="out-of-credit">{tr("no-credit-hint")}</p> })}
            <p class="hint">{tr("keep-hint")}</p>
            <label class="button quiet another needs-script">
                {tr("another-photo")} <input class="unseen" type="file" accept=TYPES />
            </label>
        </div>
    }
    .into_any()
}
