//! `/create`: where a photo becomes a page, and the dialog that asks for an account when it is to be kept.

use axum::extract::Query;
use leptos::prelude::*;
use serde::Deserialize;
use server::credits;

use super::Failed;
use crate::legacy::{
    components::{
        AuthPanel, BookMaker, CropDialog, HandedWords, Offers, StudioForm,
        handed::{PANEL, STUDIO},
    },
    desk::{Answer, Desk},
    forms::typed::Typed,
    i18n::tr,
    islands::CreateStudio,
    shell::Head,
    step::Step,
};

/// What was chosen before the form came back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    preset: String,
    title: String,
}

pub async fn show(desk: Desk, Query(failed): Query<Failed>, Query(chosen): Query<Chosen>) -> Answer {
    let preset = chosen.preset.parse().unwrap_or_default();
    let balance = match &desk.identity.account {
        Some(account) => Some(credits::balance(&desk.state, account).await?),
        None => None,
    };
    let offers = Offers::of(&desk);
    let body = move || {
        view! {
            <h1>{tr("create-title")}</h1>
            <HandedWords lists=&[PANEL, STUDIO] />
            <CreateStudio>
                <StudioForm credits=balance problem=failed.problem() preset title=chosen.title />
                <KeepDialog offers />
                // Put into the page when they are wanted.
                <template id="crop">
                    <CropDialog />
                </template>
                <template id="book">
                    <BookMaker />
                </template>
            </CreateStudio>
        }
    };
    let head = Head {
        script: Some("/studio.js"),
        credits: balance,
        ..Head::new(tr("create-title")).here("/create").islands()
    };
    desk.screen(head, body).await
}

#[component]
fn KeepDialog(offers: Offers) -> impl IntoView {
    view! {
        <dialog class="keep-dialog" aria-labelledby="keep-title">
            <button type="button" class="close" aria-label=tr("close")>
                "×"
            </button>
            <h2 id="keep-title">{tr("keep-title")}</h2>
            <p>
                {tr("keep-words")}
            </p>
            <AuthPanel step=Step::SignUp typed=Typed::default() problem=None return_to="/create?resume=keep".to_owned() offers />
        </dialog>
    }
    .into_any()
}
