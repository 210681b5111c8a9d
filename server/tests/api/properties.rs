//! Property tests of authentication and data isolation, with a hundred cases each.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, Validation, decode, encode};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::{Value, json};
use server::accounts::sanitize_return_path;

use crate::{
    harness::{App, TestClient, json_of, location, text},
    invariants,
};

const HTTPS: &[(&str, &str)] = &[("--public-url", "https://scribble.example")];
/// Every API route that needs an account.
const PROTECTED: &[(&str, &str)] = &[
    ("POST", "/api/v1/auth/signout"),
    ("GET", "/api/v1/auth/session"),
    ("GET", "/api/v1/auth/sessions"),
    ("DELETE", "/api/v1/auth/sessions"),
    ("DELETE", "/api/v1/auth/sessions/0198a3b0-0000-7000-8000-000000000000"),
    ("GET", "/api/v1/user/profile"),
    ("DELETE", "/api/v1/user/profile"),
    ("PATCH", "/api/v1/user/profile"),
    ("GET", "/api/v1/user/export"),
    ("POST", "/api/v1/associate-file"),
    ("POST", "/api/v1/pdf/export"),
    ("POST", "/api/v1/jobs"),
    ("GET", "/api/v1/jobs/0198a3b0-0000-7000-8000-000000000000/events"),
    ("GET", "/api/v1/jobs/0198a3b0-0000-7000-8000-000000000000"),
    ("GET", "/api/v1/pages"),
    ("GET", "/api/v1/pages/0198a3b0-0000-7000-8000-000000000000"),
    ("PATCH", "/api/v1/pages/0198a3b0-0000-7000-8000-000000000000"),
    ("DELETE", "/api/v1/pages/0198a3b0-0000-7000-8000-000000000000"),
    ("POST", "/api/v1/pages/0198a3b0-0000-7000-8000-000000000000/redraw"),
    ("GET", "/api/v1/books"),
    ("POST", "/api/v1/books"),
    ("GET", "/api/v1/books/0198a3b0-0000-7000-8000-000000000000"),
    ("GET", "/api/v1/credits"),
];

/// Runs the test for a hundred values against one server, then checks the invariants.
fn check_property<S: Strategy>(settings: &[(&str, &str)], values: S, test: impl AsyncFn(&Arc<App>, S::Value)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let app = Arc::new(runtime.block_on(App::start(settings)));
    let config = Config { cases: 100, failure_persistence: None, max_shrink_iters: 20, ..Config::default() };
    let outcome = TestRunner::new(config).run(&values, |value| {
        runtime.block_on(test(&app, value));
        Ok(())
    });
    outcome.unwrap_or_else(|failed| panic!("{failed}"));
    runtime.block_on(async {
        app.run_jobs().await;
        invariants::assert_invariants(&app.state).await;
    });
}

/// An address unique to the case.
fn unique_email(local: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{local}.{}@example.org", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn local_part() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_+-]{0,20}"
}

/// `(name, value, attributes)` of each cookie that a response sets.
fn cookies(response: &Response) -> Vec<(String, String, String)> {
    let values = response.headers().get_all("set-cookie").iter().map(|value| value.to_str().expect("text"));
    let cookie = |text: &str| {
        let (pair, attributes) = text.split_once(';').expect("attributes");
        let (name, value) = pair.split_once('=').expect("a pair");
        (name.to_owned(), value.to_owned(), attributes.trim().to_owned())
    };
    values.map(cookie).collect()
}

/// The `Cookie` header that sends the set cookies back.
fn cookie_header(response: &Response) -> String {
    cookies(response).iter().map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

async fn get_with(app: &Arc<App>, cookies: &str, path: &str) -> Response {
    app.anonymous().request(Method::GET, path).header("cookie", cookies).send().await.expect("a response")
}

/// Requests a code (by signing up) or a link; returns the code or the token from the mail.
async fn request_secret(client: &TestClient, email: &str, link: bool, stay: bool) -> String {
    if link {
        client.post("/api/v1/auth/magic-link", json!({ "email": email, "stay": stay })).await;
        client.app.mailed_token(email).await
    } else {
        client.sign_up(email).await;
        client.app.mailed_code(email).await
    }
}

/// Sends the code or token back.
async fn redeem_secret(client: &TestClient, email: &str, link: bool, stay: bool, secret: &str) -> Response {
    if link {
        client.confirm_link(&format!("/auth/callback?token={secret}")).await
    } else {
        client.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": secret, "stay": stay })).await
    }
}

fn has_session(response: &Response) -> bool {
    cookies(response).iter().any(|(name, value, _)| name.ends_with("access") && !value.is_empty())
}

#[test]
fn valid_link_or_code_sets_secure_cookies() {
    check_property(HTTPS, (local_part(), any::<bool>(), any::<bool>()), async |app, (local, link, stay)| {
        let (client, email) = (app.anonymous(), unique_email(&local));
        let secret = request_secret(&client, &email, link, stay).await;
        let response = redeem_secret(&client, &email, link, stay, &secret).await;
        assert!(has_session(&response));
        for (name, _, attributes) in cookies(&response) {
            assert!(name.starts_with("__Host-"), "{name}");
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(attributes.split("; ").any(|attribute| attribute == part), "{part} of {name}");
            }
            assert!(!attributes.contains("Domain"), "{attributes}");
            let lasts = attributes.contains("Max-Age");
            assert_eq!(lasts, stay || name == "__Host-device", "{name}: {attributes}");
        }
        let user = json_of(get_with(app, &cookie_header(&response), "/api/v1/auth/session").await).await;
        assert_eq!(user["email"], email.as_str());
    });
}

#[test]
fn expired_link_or_code_is_rejected() {
    check_property(&[], (local_part(), any::<bool>(), 0..10_000_000_i64), async |app, (local, link, late)| {
        let (client, email) = (app.anonymous(), unique_email(&local));
        let secret = request_secret(&client, &email, link, false).await;
        let life = if link { 600_000 } else { 300_000 };
        let age =
            format!("UPDATE one_time_tokens SET expires_at = expires_at - {} WHERE consumed_at IS NULL", life + late);
        invariants::execute(&app.state, &age).await;
        assert!(!has_session(&redeem_secret(&client, &email, link, false, &secret).await));
        assert_eq!(client.get("/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn altered_link_or_code_is_rejected() {
    let change = (any::<Index>(), select(vec!['0', '7', 'A', 'z', '-', '_']), 0..3_u8);
    check_property(&[], (local_part(), any::<bool>(), change), async |app, (local, link, (at, sign, how))| {
        let (client, email) = (app.anonymous(), unique_email(&local));
        let secret = request_secret(&client, &email, link, false).await;
        let mut altered: Vec<char> = secret.chars().collect();
        let at = at.index(altered.len());
        match how {
            0 => altered[at] = sign,
            1 => drop(altered.remove(at)),
            _ => altered.insert(at, sign),
        }
        let altered: String = altered.into_iter().collect();
        // The change may have no effect, and a code may contain dashes.
        if altered == secret || (!link && altered.replace('-', "") == secret) {
            return;
        }
        assert!(!has_session(&redeem_secret(&client, &email, link, false, &altered).await), "{secret} {altered}");
    });
}

#[test]
fn return_path_stays_on_this_site() {
    let inputs =
        prop_oneof![".*", "/{0,3}[a-z\\\\/.:@?#%\t\r\n ]{0,30}", "(https?:)?//[a-z.]{1,20}/.*", "/\\\\[a-z.]{1,9}"];
    let site = Url::parse("https://scribble.example/auth/login").expect("an address");
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&inputs, |text| {
        let path = sanitize_return_path(&text);
        prop_assert!(path == "/" || path == text, "{text:?} became {path:?}");
        let target = site.join(&path).expect("an address");
        prop_assert_eq!(target.origin(), site.origin());
        Ok(())
    });
    outcome.expect("holds");
}

#[test]
fn link_redirects_to_this_site() {
    check_property(&[], (local_part(), ".{0,40}"), async |app, (local, return_to)| {
        let (client, email) = (app.anonymous(), unique_email(&local));
        client.post("/api/v1/auth/magic-link", json!({ "email": email, "return_to": return_to })).await;
        let response = client.get(&app.mailed_link(&email).await).await;
        let target = Url::parse(&app.base).expect("an address").join(location(&response)).expect("an address");
        assert_eq!(target.origin(), Url::parse(&app.base).expect("an address").origin());
    });
}

#[test]
fn expired_access_token_is_renewed_by_its_request() {
    check_property(HTTPS, 1..10_000_000_i64, async |app, ago| {
        let response = app.anonymous().post("/api/v1/auth/device", json!({})).await;
        let set = cookies(&response);
        let value = |name: &str| set.iter().find(|(set, ..)| set == name).expect("set").1.clone();
        let expired = sign_altered_token(app, &value("__Host-access"), |claims| {
            claims["exp"] = json!(claims["iat"].as_i64().expect("a time") - ago);
        });
        let cookies_sent = format!("__Host-access={expired}; __Host-refresh={}", value("__Host-refresh"));
        let response = get_with(app, &cookies_sent, "/api/v1/auth/session").await;
        assert_eq!(response.status(), StatusCode::OK);
        let renewed = cookie_header(&response);
        assert!(renewed.contains("__Host-access=") && renewed.contains("__Host-refresh="), "{renewed}");
        assert_eq!(get_with(app, &renewed, "/api/v1/auth/session").await.status(), StatusCode::OK);
    });
}

/// An access token with changed claims, signed with the server's own key.
fn sign_altered_token(app: &App, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let key = jsonwebtoken::DecodingKey::from_secret(&app.state.keys.access);
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["scribble"]);
    let token = decode::<Value>(token, &key, &validation).expect("ours");
    let mut claims = token.claims;
    change(&mut claims);
    encode(&token.header, &claims, &EncodingKey::from_secret(&app.state.keys.access)).expect("a token")
}

#[test]
fn forged_access_token_is_rejected() {
    #[derive(Clone, Debug)]
    enum Forgery {
        Algorithm(Algorithm),
        Key([u8; 32]),
        Type(Option<String>),
        Audience(String),
        Unsigned,
    }
    let forgery = prop_oneof![
        select(vec![Algorithm::HS384, Algorithm::HS512]).prop_map(Forgery::Algorithm),
        any::<[u8; 32]>().prop_map(Forgery::Key),
        proptest::option::of("[a-zA-Z+]{0,8}").prop_map(Forgery::Type),
        "[a-z]{0,8}".prop_map(Forgery::Audience),
        Just(Forgery::Unsigned),
    ];
    check_property(&[], forgery, async |app, forgery| {
        let response = app.anonymous().post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
        let good = text(&json_of(response).await, "access_token");
        let mut claims = Value::Null;
        sign_altered_token(app, &good, |ours| claims = ours.clone());
        let mut header = Header { typ: Some("at+jwt".to_owned()), ..Header::new(Algorithm::HS256) };
        let mut key = app.state.keys.access.to_vec();
        match &forgery {
            Forgery::Algorithm(other) => header.alg = *other,
            Forgery::Key(other) => key = other.to_vec(),
            Forgery::Type(other) => header.typ.clone_from(other),
            Forgery::Audience(other) => claims["aud"] = json!(other),
            Forgery::Unsigned => {}
        }
        let mut token = encode(&header, &claims, &EncodingKey::from_secret(&key)).expect("a token");
        if matches!(forgery, Forgery::Unsigned) {
            let body = token.split('.').nth(1).expect("a body").to_owned();
            // {"alg":"none","typ":"at+jwt"}
            token = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{body}.");
        }
        let mut thief = app.anonymous();
        thief.bearer = Some(token);
        let status = thief.get("/api/v1/auth/session").await.status();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{forgery:?}");
        thief.bearer = Some(good);
        assert_eq!(thief.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    });
}

#[test]
fn protected_routes_reject_unknown_tokens() {
    let token = prop_oneof![Just(String::new()), "[A-Za-z0-9._-]{1,80}"];
    // Takes the routes in turn, so that the cases cover each of them several times.
    let count = AtomicUsize::new(0);
    check_property(&[], (token, any::<bool>()), async |app, (token, as_bearer)| {
        let (method, path) = PROTECTED[count.fetch_add(1, Ordering::Relaxed) % PROTECTED.len()];
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = app.anonymous().request(method, path);
        let request = match as_bearer {
            true => request.bearer_auth(&token),
            false => request.header("cookie", format!("access={token}; refresh={token}")),
        };
        let response = request.send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(json_of(response).await["code"], "signed_out");
    });
}

/// A guest with enough credits for every case.
async fn create_rich_guest(app: &Arc<App>) -> TestClient {
    let client = app.anonymous();
    let user = json_of(client.post("/api/v1/auth/device", json!({})).await).await;
    invariants::add_credits(&app.state, &text(&user, "id"), 1000).await;
    client
}

async fn list_all_ids(client: &TestClient, path: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = path.to_owned();
    loop {
        let listing = json_of(client.get(&next).await).await;
        ids.extend(listing["items"].as_array().expect("items").iter().map(|item| text(item, "id")));
        match listing["next"].as_str() {
            Some(after) => next = format!("{path}?next={after}"),
            None => return ids,
        }
    }
}

#[test]
fn accounts_see_only_their_own_data() {
    let clients = std::sync::Mutex::new(Vec::<(Arc<TestClient>, Vec<(String, String, String)>)>::new());
    check_property(&[], (0..3_usize, 0..3_usize), async |app, (maker, other)| {
        while clients.lock().expect("not poisoned").len() < 3 {
            let client = Arc::new(create_rich_guest(app).await);
            clients.lock().expect("not poisoned").push((client, Vec::new()));
        }
        let of = |index: usize| clients.lock().expect("not poisoned")[index].clone();
        let (client, mut made) = of(maker);
        let photo = client.upload_photo().await;
        let job = json_of(client.request_page(&photo, None).await).await;
        made.push((text(&job, "page_id"), text(&job, "id"), photo));
        clients.lock().expect("not poisoned")[maker].1.clone_from(&made);

        let mut listed = list_all_ids(&client, "/api/v1/pages").await;
        listed.sort();
        let mut own: Vec<_> = made.iter().map(|(page, ..)| page.clone()).collect();
        own.sort();
        assert_eq!(listed, own);
        let ledger = json_of(client.get("/api/v1/credits").await).await;
        assert_eq!(ledger["balance"], 1003 - made.len() as i64);

        let (stranger, _) = of(other);
        let (page, job, photo) = made.last().expect("one").clone();
        let expected = if maker == other { StatusCode::OK } else { StatusCode::NOT_FOUND };
        for path in [format!("/api/v1/pages/{page}"), format!("/api/v1/jobs/{job}")] {
            assert_eq!(stranger.get(&path).await.status(), expected, "{path}");
        }
        if maker != other {
            assert_eq!(stranger.request_page(&photo, None).await.status(), StatusCode::NOT_FOUND);
            let gone = stranger.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await;
            assert_eq!(gone.expect("a response").status(), StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn worker_draws_pages_of_every_account() {
    let clients = std::sync::Mutex::new(Vec::<Arc<TestClient>>::new());
    check_property(&[], 0..4_usize, async |app, maker| {
        while clients.lock().expect("not poisoned").len() < 4 {
            let client = Arc::new(create_rich_guest(app).await);
            clients.lock().expect("not poisoned").push(client);
        }
        let client = clients.lock().expect("not poisoned")[maker].clone();
        let page = client.create_drawn_page().await;
        assert_eq!(client.page(&page).await["status"], "ready");
    });
}

#[test]
fn signing_out_revokes_the_session_and_clears_cookies() {
    check_property(HTTPS, (local_part(), any::<bool>(), any::<bool>()), async |app, (local, link, everywhere)| {
        let (client, email) = (app.anonymous(), unique_email(&local));
        let secret = request_secret(&client, &email, link, true).await;
        let copied = cookie_header(&redeem_secret(&client, &email, link, true, &secret).await);
        assert_eq!(get_with(app, &copied, "/api/v1/auth/session").await.status(), StatusCode::OK);
        let (method, path) = match everywhere {
            true => (Method::DELETE, "/api/v1/auth/sessions"),
            false => (Method::POST, "/api/v1/auth/signout"),
        };
        let response =
            app.anonymous().request(method, path).header("cookie", &copied).send().await.expect("a response");
        let cleared: Vec<_> = cookies(&response).into_iter().filter(|(_, value, _)| value.is_empty()).collect();
        let names: Vec<_> = cleared.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["__Host-access", "__Host-refresh"]);
        assert!(cleared.iter().all(|(_, _, attributes)| attributes.contains("Max-Age=0")));
        // A copy of the cookies is rejected, with the access token and without.
        assert_eq!(get_with(app, &copied, "/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
        let refresh = copied.split("; ").find(|pair| pair.starts_with("__Host-refresh")).expect("there");
        assert_eq!(get_with(app, refresh, "/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
    });
}
