//! Words for the screens. Plain ones come from the server's own; here are those with markup in them.

use leptos::prelude::*;
pub use server::i18n::{format_date, tr, tr_args};

/// Values are put where the language wants them: these characters, which no text has, hold their places.
const FIRST_PLACE: u32 = 0xe000;

/// Words with markup in the place of their values: `tr_view("code-sent", [("address", view! { <b>..</b> }.into_any())])`.
pub fn tr_view<const N: usize>(name: &str, parts: [(&'static str, AnyView); N]) -> AnyView {
    let place = |index: usize| char::from_u32(FIRST_PLACE + index as u32).unwrap_or_default();
    let places: Vec<_> =
        parts.iter().enumerate().map(|(index, (name, _))| (*name, place(index).to_string().into())).collect();
    let text = tr_args(name, &places);
    let mut parts = parts.map(|(_, part)| Some(part));
    let mut views = Vec::new();
    let mut words = String::new();
    for letter in text.chars() {
        let part = u32::from(letter).checked_sub(FIRST_PLACE).and_then(|index| parts.get_mut(index as usize)?.take());
        match part {
            Some(part) => views.extend([std::mem::take(&mut words).into_any(), part]),
            None => words.push(letter),
        }
    }
    views.push(words.into_any());
    views.into_any()
}
