//! The screen for addresses where there is nothing.

use axum::response::{IntoResponse, Redirect};
use http::{Method, StatusCode, Uri};
use model::Problem;

use super::refused::Refused;
use crate::legacy::{
    desk::{Answer, Desk},
    i18n::tr,
    shell::Head,
};
use leptos::prelude::*;

pub async fn show(desk: Desk, method: Method, uri: Uri) -> Answer {
    if let Some(path) = without_slash(&uri).filter(|_| method == Method::GET) {
        return Ok(Redirect::permanent(&path).into_response());
    }
    let problem = Problem::not_found();
    desk.screen_with(StatusCode::NOT_FOUND, Head::new(tr("not_found")), || view! { <Refused problem /> }).await
}

/// Where `/gallery/` was meant to lead. Only a path of plain names: `//` at its start would lead to another site.
fn without_slash(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/')?;
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !path.strip_prefix('/')?.split('/').all(is_plain) {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{path}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_is_left_out_and_leads_nowhere_else() {
        let leads = |address: &str| without_slash(&address.parse().expect("an address"));
        assert_eq!(leads("/gallery/").as_deref(), Some("/gallery"));
        assert_eq!(leads("/auth/login/?mode=signup").as_deref(), Some("/auth/login?mode=signup"));
        for other in ["/", "/gallery", "//example.org/", "/gallery//", "/%5Cexample.org/", "/a.b/"] {
            assert_eq!(leads(other), None, "{other}");
        }
    }
}
