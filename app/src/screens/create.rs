//! `/create`: where a photo becomes a page.

use axum::extract::Query;
use leptos::prelude::*;

use super::Failed;
use crate::{
    components::Notice,
    shell::Head,
    ssr::{Answer, Desk},
    studio::CreateStudio,
};

pub async fn show(desk: Desk, Query(failed): Query<Failed>) -> Answer {
    let signed_in = desk.visitor.account.is_some();
    let dev = desk.machine.config.is_dev();
    let body = view! {
        <h1>"Make a colouring page"</h1>
        {failed.problem().map(|problem| view! { <Notice problem=Some(problem) /> })}
        <CreateStudio signed_in dev />
    };
    desk.screen(Head::new("Make a colouring page").here("/create").islands(), body).await
}
