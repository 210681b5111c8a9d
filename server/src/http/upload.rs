//! `POST /api/v1/upload`: a photo comes in and becomes an asset.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use model::{Asset, Problem, photo::MAX_UPLOAD_BYTES};
use serde::{Deserialize, de::DeserializeOwned};

use super::answer::{Asked, Fields, is_json};
use crate::{
    AppState, Error, assets,
    i18n::tr_args,
    identity::{Account, RequestIdentity},
    limits::{self, Rule},
};

/// A photo to be sent straight to the store.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announcement {
    /// Its name at home: nothing depends on it.
    #[serde(rename = "filename")]
    _filename: String,
    content_type: String,
    size: u64,
}

/// A form with the photo, or in JSON the announcement of one.
pub async fn upload(State(state): State<AppState>, request: Request) -> Result<Response, Error> {
    let identity = request.extensions().get::<RequestIdentity>().cloned().unwrap_or_default();
    if is_json(request.headers()) {
        let account = identity.require_account()?;
        let Fields(new) = small::<Announcement>(&state, request).await?;
        limits::enforce_for_identity(&state, Rule::Upload, &identity).await?;
        let ticket = assets::direct_upload::issue_ticket(&state, account, &new.content_type, new.size).await?;
        return Ok((StatusCode::CREATED, Json(ticket)).into_response());
    }
    let mut form = multipart(&state, request).await?;
    let mut file = Err(Problem::photo_missing());
    while let Some(field) = next_field(&mut form).await? {
        match field.name() {
            Some("file") => file = read(field, MAX_UPLOAD_BYTES, Problem::photo_too_large).await?,
            name => {
                let name = name.unwrap_or_default().to_owned();
                let detail = tr_args("body-unknown", &[("name", name.clone().into())]);
                return Err(Problem::body_invalid_because(Some(name), detail).into());
            }
        }
    }
    let file = file?;
    limits::enforce_for_identity(&state, Rule::Upload, &identity).await?;
    let photo = assets::normalize_photo(file).await?;
    Ok(match identity.account {
        Some(account) => {
            (StatusCode::CREATED, Json(assets::store_photo(&state, &account, photo).await?)).into_response()
        }
        None => (StatusCode::CREATED, Json(assets::guest_upload::store_photo(&state, photo).await?)).into_response(),
    })
}

/// Reads JSON where a large body is allowed for other reasons.
async fn small<T: DeserializeOwned>(state: &AppState, mut request: Request) -> Result<Fields<T>, Error> {
    DefaultBodyLimit::max(super::SMALL_BODY).apply(&mut request);
    Fields::from_request(request, state).await
}

#[derive(Deserialize)]
pub struct Signature {
    until: i64,
    signature: String,
}

/// `PUT /files/{path}?until=..&signature=..`: the photo that was announced.
pub async fn receive(
    State(state): State<AppState>,
    Path(path): Path<String>,
    Asked(query): Asked<Signature>,
    mut request: Request,
) -> Result<(StatusCode, Json<Asset>), Error> {
    DefaultBodyLimit::max(usize::try_from(MAX_UPLOAD_BYTES).map_err(Error::internal)?).apply(&mut request);
    let file = Bytes::from_request(request, &state).await.map_err(|_| Problem::photo_too_large())?;
    let asset = assets::direct_upload::receive_file(&state, &path, query.until, &query.signature, file).await?;
    Ok((StatusCode::CREATED, Json(asset)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Association {
    path: String,
    claim: String,
}

/// `POST /api/v1/associate-file`: a photo that nobody signed in for becomes the account's.
pub async fn associate(
    State(state): State<AppState>,
    account: Account,
    Fields(body): Fields<Association>,
) -> Result<Json<Asset>, Error> {
    assets::guest_upload::claim_photo(&state, &account, &body.path, &body.claim).await.map(Json)
}

/// The parts of a multipart form (RFC 7578).
pub async fn multipart(state: &AppState, request: Request) -> Result<Multipart, Error> {
    Multipart::from_request(request, state).await.map_err(|_| Problem::media_type_unsupported().into())
}

pub async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Error> {
    form.next_field().await.map_err(|error| incomplete(&error))
}

/// Reads a part to its end, and keeps it unless it has more than `most` bytes: then the inner result is the problem.
pub async fn read(
    mut field: Field<'_>,
    most: u64,
    too_large: fn() -> Problem,
) -> Result<Result<Bytes, Problem>, Error> {
    let mut file = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| incomplete(&error))? {
        length += chunk.len() as u64;
        if length <= most {
            file.extend_from_slice(&chunk);
        } else {
            file = BytesMut::new();
        }
    }
    Ok(if length > most { Err(too_large()) } else { Ok(file.freeze()) })
}

/// A form that breaks off, or goes on for longer than anyone needs.
fn incomplete(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::photo_too_large().into()
    } else {
        Problem::body_invalid().into()
    }
}
