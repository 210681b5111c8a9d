//! `/create`: where a photo becomes a page, and the dialog that asks for an account when it is to be kept.

use axum::extract::Query;
use leptos::prelude::*;
use serde::Deserialize;

use super::Failed;
use crate::{
    components::{AuthPanel, BookMaker, CropDialog, Offers, StudioForm},
    desk::{Answer, Desk},
    forms::typed::Typed,
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
    let signed_in = desk.visitor.account.is_some();
    let offers = Offers::of(&desk);
    let body = move || {
        view! {
            <h1>"Make a colouring page"</h1>
            <CreateStudio>
                <StudioForm signed_in problem=failed.problem() preset title=chosen.title />
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
    let head = Head { script: Some("/studio.js"), ..Head::new("Make a colouring page").here("/create").islands() };
    desk.screen(head, body).await
}

#[component]
fn KeepDialog(offers: Offers) -> impl IntoView {
    view! {
        <dialog class="keep-dialog" aria-labelledby="keep-title">
            <button type="button" class="close" aria-label="Close">
                "×"
            </button>
            <h2 id="keep-title">"Your page is ready to keep"</h2>
            <p>
                "Make an account so that we can draw it at print size and keep it for you. "
                "Your photo has not left this device yet; it goes up once you are signed in. "
                "Until then it waits in this browser and nowhere else, even if you close the page to read your mail."
            </p>
            <AuthPanel step=Step::SignUp typed=Typed::default() problem=None return_to="/create?resume=keep".to_owned() offers />
        </dialog>
    }
    .into_any()
}
