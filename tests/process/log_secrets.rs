//! The most talkative log of a server, and of what an operator does, holds no secret.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    time::{Duration, Instant},
};

use crate::process::{free_port, scribble};
use axum::{Json, Router, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::sleep};

const EMAIL: &str = "mia@example.org";
const PASSWORD: &str = "seven quiet otters";
const SETTINGS: [(&str, &str); 8] = [
    ("RUST_LOG", "trace"),
    ("SCRIBBLE_SECRET_KEY", "a secret key of at least 32 characters"),
    ("SCRIBBLE_CRON_SECRET", "a cron secret of at least 32 characters"),
    ("SCRIBBLE_CAPTCHA", "recaptcha"),
    ("SCRIBBLE_CAPTCHA_COST", "1"),
    ("SCRIBBLE_RECAPTCHA_SITE_KEY", "known-to-everybody"),
    ("SCRIBBLE_RECAPTCHA_SECRET", "secret-of-recaptcha"),
    ("SCRIBBLE_GEMINI_API_KEY", "key-of-gemini"),
];

/// Google's verifier, which believes everybody.
async fn verifier() -> String {
    let verdict = json!({ "success": true, "score": 0.9, "action": "signup", "hostname": "127.0.0.1" });
    let router = Router::new().route("/verify", post(async move || Json(verdict)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(server::http::serve(listener, router, std::future::pending()));
    format!("http://{address}/verify")
}

/// What was secret, by what it is.
#[derive(Default)]
struct Secrets(BTreeMap<String, String>);

impl Secrets {
    fn add(&mut self, name: &str, value: &str) {
        assert!(value.len() >= 6, "{name} is too short to be looked for: {value}");
        self.0.insert(name.to_owned(), value.to_owned());
    }

    fn add_cookies(&mut self, answer: &Response) {
        for cookie in answer.cookies().filter(|cookie| cookie.value().len() >= 6) {
            self.add(&format!("cookie {}", cookie.name()), cookie.value());
        }
    }

    fn assert_absent(&self, log: &str) {
        for (name, secret) in &self.0 {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "the log holds the {name}: {}", line.unwrap_or_default());
        }
    }
}

struct Site {
    client: Client,
    base: String,
}

impl Site {
    async fn post(&self, path: &str, body: Value) -> Response {
        self.client.post(format!("{}{path}", self.base)).json(&body).send().await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer")
    }

    /// What a pattern stands before in the newest mail that has it, up to the first of these characters.
    async fn in_mail(&self, field: &str, mark: &str, ends: &[char]) -> String {
        let begun = Instant::now();
        loop {
            let mails: Value = self.get("/dev/mail.json").await.json().await.expect("JSON");
            let texts = mails.as_array().into_iter().flatten().rev().filter_map(|mail| mail[field].as_str());
            let found = texts.filter_map(|text| text.split_once(mark)).next();
            if let Some((_, rest)) = found {
                return rest.split(ends).next().unwrap_or_default().to_owned();
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "no mail with {mark:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Signs up in each way that a secret takes part in, and in; then asks for what is secret besides.
async fn live(site: &Site, secrets: &mut Secrets) {
    let challenge: Value = site.get("/api/v1/auth/challenge").await.json().await.expect("JSON");
    secrets.add("challenge's signature", challenge["challenge"]["signature"].as_str().expect("a signature"));
    let solution = json!({ "counter": 1, "derivedKey": "00", "time": 1 });
    let work = STANDARD.encode(json!({ "challenge": challenge["challenge"], "solution": solution }).to_string());
    secrets.add("proof of work", &work);
    let body = |captcha: &str| {
        let fingerprint = "1920x1080 of mine";
        json!({ "email": EMAIL, "password": PASSWORD, "captcha": captcha, "fingerprint": fingerprint })
    };
    secrets.add("fingerprint", "1920x1080 of mine");
    assert_eq!(site.post("/api/v1/auth/signup", body(&work)).await.status(), 422);

    let screen = site.get("/auth/login?mode=signup").await.text().await.expect("a screen");
    let ticket = screen.split("name=\"ticket\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let ticket = ticket.expect("a ticket");
    secrets.add("ticket", ticket);
    let form = format!("email={EMAIL}&password={}&ticket={ticket}", PASSWORD.replace(' ', "+"));
    let request = site.client.post(format!("{}/auth/sign-up", site.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let early = request.send().await.expect("an answer");
    assert!(early.url().query().is_some_and(|query| query.contains("too_many_requests")), "{}", early.url());

    secrets.add("token of reCAPTCHA", "what-google-said");
    let answer = site.post("/api/v1/auth/signup", body("what-google-said")).await;
    assert_eq!(answer.status(), 202);
    secrets.add_cookies(&answer);
    let code = site.in_mail("subject", "", &[' ']).await;
    secrets.add("code", &code);
    let body = json!({ "email": EMAIL, "code": code, "session": "bearer" });
    let answer = site.post("/api/v1/auth/verify-otp", body).await;
    assert_eq!(answer.status(), 200);
    let tokens: Value = answer.json().await.expect("JSON");
    for name in ["access_token", "refresh_token"] {
        secrets.add(name, tokens[name].as_str().expect("a token"));
    }
    for (path, mark) in [("magic-link", "/auth/callback?token="), ("reset-password-request", "reset-password?token=")] {
        assert_eq!(site.post(&format!("/api/v1/auth/{path}"), json!({ "email": EMAIL })).await.status(), 202);
        let token = site.in_mail("text", mark, &['\n', '\r', '&', ' ']).await;
        let address = mark.trim_start_matches("/auth/");
        secrets.add_cookies(&site.get(&format!("/auth/{address}{token}")).await);
        secrets.add(path, &token);
    }
    let answer = site.post("/api/v1/auth/signin", json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(answer.status(), 200);
    secrets.add_cookies(&answer);
    let cron = site.client.post(format!("{}/api/v1/cron/sweep", site.base)).bearer_auth(SETTINGS[2].1);
    assert_eq!(cron.send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn the_most_talkative_log_holds_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("site")).expect("a folder");
    let mut secrets = Secrets::default();
    for (name, value) in SETTINGS.iter().filter(|(name, _)| name.contains("SECRET") || name.ends_with("API_KEY")) {
        secrets.add(name, value);
    }
    secrets.add("address", EMAIL);
    secrets.add("password", PASSWORD);

    let (base, verifier) = (format!("127.0.0.1:{}", free_port()), verifier().await);
    let mut server = scribble()
        .envs(SETTINGS)
        .env("SCRIBBLE_RECAPTCHA_URL", &verifier)
        .args(["serve", "--addr", &base, "--data-dir"])
        .arg(path("data"))
        .arg("--site-dir")
        .arg(path("site"))
        .stderr(File::create(path("log")).expect("a file"))
        .spawn()
        .expect("starts");
    let log = || fs::read_to_string(path("log")).expect("a log");
    let begun = Instant::now();
    while !log().contains("Listening on") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not start");
        sleep(Duration::from_millis(50)).await;
    }
    let client = Client::builder().cookie_store(true).no_proxy().build().expect("a client");
    let site = Site { client, base: format!("http://{base}") };
    live(&site, &mut secrets).await;
    server.kill().expect("killed");
    server.wait().expect("ended");
    let log = log();
    for said in ["TRACE", "DEBUG", "/api/v1/auth/verify-otp", "INSERT INTO"] {
        assert!(log.contains(said), "the log says little: no {said}");
    }
    secrets.assert_absent(&log);

    for words in [&["user", "show", EMAIL][..], &["user", "flag", EMAIL, "--reason", "odd"], &["user", "flag", EMAIL]] {
        let said = scribble().envs(SETTINGS).args(words).arg("--data-dir").arg(path("data")).output().expect("runs");
        assert!(said.status.success());
        let log = String::from_utf8_lossy(&said.stderr);
        assert!(log.contains("SELECT"), "the log says little");
        secrets.assert_absent(&log);
    }
}
