//! The screen for addresses where there is nothing.

use http::StatusCode;
use model::Problem;

use super::refused::Refused;
use crate::{
    desk::{Answer, Desk},
    shell::Head,
    words::t,
};
use leptos::prelude::*;

pub async fn show(desk: Desk) -> Answer {
    let problem = Problem::not_found();
    desk.screen_with(StatusCode::NOT_FOUND, Head::new(t("not_found")), || view! { <Refused problem /> }).await
}
