//! `/dev/mail`: the mail that would have been sent. In development only.

use leptos::prelude::*;
use server::mail::{Message, read_outbox};

use crate::legacy::{
    desk::{Answer, Desk},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    let mut mail = read_outbox(&desk.state).await;
    mail.reverse();
    let body = move || {
        view! {
            <div class="prose">
                <h1>"Outbox"</h1>
                <p class="hint">"Development only: mail is not sent but kept here, newest first. Also as " <a href="/dev/mail.json">"JSON"</a> "."</p>
                {if mail.is_empty() {
                    view! { <p class="empty">"No mail yet."</p> }.into_any()
                } else {
                    view! { <ul class="mails">{mail.into_iter().map(|message| view! { <Mail message /> }).collect_view()}</ul> }.into_any()
                }}
            </div>
        }
    };
    desk.screen(Head::new("Outbox").library_css(), body).await
}

#[component]
fn Mail(message: Message) -> impl IntoView {
    view! {
        <li class="mail">
            <h2>{message.subject}</h2>
            <p class="hint">"To " {message.to.to_string()} ", " <time>{message.at}</time></p>
            <pre>{message.text}</pre>
        </li>
    }
}
