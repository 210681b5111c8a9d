//! The studio's controls: style, title, saving, another photo.

use leptos::prelude::*;
use model::{Title, credit::PAGE_COST};

use super::{PHOTO_TYPES, StyleControls, photo_picker::PhotoInput};
use crate::{
    i18n::tr,
    state::{
        session::Session,
        studio::{Stage, Studio},
    },
};

#[component]
pub fn Controls() -> impl IntoView {
    let (studio, session) = (Studio::current(), Session::current());
    let is_out_of_credit = move || session.user.with(|user| user.as_ref().is_some_and(|user| user.credits < PAGE_COST));
    view! {
        <div class="controls">
            <StyleControls />
            <label class="field">
                <span>{tr("title")} " " <small>{tr("optional")}</small></span>
                <input
                    name="title"
                    value=studio.title.get_untracked()
                    prop:value=studio.title
                    on:input=move |event| studio.title.set(event_target_value(&event))
                    maxlength=Title::MAX_CHARS
                    placeholder=tr("page-untitled")
                    autocomplete="off"
                />
            </label>
            <button
                class="button primary wide large keep"
                disabled=move || !matches!(studio.stage.get(), Stage::Loading | Stage::Drawn)
            >
                {tr("keep-page")}
            </button>
            {move || is_out_of_credit().then(|| view! { <p class="out-of-credit">{tr("no-credit-hint")}</p> })}
            <p class="hint">{tr("keep-hint")}</p>
            <label class="button quiet another needs-script">
                {tr("another-photo")} <PhotoInput accept=PHOTO_TYPES />
            </label>
        </div>
    }
    .into_any()
}
