//! The forms of a page: its title, and throwing it away.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect},
};
use model::{PageId, Problem, Title};
use serde::Deserialize;
use server::pages;

use crate::ssr::{Answer, Desk};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    title: String,
}

/// The page that a path names; an id that is none names no page.
pub fn page_id(text: &str) -> Result<PageId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

pub async fn rename(desk: Desk, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let (account, id) = (desk.account()?, page_id(&id)?);
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
    pages::delete(&desk.machine, desk.account()?, page_id(&id)?).await?;
    Ok(Redirect::to("/gallery").into_response())
}
