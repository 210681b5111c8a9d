//! Response headers that restrict browsers and caches.

use serde_json::json;

use crate::harness::{text, with_app, with_settings};

const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=(), browsing-topics=()",
    ),
];

#[tokio::test]
async fn every_response_has_security_headers() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let png = text(&parent.page(&page).await["downloads"], "png");
        let svg = text(&parent.page(&page).await["downloads"], "svg");
        for path in
            ["/healthz", "/api/v1/credits", "/api/v1/pages/none", "/nowhere", "/api/v1/openapi.json", &png, &svg]
        {
            let answer = parent.get(path.trim_start_matches(&app.state.config.public_url())).await;
            for (name, value) in SECURITY_HEADERS {
                assert_eq!(
                    answer.headers().get(name).map(|value| value.to_str().expect("text")),
                    Some(value),
                    "{path}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn content_security_policy_fits_the_response() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let svg = text(&parent.page(&page).await["downloads"], "svg");
        let site = "script-src 'self' 'wasm-unsafe-eval'; ";
        let file = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
        for (path, expected) in [("/healthz", site), ("/api/v1/pages", site), ("/nowhere", site), (svg.as_str(), file)]
        {
            let answer = parent.get(path.trim_start_matches(&app.state.config.public_url())).await;
            let policy = answer.headers()["content-security-policy"].to_str().expect("text");
            assert!(policy.contains(expected) && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        }
    })
    .await;
}

#[tokio::test]
async fn account_data_is_not_cached() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for path in
            ["/api/v1/credits", "/api/v1/auth/session", "/api/v1/pages", "/api/v1/user/profile", "/api/v1/user/export"]
        {
            let answer = parent.get(path).await;
            let cache_control = answer.headers()["cache-control"].to_str().expect("text").to_owned();
            assert!(cache_control.contains("no-store"), "{path}: {cache_control}");
        }
    })
    .await;
}

#[tokio::test]
async fn sign_out_clears_site_data() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        assert!(!parent.get("/api/v1/pages").await.headers().contains_key("clear-site-data"));
        let answer = parent.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(answer.headers()["clear-site-data"], "\"storage\"");
    })
    .await;
}

#[tokio::test]
async fn https_site_sends_strict_transport_security() {
    with_settings(&[("--public-url", "https://scribble.example")], async |app| {
        let answer = app.anonymous().get("/healthz").await;
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=63072000; includeSubDomains");
    })
    .await;
}

#[tokio::test]
async fn http_site_sends_no_strict_transport_security() {
    with_app(async |app| {
        let answer = app.anonymous().get("/healthz").await;
        assert!(!answer.headers().contains_key("strict-transport-security"));
    })
    .await;
}
