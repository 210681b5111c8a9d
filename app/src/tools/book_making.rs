//! One attempt to make a book of several photos: upload, order, wait for the pages, bind them.

use std::time::Duration;

use leptos::prelude::*;
use model::{Asset, BookId, Edits, HINTS_VERSION, Problem, ProblemCode, Style};

use super::several_photos::{
    NewPage, NextStep, PhotoKey,
    retries::{self, AfterFailure, Failure},
};
use crate::{
    api::{
        books::create_book,
        studio::{PageOrder, load_job, order_page},
    },
    browser::{
        photo_engine::PhotoEngine,
        upload::upload,
        window::{random_key, wait},
    },
    error::AppError,
    i18n::tr,
    state::{book_photos::BookPhotos, session::Session},
};

/// Makes the book. What was uploaded and paid before a failure is kept for the next attempt.
///
/// # Errors
/// Why the attempt ended; the list is then ready for another one.
pub async fn make_book(book: BookPhotos, session: Session, engine: &PhotoEngine) -> Result<BookId, Failure> {
    book.update(|list| list.start());
    let result = run_steps(book, session, engine).await;
    if result.is_err() {
        book.update(|list| list.stop());
    }
    result
}

async fn run_steps(book: BookPhotos, session: Session, engine: &PhotoEngine) -> Result<BookId, Failure> {
    loop {
        let title = book.title.get_untracked();
        match book.update(|list| list.next_step(&title, random_key)) {
            NextStep::Upload(key) => upload_photo(book, engine, key).await?,
            NextStep::Order(key, page, idempotency_key) => order(book, session, key, page, idempotency_key).await?,
            NextStep::Poll(jobs) => {
                wait(milliseconds(retries::POLL_INTERVAL)).await;
                for (key, id) in jobs {
                    let job = retrying(async || load_job(id).await).await?;
                    book.update(|list| list.set_job(key, job));
                }
            }
            NextStep::Bind(pages) => return retrying(async || create_book(title.clone(), pages.clone()).await).await,
            NextStep::SomeFailed => return Err(some_failed()),
        }
    }
}

async fn upload_photo(book: BookPhotos, engine: &PhotoEngine, key: PhotoKey) -> Result<(), Failure> {
    let Some(photo) = book.with_untracked(|list| list.photo_of(key).cloned()) else { return Ok(()) };
    let png = engine.pixels(&photo).await.ok_or(Failure::Problem(Problem::photo_broken()))?;
    let asset: Asset = retrying(async || upload("/api/v1/upload", &png, |_| ()).await.map_err(AppError)).await?;
    book.update(|list| list.set_uploaded(key, asset.id));
    Ok(())
}

async fn order(
    book: BookPhotos,
    session: Session,
    key: PhotoKey,
    page: NewPage,
    idempotency_key: String,
) -> Result<(), Failure> {
    let order = PageOrder {
        photo: page.photo,
        style: Style::from_preset(page.preset),
        edits: Edits::default(),
        hints_version: HINTS_VERSION,
        title: Some(page.title),
    };
    let ordered = retrying(async || order_page(order.clone(), idempotency_key.clone()).await).await?;
    session.set_credits(ordered.credits);
    book.update(|list| list.set_job(key, ordered.job));
    Ok(())
}

/// Repeats a request that exceeds a rate limit.
async fn retrying<T>(request: impl AsyncFn() -> Result<T, AppError>) -> Result<T, Failure> {
    for tries in 1.. {
        match request().await {
            Ok(value) => return Ok(value),
            Err(AppError(problem)) => match retries::after_failure(problem, tries) {
                AfterFailure::RetryIn(pause) => wait(milliseconds(pause)).await,
                AfterFailure::GiveUp(failure) => return Err(failure),
            },
        }
    }
    Err(Failure::Problem(Problem::internal()))
}

fn some_failed() -> Failure {
    let problem = Problem::from(ProblemCode::PageFailed);
    Failure::Problem(Problem { detail: tr("book-some-failed"), ..problem })
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
