//! Test harness: a server for each test, and clients with methods for the product's actions. The
//! invariants are checked at the end of each test.

use std::{net::SocketAddr, sync::Arc};

use clap::Parser;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, multipart};
use serde_json::{Value, json};
use server::{AppState, Config, db::Db, http, worker};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::AbortHandle};

use crate::invariants;

pub const PASSWORD: &str = "seven quiet otters";

/// Parses the settings of a test like a command line.
#[derive(Parser)]
pub struct Environment {
    #[command(flatten)]
    pub config: Config,
}

/// A running server with its own database and files. Dropping it stops the server.
pub struct App {
    pub state: AppState,
    pub base: String,
    storage_url: Option<String>,
    server: AbortHandle,
    _folder: TempDir,
}

/// Runs a test against a new server, then runs the remaining jobs and checks the invariants.
pub async fn with_app(test: impl AsyncFnOnce(&Arc<App>)) {
    with_settings(&[], test).await;
}

/// Like [`with_app`], with additional settings such as `("--lease-seconds", "1")`.
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
    /// Opens a database and runs the migrations, like `scribble migrate`.
    pub async fn open_migrated(url: &str) -> Db {
        let config = Environment::try_parse_from(["test", "--database-url", url]).expect("settings").config;
        let db = Db::open(&config).await.expect("opens");
        db.migrate().await.expect("migrates");
        db
    }

    /// Starts a server on a free port. The database is new unless `settings` has a
    /// `--database-url`.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(path("site")).expect("a site folder");
        let has_database = settings.iter().any(|(name, _)| *name == "--database-url");
        let database = match std::env::var("SCRIBBLE_TEST_POSTGRES_URL") {
            Ok(url) if !has_database => Some(invariants::create_database(&url).await),
            _ => None,
        };
        let mut arguments =
            vec!["test".to_owned(), "--data-dir".into(), path("data"), "--site-dir".into(), path("site")];
        arguments.extend(database.iter().flat_map(|url| ["--database-url".to_owned(), url.clone()]));
        // A new bucket for each test.
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
        let router = http::router(state.clone(), crate::trash::routes(state.clone())).expect("routes");
        let server = tokio::spawn(http::serve(listener, router, std::future::pending())).abort_handle();
        Self { state, base, storage_url, server, _folder: folder }
    }

    /// Returns a client without an account. It keeps cookies and follows no redirects.
    pub fn anonymous(self: &Arc<Self>) -> TestClient {
        let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).no_proxy();
        TestClient { app: self.clone(), client: client.build().expect("a client"), bearer: None }
    }

    /// Signs up a new account, verifies its address, and returns the signed-in client.
    pub async fn sign_up_parent(self: &Arc<Self>, email: &str) -> TestClient {
        let client = self.anonymous();
        client.sign_up(email).await;
        let code = self.mailed_code(email).await;
        let response = client.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": code })).await;
        assert_eq!(response.status(), StatusCode::OK);
        client
    }

    /// Returns a client signed in as a new guest, who has three credits.
    pub async fn create_guest(self: &Arc<Self>) -> TestClient {
        let client = self.anonymous();
        assert_eq!(client.post("/api/v1/auth/device", json!({})).await.status(), StatusCode::OK);
        client
    }

    /// Starts a second server state on the same database and files, as another process would.
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

    /// Runs all due jobs and returns how many ran.
    pub async fn run_jobs(&self) -> usize {
        worker::run_due_jobs(&self.state).await.expect("jobs run")
    }

    /// Runs due jobs and returns the mails sent to an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<server::mail::Message> {
        self.run_jobs().await;
        let mut mails = server::mail::read_outbox(&self.state).await;
        mails.retain(|mail| mail.to.as_str() == email.to_lowercase());
        mails
    }

    /// Returns the newest link mailed to an address, without scheme and host.
    pub async fn mailed_link(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let mut lines = mails.last().expect("a mail").text.lines();
        let address = lines.rfind(|line| line.starts_with("http")).expect("a link");
        address.strip_prefix(&self.state.config.public_url()).expect("a link to this site").to_owned()
    }

    /// Returns the token of the newest link mailed to an address.
    pub async fn mailed_token(&self, email: &str) -> String {
        self.mailed_link(email).await.split_once("token=").expect("a token").1.to_owned()
    }

    /// Returns the newest code mailed to an address.
    pub async fn mailed_code(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        mails.last().expect("a mail").subject.chars().take(6).collect()
    }
}

/// An HTTP client with cookies, like a browser, or with a bearer token, like an app.
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
        self.request(Method::GET, path).send().await.expect("a response")
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.expect("a response")
    }

    pub async fn sign_up(&self, email: &str) {
        let response = self.post("/api/v1/auth/signup", json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        self.post("/api/v1/auth/signin", json!({ "email": email, "password": password })).await
    }

    /// Submits the form that a mailed link shows in a browser other than the one that requested it.
    pub async fn confirm_link(&self, link: &str) -> Response {
        let token = link.split_once("token=").expect("a token").1;
        self.request(Method::POST, "/auth/callback").form(&[("token", token)]).send().await.expect("a response")
    }

    pub async fn upload(&self, file: Vec<u8>) -> Response {
        let part = multipart::Part::bytes(file).file_name("photo.jpg");
        let form = multipart::Form::new().part("file", part);
        self.request(Method::POST, "/api/v1/upload").multipart(form).send().await.expect("a response")
    }

    /// Uploads a small photo and returns its id.
    pub async fn upload_photo(&self) -> String {
        let response = self.upload(crate::photos::jpeg(320, 240)).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        text(&json_of(response).await, "id")
    }

    /// Requests a page of a photo, optionally with an idempotency key.
    pub async fn request_page(&self, photo: &str, key: Option<&str>) -> Response {
        let mut request = self.request(Method::POST, "/api/v1/jobs");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let body = json!({ "asset_id": photo, "style": { "preset": "simple" }, "title": "Our cat" });
        request.json(&body).send().await.expect("a response")
    }

    /// Uploads a photo, requests a page, runs the jobs that draw it, and returns the page's id.
    pub async fn create_drawn_page(&self) -> String {
        let photo = self.upload_photo().await;
        let response = self.request_page(&photo, None).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let page = text(&json_of(response).await, "page_id");
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

/// Returns the target of a redirect.
pub fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().expect("text")
}

/// Reads the body as JSON.
pub async fn json_of(response: Response) -> Value {
    response.json().await.expect("JSON")
}

/// Returns a string field of a JSON object; panics without it.
pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}

/// Asserts that the response is a problem+json (RFC 9457) with this status and code, and a detail
/// that is a sentence. Returns the problem.
pub async fn assert_problem(response: Response, status: u16, code: &str) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem = json_of(response).await;
    assert_eq!(problem["code"], code);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{problem}");
    problem
}
