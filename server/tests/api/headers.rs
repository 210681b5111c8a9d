//! What every answer says to the browser, in a table.

use crate::harness::{json_of, text, with_app, with_settings};

const EVERYWHERE: [(&str, &str); 6] = [
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
async fn every_answer_keeps_browsers_from_what_we_never_ask_for() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let png = text(&parent.page(&page).await["downloads"], "png");
        let svg = text(&parent.page(&page).await["downloads"], "svg");
        for path in
            ["/healthz", "/api/v1/credits", "/api/v1/pages/none", "/nowhere", "/api/v1/openapi.json", &png, &svg]
        {
            let answer = parent.get(path.trim_start_matches(&app.state.config.public_url())).await;
            for (name, value) in EVERYWHERE {
                assert_eq!(
                    answer.headers().get(name).map(|value| value.to_str().expect("text")),
                    Some(value),
                    "{path}"
                );
            }
            let policy = answer.headers()["content-security-policy"].to_str().expect("text");
            let expected = if path.contains("/files/") { "sandbox" } else { "frame-ancestors 'none'" };
            assert!(policy.contains(expected), "{path}: {policy}");
            // Plain http: a promise of https could not be kept.
            assert!(!answer.headers().contains_key("strict-transport-security"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_somebodys_is_kept_by_no_cache() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for path in
            ["/api/v1/credits", "/api/v1/auth/session", "/api/v1/pages", "/api/v1/user/profile", "/api/v1/user/export"]
        {
            let answer = parent.get(path).await;
            let kept = answer.headers()["cache-control"].to_str().expect("text").to_owned();
            assert!(kept.contains("no-store"), "{path}: {kept}");
        }
    })
    .await;
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_holds() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let answer = parent.post("/api/v1/auth/signout", serde_json::json!({})).await;
        assert_eq!(answer.headers()["clear-site-data"], "\"storage\"");
        assert!(!parent.get("/healthz").await.headers().contains_key("clear-site-data"));
    })
    .await;
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    with_settings(&[("--public-url", "https://scribble.example")], async |app| {
        let answer = app.anonymous().get("/healthz").await;
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=63072000; includeSubDomains");
        let flags = json_of(app.anonymous().get("/api/v1/flags").await).await;
        assert_eq!(flags, serde_json::json!({ "captcha": true, "device_fingerprint": true, "paid_pages": true }));
    })
    .await;
}
