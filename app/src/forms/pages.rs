//! The forms of a page: its title, and throwing it away.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect},
};
use model::{PageId, Title};
use serde::Deserialize;
use server::pages;

use crate::desk::{Answer, Desk};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    title: String,
}

pub async fn rename(desk: Desk, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let id: PageId = id.parse()?;
    let account = desk.account_for(&format!("/pages/{id}"))?;
    let back = match Title::parse(&fields.title) {
        Ok(title) => {
            pages::rename(&desk.machine, account, id, &title).await?;
            format!("/pages/{id}")
        }
        Err(problem) => format!("/pages/{id}?problem={}", problem.code.as_str()),
    };
    Ok(Redirect::to(&back).into_response())
}

pub async fn delete(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: PageId = id.parse()?;
    let account = desk.account_for(&format!("/pages/{id}"))?;
    pages::delete(&desk.machine, account, id).await?;
    Ok(Redirect::to("/gallery").into_response())
}
