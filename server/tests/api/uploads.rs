//! Uploads: validation, normalization, and the form without JavaScript.

use lineart::{Preset, Style};
use reqwest::StatusCode;

use crate::{
    harness::{assert_problem, json_of, text, with_app},
    invariants::select_column,
    photos,
};

#[tokio::test]
async fn photo_becomes_an_asset() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let answer = parent.upload(photos::jpeg(400, 300)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let asset = json_of(answer).await;
        assert_eq!((asset["width"].as_i64(), asset["height"].as_i64()), (Some(400), Some(300)));
        assert_eq!(asset["kind"], "original");
        assert_eq!(asset["content_type"], "image/jpeg");
        assert!(text(&asset, "path").ends_with(".jpg"));
    })
    .await;
}

#[tokio::test]
async fn photo_is_stored_upright_and_without_metadata() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let answer = parent.upload(photos::jpeg_with_exif(400, 300, 6)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let asset = json_of(answer).await;
        assert_eq!((asset["width"].as_i64(), asset["height"].as_i64()), (Some(300), Some(400)));
        let stored = app.state.files.get(&text(&asset, "path")).await.expect("stored");
        let has = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
        assert!(!has(b"Exif") && !has(b"GPS"), "metadata was stored");
    })
    .await;
}

#[tokio::test]
async fn stored_page_equals_the_browsers_preview() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        // Reduced to the engine's working size, as the studio uploads it.
        let seen = photos::photo(2000, 1500).into_working_size();
        let asset = json_of(parent.upload(seen.to_png()).await).await;
        assert_eq!(asset["content_type"], "image/png");
        assert_eq!((asset["width"].as_i64(), asset["height"].as_i64()), (Some(1024), Some(768)));
        let answer = parent.request_page(&text(&asset, "id"), None).await;
        let page = text(&json_of(answer).await, "page_id");
        app.run_jobs().await;
        let svg = text(&parent.page(&page).await["downloads"], "svg");
        let stored = parent.get(&svg).await.text().await.expect("a drawing");
        let preview = lineart::draw(&photos::photo(2000, 1500), &Style::from_preset(Preset::Simple)).to_svg();
        assert!(stored == preview, "the stored page differs from the preview");
    })
    .await;
}

#[tokio::test]
async fn large_png_is_stored_as_jpeg() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let asset = json_of(parent.upload(photos::photo(1100, 800).to_png()).await).await;
        assert_eq!(asset["content_type"], "image/jpeg");
    })
    .await;
}

#[tokio::test]
async fn invalid_photo_is_rejected_with_its_problem() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let whole = photos::jpeg(400, 300);
        let mut webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\0\0\0\0\0\0".to_vec();
        webp.extend([0; 8]);
        for (file, status, code) in [
            (Vec::new(), 422, "photo_empty"),
            (b"Dear diary, this is no photo at all.".to_vec(), 415, "photo_not_an_image"),
            (b"%PDF-1.7 and so on, with enough bytes to look at".to_vec(), 415, "photo_not_an_image"),
            (photos::SVG.to_vec(), 415, "photo_svg"),
            (photos::animated_gif(), 415, "photo_animated"),
            (webp, 415, "photo_animated"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), 415, "photo_heic"),
            (photos::png_header(8000, 7000), 413, "photo_too_many_pixels"),
            (whole[..whole.len() / 2].to_vec(), 422, "photo_cut_off"),
            (vec![0xff; 11 << 20], 413, "photo_too_large"),
        ] {
            let problem = assert_problem(parent.upload(file).await, status, code).await;
            assert_eq!(problem["field"], "file", "{code}");
        }
        assert_eq!(parent.balance().await, 3);
        assert_eq!(app.state.files.list().await.expect("listed"), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn polyglot_file_is_stored_as_a_photo_only() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let script = b"<html><script>alert(1)</script></html>";
        let jpeg = photos::jpeg(400, 300);
        // A script in a comment before the picture (ITU-T T.81, B.2.4.5), or an archive and a
        // script after it.
        let comment = [b"\xff\xfe\0\x28".as_slice(), script].concat();
        let commented = [&jpeg[..2], &comment, &jpeg[2..]].concat();
        let behind = |file: &[u8]| [file, b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0", script].concat();
        for file in [commented, behind(&jpeg), behind(&photos::photo(400, 300).to_png())] {
            let asset = json_of(parent.upload(file).await).await;
            let stored = app.state.files.get(&text(&asset, "path")).await.expect("stored");
            let has = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
            assert!(!has(b"script") && !has(b"PK\x05\x06"), "more than the photo was stored");
        }
    })
    .await;
}

#[tokio::test]
async fn content_decides_the_type_not_the_file_name() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let part = reqwest::multipart::Part::bytes(photos::jpeg(64, 64)).file_name("letter.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = parent.request(reqwest::Method::POST, "/api/v1/upload").multipart(form);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::CREATED);
    })
    .await;
}

#[tokio::test]
async fn form_without_javascript_creates_a_page() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let send = async |file: Vec<u8>, name: &'static str| {
            let part = reqwest::multipart::Part::bytes(file).file_name(name);
            let form =
                reqwest::multipart::Form::new().part("file", part).text("preset", "toddler").text("title", "Tea");
            let request = parent.request(reqwest::Method::POST, "/create").multipart(form);
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            answer.headers()["location"].to_str().expect("text").to_owned()
        };
        // The form's other fields are returned with the problem.
        let chosen = "&preset=toddler&title=Tea";
        assert_eq!(send(Vec::new(), "").await, format!("/create?problem=photo_missing{chosen}"));
        assert_eq!(send(photos::SVG.to_vec(), "a.svg").await, format!("/create?problem=photo_svg{chosen}"));
        let page = send(photos::jpeg(320, 240), "a.jpg").await;
        app.run_jobs().await;
        let page = parent.page(page.strip_prefix("/pages/").expect("a page")).await;
        assert_eq!(page["status"], "ready");
        assert_eq!(page["title"], "Tea");
        assert_eq!(page["style"]["preset"], "toddler");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn form_stores_no_photo_without_a_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for _ in 0..3 {
            parent.create_drawn_page().await;
        }
        let part = reqwest::multipart::Part::bytes(photos::jpeg(320, 240)).file_name("a.jpg");
        let form = reqwest::multipart::Form::new().part("file", part);
        let answer = parent.request(reqwest::Method::POST, "/create").multipart(form).send().await.expect("an answer");
        assert_eq!(answer.headers()["location"], "/create?problem=no_credit");
        let photos = select_column(&app.state, "SELECT path FROM assets WHERE kind = 'original'").await;
        assert_eq!(photos.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn only_a_photo_can_become_a_page() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let png = text(&parent.page(&page).await["downloads"], "png");
        let id = png.rsplit('/').next().and_then(|name| name.split('.').next()).expect("an id").to_owned();
        assert_problem(parent.request_page(&id, None).await, 404, "not_found").await;
    })
    .await;
}
