//! The link to the next part of a longer list.

use leptos::prelude::*;

/// `href` is the address of the next part, if there is one.
#[component]
pub fn OlderLink(#[prop(into)] href: Signal<Option<String>>, text: String) -> impl IntoView {
    let text = StoredValue::new(text);
    move || {
        href.get().map(|href| {
            view! {
                <p class="more-pages">
                    <a class="button" rel="next" href=href>
                        {text.get_value()}
                    </a>
                </p>
            }
        })
    }
}
