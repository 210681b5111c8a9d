//! `POST /api/v1/upload` and direct uploads: a photo is received and stored as an asset.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use model::{Asset, Problem, photo::MAX_UPLOAD_BYTES};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::extract::{JsonBody, QueryParams, has_json_content_type};
use crate::{
    AppState, Error, assets,
    i18n::tr_args,
    identity::{Account, RequestIdentity},
    limits::{self, Rule},
};

/// A photo in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described, not constructed")]
struct UploadForm {
    /// JPEG, PNG or WebP; at most 10 MB and 50 megapixels, a JPEG 200.
    #[schema(value_type = String, format = Binary)]
    file: (),
}

/// A photo that the client will send to the file store by PUT.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UploadAnnouncement {
    /// Not used.
    #[serde(rename = "filename")]
    _filename: String,
    #[schema(inline, value_type = PhotoContentType)]
    content_type: String,
    /// Bytes.
    #[schema(maximum = 10_485_760)]
    size: u64,
}

/// Media type of a photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described, not constructed")]
enum PhotoContentType {
    #[schema(rename = "image/jpeg")]
    Jpeg,
    #[schema(rename = "image/png")]
    Png,
    #[schema(rename = "image/webp")]
    WebP,
}

/// Send a photo, or announce one.
///
/// A form uploads the photo. JSON announces it: the response is an upload URL, which takes the
/// photo by PUT. Without an account the response has a `claim` for `associate-file`.
#[utoipa::path(post, path = "/upload", security(),
    request_body(content(
        (UploadAnnouncement = "application/json"),
        (UploadForm = "multipart/form-data"),
    )),
    responses((status = 201, description = "The stored photo", body = Asset)))]
pub async fn upload_photo(State(state): State<AppState>, request: Request) -> Result<Response, Error> {
    let identity = request.extensions().get::<RequestIdentity>().cloned().unwrap_or_default();
    if has_json_content_type(request.headers()) {
        let account = identity.require_account()?;
        let JsonBody(announcement) = read_small_json::<UploadAnnouncement>(&state, request).await?;
        limits::enforce_identity_limit(&state, Rule::Upload, &identity).await?;
        let ticket =
            assets::direct_upload::issue_upload_ticket(&state, account, &announcement.content_type, announcement.size)
                .await?;
        return Ok((StatusCode::CREATED, Json(ticket)).into_response());
    }
    let mut form = multipart_form(&state, request).await?;
    let mut file = Err(Problem::photo_missing());
    while let Some(field) = next_field(&mut form).await? {
        match field.name() {
            Some("file") => file = read_field(field, MAX_UPLOAD_BYTES, Problem::photo_too_large).await?,
            name => {
                let name = name.unwrap_or_default().to_owned();
                let detail = tr_args("body-unknown", &[("name", name.clone().into())]);
                return Err(Problem::body_invalid_because(Some(name), detail).into());
            }
        }
    }
    let file = file?;
    limits::enforce_identity_limit(&state, Rule::Upload, &identity).await?;
    let photo = assets::normalize_photo(file).await?;
    Ok(match identity.account {
        Some(account) => {
            (StatusCode::CREATED, Json(assets::store_photo(&state, &account, photo).await?)).into_response()
        }
        None => (StatusCode::CREATED, Json(assets::guest_upload::store_photo(&state, photo).await?)).into_response(),
    })
}

/// Reads a JSON body with the limit of small bodies, on a route whose own limit is that of photos.
async fn read_small_json<T: DeserializeOwned>(state: &AppState, mut request: Request) -> Result<JsonBody<T>, Error> {
    DefaultBodyLimit::max(super::MAX_BODY_BYTES).apply(&mut request);
    JsonBody::from_request(request, state).await
}

/// Query of a presigned upload URL.
#[derive(Deserialize)]
pub struct UploadSignature {
    until: i64,
    signature: String,
}

/// `PUT /files/{path}?until=..&signature=..`: an announced photo.
pub async fn receive_direct_upload(
    State(state): State<AppState>,
    Path(path): Path<String>,
    QueryParams(params): QueryParams<UploadSignature>,
    mut request: Request,
) -> Result<(StatusCode, Json<Asset>), Error> {
    DefaultBodyLimit::max(usize::try_from(MAX_UPLOAD_BYTES).map_err(Error::internal)?).apply(&mut request);
    let file = Bytes::from_request(request, &state).await.map_err(|_| Problem::photo_too_large())?;
    let asset = assets::direct_upload::receive_upload(&state, &path, params.until, &params.signature, file).await?;
    Ok((StatusCode::CREATED, Json(asset)))
}

/// Path and claim of a photo that was uploaded without an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Association {
    path: String,
    claim: String,
}

/// Move a photo that was uploaded before signing in to the account.
#[utoipa::path(post, path = "/associate-file", request_body = Association,
    responses((status = 200, description = "The photo", body = Asset)))]
pub async fn claim_photo(
    State(state): State<AppState>,
    account: Account,
    JsonBody(body): JsonBody<Association>,
) -> Result<Json<Asset>, Error> {
    assets::guest_upload::claim_photo(&state, &account, &body.path, &body.claim).await.map(Json)
}

/// The fields of a `multipart/form-data` body (RFC 7578).
pub async fn multipart_form(state: &AppState, request: Request) -> Result<Multipart, Error> {
    Multipart::from_request(request, state).await.map_err(|_| Problem::media_type_unsupported().into())
}

/// The next field of the form, or `None` at its end.
pub async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Error> {
    form.next_field().await.map_err(|error| multipart_error(&error))
}

/// Reads a field to its end. The inner result is `too_large` if it has more than `max_bytes`; the
/// outer one fails if the form itself is invalid.
pub async fn read_field(
    mut field: Field<'_>,
    max_bytes: u64,
    too_large: fn() -> Problem,
) -> Result<Result<Bytes, Problem>, Error> {
    let mut content = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| multipart_error(&error))? {
        length += chunk.len() as u64;
        if length <= max_bytes {
            content.extend_from_slice(&chunk);
        } else {
            content = BytesMut::new();
        }
    }
    Ok(if length > max_bytes { Err(too_large()) } else { Ok(content.freeze()) })
}

/// The problem of a form that is truncated, malformed or larger than the body limit.
fn multipart_error(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::photo_too_large().into()
    } else {
        Problem::body_invalid().into()
    }
}
