//! Language of responses and mails: from `Accept-Language`, the user's choice, and the account.

use model::Language;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use server::i18n::catalog_path;

use crate::harness::{PASSWORD, TestClient, assert_problem, json_of, with_app};

async fn malformed_sign_up_in(person: &TestClient, accept: &str) -> Response {
    let body = json!({ "email": "nobody", "password": PASSWORD });
    let request = person.request(Method::POST, "/api/v1/auth/signup").json(&body).header("accept-language", accept);
    request.send().await.expect("an answer")
}

async fn choose_language(person: &TestClient, language: &str) -> Response {
    let form = [("language", language), ("return_to", "/privacy")];
    person.request(Method::POST, "/language").form(&form).send().await.expect("an answer")
}

#[tokio::test]
async fn problem_is_localized_with_the_same_code() {
    with_app(async |app| {
        let person = app.anonymous();
        for (accept, title) in [
            ("de-AT,de;q=0.9,en;q=0.8", "Adresse unvollständig"),
            ("fr", "Adresse incomplète"),
            ("es-MX", "Dirección incompleta"),
            ("zh-CN", "邮箱不完整"),
            ("ar", "العنوان ناقص"),
            ("tlh", "Address incomplete"),
            ("", "Address incomplete"),
        ] {
            let answer = malformed_sign_up_in(&person, accept).await;
            let depends: Vec<_> = answer.headers().get_all("vary").iter().cloned().collect();
            assert!(depends.iter().any(|on| on == "Accept-Language, Cookie"), "{depends:?}");
            assert_eq!(
                answer.headers()["content-language"],
                accept.get(..2).filter(|_| accept != "tlh").unwrap_or("en")
            );
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            let problem = json_of(answer).await;
            assert_eq!((&problem["code"], &problem["field"]), (&json!("email_malformed"), &json!("email")));
            assert_eq!(problem["title"], title, "{accept}");
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_field_is_named_in_the_localized_detail() {
    with_app(async |app| {
        let person = app.anonymous();
        let unknown = json!({ "email": "a@example.org", "password": PASSWORD, "colour": "red" });
        let request =
            person.request(Method::POST, "/api/v1/auth/signup").json(&unknown).header("accept-language", "de");
        let problem = json_of(request.send().await.expect("an answer")).await;
        assert_eq!(problem["detail"], "Die Anfrage hat ein Feld, das wir nicht kennen: colour.");
    })
    .await;
}

#[tokio::test]
async fn chosen_language_overrides_accept_language() {
    with_app(async |app| {
        let person = app.anonymous();
        let answer = choose_language(&person, "fr").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/privacy");
        assert_eq!(json_of(malformed_sign_up_in(&person, "de").await).await["title"], "Adresse incomplète");
        // An unknown language changes nothing.
        assert_eq!(choose_language(&person, "tlh").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(json_of(malformed_sign_up_in(&person, "de").await).await["title"], "Adresse incomplète");
    })
    .await;
}

#[tokio::test]
async fn mail_is_in_the_language_of_the_request() {
    with_app(async |app| {
        let person = app.anonymous();
        let body = json!({ "email": "mia@example.org", "password": PASSWORD });
        let request = person.request(Method::POST, "/api/v1/auth/signup").json(&body).header("accept-language", "de");
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::ACCEPTED);
        let mails = app.mails_to("mia@example.org").await;
        let mail = mails.last().expect("a mail");
        assert!(mail.subject.ends_with(" ist dein Code für Scribble Machine"), "{}", mail.subject);
        assert!(mail.text.contains("Gib ihn dort ein, wo du ihn angefordert hast."), "{}", mail.text);
        assert!(mail.html.contains("<html lang=\"de\" dir=\"ltr\">"), "{}", mail.html);
        assert!(!mail.text.contains("Type it"), "{}", mail.text);
    })
    .await;
}

#[tokio::test]
async fn chosen_language_follows_the_account() {
    with_app(async |app| {
        let email = "mia@example.org";
        let person = app.sign_up_parent(email).await;
        choose_language(&person, "de").await;
        let elsewhere = app.anonymous();
        let answer = elsewhere.sign_in(email, PASSWORD).await;
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().cloned().collect();
        assert!(
            cookies.iter().any(|cookie| cookie.to_str().is_ok_and(|c| c.starts_with("language=de;"))),
            "{cookies:?}"
        );
        let answer = elsewhere.get("/api/v1/pages/0190c2f6-0000-7000-8000-000000000000").await;
        let problem = assert_problem(answer, 404, "not_found").await;
        assert_eq!(problem["title"], "Nicht gefunden");
        // A language that is chosen before signing in becomes the account's.
        let third = app.anonymous();
        choose_language(&third, "es").await;
        assert_eq!(third.sign_in(email, PASSWORD).await.status(), StatusCode::OK);
        let fourth = app.anonymous();
        fourth.sign_in(email, PASSWORD).await;
        let answer = fourth.get("/api/v1/pages/0190c2f6-0000-7000-8000-000000000000").await;
        assert_eq!(json_of(answer).await["title"], "No encontrado");
    })
    .await;
}

#[tokio::test]
async fn catalog_is_served_at_the_path_of_its_contents() {
    with_app(async |app| {
        let person = app.anonymous();
        for language in Language::ALL {
            let answer = person.get(catalog_path(language)).await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["content-type"], "application/json");
            assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
            assert!(!answer.headers().contains_key("set-cookie"));
            assert!(json_of(answer).await["gallery"].is_string());
        }
    })
    .await;
}

#[tokio::test]
async fn catalog_is_compressed() {
    with_app(async |app| {
        let request = app.anonymous().request(Method::GET, catalog_path(Language::Ar)).header("accept-encoding", "br");
        assert_eq!(request.send().await.expect("an answer").headers()["content-encoding"], "br");
    })
    .await;
}

#[tokio::test]
async fn catalog_of_another_hash_or_language_is_not_found() {
    with_app(async |app| {
        let german = catalog_path(Language::De);
        for path in [german.replace(".json", "0.json"), german.replace("de", "tlh"), "/i18n/de.json".to_owned()] {
            let answer = app.anonymous().get(&path).await;
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert_problem(answer, 404, "not_found").await;
        }
    })
    .await;
}
