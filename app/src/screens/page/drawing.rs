//! The drawing of the page with what can be done with it: print, colour in, share, save, enlarge.

use std::{cell::RefCell, rc::Rc};

use leptos::{ev, html, prelude::*, task::spawn_local};
use model::PageId;

use super::{PageState, files::SavedFiles};
use crate::{
    browser::{
        document,
        download::fetch_file,
        share::{SharedPicture, can_share_pictures},
    },
    components::Picture,
    i18n::{tr, tr_args},
    state::installation::Installation,
    tools::colouring_dialog::ColouringPage,
};

#[component]
pub fn Drawing(id: PageId, title: String, state: PageState) -> impl IntoView {
    let path = format!("/pages/{id}");
    // Browsers keep a picture for its address: another drawing takes another one.
    let address = match state.replaced.get_untracked() {
        0 => format!("{path}/svg"),
        replaced => format!("{path}/svg?drawing={replaced}"),
    };
    let installation = Installation::current();
    Effect::new(move || installation.record_saved_page());
    let alt = tr_args("to-colour-in", &[("title", title.as_str().into())]);
    let picture = Picture { address: address.clone(), title: title.clone() };
    let paper = NodeRef::<html::Div>::new();
    let image = NodeRef::<html::Img>::new();
    let print = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let (Some(paper), Some(image)) = (paper.get_untracked(), image.get_untracked()) {
            // The sheet lies the way the drawing does.
            let is_wide = image.natural_width() > image.natural_height();
            let _ = paper.toggle_attribute_with_force("data-wide", is_wide);
            document::print();
        }
    };
    let colour = {
        let page = ColouringPage { path: path.clone(), picture: picture.clone() };
        move |_| state.colouring.set(Some(page.clone()))
    };
    let enlarge = move |event: ev::MouseEvent| {
        event.prevent_default();
        state.large_view.set(Some(picture.clone()));
    };
    view! {
        <div node_ref=paper class="paper" class:unveiled=move || state.is_new.get()>
            <img node_ref=image src=address.clone() alt=alt />
        </div>
        <div class="page-actions">
            <a class="button primary" data-print="" rel="external" href=format!("{path}/pdf?paper=a4") on:click=print>
                {tr("print")}
            </a>
            <button class="button needs-script" type="button" data-colour="" on:click=colour>
                {tr("colour-here")}
            </button>
            <ShareButton png=format!("{path}/png") title=title.clone() />
            <SavedFiles path title is_unavailable=state.is_file_unavailable />
            <a class="button quiet" href=address target="_blank" rel="external" data-large="" on:click=enlarge>
                {tr("see-large")}
            </a>
        </div>
        <p class="notice" role="alert" data-said=move || state.is_file_unavailable.get().then_some("")>
            {move || state.is_file_unavailable.get().then(|| tr("save-offline"))}
        </p>
    }
    .into_any()
}

/// Shown where the system shares pictures.
#[component]
fn ShareButton(png: String, title: String) -> impl IntoView {
    let can_share = RwSignal::new(false);
    Effect::new(move || can_share.set(can_share_pictures()));
    // Kept for a second click: after a slow fetch the browser wants one.
    let fetched = Rc::new(RefCell::new(None::<Rc<SharedPicture>>));
    let share = move |_| {
        let (fetched, png, title) = (fetched.clone(), png.clone(), title.clone());
        spawn_local(async move {
            let known = fetched.borrow().clone();
            let picture = match known {
                Some(picture) => Some(picture),
                None => fetch_file(&png).await.ok().and_then(|file| SharedPicture::new(&file, &title)).map(Rc::new),
            };
            if let Some(picture) = picture {
                *fetched.borrow_mut() = Some(picture.clone());
                picture.share().await;
            }
        });
    };
    view! {
        <button class="button" type="button" hidden=move || !can_share.get() on:click=share>
            {tr("share")}
        </button>
    }
    .into_any()
}

#[component]
pub fn Video(id: PageId) -> impl IntoView {
    let address = format!("/pages/{id}/film");
    view! {
        <video class="film" controls preload="metadata" src=address.clone()></video>
        <p>
            <a class="button" href=format!("{address}?download=1") download="">
                {tr("save-film")}
            </a>
        </p>
    }
    .into_any()
}
