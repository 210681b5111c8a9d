//! `POST /api/v1/upload`: a photo comes in and becomes an asset.

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use model::{Problem, photo::MAX_BYTES};

use super::answer::drain;
use crate::{Error, Machine, assets, visitor::Visitor};

pub async fn upload(State(machine): State<Machine>, request: Request) -> Result<Response, Error> {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let Some(account) = visitor.account else {
        drain(request.into_body()).await;
        return Err(Problem::signed_out().into());
    };
    let mut form = multipart(&machine, request).await?;
    let mut file = Err(Problem::photo_missing());
    while let Some(field) = next_field(&mut form).await? {
        match field.name() {
            Some("file") => file = read(field, MAX_BYTES, Problem::photo_too_large).await?,
            name => {
                let name = name.unwrap_or_default().to_owned();
                let detail = format!("The request has a field we do not know: {name}.");
                return Err(Problem::body(Some(name), detail).into());
            }
        }
    }
    let photo = assets::read_photo(&machine, file?).await?;
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
