//! `/privacy`: what happens to photos, with the numbers of this site.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    i18n::{tr, tr_args},
    state::session::Session,
};

#[component]
pub fn Privacy() -> impl IntoView {
    let site = Session::current().site.get_value();
    let days = [("photo", site.keep_original_days.into()), ("page", site.keep_page_days.into())];
    let company = site.generator_company.map(|company| tr_args("privacy-company", &[("company", company.into())]));
    view! {
        <Title text=tr("privacy") />
        <div class="prose">
            <h1>{tr("privacy-title")}</h1>
            <h2>{tr("privacy-try")}</h2>
            <p>{tr("privacy-try-words")}</p>
            <h2>{tr("privacy-keep")}</h2>
            <p>{tr("privacy-keep-words")}</p>
            {company.map(|text| view! { <p>{text}</p> })}
            <p>{tr_args("privacy-how-long", &days)}</p>
            <h2>{tr("privacy-delete")}</h2>
            <p>{tr("privacy-delete-words")}</p>
            <h2>{tr("privacy-here")}</h2>
            <p>{tr("privacy-here-words")}</p>
            <h2>{tr("privacy-else")}</h2>
            <p>{tr("privacy-else-words")}</p>
            <p>{tr("privacy-device-words")}</p>
        </div>
    }
    .into_any()
}
