//! From "Keep this page" to the page: an account if there is none yet, the photo on its way, the order to draw it.

use model::{Problem, ProblemCode, credit::PAGE_COST};
use wasm_bindgen_futures::spawn_local;

use super::{Stage, Studio};
use crate::legacy::{
    browser::{
        draft,
        engine::Engine,
        net::{self, Json},
        page,
        words::word,
    },
    panel::Panel,
    step::Step,
};

/// What was sent, so that a second try sends nothing twice and spends no second credit.
#[derive(Default)]
pub(super) struct Sent {
    /// The photo as the server knows it.
    asset: Option<String>,
    /// The order and its key: the same order again carries the same key.
    order: Option<(String, String)>,
}

impl Studio {
    pub(super) fn listen_to_keep(&self) {
        // `public/studio/language.js` sends this before another language is chosen, and waits for the sign that it is done.
        self.on("putby", |studio, _| {
            let studio = studio.clone();
            spawn_local(async move {
                studio.write_draft().await;
                studio.0.form.set("data-put-by", "");
            });
        });
        self.on("submit", |studio, event| {
            event.prevent_default();
            studio.keep();
        });
        // Back from the new page, the browser may show this one as it was left.
        let studio = self.clone();
        page::on_window("pageshow", move |_| {
            if studio.stage() == Stage::Keeping {
                studio.enter(Stage::Drawn);
            }
        });
        if let Some(close) = self.0.dialog.find(".close") {
            let dialog = self.0.dialog.clone();
            close.on("click", move |_| dialog.close_dialog());
        }
        let studio = self.clone();
        if let Some(panel) = &self.0.panel {
            panel.when_in(move || {
                studio.0.dialog.close_dialog();
                studio.0.bench.borrow_mut().signed_in = true;
                // A photo that was taken up again may not be drawn yet.
                if studio.stage() == Stage::Drawn {
                    studio.send();
                } else {
                    studio.0.bench.borrow_mut().keep_when_drawn = true;
                }
            });
            let studio = self.clone();
            panel.when_mailed(move || studio.save_draft());
        }
    }

    /// Goes on where somebody left to read their mail: with the photo, and with the dialog if a code is awaited.
    pub(super) fn take_up_draft(&self) {
        let studio = self.clone();
        spawn_local(async move {
            let Some(draft) = draft::load().await else { return };
            // Somebody was quicker with another photo.
            if studio.stage() != Stage::Empty {
                return;
            }
            studio.0.knobs.restore(&draft.style, &draft.edits, &draft.title);
            studio.0.bench.borrow_mut().keep_when_drawn = page::is_resumed();
            studio.open(draft.photo);
            let signed_in = studio.0.bench.borrow().signed_in;
            if let Some(panel) = studio.0.panel.as_ref().filter(|_| !signed_in && !draft.email.is_empty()) {
                panel.wait_for_code(&draft.email);
                studio.0.dialog.open_dialog();
            }
        });
    }

    /// Signing up may take somebody to their mail, and a phone may drop this page meanwhile.
    fn save_draft(&self) {
        let studio = self.clone();
        spawn_local(async move { studio.write_draft().await });
    }

    async fn write_draft(&self) {
        let photo = self.0.bench.borrow().photo.clone();
        let knobs = &self.0.knobs;
        let email = self.0.panel.as_ref().map(Panel::mailed).unwrap_or_default();
        if let Some(photo) = photo {
            draft::save(&photo, &knobs.style(), &knobs.edits.value(), &knobs.title.value(), &email).await;
        }
    }

    /// What was to be kept when somebody left is kept now that they are back and signed in.
    pub(super) fn keep_if_resumed(&self) {
        let resumed = std::mem::take(&mut self.0.bench.borrow_mut().keep_when_drawn);
        if resumed {
            self.keep();
        }
    }

    /// The main action. Asks for an account first if there is none.
    fn keep(&self) {
        if self.stage() != Stage::Drawn {
            return;
        }
        self.0.notice.clear();
        let signed_in = self.0.bench.borrow().signed_in;
        if signed_in {
            self.send();
        } else {
            self.save_draft();
            self.0.dialog.open_dialog();
        }
    }

    fn send(&self) {
        self.enter(Stage::Keeping);
        self.0.form.toggle("data-waits", false);
        let studio = self.clone();
        spawn_local(async move {
            match studio.order().await {
                Ok(page) => {
                    draft::forget().await;
                    page::go(&format!("/pages/{page}"));
                }
                Err(problem) => {
                    studio.enter(Stage::Drawn);
                    if problem.code == ProblemCode::SignedOut {
                        studio.0.bench.borrow_mut().signed_in = false;
                        if let Some(panel) = &studio.0.panel {
                            panel.go_to(Step::SignIn);
                        }
                        studio.save_draft();
                        studio.0.dialog.open_dialog();
                    } else if problem.code == ProblemCode::Offline {
                        // `public/app.js` says so, and sends the form again as soon as there is a connection.
                        studio.save_draft();
                        studio.0.form.toggle("data-waits", true);
                    } else {
                        studio.0.notice.say(&problem);
                    }
                }
            }
        });
    }

    /// Sends what has not been sent yet; the id of the new page.
    async fn order(&self) -> Result<String, Problem> {
        let known = self.0.bench.borrow().sent.asset.clone();
        let asset = match known {
            Some(asset) => asset,
            None => {
                // Before the photo leaves the device: the session may have ended, and a page may not be affordable.
                let user = net::get("/api/v1/auth/session").await?;
                if user.number("credits").is_some_and(|credits| credits < PAGE_COST as f64) {
                    return Err(Problem::no_credit());
                }
                self.upload().await?
            }
        };
        self.progress("says-starting", 1.0);
        let order = self.written_order(&asset);
        let key = self.key_of(&order);
        let answer = net::post("/api/v1/jobs", &order, &key).await?;
        answer.text("page_id").ok_or_else(Problem::internal)
    }

    async fn upload(&self) -> Result<String, Problem> {
        self.progress("says-photo", 0.0);
        let saving = self.0.bench.borrow().engine_at_work().map(Engine::save).ok_or_else(Problem::photo_missing)?;
        let png = saving.await.ok_or_else(Problem::internal)?;
        let studio = self.clone();
        let progress = move |part| studio.progress("says-sending", part);
        let asset = net::upload("/api/v1/upload", &png, progress).await?.text("id").ok_or_else(Problem::internal)?;
        self.0.bench.borrow_mut().sent.asset = Some(asset.clone());
        Ok(asset)
    }

    fn progress(&self, words: &str, part: f64) {
        self.0.status.say(&word(words));
        self.0.progress.set_progress(part);
    }

    fn written_order(&self, asset: &str) -> String {
        let style = self.0.knobs.style();
        let style = [
            ("preset", Json::Text(style.preset.as_str())),
            ("detail", Json::Number(style.detail())),
            ("line_mm", Json::Number(style.line_mm())),
            ("background", Json::Text(style.background.as_str())),
            ("smoothing", Json::Number(style.smoothing())),
            ("frame", Json::Flag(style.frame)),
        ];
        let (edits, title) = (self.0.knobs.edits.value(), self.0.knobs.title.value());
        let mut order = vec![("asset_id", Json::Text(asset)), ("style", Json::Object(&style))];
        if !edits.is_empty() {
            order.push(("edits", Json::Written(&edits)));
        }
        if !title.trim().is_empty() {
            order.push(("title", Json::Text(title.trim())));
        }
        Json::Object(&order).written()
    }

    fn key_of(&self, order: &str) -> String {
        let sent = &mut self.0.bench.borrow_mut().sent;
        match &sent.order {
            Some((known, key)) if known == order => key.clone(),
            _ => {
                let key = page::random_key();
                sent.order = Some((order.to_owned(), key.clone()));
                key
            }
        }
    }
}
