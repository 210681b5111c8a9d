//! `/privacy`: what happens to photos, in plain words. It has to say what the machine does, with its own numbers.

use leptos::prelude::*;

use crate::{
    desk::{Answer, Desk},
    i18n::{tr, tr_args},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    let photo_days = desk.state.config.keep_original_days;
    let page_days = desk.state.config.keep_page_days;
    let company = desk.state.config.generator.provider.company_name();
    let body = move || {
        view! {
            <div class="prose">
                <h1>{tr("privacy-title")}</h1>
                <h2>{tr("privacy-try")}</h2>
                <p>
                    {tr("privacy-try-words")}
                </p>
                <h2>{tr("privacy-keep")}</h2>
                <p>
                    {tr("privacy-keep-words")}
                </p>
                {company
                    .map(|company| {
                        view! {
                            <p>{tr_args("privacy-company", &[("company", company.into())])}</p>
                        }
                    })}
                <p>
                    {tr_args("privacy-how-long", &[("photo", photo_days.into()), ("page", page_days.into())])}
                </p>
                <h2>{tr("privacy-delete")}</h2>
                <p>{tr("privacy-delete-words")}</p>
                <h2>{tr("privacy-here")}</h2>
                <p>{tr("privacy-here-words")}</p>
                <h2>{tr("privacy-else")}</h2>
                <p>
                    {tr("privacy-else-words")}
                </p>
                <p>{tr("privacy-device-words")}</p>
            </div>
        }
    };
    desk.screen(Head::new(tr("privacy")).here("/privacy"), body).await
}
