//! The command as a process: drawing without a server, and a server that is killed in the middle of its work.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::process::{Server, free_port, scribble};
use lineart::Photo;
use reqwest::{Client, StatusCode, multipart};
use serde_json::{Value, json};

/// A JPEG with a few shapes to draw.
fn photo(width: u32, height: u32) -> Vec<u8> {
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
    std::fs::write(&path, photo(600, 400)).expect("written");
    path
}

#[test]
fn a_photo_is_drawn_without_a_server() {
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
fn many_photos_make_one_pdf() {
    let folder = tempfile::tempdir().expect("a folder");
    let photos = [write_photo(folder.path(), "cat.jpg"), write_photo(folder.path(), "dog.jpg")];
    let out = folder.path().join("book.pdf");
    assert!(scribble().arg("draw").args(&photos).arg("-o").arg(&out).status().expect("runs").success());
    let pdf = String::from_utf8_lossy(&std::fs::read(out).expect("written")).into_owned();
    assert!(pdf.contains("/Count 2"), "two pages");
}

#[test]
fn a_file_that_is_no_photo_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.jpg");
    std::fs::write(&path, "Dear diary").expect("written");
    let output = scribble().arg("draw").arg(&path).args(["-o", "x.pdf"]).output().expect("runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("letter.jpg") && !text.contains("panicked"), "{text}");
}

#[test]
fn production_does_not_start_without_a_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let output =
        scribble().args(["serve", "--env", "production", "--data-dir"]).arg(folder.path()).output().expect("runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("SCRIBBLE_SECRET_KEY"));
}

async fn get(client: &Client, url: String) -> Value {
    client.get(url).send().await.expect("an answer").json().await.expect("JSON")
}

const EMAIL: &str = "mia@example.org";

/// A browser in which a parent has just made an account.
async fn sign_up(base: &str) -> Client {
    // No connection is kept: one to a server that was killed could be taken for the next request.
    let client = Client::builder().cookie_store(true).no_proxy().pool_max_idle_per_host(0).build().expect("a client");
    let post = async |path: &str, body: Value| {
        client.post(format!("{base}{path}")).json(&body).send().await.expect("an answer").status()
    };
    let body = json!({ "email": EMAIL, "password": "seven quiet otters" });
    assert_eq!(post("/api/v1/auth/signup", body).await, StatusCode::ACCEPTED);
    let code = loop {
        let mails = get(&client, format!("{base}/dev/mail.json")).await;
        match mails[0]["subject"].as_str() {
            Some(subject) => break subject[..6].to_owned(),
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!(post("/api/v1/auth/verify-otp", json!({ "email": EMAIL, "code": code })).await, StatusCode::OK);
    client
}

#[tokio::test]
async fn a_server_killed_while_it_draws_finishes_the_page_after_the_restart() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let base = server.base.clone();
    let client = sign_up(&base).await;
    let post = async |path: &str, body: Value| {
        client.post(format!("{base}{path}")).json(&body).send().await.expect("an answer")
    };
    let form = multipart::Form::new().part("file", multipart::Part::bytes(photo(4000, 3000)).file_name("cat.jpg"));
    let upload = client.post(format!("{base}/api/v1/upload")).multipart(form).send().await.expect("an answer");
    let asset: Value = upload.json().await.expect("JSON");
    let body = json!({ "asset_id": asset["id"], "style": { "preset": "standard" } });
    let job: Value = post("/api/v1/jobs", body).await.json().await.expect("JSON");
    let page = format!("{base}/api/v1/pages/{}", job["page_id"].as_str().expect("an id"));

    while get(&client, page.clone()).await["status"] == "waiting" {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(get(&client, page.clone()).await["status"], "drawing");
    server.kill();

    let server = Server::start(&folder, port);
    let begun = std::time::Instant::now();
    while get(&client, page.clone()).await["status"] != "ready" {
        assert!(begun.elapsed() < Duration::from_secs(30), "the page never came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let credits = get(&client, format!("{base}/api/v1/credits")).await;
    assert_eq!(credits["balance"], 2);
    assert_eq!(credits["items"].as_array().expect("a list").len(), 2, "granted and spent, once each");
    server.kill();
}

#[tokio::test]
async fn an_operator_works_beside_the_running_server() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(&folder, port);
    let client = sign_up(&server.base).await;
    let data = folder.path().join("data");
    let operate = |words: &[&str]| {
        let output = scribble().args(words).arg("--data-dir").arg(&data).output().expect("runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    };

    assert_eq!(operate(&["user", "credit", EMAIL, "5"]).expect("given"), "8 credits\n");
    assert_eq!(operate(&["credit", EMAIL, "2"]).expect("given"), "10 credits\n");
    assert_eq!(get(&client, format!("{}/api/v1/credits", server.base)).await["balance"], 10);
    assert!(operate(&["credit", "nobody@example.org", "2"]).expect_err("refused").contains("no account"));

    operate(&["user", "flag", EMAIL, "--reason", "looked odd"]).expect("flagged");
    let shown = operate(&["user", "show", EMAIL]).expect("shown");
    assert!(shown.contains("10 credits") && shown.contains("flagged: looked odd"), "{shown}");
    operate(&["user", "flag", EMAIL]).expect("looked at");
    assert!(!operate(&["user", "show", EMAIL]).expect("shown").contains("looked odd"));

    let admin = async || client.get(format!("{}/admin", server.base)).send().await.expect("an answer").status();
    assert_eq!(admin().await, StatusCode::NOT_FOUND);
    operate(&["user", "role", EMAIL, "operator"]).expect("an operator");
    assert_eq!(admin().await, StatusCode::OK);

    let is_on = async || get(&client, format!("{}/api/v1/flags", server.base)).await["captcha"] == true;
    assert!(operate(&["flag", "set", "nonsense", "off"]).expect_err("refused").contains("captcha"));
    let (before, other) = (is_on().await, if is_on().await { "off" } else { "on" });
    operate(&["flag", "set", "captcha", other]).expect("switched");
    let begun = std::time::Instant::now();
    while is_on().await == before {
        assert!(begun.elapsed() < Duration::from_secs(10), "servers follow within seconds");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
