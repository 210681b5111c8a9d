//! The description of the interface says what the interface does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{json_of, text, with_app};

const ROUTES: &str = include_str!("../../src/http/mod.rs");

/// Method and path of every route of the API, as its source has them.
fn routes() -> BTreeSet<(String, String)> {
    let api = ROUTES.split("let api = ").nth(1).and_then(|rest| rest.split(".fallback").next()).expect("the API");
    let mut routes = BTreeSet::new();
    for route in api.split(".route(\"").skip(1) {
        let (path, handlers) = route.split_once('"').expect("a path");
        for method in ["get", "post", "patch", "delete", "put"] {
            if handlers.contains(&format!("{method}(")) {
                routes.insert((method.to_owned(), path.to_owned()));
            }
        }
    }
    routes
}

/// Asserts that a value is what a schema says, and has nothing that it does not say.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return fits(document, document.pointer(pointer).unwrap_or_else(|| panic!("{name}")), value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let chosen = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null()).expect("a choice");
        return fits(document, chosen, value, at);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{at}: {value}");
    }
    let right = match schema["type"].as_str().unwrap_or_else(|| panic!("{at}: no type")) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{at}: {other}"),
    };
    assert!(right, "{at}: {value}");
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(name.as_str().expect("a name")).is_some(), "{at} lacks {name}: {value}");
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        let described = schema["properties"].get(name).unwrap_or_else(|| panic!("{at}.{name} is not described"));
        fits(document, described, field, &format!("{at}.{name}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item, &format!("{at}[]"));
    }
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    with_app(async |app| {
        let answer = app.anonymous().get("/api/v1/openapi.json").await;
        assert_eq!(answer.headers()["content-type"], "application/json");
        let document = json_of(answer).await;
        assert_eq!(document["openapi"], "3.1.0");
        let described = document["paths"].as_object().expect("paths").iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(|method| (method.clone(), path.clone()))
        });
        assert_eq!(described.collect::<BTreeSet<_>>(), routes());
        let mut found = Vec::new();
        references(&document, &mut found);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
        }
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            if let Some(example) = schema.get("example") {
                fits(&document, schema, example, name);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn answers_are_as_they_are_described() {
    with_app(async |app| {
        let document = json_of(app.anonymous().get("/api/v1/openapi.json").await).await;
        let parent = app.sign_up_parent("mia@example.org").await;
        let answer = async |method: &str, path: &str, real: &str, body: Option<Value>| {
            let request = parent.request(method.to_uppercase().parse().expect("a method"), &format!("/api/v1{real}"));
            let request = if let Some(body) = &body { request.json(body) } else { request };
            let answer = request.send().await.expect("an answer");
            let responses = &document["paths"][path][method]["responses"];
            let described = &responses[answer.status().as_str()];
            assert!(described.is_object(), "{method} {path} answered {}", answer.status());
            let value = json_of(answer).await;
            fits(&document, &described["content"]["application/json"]["schema"], &value, path);
            value
        };
        let asset = json_of(parent.upload(crate::photos::jpeg(64, 48)).await).await;
        fits(&document, &document["components"]["schemas"]["Asset"], &asset, "asset");
        let order = json!({ "asset_id": asset["id"], "style": { "preset": "simple", "detail": 0.5 } });
        let job = answer("post", "/jobs", "/jobs", Some(order)).await;
        app.run_jobs().await;
        answer("get", "/jobs/{id}", &format!("/jobs/{}", text(&job, "id")), None).await;
        let page = text(&job, "page_id");
        answer("get", "/pages", "/pages", None).await;
        answer("get", "/pages/{id}", &format!("/pages/{page}"), None).await;
        let title = Some(json!({ "title": "Cat" }));
        answer("patch", "/pages/{id}", &format!("/pages/{page}"), title).await;
        answer("post", "/pages/{id}/keep", &format!("/pages/{page}/keep"), None).await;
        let style = Some(json!({ "style": { "preset": "toddler" } }));
        answer("post", "/pages/{id}/redraw", &format!("/pages/{page}/redraw"), style).await;
        let book = Some(json!({ "title": "Cats", "page_ids": [page] }));
        let book = text(&answer("post", "/books", "/books", book).await, "id");
        answer("get", "/books", "/books", None).await;
        answer("get", "/books/{id}", &format!("/books/{book}"), None).await;
        answer("patch", "/books/{id}", &format!("/books/{book}"), Some(json!({ "cover": false }))).await;
        answer("get", "/credits", "/credits", None).await;
        answer("get", "/auth/session", "/auth/session", None).await;
        answer("get", "/auth/sessions", "/auth/sessions", None).await;
        answer("get", "/user/profile", "/user/profile", None).await;
        let refusal = json_of(parent.get("/api/v1/pages/0").await).await;
        fits(&document, &document["components"]["schemas"]["Problem"], &refusal, "problem");
    })
    .await;
}
