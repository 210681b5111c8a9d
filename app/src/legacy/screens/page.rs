//! `/pages/{id}`: one page: to print, to save, to rename, to draw anew, to keep longer, to throw away.

use axum::extract::{Path, Query};
use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::prelude::*;
use model::{Job, Page, Problem, Status, Style, Title};
use server::pages::{self, PageDetails};

use super::Failed;
use crate::legacy::{
    components::{ChooseAPhoto, Colouring, Large, MoreKnobs, Notice, Presets},
    desk::{Answer, Desk},
    i18n::{format_date, tr, tr_args, tr_view},
    shell::Head,
};

/// Without JavaScript the screen looks again this often, in seconds, while a page is drawn.
const LOOK_AGAIN: u32 = 2;

pub async fn show(desk: Desk, Path(id): Path<String>, Query(failed): Query<Failed>) -> Answer {
    let shown = pages::find_page_details(&desk.state, desk.account()?, id.parse()?).await?;
    let mut head = Head::new(shown.page.title.to_string()).here("/gallery").library_css();
    head.script = Some("/page.js");
    head.refresh = (!shown.page.status.is_final()).then_some(LOOK_AGAIN);
    let problem = failed.problem();
    let pictures = shown.provisional_image_url.as_deref().and_then(origin_of);
    let mut answer = desk.screen(head, || view! { <PageScreen shown problem /> }).await?;
    // The one screen that may show a picture from elsewhere, and from there alone.
    if let Some(policy) = pictures.and_then(|origin| HeaderValue::try_from(desk.policy_with_pictures(&origin)).ok()) {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(answer)
}

/// Scheme and host of an address that was checked before.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}

#[component]
fn PageScreen(shown: PageDetails, problem: Option<Problem>) -> impl IntoView {
    let PageDetails { page, job, photo_expires_at, provisional_image_url } = shown;
    let film = page.downloads.as_ref().is_some_and(|files| files.video.is_some());
    let title = page.title.to_string();
    let address = format!("/pages/{}", page.id);
    let is_over = page.status.is_final();
    let drawn = page.downloads.is_some();
    let failed = page.status == Status::Failed;
    // Why the page looks as it did before.
    let in_vain = job.as_ref().filter(|job| is_over && drawn && job.status == Status::Failed);
    let in_vain = in_vain.and_then(|job| job.error.clone());
    let redraw = photo_expires_at.filter(|_| is_over && drawn);
    view! {
        <article class="page">
            <h1>{title.clone()}</h1>
            <Notice problem />
            {in_vain.map(|sentence| view! { <p class="notice" data-said="">{sentence}</p> })}
            {(!is_over).then_some(job).flatten().map(|job| view! { <Progress job anew=drawn provisional_image_url /> })}
            {drawn.then(|| view! { <Drawn address=address.clone() title=title.clone() /> })}
            {film.then(|| view! { <Film address=address.clone() /> })}
            {failed.then(|| view! { <GaveUp /> })}
            <section class="page-care" aria-label=tr("about-page")>
                {redraw.map(|until| view! { <Redraw action=format!("{address}/redraw") style=page.style until /> })}
                {is_over.then(|| view! { <Rename action=format!("{address}/rename") title /> })}
                // There is nothing to keep.
                {(!failed).then(|| view! { <Keep address=address.clone() page /> })}
                <details class="danger">
                    <summary>{tr("delete-page")}</summary>
                    <p>{tr("delete-page-words")}</p>
                    <form method="post" action=format!("{address}/delete")>
                        <button class="button danger">{tr("delete-page-button")}</button>
                    </form>
                </details>
            </section>
        </article>
    }
    .into_any()
}

/// Only while the photo is kept: without it there is nothing to draw from.
#[component]
fn Redraw(action: String, style: Style, until: String) -> impl IntoView {
    view! {
        <details class="redraw">
            <summary>{tr("redraw")}</summary>
            <form method="post" action=action>
                <Presets legend=tr("who-colours") chosen=style.preset />
                <MoreKnobs chosen=style />
                <p class="hint">
                    {tr_view("redraw-words", [("day", view! { <time datetime=until.clone()>{format_date(&until)}</time> }.into_any())])}
                </p>
                <button class="button">{tr("redraw-button")}</button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Keep(address: String, page: Page) -> impl IntoView {
    let until = view! { <time datetime=page.keep_until.clone()>{format_date(&page.keep_until)}</time> }.into_any();
    view! {
        <form class="keep-longer" method="post" action=format!("{address}/keep")>
            <p class="hint">{tr_view("kept-until", [("day", until)])}</p>
            <button class="button quiet">{tr("keep-longer")}</button>
        </form>
    }
    .into_any()
}

/// Not there while a page is drawn: what is typed would be gone when the finished page is shown.
#[component]
fn Rename(action: String, title: String) -> impl IntoView {
    view! {
        <form class="inline" method="post" action=action>
            <label class="field">
                <span>{tr("title")}</span>
                <input name="title" value=title maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <button class="button">{tr("save-title")}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Drawn(address: String, title: String) -> impl IntoView {
    let save = |kind: &str, query: &str, name: String| {
        view! {
            <a class="button" href=format!("{address}/{kind}?{query}download=1") download>
                {name}
            </a>
        }
    };
    let pdf = format!("{address}/pdf?paper=a4");
    let saves = [
        save("pdf", "paper=a4&", tr("pdf-a4")),
        save("pdf", "paper=letter&", tr("pdf-letter")),
        save("png", "", "PNG".to_owned()),
        save("svg", "", "SVG".to_owned()),
    ];
    view! {
        <div class="paper" data-kept="">
            <img src=format!("{address}/svg") alt=tr_args("to-colour-in", &[("title", title.as_str().into())]) />
        </div>
        <div class="page-actions">
            <a class="button primary" data-print href=pdf>
                {tr("print")}
            </a>
            // Only a script can do these, and the second only where the system can.
            <button class="button needs-script" type="button" data-colour>
                {tr("colour-here")}
            </button>
            <button class="button" type="button" data-share=format!("{address}/png") data-title=title.clone() hidden>
                {tr("share")}
            </button>
            {saves}
            <a class="button quiet" href=format!("{address}/svg") target="_blank" data-large>
                {tr("see-large")}
            </a>
        </div>
        <p class="notice" role="alert" data-unsaved=tr("save-offline")></p>
        <Large picture=format!("{address}/svg") title=title.clone() />
        <Colouring picture=format!("{address}/svg") title />
    }
    .into_any()
}

#[component]
fn Film(address: String) -> impl IntoView {
    view! {
        <video class="film" controls preload="metadata" src=format!("{address}/film")></video>
        <p>
            <a class="button" href=format!("{address}/film?download=1") download>
                {tr("save-film")}
            </a>
        </p>
    }
    .into_any()
}

/// How far the drawing is. `anew`: there is one already, which stands below. `provisional_image_url`: a generator's own picture,
/// until ours is there.
#[component]
fn Progress(job: Job, anew: bool, provisional_image_url: Option<String>) -> impl IntoView {
    let picture = provisional_image_url
        .map(|url| view! { <img src=url alt=tr("meanwhile-picture") referrerpolicy="no-referrer" /> });
    let scribble = view! {
        <svg class="scribble" viewBox="0 0 200 80" aria-hidden="true">
            <path d="M10 60C30 10 45 10 50 40s15 30 30 0 25-35 35-5 15 30 30 5 25-20 45-15" pathLength="100" />
        </svg>
    };
    let (waiting, drawing) = (tr("says-waiting"), tr("says-drawing"));
    let says = if job.status == Status::Waiting { waiting.clone() } else { drawing.clone() };
    view! {
        <div class=if anew { "drawing-anew" } else { "paper paper-waiting" } data-job=job.id.to_string() data-waiting=waiting data-drawing=drawing>
            {if picture.is_some() { picture.into_any() } else { (!anew).then_some(scribble).into_any() }}
            <p role="status">{says}</p>
            <progress max="1" value=job.progress.to_string() aria-label=tr("drawn-so-far")></progress>
        </div>
    }
    .into_any()
}

#[component]
fn GaveUp() -> impl IntoView {
    view! {
        <div class="notice" data-said="">
            <p>
                <strong>{tr("gave-up")}</strong>
                " " {tr("gave-up-words")}
            </p>
            <ChooseAPhoto />
        </div>
    }
    .into_any()
}
