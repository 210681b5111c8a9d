//! The sign-in dialog: who asked for it, and what follows when somebody has signed in.

use std::sync::Arc;

use leptos::prelude::*;

/// A step of signing up or in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthStep {
    SignUp,
    SignIn,
    /// A code was mailed and is awaited.
    Code,
    /// A link was mailed.
    Mailed,
}

impl AuthStep {
    /// The name in addresses (`mode`) and in the attribute `data-step`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "signup",
            Self::SignIn => "signin",
            Self::Code => "code",
            Self::Mailed => "mailed",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::SignUp, Self::SignIn, Self::Code, Self::Mailed].into_iter().find(|step| step.as_str() == name)
    }

    /// The tab that this step belongs to: a code is awaited by somebody new, a link by somebody
    /// known.
    pub fn tab(self) -> Self {
        match self {
            Self::SignUp | Self::Code => Self::SignUp,
            Self::SignIn | Self::Mailed => Self::SignIn,
        }
    }
}

/// Somebody is asked to sign in.
#[derive(Clone)]
pub struct SignInRequest {
    /// Name of the message that says why an account is needed.
    pub reason: Option<&'static str>,
    /// The first step to show.
    pub step: AuthStep,
    /// The address, as far as it is known.
    pub email: String,
    /// Where a mailed link leads, a path of this site; `None`: to the current screen.
    pub return_to: Option<String>,
    /// Called once, after somebody has signed in.
    pub then: Arc<dyn Fn() + Send + Sync>,
}

impl SignInRequest {
    /// Asks somebody who may be new. `reason` is the name of a message.
    pub fn new(reason: impl Into<Option<&'static str>>, then: impl Fn() + Send + Sync + 'static) -> Self {
        let (step, email, return_to) = (AuthStep::SignUp, String::new(), None);
        Self { reason: reason.into(), step, email, return_to, then: Arc::new(then) }
    }
}

/// The sign-in dialog, of which there is one.
#[derive(Clone, Copy)]
pub struct AuthDialog {
    /// `None` while the dialog is closed.
    pub request: RwSignal<Option<SignInRequest>>,
    /// The address that was mailed a code, while that code is awaited. The studio stores it with
    /// the draft, so that the code can be asked for after a reload: a request at
    /// [`AuthStep::Code`].
    pub mailed_to: RwSignal<Option<String>>,
}

impl AuthDialog {
    pub fn provide() {
        provide_context(Self { request: RwSignal::new(None), mailed_to: RwSignal::new(None) });
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// Opens the dialog. `reason` is the name of a message that says why an account is needed;
    /// `then` is called when somebody has signed in.
    pub fn open(&self, reason: impl Into<Option<&'static str>>, then: impl Fn() + Send + Sync + 'static) {
        self.open_for(SignInRequest::new(reason, then));
    }

    /// Opens the dialog; somebody who was mailed a code goes on with that step.
    pub fn open_for(&self, mut request: SignInRequest) {
        if let (AuthStep::SignUp, Some(address)) = (request.step, self.mailed_to.get_untracked()) {
            request.step = AuthStep::Code;
            request.email = address;
        }
        self.request.set(Some(request));
    }

    pub fn close(&self) {
        self.request.set(None);
    }
}
