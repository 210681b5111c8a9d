//! `GET /api/v1/openapi.json`: the OpenAPI 3.1 document, generated from the annotations of the
//! handlers and of the types of their bodies.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use model::Problem;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// What every operation shares. Operations with other security requirements declare their own.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Scribble Machine",
        description = "Photos become colouring pages. Times are RFC 3339 in UTC. Bodies with unknown fields are \
                       rejected. Resources of other accounts are reported as not found.",
    ),
    servers((url = "/api/v1")),
    security(("cookie" = []), ("bearer" = [])),
    components(schemas(Problem)),
    modifiers(&SecuritySchemes),
)]
pub struct ApiDocument;

/// Adds the security schemes that `security(..)` refers to.
struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKeyValue::with_description("__Host-access", "Set by signing in");
        let bearer = || HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let schemes = [
            ("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
            ("bearer", SecurityScheme::Http(bearer().bearer_format("JWT").build())),
            (
                "cron",
                SecurityScheme::Http(bearer().description(Some("The cron secret, `SCRIBBLE_CRON_SECRET`")).build()),
            ),
        ];
        let components = document.components.get_or_insert_default();
        for (name, scheme) in schemes {
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The serialized document, built at the first request.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut document = super::api_routes().into_openapi();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(operation, method, path);
            }
        }
    }
    document.to_json().expect("the document has only string keys")
});

/// Adds what follows from the route: a unique id, and the response of every error.
fn complete_operation(operation: &mut Operation, method: &str, path: &str) {
    operation.operation_id = Some(format!("{method}{}", path.replace(['/', '{', '}', '-', '.'], "_")));
    operation.tags = None;
    if let Some(summary) = &mut operation.summary {
        *summary = summary.trim_end_matches('.').to_owned();
    }
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    let error =
        ResponseBuilder::new().description("The request failed").content("application/problem+json", problem).build();
    operation.responses.responses.insert("default".to_owned(), error.into());
}

/// This description of the API.
#[utoipa::path(get, path = "/openapi.json", security(),
    responses((status = 200, description = "The document", body = Object, content_type = "application/json")))]
pub async fn get_openapi_document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}
