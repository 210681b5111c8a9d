//! `/admin`: what an operator looks at. Nothing can be changed here, and to everybody else it is not there.

use leptos::prelude::*;
use server::operator::{self, Overview};

use crate::legacy::{
    desk::{Answer, Desk},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    let overview = operator::load_overview(&desk.state, desk.account()?).await?;
    desk.screen(Head::new("How the site is doing").here("/admin").library_css(), move || view! { <Figures overview /> })
        .await
}

#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let nearly_full = overview.is_nearly_full();
    let Overview {
        events,
        accounts,
        guests,
        flagged,
        jobs,
        stored_bytes,
        stored_percent,
        spent_cents,
        cap_cents,
        flags,
    } = overview;
    let euros = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let stored = match stored_percent {
        Some(percent) => format!("{:.2} GB, {percent} % of the quota", stored_bytes as f64 / 1e9),
        None => format!("{:.2} GB", stored_bytes as f64 / 1e9),
    };
    view! {
        <div class="prose">
            <h1>"How the site is doing"</h1>
            {nearly_full
                .then(|| {
                    view! { <p class="notice" role="alert">"The store is nearly full. Please raise the quota or keep files for a shorter time."</p> }
                })}
            <h2>"People"</h2>
            <p>{accounts} " accounts, " {guests} " guests"</p>
            <h2>"Within a day"</h2>
            <Rows rows=events.into_iter().map(|(kind, count)| (kind.replace('_', " "), count.to_string())).collect() />
            <h2>"Flagged accounts"</h2>
            <Rows rows=flagged />
            <h2>"Jobs"</h2>
            <Rows rows=jobs.into_iter().map(|(state, count)| (state, count.to_string())).collect() />
            <h2>"Stored"</h2>
            <p>{stored}</p>
            <h2>"Paid pages, today"</h2>
            <p>{euros(spent_cents)} " of " {euros(cap_cents)}</p>
            <h2>"Flags"</h2>
            <Rows rows=flags
                .into_iter()
                .map(|(name, is_on)| (name.to_owned(), if is_on { "on" } else { "off" }.to_owned()))
                .collect() />
        </div>
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<(String, String)>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p>"None."</p> }.into_any();
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| view! { <tr><td>{name}</td><td class="amount">{value}</td></tr> })
        .collect();
    view! { <table><tbody>{rows}</tbody></table> }.into_any()
}
