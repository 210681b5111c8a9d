//! Behaviour of the account panel: its forms are sent from here, so that the page, and the photo in it, stays.

use std::{cell::Cell, rc::Rc};

use model::{Password, Problem};
use wasm_bindgen_futures::spawn_local;

use crate::legacy::{
    browser::{
        net::Filled,
        notice::Notice,
        page::{self, Part},
        words::{word, word_of},
    },
    step::Step,
};

/// The server sends no second code before that.
const PAUSE_SECONDS: u64 = 60;

/// The panel, one on a page.
#[derive(Clone)]
pub struct Panel(Rc<Parts>);

struct Parts {
    panel: Part,
    notice: Notice,
    credentials: Part,
    button: Part,
    email: Part,
    password: Part,
    code: Part,
    resend: Part,
    busy: Cell<bool>,
    /// Seconds until another code may be asked for.
    pause: Cell<u64>,
    when_in: Cell<Option<Box<dyn Fn()>>>,
    when_mailed: Cell<Option<Box<dyn Fn()>>>,
}

impl Panel {
    /// Finds the panel in the page and gives it its behaviour.
    pub fn wake() -> Option<Self> {
        let panel = page::find("[data-step]")?;
        let credentials = panel.find(".credentials")?;
        let this = Self(Rc::new(Parts {
            notice: Notice::within(&panel)?,
            button: credentials.find("button")?,
            email: credentials.find("[name=email]")?,
            password: credentials.find("[name=password]")?,
            code: panel.find("[name=code]")?,
            resend: panel.find(".resend button")?,
            credentials,
            panel,
            busy: Cell::new(false),
            pause: Cell::new(0),
            when_in: Cell::new(None),
            when_mailed: Cell::new(None),
        }));
        this.listen();
        Some(this)
    }

    /// Where the server was asked to lead afterwards.
    pub fn return_to(&self) -> String {
        self.0.panel.get("data-return-to")
    }

    /// What to do once somebody is signed in.
    pub fn when_in(&self, then: impl Fn() + 'static) {
        self.0.when_in.set(Some(Box::new(then)));
    }

    /// What to do once a code is on its way.
    pub fn when_mailed(&self, then: impl Fn() + 'static) {
        self.0.when_mailed.set(Some(Box::new(then)));
    }

    /// The address that was mailed a code, while that is awaited.
    pub fn mailed(&self) -> String {
        self.0.panel.find("[data-step=code] [name=email]").map(|email| email.value()).unwrap_or_default()
    }

    /// Asks for the code that was mailed before this page was opened again.
    pub fn wait_for_code(&self, email: &str) {
        self.0.email.set_value(email);
        self.carry_over();
        self.go_to(Step::Code);
    }

    fn listen(&self) {
        let this = self.clone();
        // Submits of all its forms come up to the panel.
        self.0.panel.on("submit", move |event| {
            event.prevent_default();
            if let Some(form) = Filled::in_form(&event) {
                this.send(form);
            }
        });
        for (selector, step) in
            [("[data-to=signup]", Step::SignUp), ("[data-to=signin]", Step::SignIn), (".back", Step::SignUp)]
        {
            let this = self.clone();
            if let Some(link) = self.0.panel.find(selector) {
                link.on("click", move |event| {
                    event.prevent_default();
                    this.0.notice.clear();
                    this.go_to(step);
                });
            }
        }
        if let Some(meter) = self.0.credentials.find("meter") {
            let password = self.0.password.clone();
            self.0
                .password
                .on("input", move |_| meter.set("value", &Password::strength(&password.value()).to_string()));
        }
        // A code that was mailed before this screen was opened again.
        if let Ok(left) = self.0.panel.get("data-pause").parse() {
            self.pause(left);
        }
        let this = self.clone();
        if let Some(show) = self.0.panel.find("[data-show-password]") {
            let shown = show.clone();
            show.on("change", move |_| this.0.password.set("type", if shown.checked() { "text" } else { "password" }));
        }
    }

    pub fn go_to(&self, step: Step) {
        let parts = &self.0;
        parts.panel.set("data-step", step.as_str());
        if let Some(link) = parts.panel.find("[data-to=signin]")
            && let Some((mode, rest)) = link.get("href").split_once('&')
            && let Some((path, _)) = mode.split_once('=')
        {
            page::readdress(&format!("{path}={}&{rest}", step.as_str()));
        }
        if step == Step::Code {
            parts.code.set_value("");
            parts.code.focus();
            return;
        }
        if step == Step::Mailed {
            // The button that was pressed is gone.
            if let Some(words) = parts.panel.find(".mailed-words") {
                words.focus();
            }
            return;
        }
        parts.credentials.set("action", step.action());
        parts.button.say(&word(step.button()));
        parts.password.set("autocomplete", step.password_autocomplete());
        for (selector, other) in [("[data-to=signup]", Step::SignUp), ("[data-to=signin]", Step::SignIn)] {
            if let Some(link) = parts.panel.find(selector) {
                link.set("aria-current", if other == step { "page" } else { "false" });
            }
        }
        parts.email.focus();
    }

    fn send(&self, form: Filled) {
        if self.0.busy.replace(true) {
            return;
        }
        let this = self.clone();
        this.0.panel.set("aria-busy", "true");
        this.0.notice.clear();
        this.mark("");
        spawn_local(async move {
            let answer = form.send().await;
            this.0.busy.set(false);
            this.0.panel.set("aria-busy", "false");
            match answer.map(|answer| answer.text("next").and_then(|next| Step::parse(&next))) {
                Ok(Some(next)) => {
                    this.carry_over();
                    this.go_to(next);
                    if next == Step::Code {
                        this.pause(PAUSE_SECONDS);
                        call(&this.0.when_mailed);
                    }
                }
                Ok(None) => call(&this.0.when_in),
                Err(problem) => this.refused(&problem),
            }
        });
    }

    /// Gives the forms of the code step what was typed into the first form. On a screen that began with the code the
    /// server has done so.
    fn carry_over(&self) {
        let parts = &self.0;
        if parts.panel.get("data-step") == Step::Code.as_str() {
            return;
        }
        let stay = parts.credentials.find("[name=stay]").is_some_and(|stay| stay.checked());
        for (selector, value) in [
            (".code-form [name=email], .resend [name=email]", parts.email.value()),
            (".code-form [name=stay], .resend [name=stay]", if stay { "true".to_owned() } else { String::new() }),
        ] {
            for field in parts.panel.find_all(selector) {
                field.set_value(&value);
            }
        }
        for address in parts.panel.find_all(".address") {
            address.say(&parts.email.value());
        }
    }

    fn refused(&self, problem: &Problem) {
        self.0.notice.say(problem);
        self.mark(problem.field.as_deref().unwrap_or_default());
    }

    /// Marks the field that is at fault and moves there.
    fn mark(&self, at_fault: &str) {
        let parts = &self.0;
        for (name, field) in [("email", &parts.email), ("password", &parts.password), ("code", &parts.code)] {
            field.set("aria-invalid", if name == at_fault { "true" } else { "false" });
            if name == at_fault {
                field.focus();
            }
        }
    }

    /// Counts down on the button that asks for another code.
    fn pause(&self, seconds: u64) {
        if self.0.pause.replace(seconds) > 0 {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            loop {
                let left = this.0.pause.get();
                this.0.resend.toggle("disabled", left > 0);
                if left == 0 {
                    return this.0.resend.say(&word("send-code"));
                }
                this.0.resend.say(&word_of("send-code-in", &left.to_string()));
                page::wait(1000).await;
                this.0.pause.set(this.0.pause.get().saturating_sub(1));
            }
        });
    }
}

/// A listener may not stay borrowed while it runs.
fn call(listener: &Cell<Option<Box<dyn Fn()>>>) {
    if let Some(then) = listener.take() {
        then();
        listener.set(Some(then));
    }
}
