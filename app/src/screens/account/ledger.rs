//! The ledger: every credit that came or went, and for which page.

use leptos::prelude::*;
use model::{
    Paginated,
    credit::{CreditKind, LedgerEntry},
};

use crate::{
    components::OlderLink,
    i18n::{format_date, tr},
};

#[component]
pub fn Ledger(entries: Signal<Paginated<LedgerEntry>>) -> impl IntoView {
    let next = Signal::derive(move || {
        entries.with(|entries| entries.next.as_ref().map(|next| format!("/account?after={next}#credits")))
    });
    view! {
        <section id="credits" aria-labelledby="ledger">
            <h2 id="ledger">{tr("ledger")}</h2>
            {move || match entries.get().items {
                none if none.is_empty() => view! { <p>{tr("ledger-empty")}</p> }.into_any(),
                items => view! { <Table items /> }.into_any(),
            }}
            <OlderLink href=next text=tr("earlier") />
        </section>
    }
    .into_any()
}

#[component]
fn Table(items: Vec<LedgerEntry>) -> impl IntoView {
    view! {
        <table class="ledger">
            <thead>
                <tr>
                    <th scope="col">{tr("day-column")}</th>
                    <th scope="col">{tr("what-for")}</th>
                    <th scope="col" class="amount">
                        {tr("credits-title")}
                    </th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(|entry| view! { <Row entry /> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(entry: LedgerEntry) -> impl IntoView {
    let LedgerEntry { event, title } = entry;
    let kind = match event.kind {
        CreditKind::Granted => "credit-granted",
        CreditKind::Spent => "credit-spent",
        CreditKind::Refunded => "credit-returned",
        CreditKind::Moved => "credit-moved",
        CreditKind::Given => "credit-given",
        CreditKind::Taken => "credit-taken",
    };
    let page = match (event.page_id, title) {
        (Some(id), Some(title)) => view! { <a href=format!("/pages/{id}")>{title}</a> }.into_any(),
        (Some(_), None) => tr("page-gone").into_any(),
        (None, _) => ().into_any(),
    };
    // A minus sign as long as the plus sign.
    let amount = if event.delta < 0 { format!("\u{2212}{}", -event.delta) } else { format!("+{}", event.delta) };
    view! {
        <tr>
            <td>
                <time datetime=event.at.clone()>{format_date(&event.at)}</time>
            </td>
            <td>{tr(kind)} {event.page_id.is_some().then_some(": ")} {page}</td>
            // The sign stands before the number in every script.
            <td class="amount">
                <bdi dir="ltr">{amount}</bdi>
            </td>
        </tr>
    }
    .into_any()
}
