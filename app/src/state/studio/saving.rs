//! Saving the page of the studio's photo: an account if there is none yet, the upload of the photo,
//! the order to draw it.

use leptos::{prelude::*, task::spawn_local};
use model::{Asset, AssetId, PageId, Problem, ProblemCode, UserId, credit::PAGE_COST};

use super::{Stage, Studio};
use crate::{
    api::studio::{PageOrder, load_account, order_page},
    browser::{draft, engine::Engine, upload::upload, window::random_key},
    error::AppError,
    state::auth::{AuthStep, SignInRequest},
};

/// The message that says why saving needs an account.
const REASON: &str = "keep-words";
/// Where a mailed link leads: the draft is opened there and saved.
const SAVING_PATH: &str = "/create?resume=keep";

/// What is being done to save the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SavingStep {
    #[default]
    Preparing,
    /// With the part of the photo that was sent, 0 to 1.
    Uploading(f64),
    Ordering,
}

/// What was sent, so that a second attempt uploads nothing and pays for nothing twice.
#[derive(Default)]
pub(super) struct Sent {
    /// The photo on the server, and whose it is there.
    photo: Option<(UserId, AssetId)>,
    /// The last order and its idempotency key.
    order: Option<(PageOrder, String)>,
}

impl Sent {
    /// The same order again has the same key.
    fn key_of(&mut self, order: &PageOrder) -> String {
        match &self.order {
            Some((known, key)) if known == order => key.clone(),
            _ => {
                let key = random_key();
                self.order = Some((order.clone(), key.clone()));
                key
            }
        }
    }
}

impl Studio {
    /// Saves the page of the photo, if it is drawn. Asks for an account first if nobody is signed
    /// in. `leave` is called with the new page, unless another screen is shown by then.
    pub fn save(&self, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
        if self.stage.get_untracked() != Stage::Drawn {
            return;
        }
        self.problem.set(None);
        if self.session.user.with_untracked(Option::is_none) {
            return self.ask_for_account(AuthStep::SignUp, leave);
        }
        self.waits_for_connection.set(false);
        self.stage.set(Stage::Saving);
        let studio = *self;
        spawn_local(async move {
            match studio.upload_and_order().await {
                Ok(page) => {
                    draft::forget().await;
                    if studio.with_internals(|internals| internals.canvas.is_some()) {
                        leave(page);
                    }
                    studio.clear();
                }
                Err(problem) => {
                    studio.stage.set(Stage::Drawn);
                    match problem.code {
                        ProblemCode::SignedOut => {
                            studio.session.user.set(None);
                            studio.ask_for_account(AuthStep::SignIn, leave);
                        }
                        ProblemCode::Offline => studio.waits_for_connection.set(true),
                        _ => studio.problem.set(Some(problem)),
                    }
                }
            }
        });
    }

    fn ask_for_account(&self, step: AuthStep, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
        self.open_auth_dialog(step, String::new(), leave);
    }

    /// Asks for the code that was mailed to `address` before a reload, and then saves the page.
    pub fn ask_for_code(&self, address: String, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
        self.open_auth_dialog(AuthStep::Code, address, leave);
    }

    fn open_auth_dialog(&self, step: AuthStep, email: String, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
        let studio = *self;
        // Whoever reads a mail may come back to another document.
        spawn_local(async move { studio.write_draft().await });
        let then = move || studio.save_when_drawn(leave.clone());
        let return_to = Some(SAVING_PATH.to_owned());
        self.auth.open_for(SignInRequest { step, email, return_to, ..SignInRequest::new(REASON, then) });
    }

    /// Saves the page, as soon as it is drawn: a photo that was just restored may still be opening.
    pub fn save_when_drawn(&self, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
        if self.stage.get_untracked() == Stage::Drawn {
            self.save(leave);
        } else {
            self.with_internals(|internals| internals.saves_when_drawn = true);
        }
    }

    /// True once if the page was to be saved as soon as it is drawn.
    pub fn take_save_request(&self) -> bool {
        self.with_internals(|internals| std::mem::take(&mut internals.saves_when_drawn))
    }

    async fn upload_and_order(&self) -> Result<PageId, Problem> {
        self.saving_step.set(SavingStep::Preparing);
        // Before the photo leaves the device: the session may have ended, or the credits be spent.
        let user = load_account().await.map_err(|AppError(problem)| problem)?;
        let (account, credits) = (user.id, user.credits);
        self.session.user.set(Some(user));
        let sent = self.with_internals(|internals| internals.sent.photo);
        let photo = match sent {
            Some((owner, photo)) if owner == account => photo,
            _ if credits < PAGE_COST => return Err(Problem::no_credit()),
            _ => self.upload(account).await?,
        };
        self.saving_step.set(SavingStep::Ordering);
        self.await_hints().await;
        let title = self.title.get_untracked().trim().to_owned();
        let order = PageOrder {
            photo,
            style: self.style.get_untracked(),
            edits: self.edits.get_untracked(),
            hints_version: self.hints_version.get_untracked(),
            title: (!title.is_empty()).then_some(title),
        };
        let key = self.with_internals(|internals| internals.sent.key_of(&order));
        let ordered = order_page(order, key).await.map_err(|AppError(problem)| problem)?;
        self.session.set_credits(ordered.credits);
        Ok(ordered.job.page_id)
    }

    async fn upload(&self, account: UserId) -> Result<AssetId, Problem> {
        let png = self.with_internals(|internals| internals.engine.as_ref().map(Engine::save));
        let png = png.ok_or_else(Problem::photo_missing)?.await.ok_or_else(Problem::internal)?;
        let step = self.saving_step;
        step.set(SavingStep::Uploading(0.0));
        let on_progress = move |part| step.set(SavingStep::Uploading(part));
        let asset: Asset = upload("/api/v1/upload", &png, on_progress).await?;
        self.with_internals(|internals| internals.sent.photo = Some((account, asset.id)));
        Ok(asset.id)
    }
}
