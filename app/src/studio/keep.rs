//! From "Keep this page" to the page: an account if there is none yet, the photo on its way, the order to draw it.

use leptos::{prelude::*, task::spawn_local};
use model::{Problem, ProblemCode};

use super::{Studio, bench::Bench};
use crate::{
    browser::{
        net::{self, Json},
        page,
    },
    components::{AuthPanel, Step},
};

/// How far keeping a page is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Keeping {
    No,
    /// Making the file that goes up.
    Preparing,
    /// How much has left, 0 to 1.
    Sending(f64),
    Ordering,
}

impl Keeping {
    pub(super) fn is_busy(self) -> bool {
        self != Self::No
    }
}

/// What was sent, so that a second try sends nothing twice and spends no second credit.
#[derive(Default)]
pub(super) struct Sent {
    /// The photo as the server knows it.
    asset: Option<String>,
    /// The order and its key: the same order again carries the same key.
    order: Option<(String, String)>,
}

impl Studio {
    /// The main action. Asks for an account first if there is none.
    pub(super) fn keep(self) {
        if self.keeping.get_untracked().is_busy() || self.photo.with_untracked(Option::is_none) {
            return;
        }
        self.problem.set(None);
        if self.signed_in.get_untracked() {
            self.send();
        } else {
            self.ask_for_account();
        }
    }

    fn ask_for_account(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            page::open_dialog(&dialog);
        }
    }

    fn send(self) {
        self.keeping.set(Keeping::Preparing);
        spawn_local(async move {
            match self.order().await {
                Ok(page) => page::go(&format!("/pages/{page}")),
                Err(problem) => {
                    self.keeping.set(Keeping::No);
                    if problem.code == ProblemCode::SignedOut {
                        self.signed_in.set(false);
                        self.ask_for_account();
                    } else {
                        self.problem.set(Some(problem));
                    }
                }
            }
        });
    }

    /// Sends what has not been sent yet; the id of the new page.
    async fn order(self) -> Result<String, Problem> {
        let asset = match self.bench.with_value(|bench| bench.sent.asset.clone()) {
            Some(asset) => asset,
            None => self.upload().await?,
        };
        self.keeping.set(Keeping::Ordering);
        let order = self.written_order(&asset);
        let key = self.key_of(&order);
        let answer = net::post("/api/v1/jobs", &order, &key).await?;
        answer.text("page_id").ok_or_else(Problem::internal)
    }

    async fn upload(self) -> Result<String, Problem> {
        let photo = self.bench.with_value(Bench::photo).ok_or_else(Problem::photo_missing)?;
        let jpeg = photo.for_upload().await?;
        self.keeping.set(Keeping::Sending(0.0));
        let progress = move |part| self.keeping.set(Keeping::Sending(part));
        let asset = net::upload("/api/v1/upload", &jpeg, progress).await?.text("id").ok_or_else(Problem::internal)?;
        self.bench.update_value(|bench| bench.sent.asset = Some(asset.clone()));
        Ok(asset)
    }

    fn written_order(self, asset: &str) -> String {
        let style = self.style();
        let style = [
            ("preset", Json::Text(style.preset.as_str())),
            ("detail", Json::Number(style.detail())),
            ("line_mm", Json::Number(style.line_mm())),
        ];
        let title = self.title.get_untracked();
        let mut order = vec![("asset_id", Json::Text(asset)), ("style", Json::Object(&style))];
        if !title.trim().is_empty() {
            order.push(("title", Json::Text(title.trim())));
        }
        Json::Object(&order).written()
    }

    fn key_of(self, order: &str) -> String {
        let known = self.bench.with_value(|bench| bench.sent.order.clone());
        if let Some((_, key)) = known.filter(|(known, _)| known == order) {
            return key;
        }
        let key = page::random_key();
        self.bench.update_value(|bench| bench.sent.order = Some((order.to_owned(), key.clone())));
        key
    }
}

/// How far the photo is on its way.
#[component]
pub(super) fn Progress(studio: Studio) -> impl IntoView {
    let words = move || match studio.keeping.get() {
        Keeping::No => "",
        Keeping::Preparing => "Getting the photo ready…",
        Keeping::Sending(_) => "Sending the photo…",
        Keeping::Ordering => "Starting the drawing…",
    };
    let part = move || match studio.keeping.get() {
        Keeping::Sending(part) => part,
        Keeping::Ordering => 1.0,
        _ => 0.0,
    };
    view! {
        <div class="progress" class:busy=move || studio.keeping.get().is_busy()>
            <p role="status">{words}</p>
            <progress max="1" prop:value=part aria-label="Photo sent"></progress>
        </div>
    }
}

/// Asks for an account in the same page, so that the photo stays where it is.
#[component]
pub(super) fn KeepDialog(studio: Studio, dev: bool) -> impl IntoView {
    let close = move || {
        if let Some(dialog) = studio.dialog.get_untracked() {
            dialog.close();
        }
    };
    let done = Callback::new(move |()| {
        close();
        studio.signed_in.set(true);
        studio.send();
    });
    view! {
        <dialog class="keep-dialog" aria-labelledby="keep-title" node_ref=studio.dialog>
            <button type="button" class="close" aria-label="Close" on:click=move |_| close()>
                "×"
            </button>
            <h2 id="keep-title">"Your page is ready to keep"</h2>
            <p>
                "Make an account so that we can draw it at print size and keep it for you. "
                "Your photo has not left this device yet; it goes up once you are signed in."
            </p>
            <AuthPanel
                step=RwSignal::new(Step::SignUp)
                email=RwSignal::new(String::new())
                stay=RwSignal::new(true)
                problem=RwSignal::new(None)
                return_to="/create"
                dev
                done
            />
        </dialog>
    }
}
