//! The command line: drawing files, configuration errors, administration, and recovery of a killed
//! server.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::server_process::{Server, free_port, scribble};
use lineart::Photo;
use reqwest::{Client, StatusCode, multipart};
use serde_json::{Value, json};

/// A JPEG with two rectangles.
pub fn test_photo(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| match (x * 6 / width, y * 4 / height) {
        (1..=2, 1..=2) => [210, 70, 50],
        (4, 0..=2) => [40, 90, 200],
        _ => [230, 225, 200],
    };
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Photo::from_rgb(width, height, rgb).expect("a photo").to_jpeg(width.max(height), 90)
}

fn write_photo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, test_photo(600, 400)).expect("written");
    path
}

#[test]
fn draw_writes_svg_png_and_pdf() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = write_photo(folder.path(), "cat.jpg");
    for (name, start) in [("page.svg", b"<svg".as_slice()), ("page.png", b"\x89PNG"), ("page.pdf", b"%PDF-")] {
        let out = folder.path().join(name);
        let options = ["--preset", "detailed", "--line-mm", "0.5", "--paper", "letter", "--long-edge", "1000"];
        let status = scribble().arg("draw").arg(&photo).arg("-o").arg(&out).args(options).status().expect("runs");
        assert!(status.success());
        let bytes = std::fs::read(out).expect("written");
        assert!(bytes.starts_with(start), "{name}");
        if name == "page.png" {
            let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            assert_eq!((side(16), side(20)), (1000, 667));
        }
    }
}

#[test]
fn draw_combines_photos_into_one_pdf() {
    let folder = tempfile::tempdir().expect("a folder");
    let photos = [write_photo(folder.path(), "cat.jpg"), write_photo(folder.path(), "dog.jpg")];
    let out = folder.path().join("book.pdf");
    assert!(scribble().arg("draw").args(&photos).arg("-o").arg(&out).status().expect("runs").success());
    let pdf = String::from_utf8_lossy(&std::fs::read(out).expect("written")).into_owned();
    assert!(pdf.contains("/Count 2"), "two pages");
}

#[test]
fn draw_names_the_file_that_is_not_a_photo() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.jpg");
    std::fs::write(&path, "Dear diary").expect("written");
    let output = scribble().arg("draw").arg(&path).args(["-o", "x.pdf"]).output().expect("runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("letter.jpg") && !text.contains("panicked"), "{text}");
}

#[test]
fn production_requires_a_secret_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let output =
        scribble().args(["serve", "--env", "production", "--data-dir"]).arg(folder.path()).output().expect("runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("SCRIBBLE_SECRET_KEY"));
}

pub async fn get_json(client: &Client, url: String) -> Value {
    client.get(url).send().await.expect("a response").json().await.expect("JSON")
}

const EMAIL: &str = "mia@example.org";

/// Signs up a new account and verifies its address; returns the signed-in client.
pub async fn sign_up(base: &str) -> Client {
    sign_up_as(base, EMAIL).await
}

/// Like [`sign_up`], with this address.
pub async fn sign_up_as(base: &str, email: &str) -> Client {
    // Without keep-alive, because a pooled connection to a killed server could be used again.
    let client = Client::builder().cookie_store(true).no_proxy().pool_max_idle_per_host(0).build().expect("a client");
    let post = async |path: &str, body: Value| {
        client.post(format!("{base}{path}")).json(&body).send().await.expect("a response").status()
    };
    let body = json!({ "email": email, "password": "seven quiet otters" });
    assert_eq!(post("/api/v1/auth/signup", body).await, StatusCode::ACCEPTED);
    let code = loop {
        let mails = get_json(&client, format!("{base}/dev/mail.json")).await;
        let mails = mails.as_array().expect("a list");
        match mails.iter().find(|mail| mail["to"] == email).and_then(|mail| mail["subject"].as_str()) {
            Some(subject) => break subject[..6].to_owned(),
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!(post("/api/v1/auth/verify-otp", json!({ "email": email, "code": code })).await, StatusCode::OK);
    client
}

/// Uploads a photo, orders a page with this title and waits until it is drawn. Returns the asset
/// and the job.
pub async fn create_drawn_page(client: &Client, base: &str, title: &str) -> (Value, Value) {
    let form = multipart::Form::new().part("file", multipart::Part::bytes(test_photo(600, 400)).file_name("cat.jpg"));
    let upload = client.post(format!("{base}/api/v1/upload")).multipart(form).send().await.expect("a response");
    let asset: Value = upload.json().await.expect("JSON");
    let body = json!({ "asset_id": asset["id"], "style": { "preset": "simple" }, "title": title });
    let response = client.post(format!("{base}/api/v1/jobs")).json(&body).send().await.expect("a response");
    let job: Value = response.json().await.expect("JSON");
    let page = job["page_id"].as_str().expect("an id");
    let start = std::time::Instant::now();
    while get_json(client, format!("{base}/api/v1/pages/{page}")).await["status"] != "ready" {
        assert!(start.elapsed() < Duration::from_secs(30), "the page was not drawn");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (asset, job)
}

#[tokio::test]
async fn killed_server_finishes_the_page_after_restart() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let base = server.base.clone();
    let client = sign_up(&base).await;
    let post = async |path: &str, body: Value| {
        client.post(format!("{base}{path}")).json(&body).send().await.expect("a response")
    };
    let form = multipart::Form::new().part("file", multipart::Part::bytes(test_photo(4000, 3000)).file_name("cat.jpg"));
    let upload = client.post(format!("{base}/api/v1/upload")).multipart(form).send().await.expect("a response");
    let asset: Value = upload.json().await.expect("JSON");
    let body = json!({ "asset_id": asset["id"], "style": { "preset": "standard" } });
    let job: Value = post("/api/v1/jobs", body).await.json().await.expect("JSON");
    let page = format!("{base}/api/v1/pages/{}", job["page_id"].as_str().expect("an id"));

    while get_json(&client, page.clone()).await["status"] == "waiting" {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(get_json(&client, page.clone()).await["status"], "drawing");
    server.kill();

    let server = Server::start(&folder, port);
    let start = std::time::Instant::now();
    while get_json(&client, page.clone()).await["status"] != "ready" {
        assert!(start.elapsed() < Duration::from_secs(30), "the page was not drawn");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let credits = get_json(&client, format!("{base}/api/v1/credits")).await;
    assert_eq!(credits["balance"], 2);
    assert_eq!(credits["items"].as_array().expect("a list").len(), 2, "granted and spent, once each");
    server.kill();
}

/// Runs an administration command on the data folder; returns its output, or its error output.
fn run_admin_command(data: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = scribble().args(arguments).arg("--data-dir").arg(data).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test]
async fn credit_commands_add_credits_of_a_running_server() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let client = sign_up(&server.base).await;
    let run = |arguments: &[&str]| run_admin_command(&folder.path().join("data"), arguments);
    assert_eq!(run(&["user", "credit", EMAIL, "5"]).expect("added"), "8 credits\n");
    assert_eq!(run(&["credit", EMAIL, "2"]).expect("added"), "10 credits\n");
    assert_eq!(get_json(&client, format!("{}/api/v1/credits", server.base)).await["balance"], 10);
    assert!(run(&["credit", "nobody@example.org", "2"]).expect_err("an error").contains("no account"));
    assert!(run(&["user", "show", EMAIL]).expect("shown").contains("10 credits"));
}

#[tokio::test]
async fn user_flag_command_sets_and_removes_the_flag() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    sign_up(&server.base).await;
    let run = |arguments: &[&str]| run_admin_command(&folder.path().join("data"), arguments);
    run(&["user", "flag", EMAIL, "--reason", "looked odd"]).expect("flagged");
    assert!(run(&["user", "show", EMAIL]).expect("shown").contains("flagged: looked odd"));
    run(&["user", "flag", EMAIL]).expect("removed");
    assert!(!run(&["user", "show", EMAIL]).expect("shown").contains("looked odd"));
}

#[tokio::test]
async fn user_role_command_gives_access_to_admin() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let client = sign_up(&server.base).await;
    let run = |arguments: &[&str]| run_admin_command(&folder.path().join("data"), arguments);
    let admin = async || client.get(format!("{}/admin", server.base)).send().await.expect("a response").status();
    assert_eq!(admin().await, StatusCode::NOT_FOUND);
    run(&["user", "role", EMAIL, "operator"]).expect("changed");
    assert_eq!(admin().await, StatusCode::OK);
    run(&["user", "role", EMAIL, "parent"]).expect("changed");
    assert_eq!(admin().await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn flag_command_applies_to_a_running_server() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let client = Client::builder().no_proxy().build().expect("a client");
    let run = |arguments: &[&str]| run_admin_command(&folder.path().join("data"), arguments);
    let is_on = async || get_json(&client, format!("{}/api/v1/flags", server.base)).await["captcha"] == true;
    assert!(run(&["flag", "set", "nonsense", "off"]).expect_err("an error").contains("captcha"));
    let before = is_on().await;
    run(&["flag", "set", "captcha", if before { "off" } else { "on" }]).expect("set");
    let start = std::time::Instant::now();
    while is_on().await == before {
        assert!(start.elapsed() < Duration::from_secs(10), "the server did not apply the flag");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
