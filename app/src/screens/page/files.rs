//! Links that save the files of the page. Without JavaScript the browser saves them itself, and
//! does nothing at all where there is no connection.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    browser::{
        document,
        download::{DownloadError, fetch_file, save_file},
    },
    i18n::tr,
};

/// `path` is that of the page. `is_unavailable` is set if a file cannot be fetched.
#[component]
pub fn SavedFiles(path: String, title: String, is_unavailable: RwSignal<bool>) -> impl IntoView {
    let link = |kind: &'static str, query: &'static str, text: String| {
        let address = format!("{path}/{kind}?{query}download=1");
        // The service worker keeps pictures, under their address without a query.
        let fetched_from = if kind == "pdf" { address.clone() } else { format!("{path}/{kind}") };
        let name = format!("{title}.{kind}");
        let fallback = address.clone();
        let save = move |event: ev::MouseEvent| {
            event.prevent_default();
            is_unavailable.set(false);
            let (fetched_from, name, fallback) = (fetched_from.clone(), name.clone(), fallback.clone());
            spawn_local(async move {
                match fetch_file(&fetched_from).await {
                    Ok(file) => save_file(&file, &name),
                    Err(DownloadError::Rejected) => document::load(&fallback),
                    Err(DownloadError::NoConnection) => is_unavailable.set(true),
                }
            });
        };
        view! {
            <a class="button" href=address download="" on:click=save>
                {text}
            </a>
        }
    };
    view! {
        {link("pdf", "paper=a4&", tr("pdf-a4"))}
        {link("pdf", "paper=letter&", tr("pdf-letter"))}
        {link("png", "", "PNG".to_owned())}
        {link("svg", "", "SVG".to_owned())}
    }
    .into_any()
}
