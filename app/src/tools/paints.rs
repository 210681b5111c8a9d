//! The palette of the colouring dialog.

use leptos::{html, prelude::*};

use super::colour::Colour;
use crate::{browser::element, i18n::tr};

/// Message with the name of each paint, and its colour. The last one removes paint.
pub const PAINTS: [(&str, Colour); 13] = [
    ("paint-red", Colour::new(0xd8, 0x43, 0x2e)),
    ("paint-orange", Colour::new(0xf0, 0x8a, 0x2c)),
    ("paint-yellow", Colour::new(0xf6, 0xcf, 0x45)),
    ("paint-lime", Colour::new(0xa5, 0xd1, 0x52)),
    ("paint-green", Colour::new(0x3f, 0x9a, 0x54)),
    ("paint-sky", Colour::new(0x86, 0xcd, 0xea)),
    ("paint-blue", Colour::new(0x3d, 0x6f, 0xc4)),
    ("paint-purple", Colour::new(0x8c, 0x5f, 0xb0)),
    ("paint-pink", Colour::new(0xf0, 0x9b, 0xb5)),
    ("paint-skin", Colour::new(0xf5, 0xc7, 0xa2)),
    ("paint-brown", Colour::new(0x8f, 0x5f, 0x3a)),
    ("paint-grey", Colour::new(0xa3, 0xa3, 0xa3)),
    ("paint-none", Colour::WHITE),
];

/// Radio buttons for the paints; `chosen` is an index in [`PAINTS`].
#[component]
pub fn Paints(chosen: RwSignal<usize>) -> impl IntoView {
    view! {
        <fieldset class="paints">
            <legend class="unseen">{tr("paints")}</legend>
            {(0..PAINTS.len()).map(|index| view! { <Paint index chosen /> }).collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Paint(index: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let (name, colour) = PAINTS[index];
    let label = NodeRef::<html::Label>::new();
    Effect::new(move || {
        if let Some(label) = label.get() {
            element::set_style(&label, "--paint", &colour.to_string());
        }
    });
    view! {
        <label class="paint" node_ref=label>
            <input
                class="unseen"
                type="radio"
                name="paint"
                value=colour.to_string()
                checked=chosen.get_untracked() == index
                on:change=move |_| chosen.set(index)
            />
            <span class="unseen">{tr(name)}</span>
        </label>
    }
    .into_any()
}
