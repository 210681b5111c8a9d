//! A server of its own for each test, and the product's verbs. What every test must leave behind is checked at its end.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use clap::Parser;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, multipart};
use serde_json::{Value, json};
use server::{AppState, Config, db::Db, http, worker};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::AbortHandle};

use crate::invariants;

pub const PASSWORD: &str = "seven quiet otters";

#[derive(Parser)]
pub struct Environment {
    #[command(flatten)]
    pub config: Config,
}

pub struct App {
    pub state: AppState,
    pub base: String,
    storage_url: Option<String>,
    server: AbortHandle,
    _folder: TempDir,
}

/// Runs a test against a fresh server, then checks that no job is left and that books and files agree.
pub async fn with_app(test: impl AsyncFnOnce(&Arc<App>)) {
    with_settings(&[], test).await;
}

/// The same, with further settings: `("--lease-seconds", "1")`.
pub async fn with_settings(settings: &[(&str, &str)], test: impl AsyncFnOnce(&Arc<App>)) {
    let app = Arc::new(App::start(settings).await);
    test(&app).await;
    app.run_jobs().await;
    invariants::assert_invariants(&app.state).await;
}

impl Drop for App {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl App {
    /// Brings a database up to date, as `scribble migrate` does.
    pub async fn migrated(url: &str) -> Db {
        let config = Environment::try_parse_from(["test", "--database-url", url]).expect("settings").config;
        let db = Db::open(&config).await.expect("opens");
        db.migrate().await.expect("migrates");
        db
    }

    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(path("site")).expect("a site folder");
        let chosen = settings.iter().any(|(name, _)| *name == "--database-url");
        let database = match std::env::var("SCRIBBLE_TEST_POSTGRES_URL") {
            Ok(url) if !chosen => Some(invariants::create_database(&url).await),
            _ => None,
        };
        let mut arguments =
            vec!["test".to_owned(), "--data-dir".into(), path("data"), "--site-dir".into(), path("site")];
        arguments.extend(database.iter().flat_map(|url| ["--database-url".to_owned(), url.clone()]));
        // A bucket for each test, on the S3 server that `SCRIBBLE_TEST_S3_URL` names.
        if let Ok(server) = std::env::var("SCRIBBLE_TEST_S3_URL")
            && !settings.iter().any(|(name, _)| *name == "--storage-url")
        {
            arguments.extend(["--storage-url".to_owned(), crate::stores::create_bucket(&server).await]);
        }
        arguments.extend(settings.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]));
        let storage_url = arguments.iter().skip_while(|argument| *argument != "--storage-url").nth(1).cloned();
        let config = Environment::try_parse_from(arguments).expect("settings").config;
        let state = AppState::start(config).await.expect("starts");
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = http::router(state.clone(), Router::new()).expect("routes");
        let server = tokio::spawn(http::serve(listener, router, std::future::pending())).abort_handle();
        Self { state, base, storage_url, server, _folder: folder }
    }

    /// Somebody with a browser of their own: it keeps cookies and follows no redirect by itself.
    pub fn anonymous(self: &Arc<Self>) -> TestClient {
        let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).no_proxy();
        TestClient { app: self.clone(), client: client.build().expect("a client"), bearer: None }
    }

    /// Somebody who has just proved this address.
    pub async fn sign_up_parent(self: &Arc<Self>, email: &str) -> TestClient {
        let person = self.anonymous();
        person.sign_up(email).await;
        let code = self.mailed_code(email).await;
        let answer = person.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": code })).await;
        assert_eq!(answer.status(), StatusCode::OK);
        person
    }

    /// Somebody who tries first: a guest with three credits.
    pub async fn create_guest(self: &Arc<Self>) -> TestClient {
        let person = self.anonymous();
        assert_eq!(person.post("/api/v1/auth/device", json!({})).await.status(), StatusCode::OK);
        person
    }

    /// Another process on the same database and files.
    pub async fn start_second_server(&self, settings: &[&str]) -> AppState {
        let config = &self.state.config;
        let data = config.data_dir.display().to_string();
        let (database, storage) = (config.database_url(), self.storage_url.clone());
        let arguments = ["test", "--data-dir", &data, "--database-url", &database];
        let storage = storage.iter().flat_map(|url| ["--storage-url", url]);
        let arguments = arguments.into_iter().chain(storage).chain(settings.iter().copied());
        let config = Environment::try_parse_from(arguments).expect("settings").config;
        AppState::start(config).await.expect("starts")
    }

    pub async fn run_jobs(&self) -> usize {
        worker::run_due_jobs(&self.state).await.expect("jobs run")
    }

    /// Mails sent to an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<server::mail::Message> {
        self.run_jobs().await;
        let mut mails = server::mail::read_outbox(&self.state).await;
        mails.retain(|mail| mail.to.as_str() == email.to_lowercase());
        mails
    }

    /// The newest link mailed to an address, without scheme and host.
    pub async fn mailed_link(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let mut lines = mails.last().expect("a mail").text.lines();
        let address = lines.rfind(|line| line.starts_with("http")).expect("a link");
        address.strip_prefix(&self.state.config.public_url()).expect("a link to this site").to_owned()
    }

    /// The secret in the newest link mailed to an address.
    pub async fn mailed_token(&self, email: &str) -> String {
        self.mailed_link(email).await.split_once("token=").expect("a token").1.to_owned()
    }

    /// The newest code mailed to an address.
    pub async fn mailed_code(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        mails.last().expect("a mail").subject.chars().take(6).collect()
    }
}

/// A browser, or with a bearer token an app.
pub struct TestClient {
    pub app: Arc<App>,
    pub client: Client,
    pub bearer: Option<String>,
}

impl TestClient {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.app.base));
        match &self.bearer {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.expect("an answer")
    }

    pub async fn sign_up(&self, email: &str) {
        let answer = self.post("/api/v1/auth/signup", json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        self.post("/api/v1/auth/signin", json!({ "email": email, "password": password })).await
    }

    /// Presses the button that a link shows in another browser than the one that asked for it.
    pub async fn confirm_link(&self, link: &str) -> Response {
        let token = link.split_once("token=").expect("a token").1;
        self.request(Method::POST, "/auth/callback").form(&[("token", token)]).send().await.expect("an answer")
    }

    pub async fn upload(&self, file: Vec<u8>) -> Response {
        let part = multipart::Part::bytes(file).file_name("photo.jpg");
        let form = multipart::Form::new().part("file", part);
        self.request(Method::POST, "/api/v1/upload").multipart(form).send().await.expect("an answer")
    }

    /// Uploads a small photo and returns its id.
    pub async fn upload_photo(&self) -> String {
        let answer = self.upload(crate::photos::jpeg(320, 240)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        text(&json_of(answer).await, "id")
    }

    pub async fn request_page(&self, photo: &str, key: Option<&str>) -> Response {
        let mut request = self.request(Method::POST, "/api/v1/jobs");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let body = json!({ "asset_id": photo, "style": { "preset": "simple" }, "title": "Our cat" });
        request.json(&body).send().await.expect("an answer")
    }

    /// Makes a page and has it drawn; returns its id.
    pub async fn create_drawn_page(&self) -> String {
        let photo = self.upload_photo().await;
        let answer = self.request_page(&photo, None).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let page = text(&json_of(answer).await, "page_id");
        self.app.run_jobs().await;
        page
    }

    pub async fn page(&self, id: &str) -> Value {
        json_of(self.get(&format!("/api/v1/pages/{id}")).await).await
    }

    pub async fn balance(&self) -> i64 {
        json_of(self.get("/api/v1/credits").await).await["balance"].as_i64().expect("a balance")
    }
}

/// Where a redirect leads.
pub fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().expect("text")
}

pub async fn json_of(answer: Response) -> Value {
    answer.json().await.expect("JSON")
}

pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}

/// Asserts a problem+json answer of this status and code, with a sentence for the person.
pub async fn assert_problem(answer: Response, status: u16, code: &str) -> Value {
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem = json_of(answer).await;
    assert_eq!(problem["code"], code);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{problem}");
    problem
}
