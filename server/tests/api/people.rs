//! Faces and persons on pages: drawn with the hints of a version, and edits only with the version
//! with which they were made.

use model::{Edits, HINTS_VERSION, Preset, Style};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, TestClient, assert_problem, json_of, text, with_app};

/// An astronaut who looks into the camera.
const PORTRAIT: &[u8] = include_bytes!("../../../lineart/tests/photos/astronaut.png");
const STANDARD: Style = Style {
    preset: Preset::Standard,
    detail: None,
    line_mm: None,
    background: lineart::Background::Keep,
    smoothing: None,
    frame: false,
    without_people: false,
};

/// The strokes of the portrait as SVG path data.
fn drawn(hints_version: u32, edits: &Edits) -> String {
    let photo = lineart::Photo::decode_reduced(PORTRAIT).expect("a photo");
    let sketch = vision::embedded::sketch(photo, hints_version).expect("a known version");
    sketch.retouched(&STANDARD, edits).0.path_data()
}

async fn upload_portrait(parent: &TestClient) -> String {
    text(&json_of(parent.upload(PORTRAIT.to_vec()).await).await, "id")
}

/// The path data of a page that `order` asks for.
async fn draw_page(app: &App, parent: &TestClient, order: Value) -> (String, String) {
    let job = json_of(parent.post("/api/v1/jobs", order).await).await;
    app.run_jobs().await;
    let page = text(&job, "page_id");
    let path = path_of_page(parent, &page).await;
    (page, path)
}

async fn path_of_page(parent: &TestClient, page: &str) -> String {
    let svg = parent.get(&format!("/pages/{page}/svg")).await.text().await.expect("text");
    let (_, path) = svg.split_once(" d=\"").expect("a path");
    path.split_once('"').expect("its end").0.to_owned()
}

#[tokio::test]
async fn pages_show_people_unless_told_otherwise() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = upload_portrait(&parent).await;
        let (with, without) = (drawn(HINTS_VERSION, &Edits::default()), drawn(0, &Edits::default()));
        assert_ne!(with, without);
        let style = json!({ "preset": "standard" });
        let (_, path) = draw_page(app, &parent, json!({ "asset_id": photo, "style": style })).await;
        assert_eq!(path, with);
        let style = json!({ "preset": "standard", "without_people": true });
        let (_, path) = draw_page(app, &parent, json!({ "asset_id": photo, "style": style })).await;
        assert_eq!(path, without);
    })
    .await;
}

#[tokio::test]
async fn edits_apply_to_the_version_of_their_hints() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = upload_portrait(&parent).await;
        let style = json!({ "preset": "standard" });
        let edits = Edits { erased: vec![2, 5], added: Vec::new() };
        let order = json!({ "asset_id": photo, "style": style, "edits": edits });
        // Without a version: of a program that knows no hints.
        let (plain, path) = draw_page(app, &parent, order.clone()).await;
        assert_eq!(path, drawn(0, &edits));
        let mut hinted = order.clone();
        hinted["hints_version"] = HINTS_VERSION.into();
        let (page, path) = draw_page(app, &parent, hinted).await;
        assert_eq!(path, drawn(HINTS_VERSION, &edits));
        // A page that is drawn again keeps its edits, and with them its version.
        for (page, version) in [(plain, 0), (page, HINTS_VERSION)] {
            let redraw = json!({ "style": style });
            assert_eq!(parent.post(&format!("/api/v1/pages/{page}/redraw"), redraw).await.status(), 202);
            app.run_jobs().await;
            assert_eq!(path_of_page(&parent, &page).await, drawn(version, &edits));
        }
    })
    .await;
}

#[tokio::test]
async fn redrawing_without_people_drops_edits_of_people() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = upload_portrait(&parent).await;
        let edits = Edits { erased: vec![2, 5], added: Vec::new() };
        let order = json!({
            "asset_id": photo, "style": { "preset": "standard" }, "edits": edits, "hints_version": HINTS_VERSION
        });
        let (page, _) = draw_page(app, &parent, order).await;
        let redraw = json!({ "style": { "preset": "standard", "without_people": true } });
        assert_eq!(parent.post(&format!("/api/v1/pages/{page}/redraw"), redraw).await.status(), 202);
        app.run_jobs().await;
        assert_eq!(path_of_page(&parent, &page).await, drawn(0, &Edits::default()));
    })
    .await;
}

#[tokio::test]
async fn unknown_version_of_hints_is_refused_without_a_charge() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = upload_portrait(&parent).await;
        let balance = parent.balance().await;
        let style = json!({ "preset": "standard" });
        let order = json!({ "asset_id": photo, "style": style, "hints_version": HINTS_VERSION + 1 });
        assert_problem(parent.post("/api/v1/jobs", order).await, 409, "outdated").await;
        let style = json!({ "preset": "standard", "without_people": true });
        let order = json!({ "asset_id": photo, "style": style, "hints_version": HINTS_VERSION });
        assert_problem(parent.post("/api/v1/jobs", order).await, 409, "outdated").await;
        assert_eq!(parent.balance().await, balance);
    })
    .await;
}

#[tokio::test]
async fn weights_are_kept_for_a_year_and_compressed_beforehand() {
    with_app(async |app| {
        let anonymous = app.anonymous();
        for file in [vision::embedded::FACES, vision::embedded::PERSON] {
            let path = format!("/vision/{}.{HINTS_VERSION}.bin", file.name);
            for (accepted, encoding, bytes) in [("gzip, br", Some("br"), file.brotli), ("gzip", None, file.bytes)] {
                let request = anonymous.request(Method::GET, &path).header("accept-encoding", accepted);
                let answer = request.send().await.expect("an answer");
                let coding = answer.headers().get("content-encoding").map(|coding| coding.to_str().expect("text"));
                assert_eq!(coding, encoding);
                assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
                assert_eq!(answer.bytes().await.expect("bytes"), bytes);
            }
        }
        for name in ["faces.bin", "faces.0.bin", "other.1.bin"] {
            let answer = anonymous.get(&format!("/vision/{name}")).await;
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert_problem(answer, 404, "not_found").await;
        }
    })
    .await;
}
