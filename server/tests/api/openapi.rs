//! The OpenAPI document: it is consistent in itself and agrees with the routes and responses.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value, json};

use crate::{
    captcha::CAPTCHA,
    harness::{App, PASSWORD, TestClient, json_of, text, with_app, with_settings},
};

async fn document_of(app: &Arc<App>) -> Value {
    json_of(app.anonymous().get("/api/v1/openapi.json").await).await
}

/// Method, path and description of every operation in the document.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("a path item").iter();
        methods.map(|(method, operation)| (method.clone(), path.clone(), operation))
    });
    operations.collect()
}

/// Method and full path of every operation: the routes of the API.
pub async fn api_routes(app: &Arc<App>) -> BTreeSet<(String, String)> {
    let document = document_of(app).await;
    let prefix = text(&document["servers"][0], "url");
    operations(&document).into_iter().map(|(method, path, _)| (method, format!("{prefix}{path}"))).collect()
}

/// The schema with its reference followed and its `allOf` merged.
fn resolve(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return resolve(document, target.unwrap_or_else(|| panic!("{reference} does not exist")));
    }
    let Some(parts) = schema["allOf"].as_array() else { return schema.clone() };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let part = resolve(document, part);
        assert_eq!(part["type"], "object", "a part of allOf in {schema}");
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Checks a value against a schema, and that it has no property that the schema does not describe.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = resolve(document, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let results = choices.iter().map(|choice| check(document, choice, value, at));
        let errors: Vec<_> = results.filter_map(Result::err).collect();
        return if errors.len() == choices.len() - 1 { Ok(()) } else { Err(format!("{at}: {errors:?}")) };
    }
    if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
        return Err(format!("{at}: {value} is not in the enum"));
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        name => vec![name.clone()],
    };
    let has_type = types.iter().any(|name| match name.as_str().unwrap_or_else(|| panic!("{at}: no type")) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{at}: unknown type {other}"),
    });
    if !has_type {
        return Err(format!("{at}: {value} is not of type {types:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.is_object() && value.get(name.as_str().expect("a name")).is_none() {
            return Err(format!("{at}: {name} is missing in {value}"));
        }
    }
    for (name, property) in value.as_object().into_iter().flatten() {
        // An object without properties may have any.
        let Some(properties) = schema["properties"].as_object() else { break };
        let described = properties.get(name).ok_or_else(|| format!("{at}.{name} is not described"))?;
        check(document, described, property, &format!("{at}.{name}"))?;
    }
    for item in value.as_array().into_iter().flatten() {
        check(document, &schema["items"], item, &format!("{at}[]"))?;
    }
    Ok(())
}

fn assert_matches(document: &Value, schema: &Value, value: &Value, at: &str) {
    assert_eq!(check(document, schema, value, at), Ok(()));
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

#[test]
fn schema_check_rejects_values_that_do_not_match() {
    let document = json!({ "components": { "schemas": { "Name": { "type": "string" } } } });
    let name = json!({ "$ref": "#/components/schemas/Name" });
    let schema = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": name,
            "kind": { "type": "string", "enum": ["a", "b"] },
            "size": { "type": ["integer", "null"] },
            "tags": { "type": "array", "items": name },
            "parent": { "oneOf": [{ "type": "null" }, name] },
        },
    });
    assert_matches(&document, &schema, &json!({ "name": "x", "kind": "a", "size": null, "parent": "y" }), "valid");
    for value in [
        json!("x"),
        json!({}),
        json!({ "name": 1 }),
        json!({ "name": "x", "other": 1 }),
        json!({ "name": "x", "kind": "c" }),
        json!({ "name": "x", "size": "1" }),
        json!({ "name": "x", "tags": [1] }),
        json!({ "name": "x", "parent": 1 }),
    ] {
        assert!(check(&document, &schema, &value, "invalid").is_err(), "{value}");
    }
}

#[tokio::test]
async fn document_is_served_as_openapi_3_1() {
    with_app(async |app| {
        let answer = app.anonymous().get("/api/v1/openapi.json").await;
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(json_of(answer).await["openapi"], "3.1.0");
    })
    .await;
}

#[tokio::test]
async fn operation_ids_are_unique() {
    with_app(async |app| {
        let document = document_of(app).await;
        let operations = operations(&document);
        let ids: BTreeSet<_> = operations.iter().map(|(.., operation)| text(operation, "operationId")).collect();
        assert!(ids.contains("patch_pages__id_"), "{ids:?}");
        assert_eq!(ids.len(), operations.len());
    })
    .await;
}

#[tokio::test]
async fn every_operation_describes_its_errors() {
    with_app(async |app| {
        let document = document_of(app).await;
        for (method, path, operation) in operations(&document) {
            let error = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"];
            assert_eq!(error["$ref"], "#/components/schemas/Problem", "{method} {path}");
            assert!(!text(operation, "summary").is_empty(), "{method} {path}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_reference_resolves() {
    with_app(async |app| {
        let document = document_of(app).await;
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100, "{}", found.len());
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_example_matches_its_schema() {
    with_app(async |app| {
        let document = document_of(app).await;
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        let examples: Vec<_> = schemas.iter().filter(|(_, schema)| schema.get("example").is_some()).collect();
        assert!(examples.len() > 20, "{}", examples.len());
        for (name, schema) in examples {
            assert_matches(&document, schema, &schema["example"], name);
        }
    })
    .await;
}

#[tokio::test]
async fn every_operation_is_routed_and_protected_as_described() {
    let secret = "a secret of the schedule, long enough";
    with_settings(&[("--cron-secret", secret)], async |app| {
        let document = document_of(app).await;
        let prefix = text(&document["servers"][0], "url");
        let mut wrong = Vec::new();
        for (method, path, operation) in operations(&document) {
            let url = format!("{prefix}{}", path.replace("{id}", "01890000-0000-7000-8000-000000000000"));
            let request = app.anonymous().request(method.to_uppercase().parse().expect("a method"), &url);
            let status = request.send().await.expect("an answer").status().as_u16();
            let is_open = operation["security"] == json!([]);
            if matches!(status, 404 | 405) || (!is_open && status != 401) {
                wrong.push(format!("{method} {path}: {status}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    })
    .await;
}

/// Sends requests and checks the responses against the document.
struct ApiClient<'a> {
    document: &'a Value,
    person: &'a TestClient,
}

impl ApiClient<'_> {
    /// `operation` is the path in the document and `path` the one to request.
    async fn send(&self, method: &str, operation: &str, path: &str, body: Option<Value>) -> Value {
        let method_name = method.to_uppercase().parse().expect("a method");
        let request = self.person.request(method_name, &format!("/api/v1{path}"));
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let answer = request.send().await.expect("an answer");
        let responses = &self.document["paths"][operation][method]["responses"];
        let response = &responses[answer.status().as_str()];
        assert!(response.is_object(), "{method} {operation} answered {}", answer.status());
        let value = json_of(answer).await;
        assert_matches(self.document, &response["content"]["application/json"]["schema"], &value, operation);
        value
    }

    async fn get(&self, path: &str) -> Value {
        self.send("get", path, path, None).await
    }
}

#[tokio::test]
async fn page_and_book_responses_match_their_schemas() {
    with_app(async |app| {
        let document = &document_of(app).await;
        let person = &app.sign_up_parent("mia@example.org").await;
        let client = ApiClient { document, person };
        let asset = json_of(person.upload(crate::photos::jpeg(64, 48)).await).await;
        assert_matches(document, &document["components"]["schemas"]["Asset"], &asset, "asset");
        let new_job = json!({ "asset_id": asset["id"], "style": { "preset": "simple", "detail": 0.5 } });
        let job = client.send("post", "/jobs", "/jobs", Some(new_job)).await;
        app.run_jobs().await;
        client.send("get", "/jobs/{id}", &format!("/jobs/{}", text(&job, "id")), None).await;
        let page = text(&job, "page_id");
        let pages = client.get("/pages").await;
        assert_eq!(pages["items"].as_array().map(Vec::len), Some(1));
        client.send("get", "/pages/{id}", &format!("/pages/{page}"), None).await;
        let title = Some(json!({ "title": "Cat" }));
        client.send("patch", "/pages/{id}", &format!("/pages/{page}"), title).await;
        client.send("post", "/pages/{id}/keep", &format!("/pages/{page}/keep"), None).await;
        let style = json!({ "preset": "toddler", "smoothing": 0.5, "background": "soften", "frame": true });
        let redraw = Some(json!({ "style": style }));
        client.send("post", "/pages/{id}/redraw", &format!("/pages/{page}/redraw"), redraw).await;
        client.send("get", "/pages/{id}", &format!("/pages/{page}"), None).await;
        let book = Some(json!({ "title": "Cats", "page_ids": [page] }));
        let book = text(&client.send("post", "/books", "/books", book).await, "id");
        let books = client.get("/books").await;
        assert_eq!(books["items"].as_array().map(Vec::len), Some(1));
        client.send("get", "/books/{id}", &format!("/books/{book}"), None).await;
        let change = Some(json!({ "cover": false }));
        client.send("patch", "/books/{id}", &format!("/books/{book}"), change).await;
        let credits = client.get("/credits").await;
        assert!(credits["items"].as_array().is_some_and(|items| !items.is_empty()), "{credits}");
    })
    .await;
}

#[tokio::test]
async fn account_responses_match_their_schemas() {
    with_app(async |app| {
        let document = &document_of(app).await;
        let person = &app.sign_up_parent("mia@example.org").await;
        let client = ApiClient { document, person };
        for path in ["/auth/session", "/auth/sessions", "/user/profile", "/flags", "/auth/challenge"] {
            client.get(path).await;
        }
        let change = json!({ "email": "new@example.org", "current_password": PASSWORD });
        client.send("patch", "/user/profile", "/user/profile", Some(change)).await;
        let problem = json_of(person.get("/api/v1/pages/0").await).await;
        assert_matches(document, &document["components"]["schemas"]["Problem"], &problem, "problem");
        let credentials = json!({ "email": "mia@example.org", "password": PASSWORD, "session": "bearer" });
        let signed_in = client.send("post", "/auth/signin", "/auth/signin", Some(credentials)).await;
        assert_eq!(signed_in["token_type"], "Bearer");
        let refresh = json!({ "refresh_token": signed_in["refresh_token"] });
        client.send("post", "/auth/refresh", "/auth/refresh", Some(refresh)).await;
    })
    .await;
}

#[tokio::test]
async fn captcha_challenge_matches_its_schema() {
    with_settings(CAPTCHA, async |app| {
        let document = &document_of(app).await;
        let client = ApiClient { document, person: &app.anonymous() };
        assert_eq!(client.get("/auth/challenge").await["kind"], "altcha");
    })
    .await;
}
