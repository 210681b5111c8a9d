//! Making an account and signing in, in one place: a screen of its own and the dialog of `/create` show the same panel.
//! Its forms post to the server by themselves; with JavaScript they are sent from here and the page stays.

use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};
use model::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

use super::Notice;
use crate::browser::{net::Filled, page};

/// How far somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    SignUp,
    SignIn,
    Code,
}

impl Step {
    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "signup",
            Self::SignIn => "signin",
            Self::Code => "code",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::SignUp, Self::SignIn, Self::Code].into_iter().find(|step| step.as_str() == text)
    }
}

/// The panel as a screen: at this step, and going to `return_to` afterwards.
pub fn login_address(step: Step, return_to: &str) -> String {
    let mut address = format!("/auth/login?mode={}&returnTo=", step.as_str());
    for byte in return_to.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// What the parts of the panel share.
#[derive(Clone, Copy)]
struct Panel {
    step: RwSignal<Step>,
    email: RwSignal<String>,
    /// Stay signed in: asked at the start, needed at the end.
    stay: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    /// Seconds until another code may be asked for.
    pause: RwSignal<u64>,
    done: Callback<()>,
}

/// The server refuses to send codes faster than this.
const PAUSE_SECONDS: u64 = 60;

impl Panel {
    fn go_to(self, step: Step) {
        self.problem.set(None);
        self.step.set(step);
    }

    fn send(self, event: SubmitEvent) {
        event.prevent_default();
        let Some(form) = Filled::in_form(&event).filter(|_| !self.busy.get_untracked()) else { return };
        let email = form.field("email");
        if self.step.get_untracked() != Step::Code {
            self.email.set(email);
            self.stay.set(!form.field("stay").is_empty());
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = form.send().await;
            self.busy.set(false);
            match answer.map(|answer| answer.text("next")) {
                Ok(Some(next)) if next == "code" => {
                    self.step.set(Step::Code);
                    self.count_down(PAUSE_SECONDS);
                }
                Ok(_) => self.done.run(()),
                Err(problem) => {
                    if let Some(seconds) = problem.retry_after.filter(|_| self.step.get_untracked() == Step::Code) {
                        self.count_down(seconds);
                    }
                    self.problem.set(Some(problem));
                }
            }
        });
    }

    fn count_down(self, seconds: u64) {
        let counting = self.pause.get_untracked() > 0;
        self.pause.set(seconds);
        if !counting {
            self.tick();
        }
    }

    fn tick(self) {
        set_timeout(
            move || {
                let left = self.pause.get_untracked().saturating_sub(1);
                self.pause.set(left);
                if left > 0 {
                    self.tick();
                }
            },
            std::time::Duration::from_secs(1),
        );
    }
}

#[component]
pub fn AuthPanel(
    step: RwSignal<Step>,
    email: RwSignal<String>,
    stay: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    #[prop(into)] return_to: String,
    dev: bool,
    done: Callback<()>,
) -> impl IntoView {
    let panel = Panel { step, email, stay, problem, busy: RwSignal::new(false), pause: RwSignal::new(0), done };
    let return_to = StoredValue::new(return_to);
    view! {
        <div class="auth">
            {move || match panel.step.get() {
                Step::Code => view! { <CodeForms panel return_to dev /> }.into_any(),
                step => view! { <Credentials panel return_to step /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Credentials(panel: Panel, return_to: StoredValue<String>, step: Step) -> impl IntoView {
    let signing_up = step == Step::SignUp;
    let shown = RwSignal::new(false);
    let tab = move |to: Step, text: &'static str| {
        let address = return_to.with_value(|path| login_address(to, path));
        view! {
            <a
                href=address
                aria-current=(to == step).then_some("page")
                on:click=move |event| {
                    event.prevent_default();
                    panel.go_to(to);
                }
            >
                {text}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Account">
            {tab(Step::SignUp, "New here")}
            {tab(Step::SignIn, "I have an account")}
        </nav>
        <Notice problem=panel.problem />
        <form
            method="post"
            action=if signing_up { "/auth/sign-up" } else { "/auth/sign-in" }
            on:submit=move |event| panel.send(event)
        >
            <input type="hidden" name="return_to" value=return_to.get_value() />
            <label class="field">
                <span>"E-mail"</span>
                <input
                    type="email"
                    name="email"
                    autocomplete="username"
                    maxlength="254"
                    required
                    prop:value=move || panel.email.get()
                    value=panel.email.get_untracked()
                    aria-invalid=move || invalid(panel.problem, "email")
                />
            </label>
            <label class="field">
                <span>"Password"</span>
                <input
                    type=move || if shown.get() { "text" } else { "password" }
                    name="password"
                    autocomplete=if signing_up { "new-password" } else { "current-password" }
                    minlength=signing_up.then_some("8")
                    maxlength="256"
                    required
                    aria-invalid=move || invalid(panel.problem, "password")
                />
            </label>
            {signing_up.then(|| view! { <p class="hint">"At least 8 characters. A few unrelated words are easy to remember."</p> })}
            <div class="checks">
                <label class="check">
                    <input type="checkbox" name="stay" value="true" checked=panel.stay.get_untracked() />
                    "Stay signed in"
                </label>
                <label class="check needs-script">
                    <input
                        type="checkbox"
                        prop:checked=shown
                        on:change=move |event| shown.set(event_target_checked(&event))
                    />
                    "Show password"
                </label>
            </div>
            <button class="button primary wide" disabled=panel.busy>
                {if signing_up { "Sign up" } else { "Sign in" }}
            </button>
        </form>
        {signing_up.then(|| view! { <p class="hint">"Three pages are free. We never share your address."</p> })}
    }
}

#[component]
fn CodeForms(panel: Panel, return_to: StoredValue<String>, dev: bool) -> impl IntoView {
    let resend = move || match panel.pause.get() {
        0 => "Send a new code".to_owned(),
        seconds => format!("Send a new code in {seconds} s"),
    };
    let hidden = move || {
        view! {
            <input type="hidden" name="email" value=move || panel.email.get() />
            <input type="hidden" name="stay" value=panel.stay.get_untracked().then_some("true").unwrap_or_default() />
            <input type="hidden" name="return_to" value=return_to.get_value() />
        }
    };
    let start = return_to.with_value(|path| login_address(Step::SignUp, path));
    let field = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            page::focus(&field);
        }
    });
    view! {
        <h2>"Check your mail"</h2>
        <p>"We sent a code with six digits to " <strong class="address">{move || panel.email.get()}</strong> "."</p>
        <Notice problem=panel.problem />
        <form method="post" action="/auth/verify" on:submit=move |event| panel.send(event)>
            {hidden()}
            <label class="field">
                <span>"Code"</span>
                <input
                    node_ref=field
                    class="code"
                    name="code"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength="9"
                    required
                    autofocus
                    aria-invalid=move || invalid(panel.problem, "code")
                />
            </label>
            <button class="button primary wide" disabled=panel.busy>
                "Confirm code"
            </button>
        </form>
        <form class="aside" method="post" action="/auth/resend" on:submit=move |event| panel.send(event)>
            {hidden()}
            <button class="button quiet" disabled=move || panel.busy.get() || panel.pause.get().gt(&0)>
                {resend}
            </button>
            <a
                class="button quiet"
                href=start
                on:click=move |event| {
                    event.prevent_default();
                    panel.go_to(Step::SignUp);
                }
            >
                "Wrong address?"
            </a>
        </form>
        {dev
            .then(|| {
                view! {
                    <p class="hint">
                        "Development: the mail is in the "
                        <a href="/dev/mail" target="_blank">
                            "outbox"
                        </a>
                        "."
                    </p>
                }
            })}
    }
}

fn invalid(problem: RwSignal<Option<Problem>>, field: &str) -> Option<&'static str> {
    let about = problem.with(|problem| {
        let problem = problem.as_ref()?;
        Some(problem.field.as_deref() == Some(field) || (problem.code == ProblemCode::SignInFailed && field == "password"))
    });
    about.filter(|about| *about).map(|_| "true")
}
