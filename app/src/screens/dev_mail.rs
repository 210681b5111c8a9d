//! `/dev/mail`: the mail that a development server did not send.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::operator::{OutboxMail, load_outbox},
    components::Loaded,
};

#[component]
pub fn DevMail() -> impl IntoView {
    let mails = Resource::new(|| (), |()| load_outbox());
    view! {
        <Loaded resource=mails let:mails>
            <Outbox mails />
        </Loaded>
    }
}

#[component]
fn Outbox(mails: Vec<OutboxMail>) -> impl IntoView {
    view! {
        <Title text="Outbox" />
        <div class="prose">
            <h1>"Outbox"</h1>
            <p class="hint">
                "Development only: mail is not sent but kept here, newest first. Also as "
                <a href="/dev/mail.json" rel="external">
                    "JSON"
                </a> "."
            </p>
            {match mails.is_empty() {
                true => view! { <p class="empty">"No mail yet."</p> }.into_any(),
                false => {
                    view! {
                        <ul class="mails">{mails.into_iter().map(|mail| view! { <Mail mail /> }).collect_view()}</ul>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Mail(mail: OutboxMail) -> impl IntoView {
    view! {
        <li class="mail">
            <h2>{mail.subject}</h2>
            <p class="hint">"To " {mail.to} ", " <time>{mail.at}</time></p>
            <pre>{mail.text}</pre>
        </li>
    }
    .into_any()
}
