//! `GET /api/v1/openapi.json`: the interface described for programs (OpenAPI 3.1). What each address takes and answers
//! stands here, one line each; the shapes stand in `openapi-schemas.json`. A test compares both with the routes and
//! with real answers.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

const SCHEMAS: &str = include_str!("openapi-schemas.json");

/// One method of one address: its summary, the schema of its JSON body, the status and schema of its answer.
struct Operation(&'static str, &'static str, &'static str, Option<&'static str>, u16, Answer);

/// What comes back.
enum Answer {
    Nothing,
    Json(&'static str),
    File(&'static str),
}

use Answer::{File, Json, Nothing};

const OPERATIONS: &[Operation] = &[
    Operation("post", "/auth/signup", "Begin an account: a code is mailed", Some("SignUp"), 202, Json("Next")),
    Operation("post", "/auth/verify-otp", "Prove the address by the code", Some("VerifyOtp"), 200, Json("SignedIn")),
    Operation("post", "/auth/resend-otp", "Have another code mailed", Some("Address"), 202, Json("Next")),
    Operation("post", "/auth/signin", "Sign in with a password", Some("SignIn"), 200, Json("SignedIn")),
    Operation("post", "/auth/magic-link", "Have a link mailed that signs in", Some("MagicLink"), 202, Json("Next")),
    Operation("post", "/auth/reset-password-request", "Have a reset link mailed", Some("Address"), 202, Json("Next")),
    Operation("post", "/auth/reset-password", "Set a new password", Some("ResetPassword"), 200, Json("SignedIn")),
    Operation("post", "/auth/device", "Go on as a guest", Some("Guest"), 200, Json("SignedIn")),
    Operation("get", "/auth/challenge", "What a sign-up has to bring as captcha", None, 200, Json("Challenge")),
    Operation("get", "/flags", "Switches, on or off", None, 200, Json("Flags")),
    Operation("post", "/auth/refresh", "Get new tokens", Some("Refresh"), 200, Json("SignedIn")),
    Operation("post", "/auth/signout", "End this session", None, 204, Nothing),
    Operation("get", "/auth/session", "Who is signed in", None, 200, Json("User")),
    Operation("get", "/auth/sessions", "Every session of the account", None, 200, Json("Sessions")),
    Operation("delete", "/auth/sessions", "End every session", None, 204, Nothing),
    Operation("delete", "/auth/sessions/{id}", "End one session", None, 204, Nothing),
    Operation("get", "/user/profile", "The account", None, 200, Json("User")),
    Operation("patch", "/user/profile", "Change password or address", Some("ProfileChange"), 200, Json("User")),
    Operation("delete", "/user/profile", "Delete the account for good", Some("ProfileDeletion"), 204, Nothing),
    Operation("get", "/user/export", "Everything the account holds", None, 200, File("application/zip")),
    Operation("post", "/upload", "Send a photo, or announce one", Some("UploadAnnouncement"), 201, Json("Asset")),
    Operation("post", "/jobs", "Make a page of a photo for one credit", Some("NewJob"), 202, Json("Job")),
    Operation("get", "/jobs/{id}", "How far a page is", None, 200, Json("Job")),
    Operation("get", "/jobs/{id}/events", "The job as it changes, to its end", None, 200, File("text/event-stream")),
    Operation("get", "/pages", "The pages, newest first", None, 200, Json("Pages")),
    Operation("get", "/pages/{id}", "One page", None, 200, Json("Page")),
    Operation("patch", "/pages/{id}", "Give it another title", Some("PageChange"), 200, Json("Page")),
    Operation("delete", "/pages/{id}", "Delete it with its photo, for good", None, 204, Nothing),
    Operation("post", "/pages/{id}/redraw", "Draw it in another style, for nothing", Some("Redraw"), 202, Json("Job")),
    Operation("post", "/pages/{id}/keep", "Keep it longer", None, 200, Json("Page")),
    Operation("get", "/books", "The books, newest first", None, 200, Json("Books")),
    Operation("post", "/books", "Bind pages into a book", Some("NewBook"), 201, Json("Book")),
    Operation("get", "/books/{id}", "One book", None, 200, Json("Book")),
    Operation("patch", "/books/{id}", "Change it, or its pages and their order", Some("BookChange"), 200, Json("Book")),
    Operation("delete", "/books/{id}", "Take it apart; its pages stay", None, 204, Nothing),
    Operation("get", "/books/{id}/pdf", "The book as a document", None, 200, File("application/pdf")),
    Operation("post", "/pdf/export", "Pages as one document", Some("Export"), 200, File("application/pdf")),
    Operation("get", "/credits", "The balance and its ledger, newest line first", None, 200, Json("Credits")),
    Operation(
        "post",
        "/associate-file",
        "Take over a photo sent before signing in",
        Some("Association"),
        200,
        Json("Asset"),
    ),
    Operation("post", "/cron/process-queue", "Work for less than half a minute", None, 200, Json("Worked")),
    Operation("post", "/cron/sweep", "Remove what is kept no longer", None, 200, Json("Swept")),
    Operation("get", "/openapi.json", "This description", None, 200, File("application/json")),
];

/// Addresses that answer in parts.
const LISTS: [&str; 3] = ["/pages", "/books", "/credits"];
/// Addresses that need no account.
const OPEN: [&str; 13] = [
    "/auth/challenge",
    "/flags",
    "/auth/signup",
    "/auth/verify-otp",
    "/auth/resend-otp",
    "/auth/signin",
    "/auth/magic-link",
    "/auth/reset-password-request",
    "/auth/reset-password",
    "/auth/device",
    "/auth/refresh",
    "/upload",
    "/openapi.json",
];

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let entry = paths.entry(operation.1).or_insert_with(|| json!({}));
        entry[operation.0] = described(operation);
    }
    let schemas: Value = serde_json::from_str(SCHEMAS).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Scribble Machine",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Photos become colouring pages. Times are RFC 3339 in UTC; a body with an unknown field is refused; somebody else's thing does not exist.",
        },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "cookie": [] }, { "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "cron": { "type": "http", "scheme": "bearer", "description": "The secret of the schedule" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-access", "description": "Set by signing in" },
            },
        },
    })
}

fn described(Operation(method, path, summary, body, status, answer): &Operation) -> Value {
    let refused = json!({
        "description": "Refused",
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    let mut done = json!({ "description": "Done" });
    match answer {
        Nothing => {}
        Json(schema) => done["content"] = json!({ "application/json": { "schema": reference(schema) } }),
        File(kind) => done["content"] = json!({ *kind: { "schema": { "type": "string", "format": "binary" } } }),
    }
    let mut described = json!({
        "operationId": format!("{method}{}", path.replace(['/', '{', '}', '-', '.'], "_")),
        "summary": summary,
        "parameters": parameters(method, path),
        "responses": { status.to_string(): done, "default": refused },
    });
    if let Some(schema) = body {
        let mut content = json!({ "application/json": { "schema": reference(schema) } });
        if *path == "/upload" {
            content["multipart/form-data"] = json!({ "schema": reference("UploadForm") });
        }
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    if OPEN.contains(path) {
        described["security"] = json!([]);
    } else if path.starts_with("/cron/") {
        described["security"] = json!([{ "cron": [] }]);
    }
    described
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn parameters(method: &str, path: &str) -> Vec<Value> {
    let mut parameters = Vec::new();
    if path.contains("{id}") {
        let schema = json!({ "type": "string", "format": "uuid" });
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
    }
    if method == "get" && LISTS.contains(&path) {
        let described = "`next` of the part before";
        let schema = json!({ "type": "string" });
        parameters.push(json!({ "name": "next", "in": "query", "description": described, "schema": schema }));
    }
    if (method, path) == ("get", "/pages") {
        let described = "Words that the titles have";
        let schema = json!({ "type": "string" });
        parameters.push(json!({ "name": "title", "in": "query", "description": described, "schema": schema }));
    }
    if path == "/jobs" {
        let described = "The same key again is the same page again";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
        parameters
            .push(json!({ "name": "Idempotency-Key", "in": "header", "description": described, "schema": schema }));
    }
    parameters
}
