//! `/admin`: figures for operators. Nothing can be changed here, and to everybody else it is not
//! there.

use leptos::prelude::*;
use leptos_meta::Title;
use model::operator::Overview;

use crate::{api::operator::load_overview, components::Loaded, state::session::Session};

#[component]
pub fn Admin() -> impl IntoView {
    let session = Session::current();
    let overview = Resource::new(move || session.user_id(), |_| load_overview());
    view! {
        <Loaded resource=overview let:overview>
            <Figures overview />
        </Loaded>
    }
}

#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let is_nearly_full = overview.is_nearly_full();
    let euros = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let gigabytes = overview.stored_bytes as f64 / 1e9;
    let stored = match overview.stored_percent {
        Some(percent) => format!("{gigabytes:.2} GB, {percent} % of the quota"),
        None => format!("{gigabytes:.2} GB"),
    };
    let spent = format!("{} of {}", euros(overview.spent_cents), euros(overview.cap_cents));
    let people = format!("{} accounts, {} guests", overview.accounts, overview.guests);
    let counted = |(name, count): (String, i64)| (name.replace('_', " "), count.to_string());
    let switched = |(name, is_on): (String, bool)| (name, if is_on { "on" } else { "off" }.to_owned());
    view! {
        <Title text="How the site is doing" />
        <div class="prose">
            <h1>"How the site is doing"</h1>
            {is_nearly_full
                .then(|| {
                    view! {
                        <p class="notice" role="alert" data-said="">
                            "The store is nearly full. Please raise the quota or keep files for a shorter time."
                        </p>
                    }
                })}
            <h2>"People"</h2>
            <p>{people}</p>
            <h2>"Within a day"</h2>
            <Rows rows=overview.events.into_iter().map(counted).collect() />
            <h2>"Flagged accounts"</h2>
            <Rows rows=overview.flagged />
            <h2>"Jobs"</h2>
            <Rows rows=overview.jobs.into_iter().map(counted).collect() />
            <h2>"Stored"</h2>
            <p>{stored}</p>
            <h2>"Paid pages, today"</h2>
            <p>{spent}</p>
            <h2>"Flags"</h2>
            <Rows rows=overview.flags.into_iter().map(switched).collect() />
        </div>
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<(String, String)>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p>"None."</p> }.into_any();
    }
    let row = |(name, value)| {
        view! {
            <tr>
                <td>{name}</td>
                <td class="amount">{value}</td>
            </tr>
        }
    };
    view! {
        <table>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
