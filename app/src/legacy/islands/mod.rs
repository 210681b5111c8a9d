//! Containers of the server-rendered markup that `legacy::attach` gives its behaviour.

use leptos::prelude::*;

#[component]
pub fn Login(children: Children) -> impl IntoView {
    children()
}
