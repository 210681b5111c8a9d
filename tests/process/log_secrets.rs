//! At log level `trace`, the logs of the server and of administration commands contain no secrets.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    time::{Duration, Instant},
};

use crate::server_process::{free_port, scribble};
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

/// Starts a stand-in for Google's verification service that accepts every token.
async fn start_verifier() -> String {
    let verdict = json!({ "success": true, "score": 0.9, "action": "signup", "hostname": "127.0.0.1" });
    let router = Router::new().route("/verify", post(async move || Json(verdict)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(server::http::serve(listener, router, std::future::pending()));
    format!("http://{address}/verify")
}

/// Secret values by their descriptions.
#[derive(Default)]
struct Secrets(BTreeMap<String, String>);

impl Secrets {
    fn add(&mut self, name: &str, value: &str) {
        assert!(value.len() >= 6, "{name} is too short to search for: {value}");
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Adds the cookies that the response sets, and returns their number.
    fn add_cookies(&mut self, response: &Response) -> usize {
        let cookies = response.cookies().filter(|cookie| cookie.value().len() >= 6);
        cookies.map(|cookie| self.add(&format!("cookie {}", cookie.name()), cookie.value())).count()
    }

    fn assert_absent(&self, log: &str) {
        for (name, secret) in &self.0 {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "the log contains the {name}: {}", line.unwrap_or_default());
        }
    }
}

struct Site {
    client: Client,
    base: String,
}

impl Site {
    async fn post(&self, path: &str, body: Value) -> Response {
        self.client.post(format!("{}{path}", self.base)).json(&body).send().await.expect("a response")
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.expect("a response")
    }

    /// Waits for a mail whose field contains `prefix`; returns the text between it and the first of
    /// `terminators`.
    async fn text_in_mail(&self, field: &str, prefix: &str, terminators: &[char]) -> String {
        let start = Instant::now();
        loop {
            let mails: Value = self.get("/dev/mail.json").await.json().await.expect("JSON");
            let texts = mails.as_array().into_iter().flatten().rev().filter_map(|mail| mail[field].as_str());
            let found = texts.filter_map(|text| text.split_once(prefix)).next();
            if let Some((_, rest)) = found {
                return rest.split(terminators).next().unwrap_or_default().to_owned();
            }
            assert!(start.elapsed() < Duration::from_secs(30), "no mail with {prefix:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Makes a request with each kind of secret, and collects the secrets.
async fn use_every_secret(site: &Site, secrets: &mut Secrets) {
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
    let request = site.client.post(format!("{}/do/accounts/sign-up", site.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded").header("accept", "text/html");
    let request = request.body(form);
    let early = request.send().await.expect("a response");
    assert!(early.url().query().is_some_and(|query| query.contains("too_many_requests")), "{}", early.url());

    secrets.add("token of reCAPTCHA", "token-from-google");
    let response = site.post("/api/v1/auth/signup", body("token-from-google")).await;
    assert_eq!(response.status(), 202);
    secrets.add_cookies(&response);
    let code = site.text_in_mail("subject", "", &[' ']).await;
    secrets.add("code", &code);
    let body = json!({ "email": EMAIL, "code": code, "session": "bearer" });
    let response = site.post("/api/v1/auth/verify-otp", body).await;
    assert_eq!(response.status(), 200);
    let tokens: Value = response.json().await.expect("JSON");
    for name in ["access_token", "refresh_token"] {
        secrets.add(name, tokens[name].as_str().expect("a token"));
    }
    for (path, prefix) in [("magic-link", "/auth/callback?token="), ("reset-password-request", "reset-password?token=")]
    {
        assert_eq!(site.post(&format!("/api/v1/auth/{path}"), json!({ "email": EMAIL })).await.status(), 202);
        let token = site.text_in_mail("text", prefix, &['\n', '\r', '&', ' ']).await;
        let address = prefix.trim_start_matches("/auth/");
        secrets.add_cookies(&site.get(&format!("/auth/{address}{token}")).await);
        secrets.add(path, &token);
    }
    let response = site.post("/api/v1/auth/signin", json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(response.status(), 200);
    assert!(secrets.add_cookies(&response) > 0, "no session cookie");
    let cron = site.client.post(format!("{}/api/v1/cron/sweep", site.base)).bearer_auth(SETTINGS[2].1);
    assert_eq!(cron.send().await.expect("a response").status(), 200);
}

#[tokio::test]
async fn trace_logs_contain_no_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("site")).expect("a folder");
    let mut secrets = Secrets::default();
    for (name, value) in SETTINGS.iter().filter(|(name, _)| name.contains("SECRET") || name.ends_with("API_KEY")) {
        secrets.add(name, value);
    }
    secrets.add("address", EMAIL);
    secrets.add("password", PASSWORD);

    let (base, verifier) = (format!("127.0.0.1:{}", free_port()), start_verifier().await);
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
    let start = Instant::now();
    while !log().contains("Listening on") {
        assert!(start.elapsed() < Duration::from_secs(30), "the server did not start");
        sleep(Duration::from_millis(50)).await;
    }
    let client = Client::builder().cookie_store(true).no_proxy().build().expect("a client");
    let site = Site { client, base: format!("http://{base}") };
    use_every_secret(&site, &mut secrets).await;
    server.kill().expect("killed");
    server.wait().expect("ended");
    let log = log();
    for expected in ["TRACE", "DEBUG", "/api/v1/auth/verify-otp", "INSERT INTO"] {
        assert!(log.contains(expected), "the log has no {expected}");
    }
    secrets.assert_absent(&log);

    for arguments in
        [&["user", "show", EMAIL][..], &["user", "flag", EMAIL, "--reason", "odd"], &["user", "flag", EMAIL]]
    {
        let output =
            scribble().envs(SETTINGS).args(arguments).arg("--data-dir").arg(path("data")).output().expect("runs");
        assert!(output.status.success());
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(log.contains("SELECT"), "the log has no statements");
        secrets.assert_absent(&log);
    }
}
