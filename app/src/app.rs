//! The root component: every route of the application.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    browser::document,
    components::{Banner, ErrorScreen, RouteAnnouncer, SignInDialog, SiteFooter, SiteHeader},
    error::AppError,
    i18n::tr,
    screens::{not_found::NotFound, privacy::Privacy},
    state::{
        auth::AuthDialog,
        session::{InitialState, Session},
        studio::Studio,
    },
    tools::CanvasTools,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    AuthDialog::provide();
    Studio::provide();
    Session::provide(use_context::<InitialState>().unwrap_or_else(document::initial_state));
    CanvasTools::provide();
    // A middleware rejected the request.
    let rejection = use_context::<AppError>();
    view! {
        <Title formatter=title_of_site text="" />
        <a class="skip" href="#main">
            {tr("skip")}
        </a>
        <Router>
            <SiteHeader />
            <Banner />
            <main id="main">
                {match rejection {
                    Some(AppError(problem)) => view! { <ErrorScreen problem /> }.into_any(),
                    None => view! { <Screens /> }.into_any(),
                }}
            </main>
            <SiteFooter />
            <SignInDialog />
            <RouteAnnouncer />
        </Router>
    }
}

#[component]
fn Screens() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/privacy") view=Privacy ssr=SsrMode::Async />
        </Routes>
    }
}

fn title_of_site(title: String) -> String {
    if title.is_empty() { tr("site-title") } else { format!("{title} · {}", tr("product")) }
}
