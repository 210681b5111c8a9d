//! The form of a page's card in the gallery.

use axum::{Form, extract::Path};
use model::PageId;
use serde::Deserialize;
use server::pages;

use super::back_to;
use crate::legacy::desk::{Answer, Desk};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Where {
    /// The screen that the button stood on.
    from: String,
}

pub async fn keep(desk: Desk, Path(id): Path<String>, Form(asked): Form<Where>) -> Answer {
    let id: PageId = id.parse()?;
    let screen = if asked.from == "gallery" { "/gallery".to_owned() } else { format!("/pages/{id}") };
    let account = desk.account_for(&screen)?;
    back_to(&screen, pages::extend_retention(&desk.state, account, id).await.map(drop))
}
