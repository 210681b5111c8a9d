//! Paths without a route: a redirect where a slash at the end is too many.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, Uri};

/// Redirects `/gallery/` to `/gallery`; everything else is answered by the error screen.
pub async fn redirect_trailing_slash(request: Request, next: Next) -> Response {
    match path_without_slash(request.uri()).filter(|_| request.method() == Method::GET) {
        Some(path) => Redirect::permanent(&path).into_response(),
        None => next.run(request).await,
    }
}

/// Only a path of plain names: `//` at its start would lead to another site.
fn path_without_slash(uri: &Uri) -> Option<String> {
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
    use super::path_without_slash;

    #[test]
    fn trailing_slash_is_removed_from_plain_paths_only() {
        let redirected = |address: &str| path_without_slash(&address.parse().expect("an address"));
        assert_eq!(redirected("/gallery/").as_deref(), Some("/gallery"));
        assert_eq!(redirected("/auth/login/?mode=signup").as_deref(), Some("/auth/login?mode=signup"));
        for other in ["/", "/gallery", "//example.org/", "/gallery//", "/%5Cexample.org/", "/a.b/"] {
            assert_eq!(redirected(other), None, "{other}");
        }
    }
}
