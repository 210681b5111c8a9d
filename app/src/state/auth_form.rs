//! The sign-in form: its step, its fields, and sending them.

use std::{sync::Arc, time::Duration};

use leptos::{html, prelude::*, task::spawn_local};
use model::Problem;
use send_wrapper::SendWrapper;

use crate::{
    api::accounts::{self, AuthFormStart, Next},
    browser::proof,
    error::AppError,
    state::{
        auth::{AuthDialog, AuthStep},
        session::Session,
    },
};

/// Seconds between two codes to one address.
const RESEND_SECONDS: u32 = 60;

/// What is sent to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    SignUp,
    SignIn,
    VerifyCode,
    ResendCode,
    MailLink,
    MailReset,
    Guest,
}

/// Signals of one form. The fields are read when they are sent, so that what was typed before
/// hydration counts.
#[derive(Clone, Copy)]
pub struct AuthFormState {
    pub step: RwSignal<AuthStep>,
    /// The address of the code or link that was mailed.
    pub email: RwSignal<String>,
    pub problem: RwSignal<Option<Problem>>,
    pub is_busy: RwSignal<bool>,
    /// Seconds until a code can be mailed again.
    pub resend_wait: RwSignal<u32>,
    pub email_field: NodeRef<html::Input>,
    pub password_field: NodeRef<html::Input>,
    pub stay_field: NodeRef<html::Input>,
    pub code_field: NodeRef<html::Input>,
    /// The words of the step after a link was mailed.
    pub mailed_words: NodeRef<html::P>,
    /// The place of the problem.
    pub notice: NodeRef<html::Div>,
    pub return_to: StoredValue<String>,
    stay: RwSignal<bool>,
    /// The CAPTCHA challenge that is being solved, for the next sign-up.
    challenge: StoredValue<Option<SendWrapper<proof::Begun>>>,
    on_signed_in: StoredValue<Arc<dyn Fn() + Send + Sync>>,
    session: Session,
    dialog: AuthDialog,
}

impl AuthFormState {
    pub fn new(
        step: RwSignal<AuthStep>,
        start: &AuthFormStart,
        problem: Option<Problem>,
        on_signed_in: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        let state = Self {
            step,
            email: RwSignal::new(start.email.clone()),
            problem: RwSignal::new(problem),
            is_busy: RwSignal::new(false),
            resend_wait: RwSignal::new(0),
            email_field: NodeRef::new(),
            password_field: NodeRef::new(),
            stay_field: NodeRef::new(),
            code_field: NodeRef::new(),
            mailed_words: NodeRef::new(),
            notice: NodeRef::new(),
            return_to: StoredValue::new(start.return_to.clone()),
            stay: RwSignal::new(start.stay),
            challenge: StoredValue::new(None),
            on_signed_in: StoredValue::new(on_signed_in),
            session: Session::current(),
            dialog: AuthDialog::current(),
        };
        let resend_wait = start.resend_wait;
        // Not on the server: without JavaScript the button would stay disabled.
        Effect::new(move || state.count_down(resend_wait));
        state
    }

    /// True if the last problem is about this field.
    pub fn is_invalid(&self, field: &str) -> bool {
        self.problem.with(|problem| problem.as_ref().and_then(|problem| problem.field.as_deref()) == Some(field))
    }

    /// Starts to solve a CAPTCHA challenge while somebody fills in the form to sign up.
    pub fn prepare_sign_up(self) {
        if self.step.get_untracked() == AuthStep::SignUp && self.challenge.with_value(Option::is_none) {
            self.challenge.set_value(Some(SendWrapper::new(proof::begin())));
        }
    }

    /// Moves to another step and its first field.
    pub fn go_to(self, step: AuthStep) {
        // At once: an animation frame may come after the first digits.
        if let (AuthStep::Code, Some(field)) = (step, self.code_field.get_untracked()) {
            field.set_value("");
        }
        self.step.set(step);
        self.problem.set(None);
        request_animation_frame(move || match step {
            AuthStep::SignUp | AuthStep::SignIn => focus(self.email_field),
            AuthStep::Code => focus(self.code_field),
            AuthStep::Mailed => {
                if let Some(words) = self.mailed_words.get_untracked() {
                    let _ = words.focus();
                }
            }
        });
    }

    pub fn send(self, submission: Submission) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.problem.set(None);
        if self.step.get_untracked().tab() == self.step.get_untracked() {
            self.email.set(value_of(self.email_field));
            self.stay.set(self.stay_field.get_untracked().is_some_and(|field| field.checked()));
        }
        spawn_local(async move {
            let result = self.call(submission).await;
            // The form may have been closed meanwhile.
            let is_open = self.is_busy.try_set(false).is_none();
            match result {
                Ok(Next::SignedIn(user)) => {
                    self.session.user.set(Some(user));
                    self.dialog.mailed_to.set(None);
                    if let Some(on_signed_in) = self.on_signed_in.try_get_value() {
                        on_signed_in();
                    }
                }
                Ok(Next::Code) if is_open => {
                    self.dialog.mailed_to.set(Some(self.email.get_untracked()));
                    self.go_to(AuthStep::Code);
                    self.count_down(RESEND_SECONDS);
                }
                Ok(Next::Mailed) if is_open => self.go_to(AuthStep::Mailed),
                Err(AppError(problem)) if is_open => self.fail(problem),
                _ => {}
            }
        });
    }

    async fn call(self, submission: Submission) -> Result<Next, AppError> {
        let email = self.email.get_untracked();
        let stay = if self.stay.get_untracked() { "true".to_owned() } else { String::new() };
        let return_to = self.return_to.get_value();
        let password = value_of(self.password_field);
        match submission {
            Submission::SignUp => {
                self.prepare_sign_up();
                // Each answer is good for one sign-up.
                let challenge = self.challenge.try_update_value(Option::take).flatten();
                let captcha = match challenge {
                    Some(challenge) => proof::answer(challenge.take()).await,
                    None => String::new(),
                };
                let fingerprint = proof::device_fingerprint();
                accounts::sign_up(email, password, stay, return_to, captcha, fingerprint, String::new()).await
            }
            Submission::SignIn => accounts::sign_in(email, password, stay, return_to).await,
            Submission::VerifyCode => accounts::verify_code(email, value_of(self.code_field), stay, return_to).await,
            Submission::ResendCode => accounts::resend_code(email, stay, return_to).await,
            Submission::MailLink => accounts::request_sign_in_link(email, stay, return_to).await,
            Submission::MailReset => accounts::request_password_reset(email, stay, return_to).await,
            Submission::Guest => accounts::sign_in_as_guest(return_to).await,
        }
    }

    fn fail(self, problem: Problem) {
        let field = match problem.field.as_deref() {
            Some("email") => Some(self.email_field),
            Some("password") => Some(self.password_field),
            Some("code") => Some(self.code_field),
            _ => None,
        };
        self.problem.set(Some(problem));
        request_animation_frame(move || {
            // On a phone it may be out of sight.
            if let Some(notice) = self.notice.get_untracked() {
                notice.scroll_into_view();
            }
            if let Some(field) = field {
                focus(field);
            }
        });
    }

    /// Counts the seconds down until a code can be mailed again.
    fn count_down(self, seconds: u32) {
        let is_counting = self.resend_wait.try_get_untracked().is_some_and(|left| left > 0);
        let is_closed = self.resend_wait.try_set(seconds).is_some();
        if !is_closed && !is_counting {
            self.tick();
        }
    }

    fn tick(self) {
        if self.resend_wait.try_get_untracked().is_some_and(|left| left > 0) {
            let next = move || {
                let left = self.resend_wait.try_get_untracked().unwrap_or_default().saturating_sub(1);
                let _ = self.resend_wait.try_set(left);
                self.tick();
            };
            set_timeout(next, Duration::from_secs(1));
        }
    }
}

fn value_of(field: NodeRef<html::Input>) -> String {
    field.get_untracked().map(|field| field.value()).unwrap_or_default()
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        let _ = field.focus();
    }
}
