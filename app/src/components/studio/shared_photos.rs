//! Asks whether to open photos that were shared with the application while another one waits here
//! to be saved.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};
use send_wrapper::SendWrapper;

use crate::{
    browser::{photo::Photo, shared},
    i18n::tr,
    state::{auth::AuthDialog, studio::Studio},
};

#[component]
pub fn SharedPhotos() -> impl IntoView {
    let (studio, auth) = (Studio::current(), AuthDialog::current());
    let query = use_query_map();
    let navigate = use_navigate();
    let photos = RwSignal::new(None::<SendWrapper<Vec<Photo>>>);
    Effect::new(move || {
        if query.with(|query| query.get_str("shared").is_some()) {
            spawn_local(async move {
                photos.set(shared::load().await.map(SendWrapper::new));
            });
        }
    });
    let answer = move |opens: bool| {
        let shared = photos.write().take();
        spawn_local(shared::forget());
        navigate("/create", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        if let Some(shared) = shared.filter(|_| opens) {
            // The dialog that awaits a code belongs to the photo that waited.
            auth.close();
            studio.open_files(shared.take());
        }
    };
    let take = answer.clone();
    view! {
        <div class="shared" role="status" hidden=move || photos.with(Option::is_none)>
            <p>{tr("shared-waits")}</p>
            <button type="button" class="button" data-take on:click=move |_| take(true)>
                {tr("shared-take")}
            </button>
            <button type="button" class="button quiet" on:click=move |_| answer(false)>
                {tr("shared-leave")}
            </button>
        </div>
    }
    .into_any()
}
