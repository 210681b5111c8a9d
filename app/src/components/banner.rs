//! Banners below the header: no connection, a page that waits to be saved, a new version, the offer
//! to install.

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

use crate::{
    browser::{
        connection, document,
        installation::{self, Way},
        native_forms, service_worker,
    },
    i18n::tr,
    state::{
        installation::Installation,
        studio::{Stage, Studio},
    },
};

/// In the studio, everything that is loaded before the first drawing is needed more than the
/// service worker; it is registered after the drawing, or after this time.
const REGISTER_AFTER: Duration = Duration::from_secs(8);

#[component]
pub fn Banner() -> impl IntoView {
    let studio = Studio::current();
    let path = use_location().pathname;
    let is_offline = RwSignal::new(false);
    let has_new_version = RwSignal::new(false);
    let offline_text = NodeRef::<html::P>::new();
    Effect::new(move || {
        is_offline.set(!connection::is_online());
        connection::watch(move |is_online| is_offline.set(!is_online));
        native_forms::watch(move || {
            is_offline.set(true);
            // Once it is visible.
            request_animation_frame(move || {
                if let Some(text) = offline_text.get_untracked() {
                    let _ = text.focus();
                }
            });
        });
    });
    Effect::new(move || {
        path.track();
        document::forget_outcome();
    });
    register_service_worker(has_new_version);
    view! {
        <div class="news" aria-label=tr("news") role="status">
            <p data-news="offline" tabindex="-1" node_ref=offline_text hidden=move || !is_offline.get()>
                {tr("news-offline")}
            </p>
            <p data-news="waits" hidden=move || !studio.waits_for_connection.get()>
                {tr("news-waits")}
            </p>
            <p data-news="version" hidden=move || !has_new_version.get()>
                {tr("news-version")}
                " "
                <button class="link" type="button" on:click=move |_| spawn_local(service_worker::take_over())>
                    {tr("reload")}
                </button>
            </p>
            // Shown by `start.js` when this application cannot be loaded.
            <p data-news="start" hidden>
                {tr("news-start")}
                " "
                <button class="link" type="button">
                    {tr("retry")}
                </button>
            </p>
            <InstallOffer />
        </div>
    }
    .into_any()
}

fn register_service_worker(has_new_version: RwSignal<bool>) {
    let studio = Studio::current();
    let path = use_location().pathname;
    let is_registered = StoredValue::new(false);
    let register = move || {
        if !is_registered.get_value() {
            is_registered.set_value(true);
            spawn_local(service_worker::register(move || has_new_version.set(true)));
        }
    };
    Effect::new(move |is_timed: Option<bool>| {
        let is_drawing = path.get() == "/create" && studio.stage.get() != Stage::Drawn;
        if !is_drawing {
            register();
        } else if !is_timed.unwrap_or_default() {
            set_timeout(register, REGISTER_AFTER);
            return true;
        }
        is_timed.unwrap_or_default()
    });
}

/// Offered to somebody who has saved a page, and never before; once refused, not again. Not in the
/// studio, where it would cover the button that saves.
#[component]
fn InstallOffer() -> impl IntoView {
    let path = use_location().pathname;
    let way = RwSignal::new(None::<Way>);
    let installation = Installation::current();
    Effect::new(move || installation::watch(move |offered| way.set(offered)));
    let offered = Memo::new(move |_| {
        let is_elsewhere = path.get() != "/create";
        way.get().filter(|_| is_elsewhere && installation.may_be_offered.get())
    });
    let refuse = move |_| installation.record_refusal();
    let accept = move |_| {
        way.set(None);
        installation::prompt();
    };
    let refuse_button = move || {
        view! {
            <button class="link" type="button" data-refuse on:click=refuse>
                {tr("no-thank-you")}
            </button>
        }
    };
    view! {
        <p data-news="install" hidden=move || offered.get() != Some(Way::Dialog)>
            {tr("news-install")}
            " "
            <button class="link" type="button" data-accept on:click=accept>
                {tr("install")}
            </button>
            {refuse_button()}
        </p>
        <p data-news="install-by-hand" hidden=move || offered.get() != Some(Way::ByHand)>
            {tr("news-install-by-hand")}
            " "
            {refuse_button()}
        </p>
    }
}
