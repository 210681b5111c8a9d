//! `/create`: where a photo becomes a page, and the dialog that asks for an account when it is to be kept.

use axum::extract::Query;
use leptos::prelude::*;

use super::Failed;
use crate::{
    components::{AuthPanel, StudioForm},
    desk::{Answer, Desk},
    forms::typed::Typed,
    islands::CreateStudio,
    shell::Head,
    step::Step,
};

pub async fn show(desk: Desk, Query(failed): Query<Failed>) -> Answer {
    let signed_in = desk.visitor.account.is_some();
    let dev = desk.machine.config.is_dev();
    let body = move || {
        view! {
            <h1>"Make a colouring page"</h1>
            <CreateStudio>
                <StudioForm signed_in problem=failed.problem() />
                <KeepDialog dev />
            </CreateStudio>
        }
    };
    desk.screen(Head::new("Make a colouring page").here("/create").islands(), body).await
}

#[component]
fn KeepDialog(dev: bool) -> impl IntoView {
    view! {
        <dialog class="keep-dialog" aria-labelledby="keep-title">
            <button type="button" class="close" aria-label="Close">
                "×"
            </button>
            <h2 id="keep-title">"Your page is ready to keep"</h2>
            <p>
                "Make an account so that we can draw it at print size and keep it for you. "
                "Your photo has not left this device yet; it goes up once you are signed in. "
                "Until then it waits in this browser, for a day at most, even if you close the page to read your mail."
            </p>
            <AuthPanel step=Step::SignUp typed=Typed::default() problem=None return_to="/create?resume=keep".to_owned() dev />
        </dialog>
    }
    .into_any()
}
