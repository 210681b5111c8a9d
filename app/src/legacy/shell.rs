//! The document around every screen: head, header, footer. Rendered in one go; only islands wake up in the browser.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use model::Language;
use server::i18n;

use crate::legacy::i18n::{tr, tr_args};

use crate::legacy::components::News;

/// What differs in the head from screen to screen.
#[derive(Default)]
pub struct Head {
    /// Before the name of the site; the home screen has none.
    pub title: Option<String>,
    /// The path in the navigation that this screen belongs to.
    pub here: &'static str,
    /// The screen has islands: load what wakes them.
    pub islands: bool,
    /// Links `public/library.css`.
    pub library_css: bool,
    /// What the header says is left, when the screen knows it anyway.
    pub credits: Option<i64>,
    /// A script of this screen alone.
    pub script: Option<&'static str>,
    /// The script of this screen brings `/app.js` along, once what is seen first is there. Islands do so anyway.
    pub late: bool,
    /// Marks the scripts as ours; the screen's policy names it too. Without it there are none: they would not run.
    pub nonce: String,
}

impl Head {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..Self::default() }
    }

    pub fn here(self, here: &'static str) -> Self {
        Self { here, ..self }
    }

    pub fn credits(self, credits: i64) -> Self {
        Self { credits: Some(credits), ..self }
    }

    pub fn library_css(self) -> Self {
        Self { library_css: true, ..self }
    }

    pub fn islands(self) -> Self {
        Self { islands: true, ..self }
    }
}

/// Whose header it is.
pub enum Header {
    /// Something went wrong before that was known.
    Unknown,
    SignedOut,
    SignedIn {
        credits: i64,
    },
}

/// `path` is where it stands; `body` makes the view: it has to be made under the document's owner, where islands find their context.
pub fn document<V: IntoView + 'static>(head: Head, header: Header, path: &str, body: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let html = owner.with(|| view! { <Document head header path=path.to_owned() body=body().into_any() /> }.to_html());
    owner.cleanup();
    html
}

#[component]
fn Document(head: Head, header: Header, path: String, body: AnyView) -> impl IntoView {
    let Head { title, here, islands, library_css, script, late, nonce, .. } = head;
    let (app_nonce, own_nonce) = (nonce.clone(), nonce.clone());
    let title = match title {
        Some(title) => format!("{title} · {}", tr("product")),
        None => tr("site-title"),
    };
    view! {
        <!DOCTYPE html>
        <html lang=i18n::current_language().as_str() dir=i18n::current_language().direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <title>{title}</title>
                <meta name="description" content=tr("site-description") />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbf6ec" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#211d18" />
                <link rel="stylesheet" href="/pkg/scribble.css" />
                {library_css.then(|| view! { <link rel="stylesheet" href="/library.css" /> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                // With its cookies: one of them is the language.
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <noscript>
                    <link rel="stylesheet" href="/no-script.css" />
                </noscript>
                <link rel="apple-touch-icon" href="/icons/maskable-192.png" />
                {islands.then(|| view! { <Wake nonce /> })}
                {(!islands && !late && !app_nonce.is_empty())
                    .then(|| view! { <script type="module" nonce=app_nonce src="/app.js"></script> })}
                {script.map(|address| view! { <script type="module" nonce=own_nonce src=address></script> })}
                <AutoReload options=LeptosOptions::builder().output_name("scribble").build() />
            </head>
            <body>
                <a class="skip" href="#main">
                    {tr("skip")}
                </a>
                <SiteHeader header here />
                <News />
                <main id="main">{body}</main>
                <footer class="site-footer">
                    <p>{tr("footer-promise")}</p>
                    <nav aria-label=tr("footer-nav")>
                        <a href="/privacy">{tr("privacy")}</a>
                    </nav>
                    <LanguageSwitch path />
                </footer>
            </body>
        </html>
    }
}

/// One button for each language, named as its speakers do; a form, so that it works without JavaScript.
#[component]
fn LanguageSwitch(path: String) -> impl IntoView {
    let button = |language: Language| {
        let name = language.as_str();
        let is_current = language == i18n::current_language();
        view! {
            <button class="link" name="language" value=name lang=name aria-current=is_current.then_some("true")>
                {language.native_name()}
            </button>
        }
    };
    view! {
        <form class="languages" method="post" action="/language" aria-label=tr("language-switch")>
            <input type="hidden" name="return_to" value=path />
            {Language::ALL.map(button)}
        </form>
    }
    .into_any()
}

/// What wakes the islands, asked for early so that it arrives together.
#[component]
fn Wake(nonce: String) -> impl IntoView {
    view! {
        <link rel="modulepreload" href="/pkg/scribble.js" nonce=nonce.clone() />
        <link rel="preload" href="/pkg/scribble.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce src="/islands.js"></script>
    }
    .into_any()
}

#[component]
fn SiteHeader(header: Header, here: &'static str) -> impl IntoView {
    let link = move |path: &'static str, text: String| {
        view! {
            <a href=path aria-current=(path == here).then_some("page")>
                {text}
            </a>
        }
    };
    let own = match header {
        Header::Unknown => ().into_any(),
        Header::SignedOut => link("/auth/login", tr("sign-in")).into_any(),
        Header::SignedIn { credits } => view! {
            <a class="credits" href="/account" aria-current=("/account" == here).then_some("page")>
                {tr_args("credits", &[("count", credits.into())])}
            </a>
            <form method="post" action="/do/accounts/sign-out">
                <button class="link">{tr("sign-out")}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
                    <path class="brand-paper" d="M6 3h15l5 5v21H6z" />
                    <path class="brand-line" d="M10 21c2-6 4-9 6-8s-2 6 0 7 4-5 6-4" />
                </svg>
                <span>{tr("product")}</span>
            </a>
            <nav aria-label=tr("nav-main")>{link("/create", tr("create"))} {link("/gallery", tr("gallery"))} {own}</nav>
        </header>
    }
    .into_any()
}
