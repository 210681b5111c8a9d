//! What holds for any input: a hundred cases each.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
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
/// Everything of the API that is somebody's.
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

/// Runs the test for a hundred values against one server, then checks what every test must leave behind.
fn holds<S: Strategy>(settings: &[(&str, &str)], values: S, test: impl AsyncFn(&Arc<App>, S::Value)) {
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

/// An address that no case before has used.
fn fresh(local: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{local}.{}@example.org", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn local_part() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_+-]{0,20}"
}

/// `(name, value, attributes)` of each cookie that an answer sets.
fn cookies(answer: &Response) -> Vec<(String, String, String)> {
    let values = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().expect("text"));
    let cookie = |text: &str| {
        let (pair, attributes) = text.split_once(';').expect("attributes");
        let (name, value) = pair.split_once('=').expect("a pair");
        (name.to_owned(), value.to_owned(), attributes.trim().to_owned())
    };
    values.map(cookie).collect()
}

/// As a browser would send them back.
fn jar(answer: &Response) -> String {
    cookies(answer).iter().map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

async fn get_with(app: &Arc<App>, cookies: &str, path: &str) -> Response {
    app.anonymous().request(Method::GET, path).header("cookie", cookies).send().await.expect("an answer")
}

/// Asks for a code (by signing up) or a link and returns what the mail holds.
async fn ask(person: &TestClient, email: &str, link: bool, stay: bool) -> String {
    if link {
        person.post("/api/v1/auth/magic-link", json!({ "email": email, "stay": stay })).await;
        person.app.mailed_token(email).await
    } else {
        person.sign_up(email).await;
        person.app.mailed_code(email).await
    }
}

/// Comes back with it.
async fn come_back(person: &TestClient, email: &str, link: bool, stay: bool, proof: &str) -> Response {
    if link {
        person.confirm_link(&format!("/auth/callback?token={proof}")).await
    } else {
        person.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": proof, "stay": stay })).await
    }
}

fn opened(answer: &Response) -> bool {
    cookies(answer).iter().any(|(name, value, _)| name.ends_with("access") && !value.is_empty())
}

#[test]
fn a_valid_link_or_code_makes_a_session_with_cookies_that_are_safe() {
    holds(HTTPS, (local_part(), any::<bool>(), any::<bool>()), async |app, (local, link, stay)| {
        let (person, email) = (app.anonymous(), fresh(&local));
        let proof = ask(&person, &email, link, stay).await;
        let answer = come_back(&person, &email, link, stay, &proof).await;
        assert!(opened(&answer));
        for (name, _, attributes) in cookies(&answer) {
            assert!(name.starts_with("__Host-"), "{name}");
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(attributes.split("; ").any(|attribute| attribute == part), "{part} of {name}");
            }
            assert!(!attributes.contains("Domain"), "{attributes}");
            let lasts = attributes.contains("Max-Age");
            assert_eq!(lasts, stay || name == "__Host-device", "{name}: {attributes}");
        }
        let user = json_of(get_with(app, &jar(&answer), "/api/v1/auth/session").await).await;
        assert_eq!(user["email"], email.as_str());
    });
}

#[test]
fn an_expired_link_or_code_never_makes_a_session() {
    holds(&[], (local_part(), any::<bool>(), 0..10_000_000_i64), async |app, (local, link, late)| {
        let (person, email) = (app.anonymous(), fresh(&local));
        let proof = ask(&person, &email, link, false).await;
        let life = if link { 600_000 } else { 300_000 };
        let age =
            format!("UPDATE one_time_tokens SET expires_at = expires_at - {} WHERE consumed_at IS NULL", life + late);
        invariants::execute(&app.state, &age).await;
        assert!(!opened(&come_back(&person, &email, link, false, &proof).await));
        assert_eq!(person.get("/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn an_altered_link_or_code_never_makes_a_session() {
    let change = (any::<Index>(), select(vec!['0', '7', 'A', 'z', '-', '_']), 0..3_u8);
    holds(&[], (local_part(), any::<bool>(), change), async |app, (local, link, (at, sign, how))| {
        let (person, email) = (app.anonymous(), fresh(&local));
        let proof = ask(&person, &email, link, false).await;
        let mut altered: Vec<char> = proof.chars().collect();
        let at = at.index(altered.len());
        match how {
            0 => altered[at] = sign,
            1 => drop(altered.remove(at)),
            _ => altered.insert(at, sign),
        }
        let altered: String = altered.into_iter().collect();
        // What was put in may have stood there already, and a code may be typed with dashes.
        if altered == proof || (!link && altered.replace('-', "") == proof) {
            return;
        }
        assert!(!opened(&come_back(&person, &email, link, false, &altered).await), "{proof} {altered}");
    });
}

#[test]
fn whatever_is_returned_to_is_on_this_site() {
    let odd =
        prop_oneof![".*", "/{0,3}[a-z\\\\/.:@?#%\t\r\n ]{0,30}", "(https?:)?//[a-z.]{1,20}/.*", "/\\\\[a-z.]{1,9}"];
    let site = Url::parse("https://scribble.example/auth/login").expect("an address");
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&odd, |text| {
        let path = sanitize_return_path(&text);
        prop_assert!(path == "/" || path == text, "{text:?} became {path:?}");
        let led = site.join(&path).expect("an address");
        prop_assert_eq!(led.origin(), site.origin());
        Ok(())
    });
    outcome.expect("holds");
}

#[test]
fn a_link_leads_to_a_path_on_this_site_whatever_was_asked_for() {
    holds(&[], (local_part(), ".{0,40}"), async |app, (local, return_to)| {
        let (person, email) = (app.anonymous(), fresh(&local));
        person.post("/api/v1/auth/magic-link", json!({ "email": email, "return_to": return_to })).await;
        let answer = person.get(&app.mailed_link(&email).await).await;
        let led = Url::parse(&app.base).expect("an address").join(location(&answer)).expect("an address");
        assert_eq!(led.origin(), Url::parse(&app.base).expect("an address").origin());
    });
}

#[test]
fn an_expired_access_token_is_renewed_by_the_request_that_brings_it() {
    holds(HTTPS, 1..10_000_000_i64, async |app, ago| {
        let answer = app.anonymous().post("/api/v1/auth/device", json!({})).await;
        let set = cookies(&answer);
        let value = |name: &str| set.iter().find(|(set, ..)| set == name).expect("set").1.clone();
        let expired = altered_token(app, &value("__Host-access"), |claims| {
            claims["exp"] = json!(claims["iat"].as_i64().expect("a time") - ago);
        });
        let cookies_sent = format!("__Host-access={expired}; __Host-refresh={}", value("__Host-refresh"));
        let answer = get_with(app, &cookies_sent, "/api/v1/auth/session").await;
        assert_eq!(answer.status(), StatusCode::OK);
        let renewed = jar(&answer);
        assert!(renewed.contains("__Host-access=") && renewed.contains("__Host-refresh="), "{renewed}");
        assert_eq!(get_with(app, &renewed, "/api/v1/auth/session").await.status(), StatusCode::OK);
    });
}

/// A token signed with our own key that says something else.
fn altered_token(app: &App, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let key = jsonwebtoken::DecodingKey::from_secret(&app.state.keys.access);
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["scribble"]);
    let token = decode::<Value>(token, &key, &validation).expect("ours");
    let mut claims = token.claims;
    change(&mut claims);
    encode(&token.header, &claims, &EncodingKey::from_secret(&app.state.keys.access)).expect("a token")
}

#[test]
fn a_token_of_another_algorithm_key_type_or_audience_opens_nothing() {
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
    holds(&[], forgery, async |app, forgery| {
        let answer = app.anonymous().post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
        let good = text(&json_of(answer).await, "access_token");
        let mut claims = Value::Null;
        altered_token(app, &good, |ours| claims = ours.clone());
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
fn every_protected_api_answers_401_to_whoever_is_not_signed_in() {
    let token = prop_oneof![Just(String::new()), "[A-Za-z0-9._-]{1,80}"];
    holds(&[], (select(PROTECTED), token, any::<bool>()), async |app, ((method, path), token, as_bearer)| {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = app.anonymous().request(method, path);
        let request = match as_bearer {
            true => request.bearer_auth(&token),
            false => request.header("cookie", format!("access={token}; refresh={token}")),
        };
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(json_of(answer).await["code"], "signed_out");
    });
}

/// Somebody with enough credits for every case.
async fn rich_guest(app: &Arc<App>) -> TestClient {
    let person = app.anonymous();
    let user = json_of(person.post("/api/v1/auth/device", json!({})).await).await;
    invariants::add_credits(&app.state, &text(&user, "id"), 1000).await;
    person
}

async fn ids(person: &TestClient, path: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = path.to_owned();
    loop {
        let listing = json_of(person.get(&next).await).await;
        ids.extend(listing["items"].as_array().expect("items").iter().map(|item| text(item, "id")));
        match listing["next"].as_str() {
            Some(after) => next = format!("{path}?next={after}"),
            None => return ids,
        }
    }
}

#[test]
fn a_person_sees_their_own_pages_jobs_photos_and_credits_and_nobody_elses() {
    let people = std::sync::Mutex::new(Vec::<(Arc<TestClient>, Vec<(String, String, String)>)>::new());
    holds(&[], (0..3_usize, 0..3_usize), async |app, (maker, other)| {
        while people.lock().expect("alone").len() < 3 {
            let person = Arc::new(rich_guest(app).await);
            people.lock().expect("alone").push((person, Vec::new()));
        }
        let of = |index: usize| people.lock().expect("alone")[index].clone();
        let (person, mut made) = of(maker);
        let photo = person.upload_photo().await;
        let job = json_of(person.request_page(&photo, None).await).await;
        made.push((text(&job, "page_id"), text(&job, "id"), photo));
        people.lock().expect("alone")[maker].1.clone_from(&made);

        let mut listed = ids(&person, "/api/v1/pages").await;
        listed.sort();
        let mut own: Vec<_> = made.iter().map(|(page, ..)| page.clone()).collect();
        own.sort();
        assert_eq!(listed, own);
        let ledger = json_of(person.get("/api/v1/credits").await).await;
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
            assert_eq!(gone.expect("an answer").status(), StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn the_worker_sees_the_work_of_everybody() {
    let people = std::sync::Mutex::new(Vec::<Arc<TestClient>>::new());
    holds(&[], 0..4_usize, async |app, maker| {
        while people.lock().expect("alone").len() < 4 {
            let person = Arc::new(rich_guest(app).await);
            people.lock().expect("alone").push(person);
        }
        let person = people.lock().expect("alone")[maker].clone();
        let page = person.create_drawn_page().await;
        assert_eq!(person.page(&page).await["status"], "ready");
    });
}

#[test]
fn signing_out_ends_the_session_on_the_server_and_clears_the_cookies() {
    holds(HTTPS, (local_part(), any::<bool>(), any::<bool>()), async |app, (local, link, everywhere)| {
        let (person, email) = (app.anonymous(), fresh(&local));
        let proof = ask(&person, &email, link, true).await;
        let kept = jar(&come_back(&person, &email, link, true, &proof).await);
        assert_eq!(get_with(app, &kept, "/api/v1/auth/session").await.status(), StatusCode::OK);
        let (method, path) = match everywhere {
            true => (Method::DELETE, "/api/v1/auth/sessions"),
            false => (Method::POST, "/api/v1/auth/signout"),
        };
        let answer = app.anonymous().request(method, path).header("cookie", &kept).send().await.expect("an answer");
        let cleared: Vec<_> = cookies(&answer).into_iter().filter(|(_, value, _)| value.is_empty()).collect();
        let names: Vec<_> = cleared.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["__Host-access", "__Host-refresh"]);
        assert!(cleared.iter().all(|(_, _, attributes)| attributes.contains("Max-Age=0")));
        // A copy of the cookies is worth nothing, with the access token or without.
        assert_eq!(get_with(app, &kept, "/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
        let refresh = kept.split("; ").find(|pair| pair.starts_with("__Host-refresh")).expect("there");
        assert_eq!(get_with(app, refresh, "/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
    });
}
