//! Abuse protection at sign-up: each layer rejects what it should, and a family on one device
//! passes.

use futures::{StreamExt, stream};
use reqwest::Response;
use serde_json::{Value, json};
use server::flags::{self, Flag};

use crate::{
    captcha::{CAPTCHA, solve_captcha},
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, with_app, with_settings},
    invariants::{execute, select_column},
};

/// Rate limits as in production, behind a proxy on this host.
pub const STRICT: &[(&str, &str)] = &[("--limits", "true"), ("--trusted-proxies", "127.0.0.0/8")];

/// Signs up with further fields in the request.
pub async fn sign_up(person: &TestClient, email: &str, more: Value) -> Response {
    let mut body = json!({ "email": email, "password": PASSWORD });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    person.post("/api/v1/auth/signup", body).await
}

/// Verifies an address with the mailed code and returns the session.
pub async fn verify_email(app: &App, person: &TestClient, email: &str) -> Value {
    let body = json!({ "email": email, "code": app.mailed_code(email).await });
    json_of(person.post("/api/v1/auth/verify-otp", body).await).await
}

/// Kinds of the audit events of rejected sign-ups, oldest first.
pub async fn blocked_events(app: &App) -> Vec<String> {
    select_column(&app.state, "SELECT kind FROM auth_events WHERE kind LIKE 'blocked_%' ORDER BY at, id").await
}

#[tokio::test]
async fn disposable_address_is_rejected() {
    with_app(async |app| {
        let client = app.anonymous();
        for email in ["mia@mailinator.com", "mia@deep.under.mailinator.com"] {
            let problem = assert_problem(sign_up(&client, email, json!({})).await, 422, "email_disposable").await;
            assert_eq!(problem["detail"], "Please use a permanent e-mail address.");
            assert_eq!(problem["field"], "email");
        }
        assert_eq!(blocked_events(app).await, ["blocked_disposable"; 2]);
    })
    .await;
}

#[tokio::test]
async fn domain_override_takes_precedence_over_the_lists() {
    with_app(async |app| {
        let client = app.anonymous();
        execute(&app.state, "INSERT INTO email_domains VALUES ('mailinator.com', TRUE, 0)").await;
        execute(&app.state, "INSERT INTO email_domains VALUES ('example.net', FALSE, 0)").await;
        assert_eq!(sign_up(&client, "mia@mailinator.com", json!({})).await.status(), 202);
        let answer = sign_up(&client, "mia@mail.example.net", json!({})).await;
        assert_problem(answer, 422, "email_disposable").await;
    })
    .await;
}

#[tokio::test]
async fn list_file_is_reread_when_it_changes() {
    with_app(async |app| {
        let client = app.anonymous();
        assert_eq!(sign_up(&client, "mia@brand-new.example", json!({})).await.status(), 202);
        let list = app.state.config.disposable_domains();
        std::fs::write(&list, "# of today\nbrand-new.example\n").expect("writes");
        let answer = sign_up(&client, "leo@brand-new.example", json!({})).await;
        assert_problem(answer, 422, "email_disposable").await;
        std::fs::remove_file(&list).expect("removes");
        assert_eq!(sign_up(&client, "leo@brand-new.example", json!({})).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn fourth_sign_up_of_an_address_is_rejected_for_a_day() {
    with_settings(STRICT, async |app| {
        let client = app.anonymous();
        for name in ["mia", "leo", "ada"] {
            // A second sign-up of the same mailbox does not count.
            for _ in 0..2 {
                assert_eq!(sign_up(&client, &format!("{name}@example.org"), json!({})).await.status(), 202);
            }
        }
        let problem =
            assert_problem(sign_up(&client, "tom@example.org", json!({})).await, 429, "too_many_requests").await;
        assert_eq!(problem["detail"], "That was often enough for now, from you or from others on your internet connection. Please try again in 24 hours.");
        assert_eq!(blocked_events(app).await, ["blocked_address"]);
        flags::set_flag(&app.state, Flag::SignUpsPerAddress, false).await.expect("sets");
        assert_eq!(sign_up(&client, "tom@example.org", json!({})).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn variants_of_one_mailbox_share_free_credits() {
    with_app(async |app| {
        for (email, credits) in [
            ("mia.lee@gmail.com", 3),
            ("mialee+second@gmail.com", 0),
            ("m.i.a.lee@googlemail.com", 0),
            ("mia.lee@example.org", 3),
            ("mialee@example.org", 3),
            ("mialee+x@example.org", 0),
        ] {
            let person = app.anonymous();
            assert_eq!(sign_up(&person, email, json!({})).await.status(), 202);
            let user = verify_email(app, &person, email).await;
            assert_eq!(user["credits"], credits, "{email}");
            assert_eq!(user["email"], email);
        }
    })
    .await;
}

/// Three children draw as guests on a tablet, then two parents sign up on it.
#[tokio::test]
async fn family_on_one_tablet_is_not_rejected() {
    let settings = [STRICT, CAPTCHA].concat();
    with_settings(&settings, async |app| {
        let device = "1024x768 Europe/Vienna de 4";
        let tablet = app.anonymous();
        assert_eq!(tablet.post("/api/v1/auth/device", json!({})).await.status(), 200);
        for _child in 0..3 {
            tablet.create_drawn_page().await;
        }
        let mut pages = 3;
        for (parent, typo) in [("mia@example.org", None), ("leo@example.org", Some("leo@exmaple.org"))] {
            for email in typo.into_iter().chain([parent]) {
                let evidence = json!({ "captcha": solve_captcha(&tablet).await, "fingerprint": device });
                assert_eq!(sign_up(&tablet, email, evidence).await.status(), 202);
            }
            // One failed sign-in.
            assert_eq!(tablet.sign_in(parent, "something else").await.status(), 401);
            let user = verify_email(app, &tablet, parent).await;
            assert_eq!(user["email"], parent);
            for _ in 0..user["credits"].as_i64().expect("credits") {
                tablet.create_drawn_page().await;
                pages += 1;
            }
            assert_eq!(tablet.post("/api/v1/auth/signout", json!({})).await.status(), 204);
            assert_eq!(tablet.sign_in(parent, PASSWORD).await.status(), 200);
            assert_eq!(tablet.post("/api/v1/auth/signout", json!({})).await.status(), 204);
        }
        // Three as guests and three of the second parent; the first one took over the guest's pages
        // and credits.
        assert_eq!(pages, 6);
        let flagged = "SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE flagged_for IS NOT NULL";
        assert_eq!(select_column(&app.state, flagged).await, ["0"]);
        assert_eq!(blocked_events(app).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn thousand_sign_ups_of_one_host_gain_nine_credits() {
    with_settings(STRICT, async |app| {
        let tries = stream::iter(0..1000).map(async |at| {
            let person = app.anonymous();
            let email = format!("robot{at}@example.org");
            // Every way to free credits.
            let answer = match at % 3 {
                0 => sign_up(&person, &email, json!({})).await,
                1 => person.post("/api/v1/auth/magic-link", json!({ "email": email })).await,
                _ => person.post("/api/v1/auth/device", json!({})).await,
            };
            (at, person, email, answer.status())
        });
        let tries: Vec<_> = tries.buffer_unordered(40).collect().await;
        for (at, person, email, status) in &tries {
            match at % 3 {
                0 if *status == 202 => drop(verify_email(app, person, email).await),
                1 if *status == 202 => drop(person.get(&app.mailed_link(email).await).await),
                _ => {}
            }
        }
        let free = "SELECT CAST(COALESCE(SUM(balance), 0) AS TEXT) FROM credits";
        assert_eq!(select_column(&app.state, free).await, ["9"]);
    })
    .await;
}
