//! `/privacy`: what happens to photos, in plain words. It has to say what the machine does, with its own numbers.

use leptos::prelude::*;

use crate::{
    desk::{Answer, Desk},
    shell::Head,
    words::{t, tr},
};

pub async fn show(desk: Desk) -> Answer {
    let photo_days = desk.machine.config.keep_original_days;
    let page_days = desk.machine.config.keep_page_days;
    let company = desk.machine.config.generator.provider.company();
    let body = move || {
        view! {
            <div class="prose">
                <h1>{t("privacy-title")}</h1>
                <h2>{t("privacy-try")}</h2>
                <p>
                    {t("privacy-try-words")}
                </p>
                <h2>{t("privacy-keep")}</h2>
                <p>
                    {t("privacy-keep-words")}
                </p>
                {company
                    .map(|company| {
                        view! {
                            <p>{tr("privacy-company", &[("company", company.into())])}</p>
                        }
                    })}
                <p>
                    {tr("privacy-how-long", &[("photo", photo_days.into()), ("page", page_days.into())])}
                </p>
                <h2>{t("privacy-delete")}</h2>
                <p>{t("privacy-delete-words")}</p>
                <h2>{t("privacy-here")}</h2>
                <p>{t("privacy-here-words")}</p>
                <h2>{t("privacy-else")}</h2>
                <p>
                    {t("privacy-else-words")}
                </p>
                <p>{t("privacy-device-words")}</p>
            </div>
        }
    };
    desk.screen(Head::new(t("privacy")).here("/privacy"), body).await
}
