//! The forms of a page: its title, its style, its end.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect},
};
use model::{PageId, Title};
use serde::Deserialize;
use server::pages;

use super::back_to;
use crate::legacy::desk::{Answer, Desk};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    title: String,
}

pub async fn rename(desk: Desk, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let id: PageId = id.parse()?;
    let account = desk.account_for(&format!("/pages/{id}"))?;
    let outcome = match Title::parse(&fields.title) {
        Ok(title) => pages::rename_page(&desk.state, account, id, &title).await.map(drop),
        Err(problem) => Err(problem.into()),
    };
    back_to(&format!("/pages/{id}"), outcome)
}

pub async fn redraw(desk: Desk, Path(id): Path<String>, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let id: PageId = id.parse()?;
    let account = desk.account_for(&format!("/pages/{id}"))?;
    let outcome = match pages::parse_style(&sent) {
        Ok(style) => pages::redraw_page(&desk.state, account, id, &style).await.map(drop),
        Err(problem) => Err(problem.into()),
    };
    back_to(&format!("/pages/{id}"), outcome)
}

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

pub async fn delete(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: PageId = id.parse()?;
    let account = desk.account_for(&format!("/pages/{id}"))?;
    pages::move_to_trash(&desk.state, account, &[id]).await?;
    Ok(Redirect::to("/gallery").into_response())
}
