//! `/pages/{id}`: one page: its drawing to print, save and colour in, its title, style and
//! retention.

mod drawing;
mod files;
mod progress;
mod settings;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map};
use model::{Job, Page, PageDetails, ProblemCode, Status};

use crate::{
    api::pages::{DeletePage, KeepPage, LoadedPage, RedrawPage, RenamePage, load_page},
    browser::document,
    components::{LargeView, Loaded, Notice, Picture, query_problem},
    error::AppError,
    i18n::tr,
    state::{library::Library, session::Session},
    tools::colouring_dialog::{ColouringDialog, ColouringPage},
};
use drawing::{Drawing, Video};
use progress::Progress;
use settings::{Deletion, Redrawing, Renaming, Retention};

/// What outlives the contents of the screen, which are rendered anew each time they are loaded.
#[derive(Clone, Copy)]
struct PageState {
    rename: ServerAction<RenamePage>,
    redraw: ServerAction<RedrawPage>,
    keep: ServerAction<KeepPage>,
    delete: ServerAction<DeletePage>,
    /// Loads the page again.
    refresh: Callback<()>,
    /// The drawing was finished while the screen was open.
    is_new: RwSignal<bool>,
    /// How often a drawing of this screen has been replaced by another one of the same address.
    replaced: RwSignal<u32>,
    large_view: RwSignal<Option<Picture>>,
    colouring: RwSignal<Option<ColouringPage>>,
    /// A file could not be fetched.
    is_file_unavailable: RwSignal<bool>,
}

impl PageState {
    /// True once a form was sent by script.
    fn has_submitted(self) -> bool {
        let versions = [self.rename.version(), self.redraw.version(), self.keep.version(), self.delete.version()];
        versions.iter().any(|version| version.get() > 0)
    }

    /// The job has ended, or is not shown any more.
    fn job_ended(self, job: Option<Job>, has_drawing: bool) {
        if job.is_some_and(|job| job.status == Status::Ready) {
            self.is_new.set(true);
            if has_drawing {
                self.replaced.update(|replaced| *replaced += 1);
            }
        }
        self.refresh.run(());
    }
}

#[component]
pub fn PageScreen() -> impl IntoView {
    let session = Session::current();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = Resource::new(move || (session.user_id(), id.get()), |(_, id)| load_page(id));
    let library = Library::current();
    let state = PageState {
        rename: ServerAction::new(),
        redraw: ServerAction::new(),
        keep: ServerAction::new(),
        delete: ServerAction::new(),
        refresh: Callback::new(move |()| {
            library.clear();
            page.refetch();
        }),
        is_new: RwSignal::new(false),
        replaced: RwSignal::new(0),
        large_view: RwSignal::new(None),
        colouring: RwSignal::new(None),
        is_file_unavailable: RwSignal::new(false),
    };
    refresh_after(state.rename.value(), state);
    refresh_after(state.redraw.value(), state);
    refresh_after(state.keep.value(), state);
    let navigate = use_navigate();
    let deleted = state.delete.value();
    Effect::new(move || match deleted.get() {
        Some(Ok(())) => {
            library.clear();
            navigate("/gallery", Default::default());
        }
        Some(Err(AppError(problem))) if problem.code == ProblemCode::SignedOut => state.refresh.run(()),
        _ => {}
    });
    let allows_provider = StoredValue::new(None);
    view! {
        <Loaded resource=page let:loaded>
            <Contents loaded state allows_provider />
        </Loaded>
        <LargeView picture=state.large_view />
        <ColouringDialog page=state.colouring is_unavailable=state.is_file_unavailable />
    }
}

/// Loads the page again after a change of it, or when the change shows that the session has ended.
fn refresh_after(value: impl Into<Signal<Option<Result<(), AppError>>>>, state: PageState) {
    let value = value.into();
    Effect::new(move || match value.get() {
        Some(Ok(())) => state.refresh.run(()),
        Some(Err(AppError(problem))) if problem.code == ProblemCode::SignedOut => state.refresh.run(()),
        _ => {}
    });
}

#[component]
fn Contents(loaded: LoadedPage, state: PageState, allows_provider: StoredValue<Option<bool>>) -> impl IntoView {
    let LoadedPage { details, credits } = loaded;
    let PageDetails { page, job, photo_expires_at, provisional_image_url } = details;
    let session = Session::current();
    Effect::new(move || session.set_credits(credits));
    // The policy of the document allows the provider's image only if the server rendered it.
    let is_allowed = allows_provider.get_value().unwrap_or_else(document::is_first_screen);
    let provisional_image_url = provisional_image_url.filter(|_| is_allowed);
    allows_provider.set_value(Some(provisional_image_url.is_some()));
    let is_final = page.status.is_final();
    let has_drawing = page.downloads.is_some();
    let has_video = page.downloads.as_ref().is_some_and(|files| files.video.is_some());
    let has_failed = page.status == Status::Failed;
    let failed_redrawing = job.as_ref().filter(|job| is_final && has_drawing && job.status == Status::Failed);
    let failed_redrawing = failed_redrawing.and_then(|job| job.error.clone());
    let running_job = job.filter(|_| !is_final);
    let redrawable_until = photo_expires_at.filter(|_| is_final && has_drawing);
    let Page { id, title, style, keep_until, .. } = page;
    let title = title.to_string();
    let from_address = query_problem();
    let address_problem = Signal::derive(move || from_address.get().filter(|_| !state.has_submitted()));
    view! {
        <Title text=title.clone() />
        <article class="page">
            <h1>{title.clone()}</h1>
            <Notice problem=address_problem />
            {failed_redrawing
                .map(|sentence| {
                    view! {
                        <p class="notice" data-said="">
                            {sentence}
                        </p>
                    }
                })}
            {running_job.map(|job| view! { <Progress job has_drawing provisional_image_url state /> })}
            {has_drawing.then(|| view! { <Drawing id title=title.clone() state /> })}
            {has_video.then(|| view! { <Video id /> })}
            {has_failed.then(|| view! { <Failed /> })}
            <section class="page-care" aria-label=tr("about-page")>
                {redrawable_until.map(|until| view! { <Redrawing id style until action=state.redraw /> })}
                {is_final.then(|| view! { <Renaming id title action=state.rename /> })}
                {(!has_failed).then(|| view! { <Retention id keep_until action=state.keep /> })}
                <Deletion id action=state.delete />
            </section>
        </article>
    }
    .into_any()
}

#[component]
fn Failed() -> impl IntoView {
    view! {
        <div class="notice" data-said="">
            <p>
                <strong>{tr("gave-up")}</strong>
                " "
                {tr("gave-up-words")}
            </p>
            <p>
                <a class="button primary" href="/create">
                    {tr("choose-a-photo")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
