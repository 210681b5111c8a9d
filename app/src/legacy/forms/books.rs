//! The forms of books: making one, choosing and moving pages, how it is bound, its end.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect},
};
use model::{BookId, Paper, Problem, Title};
use serde::Deserialize;
use server::{
    books::{self, BookUpdate, NewBook, PageMove},
    http::gallery::selected_page_ids,
    identity::Account,
};

use super::back_to;
use crate::legacy::{
    desk::{Answer, Desk},
    screens::choose::{self, Choice},
};

/// Fields in the order they were sent; a box that was ticked is there, others are not.
type Sent = Form<Vec<(String, String)>>;

pub async fn create(desk: Desk, Form(sent): Sent) -> Answer {
    let account = desk.account()?;
    let pages = selected_page_ids(&sent);
    let title = sent.iter().find(|(name, _)| name == "title").map(|(_, title)| title.clone()).unwrap_or_default();
    let made = match Title::parse(&title) {
        Ok(title) => {
            let plan = NewBook { title, paper: Paper::default(), cover: true, page_numbers: false };
            books::create_book(&desk.state, account, plan, pages.clone()).await
        }
        Err(problem) => Err(problem.into()),
    };
    match made {
        Ok(book) => Ok(Redirect::to(&format!("/books/{}", book.id)).into_response()),
        Err(error) => choose::show(&desk, Choice { title, pages, problem: Some(error.into()), book: None }).await,
    }
}

/// The pages that were ticked in the gallery: what is missing is a title.
pub async fn bind_chosen(desk: Desk, Form(sent): Sent) -> Answer {
    desk.account_for("/gallery")?;
    choose::show(&desk, Choice { pages: selected_page_ids(&sent), ..Choice::default() }).await
}

pub async fn choose(desk: Desk, Path(id): Path<String>, Form(sent): Sent) -> Answer {
    let (id, account) = known(&desk, &id)?;
    // Those that were in the book keep their order; the new ones follow in the order in which they were shown.
    let page_ids = selected_page_ids(&sent);
    let change = BookUpdate { page_ids: Some(page_ids.clone()), ..BookUpdate::default() };
    match books::update_book(&desk.state, account, id, change).await {
        Ok(_) => Ok(Redirect::to(&format!("/books/{id}")).into_response()),
        Err(error) => {
            let problem = Some(Problem::from(error));
            choose::show(&desk, Choice { book: Some(id), pages: page_ids, problem, title: String::new() }).await
        }
    }
}

pub async fn step(desk: Desk, Path(id): Path<String>, Form(sent): Sent) -> Answer {
    let (id, account) = known(&desk, &id)?;
    let steps = [("up", PageMove::Up), ("down", PageMove::Down), ("out", PageMove::Remove)];
    for (name, page) in &sent {
        if let Some((_, step)) = steps.iter().find(|(step, _)| step == name) {
            books::move_page(&desk.state, account, id, page.parse()?, *step).await?;
        }
    }
    Ok(Redirect::to(&format!("/books/{id}#order")).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Bound {
    title: String,
    paper: String,
    cover: Option<String>,
    page_numbers: Option<String>,
}

pub async fn bind(desk: Desk, Path(id): Path<String>, Form(bound): Form<Bound>) -> Answer {
    let (id, account) = known(&desk, &id)?;
    let outcome = match Title::parse(&bound.title) {
        Ok(title) => {
            let change = BookUpdate {
                title: Some(title),
                paper: bound.paper.parse().ok(),
                cover: Some(bound.cover.is_some()),
                page_numbers: Some(bound.page_numbers.is_some()),
                page_ids: None,
            };
            books::update_book(&desk.state, account, id, change).await.map(drop)
        }
        Err(problem) => Err(problem.into()),
    };
    back_to(&format!("/books/{id}"), outcome)
}

pub async fn delete(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, account) = known(&desk, &id)?;
    books::delete_book(&desk.state, account, id).await?;
    Ok(Redirect::to("/gallery").into_response())
}

/// Which book, and who asks.
fn known<'a>(desk: &'a Desk, id: &str) -> Result<(BookId, &'a Account), crate::legacy::desk::Refusal> {
    let id: BookId = id.parse()?;
    Ok((id, desk.account_for(&format!("/books/{id}"))?))
}
