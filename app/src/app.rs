//! The root component: every route of the application.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    browser::document,
    components::{Banner, ErrorScreen, RouteAnnouncer, SignInDialog, SiteFooter, SiteHeader},
    error::AppError,
    i18n::tr,
    lazy::{
        AccountRoute, AdminRoute, BookRoute, CallbackRoute, CreateRoute, DevMailRoute, GalleryRoute, LoginRoute,
        PageChoiceRoute, PageRoute, ResetPasswordRoute,
    },
    screens::{home::Home, not_found::NotFound, offline::Offline, privacy::Privacy},
    state::{
        auth::AuthDialog,
        book_photos::BookPhotos,
        installation::Installation,
        library::Library,
        session::{InitialState, Session},
        studio::Studio,
    },
    tools::CanvasTools,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Session::provide(use_context::<InitialState>().unwrap_or_else(document::initial_state));
    Installation::provide();
    Library::provide();
    AuthDialog::provide();
    Studio::provide(Session::current(), AuthDialog::current());
    BookPhotos::provide();
    CanvasTools::provide();
    // A middleware rejected the request.
    let rejection = use_context::<AppError>();
    // The title is put together after the rendering, where no language and no signal is left.
    let (product, site_title) = (tr("product"), tr("site-title"));
    let format_title = move |title: String| match title.is_empty() {
        true => site_title.clone(),
        false => format!("{title} · {product}"),
    };
    view! {
        <Title formatter=format_title text="" />
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
            <Route path=path!("/") view=Home ssr=SsrMode::Async />
            <Route path=path!("/create") view={Lazy::<CreateRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/gallery") view={Lazy::<GalleryRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/pages/:id") view={Lazy::<PageRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/books/new") view={Lazy::<PageChoiceRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/books/:book") view={Lazy::<BookRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/books/:book/choose") view={Lazy::<PageChoiceRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/account") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/auth/login") view={Lazy::<LoginRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/auth/callback") view={Lazy::<CallbackRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/auth/reset-password") view={Lazy::<ResetPasswordRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/privacy") view=Privacy ssr=SsrMode::Async />
            <Route path=path!("/offline") view=Offline ssr=SsrMode::Async />
            <Route path=path!("/admin") view={Lazy::<AdminRoute>::new()} ssr=SsrMode::Async />
            <Route path=path!("/dev/mail") view={Lazy::<DevMailRoute>::new()} ssr=SsrMode::Async />
        </Routes>
    }
}
