//! `POST /api/v1/upload`: a photo comes in and becomes an asset.

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use model::{Problem, photo::MAX_BYTES};

use crate::{Error, Machine, accounts::Account, assets};

pub async fn upload(State(machine): State<Machine>, account: Account, request: Request) -> Result<Response, Error> {
    let mut form = multipart(&machine, request).await?;
    let mut file = None;
    while let Some(field) = next_field(&mut form).await? {
        match field.name() {
            Some("file") => file = Some(read_file(field).await?),
            name => {
                let name = name.unwrap_or_default().to_owned();
                let detail = format!("The request has a field we do not know: {name}.");
                return Err(Problem::body(Some(name), detail).into());
            }
        }
    }
    let photo = assets::read_photo(&machine, file.ok_or_else(Problem::photo_missing)?).await?;
    let asset = assets::keep_photo(&machine, &account, photo).await?;
    Ok((StatusCode::CREATED, Json(asset)).into_response())
}

/// The parts of a multipart form (RFC 7578).
pub async fn multipart(machine: &Machine, request: Request) -> Result<Multipart, Error> {
    Multipart::from_request(request, machine).await.map_err(|_| Problem::media_type_unsupported().into())
}

pub async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Error> {
    form.next_field().await.map_err(|error| incomplete(&error))
}

/// Reads a file to its end, keeping no more of it than a photo may have.
pub async fn read_file(mut field: Field<'_>) -> Result<Bytes, Error> {
    let mut file = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| incomplete(&error))? {
        length += chunk.len() as u64;
        if length <= MAX_BYTES {
            file.extend_from_slice(&chunk);
        } else {
            file.clear();
        }
    }
    if length > MAX_BYTES { Err(Problem::photo_too_large().into()) } else { Ok(file.freeze()) }
}

/// A form that breaks off, or goes on for longer than anyone needs.
pub fn incomplete(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::photo_too_large().into()
    } else {
        Problem::body_invalid().into()
    }
}
