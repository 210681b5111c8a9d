//! The document around the application: its head, the state handed to the browser, the scripts that
//! hydrate it.

use http::request::Parts;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use server::i18n::{Locale, catalog_path};

use crate::{app::App, i18n::tr, state::session::InitialState};

#[component]
pub fn Shell(options: LeptosOptions) -> impl IntoView {
    let language = use_context::<Locale>().unwrap_or_default().language;
    view! {
        <!DOCTYPE html>
        <html lang=language.as_str() dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="description" content=tr("site-description") />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbf6ec" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#211d18" />
                <link rel="stylesheet" href="/pkg/scribble.css" />
                <link rel="stylesheet" href="/library.css" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                // With credentials, because the language is a cookie.
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <link rel="apple-touch-icon" href="/icons/maskable-192.png" />
                <noscript>
                    <link rel="stylesheet" href="/no-script.css" />
                </noscript>
                <HydrationScripts catalog=catalog_path(language) />
                <MetaTags />
                <AutoReload options />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The state in which the document was rendered, and the script that hydrates it. Leptos' own
/// component fails in Firefox (leptos-rs/leptos#4843).
#[component]
fn HydrationScripts(catalog: &'static str) -> impl IntoView {
    let state = serde_json::to_string(&use_context::<InitialState>().unwrap_or_default()).unwrap_or_default();
    // Inside a script element nothing but its end has a meaning.
    let state = state.replace('<', "\\u003c");
    let nonce = use_nonce();
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned());
    view! {
        <script type="application/json" id="initial-state" inner_html=state></script>
        <script type="module" nonce=nonce src="/start.js" data-catalog=catalog data-path=path></script>
    }
}
