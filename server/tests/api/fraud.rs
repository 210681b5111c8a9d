//! Each layer at sign-up stops what it should, and a family gets through all of them.

use futures::{StreamExt, stream};
use reqwest::Response;
use serde_json::{Value, json};
use server::flags::{self, Flag};

use crate::{
    captcha::{CAPTCHA, solved},
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, with_app, with_settings},
    invariants::{execute, select_column},
};

pub const STRICT: &[(&str, &str)] = &[("--limits", "true"), ("--trusted-proxies", "127.0.0.0/8")];
pub async fn sign_up(person: &TestClient, email: &str, more: Value) -> Response {
    let mut body = json!({ "email": email, "password": PASSWORD });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    person.post("/api/v1/auth/signup", body).await
}

pub async fn prove(app: &App, person: &TestClient, email: &str) -> Value {
    let body = json!({ "email": email, "code": app.mailed_code(email).await });
    json_of(person.post("/api/v1/auth/verify-otp", body).await).await
}

pub async fn blocked(app: &App) -> Vec<String> {
    select_column(&app.state, "SELECT kind FROM auth_events WHERE kind LIKE 'blocked_%' ORDER BY at, id").await
}

#[tokio::test]
async fn a_disposable_address_is_refused_and_an_operator_has_the_last_word() {
    with_app(async |app| {
        let visitor = app.anonymous();
        for email in ["mia@mailinator.com", "mia@deep.under.mailinator.com"] {
            let problem = assert_problem(sign_up(&visitor, email, json!({})).await, 422, "email_disposable").await;
            assert_eq!(problem["detail"], "Please use a permanent e-mail address.");
            assert_eq!(problem["field"], "email");
        }
        assert_eq!(blocked(app).await, ["blocked_disposable"; 2]);
        execute(&app.state, "INSERT INTO email_domains VALUES ('mailinator.com', TRUE, 0)").await;
        execute(&app.state, "INSERT INTO email_domains VALUES ('example.net', FALSE, 0)").await;
        assert_eq!(sign_up(&visitor, "mia@mailinator.com", json!({})).await.status(), 202);
        let answer = sign_up(&visitor, "mia@mail.example.net", json!({})).await;
        assert_problem(answer, 422, "email_disposable").await;
    })
    .await;
}

#[tokio::test]
async fn a_newer_list_counts_as_soon_as_it_is_there() {
    with_app(async |app| {
        let visitor = app.anonymous();
        assert_eq!(sign_up(&visitor, "mia@brand-new.example", json!({})).await.status(), 202);
        let list = app.state.config.disposable_domains();
        std::fs::write(&list, "# of today\nbrand-new.example\n").expect("writes");
        let answer = sign_up(&visitor, "leo@brand-new.example", json!({})).await;
        assert_problem(answer, 422, "email_disposable").await;
        std::fs::remove_file(&list).expect("removes");
        assert_eq!(sign_up(&visitor, "leo@brand-new.example", json!({})).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn three_of_one_network_sign_up_and_the_fourth_comes_back_tomorrow() {
    with_settings(STRICT, async |app| {
        let visitor = app.anonymous();
        for name in ["mia", "leo", "ada"] {
            // Again, because of a password that was forgotten at once, is no other sign-up.
            for _ in 0..2 {
                assert_eq!(sign_up(&visitor, &format!("{name}@example.org"), json!({})).await.status(), 202);
            }
        }
        let problem =
            assert_problem(sign_up(&visitor, "tom@example.org", json!({})).await, 429, "too_many_requests").await;
        assert_eq!(problem["detail"], "That was often enough for now, from you or from others on your internet connection. Please try again in 24 hours.");
        assert_eq!(blocked(app).await, ["blocked_address"]);
        flags::set(&app.state, Flag::SignUpsPerAddress, false).await.expect("sets");
        assert_eq!(sign_up(&visitor, "tom@example.org", json!({})).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn variants_of_one_mailbox_share_one_set_of_free_credits() {
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
            let user = prove(app, &person, email).await;
            assert_eq!(user["credits"], credits, "{email}");
            assert_eq!(user["email"], email);
        }
    })
    .await;
}

/// Two parents sign up on the tablet, and three children draw on it first, as the guest that it is for them.
#[tokio::test]
async fn a_family_on_one_tablet_gets_through_in_one_evening() {
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
                let evidence = json!({ "captcha": solved(&tablet).await, "fingerprint": device });
                assert_eq!(sign_up(&tablet, email, evidence).await.status(), 202);
            }
            // A parent forgets a password, too.
            assert_eq!(tablet.sign_in(parent, "something else").await.status(), 401);
            let user = prove(app, &tablet, parent).await;
            assert_eq!(user["email"], parent);
            for _ in 0..user["credits"].as_i64().expect("credits") {
                tablet.create_drawn_page().await;
                pages += 1;
            }
            assert_eq!(tablet.post("/api/v1/auth/signout", json!({})).await.status(), 204);
            assert_eq!(tablet.sign_in(parent, PASSWORD).await.status(), 200);
            assert_eq!(tablet.post("/api/v1/auth/signout", json!({})).await.status(), 204);
        }
        // Three as guests, and three of the parent who came second: the first took the children's pages along.
        assert_eq!(pages, 6);
        let flagged = "SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE flagged_for IS NOT NULL";
        assert_eq!(select_column(&app.state, flagged).await, ["0"]);
        assert_eq!(blocked(app).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_thousand_sign_ups_of_one_machine_gain_at_most_nine_pages() {
    with_settings(STRICT, async |app| {
        let tries = stream::iter(0..1000).map(async |at| {
            let person = app.anonymous();
            let email = format!("robot{at}@example.org");
            // Every door that leads to free credits.
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
                0 if *status == 202 => drop(prove(app, person, email).await),
                1 if *status == 202 => drop(person.get(&app.mailed_link(email).await).await),
                _ => {}
            }
        }
        let free = "SELECT CAST(COALESCE(SUM(balance), 0) AS TEXT) FROM credits";
        assert_eq!(select_column(&app.state, free).await, ["9"]);
    })
    .await;
}
