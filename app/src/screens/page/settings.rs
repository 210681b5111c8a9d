//! The forms of the page: another style, another title, a longer retention, deletion.

use leptos::{form::ActionForm, prelude::*};
use model::{PageId, Style, Title};

use crate::{
    api::pages::{DeletePage, KeepPage, RedrawPage, RenamePage},
    components::{Notice, Presets, StyleControls},
    error::AppError,
    i18n::{format_date, tr, tr_view},
};

/// The problem of the last submission of a form.
fn problem_of(value: impl Into<Signal<Option<Result<(), AppError>>>>) -> Signal<Option<model::Problem>> {
    let value = value.into();
    Signal::derive(move || value.get()?.err().map(|AppError(problem)| problem))
}

/// Redraws the page from its photo, which is kept until `until`.
#[component]
pub fn Redrawing(id: PageId, style: Style, until: String, action: ServerAction<RedrawPage>) -> impl IntoView {
    let day = view! { <time datetime=until.clone()>{format_date(&until)}</time> }.into_any();
    view! {
        <details class="redraw">
            <summary>{tr("redraw")}</summary>
            <ActionForm action>
                <input type="hidden" name="page" value=id.to_string() />
                <Presets legend=tr("who-colours") chosen=style.preset />
                <StyleControls chosen=style />
                <p class="hint">{tr_view("redraw-words", [("day", day)])}</p>
                <Notice problem=problem_of(action.value()) />
                <button class="button">{tr("redraw-button")}</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

#[component]
pub fn Renaming(id: PageId, title: String, action: ServerAction<RenamePage>) -> impl IntoView {
    view! {
        <ActionForm action attr:class="inline">
            <input type="hidden" name="page" value=id.to_string() />
            <label class="field">
                <span>{tr("title")}</span>
                <input name="title" value=title maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <button class="button">{tr("save-title")}</button>
        </ActionForm>
        <Notice problem=problem_of(action.value()) />
    }
    .into_any()
}

#[component]
pub fn Retention(id: PageId, keep_until: String, action: ServerAction<KeepPage>) -> impl IntoView {
    let day = view! { <time datetime=keep_until.clone()>{format_date(&keep_until)}</time> }.into_any();
    view! {
        <ActionForm action attr:class="keep-longer">
            <input type="hidden" name="page" value=id.to_string() />
            <p class="hint">{tr_view("kept-until", [("day", day)])}</p>
            <button class="button quiet">{tr("keep-longer")}</button>
        </ActionForm>
        <Notice problem=problem_of(action.value()) />
    }
    .into_any()
}

#[component]
pub fn Deletion(id: PageId, action: ServerAction<DeletePage>) -> impl IntoView {
    view! {
        <details class="danger">
            <summary>{tr("delete-page")}</summary>
            <p>{tr("delete-page-words")}</p>
            <ActionForm action>
                <input type="hidden" name="page" value=id.to_string() />
                <button class="button danger">{tr("delete-page-button")}</button>
            </ActionForm>
            <Notice problem=problem_of(action.value()) />
        </details>
    }
    .into_any()
}
