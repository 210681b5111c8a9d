//! How far the drawing of the page is.

use leptos::prelude::*;
use model::{Job, Status};
use send_wrapper::SendWrapper;

use super::PageState;
use crate::{
    browser::{document, events::JobEvents},
    i18n::tr,
    response,
};

/// Without JavaScript the document is loaded again each two seconds.
const RELOAD: &str = r#"<meta http-equiv="refresh" content="2">"#;

/// `has_drawing`: the page is redrawn, its present drawing stands below. `provisional_image_url` is
/// the picture of an external generator, until the page's own is there.
#[component]
pub fn Progress(job: Job, has_drawing: bool, provisional_image_url: Option<String>, state: PageState) -> impl IntoView {
    if let Some(origin) = provisional_image_url.as_deref().and_then(origin_of) {
        response::allow_images_from(&origin);
    }
    let id = job.id;
    let (is_waiting, progress) = (job.status == Status::Waiting, job.progress);
    let shown = RwSignal::new((is_waiting, progress));
    Effect::new(move || {
        let events = JobEvents::follow(id, move |job| match job {
            Some(job) if !job.status.is_final() => shown.set((job.status == Status::Waiting, job.progress)),
            ended => state.job_ended(ended, has_drawing),
        });
        let events = events.map(SendWrapper::new);
        on_cleanup(move || drop(events));
        // The form that asked for another drawing is gone.
        if state.redraw.value().with_untracked(Option::is_some) {
            document::focus_if_lost("[data-job]");
        }
    });
    let class = if has_drawing { "drawing-anew" } else { "paper paper-waiting" };
    let picture = provisional_image_url
        .map(|url| view! { <img src=url alt=tr("meanwhile-picture") referrerpolicy="no-referrer" /> });
    let scribble = (picture.is_none() && !has_drawing).then(|| {
        view! {
            <svg class="scribble" viewBox="0 0 200 80" aria-hidden="true">
                <path d="M10 60C30 10 45 10 50 40s15 30 30 0 25-35 35-5 15 30 30 5 25-20 45-15" pathLength="100" />
            </svg>
        }
    });
    view! {
        <div class=class data-job=id.to_string() tabindex="-1">
            <noscript inner_html=RELOAD></noscript>
            {picture}
            {scribble}
            <p role="status">{move || if shown.get().0 { tr("says-waiting") } else { tr("says-drawing") }}</p>
            <progress max="1" value=move || shown.get().1.to_string() aria-label=tr("drawn-so-far")></progress>
        </div>
    }
    .into_any()
}

/// Scheme and host of a URL.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn origin_is_scheme_and_host() {
        assert_eq!(origin_of("https://img.example.org/a/b.png").as_deref(), Some("https://img.example.org"));
        assert_eq!(origin_of("nonsense"), None);
    }
}
