//! Stored files ("assets"): validation and normalization of uploaded photos, and their storage.
//!
//! - [`direct_upload`]: uploads by PUT to a presigned URL
//! - [`guest_upload`]: uploads without a session, claimed by an account later
//! - [`pending_file`]: writing a file and its row so that a crash leaves neither alone

pub mod direct_upload;
pub mod guest_upload;
mod pending_file;
mod remove_files;
pub(crate) mod store;

use bytes::Bytes;
use lineart::{
    Photo,
    decode::{DecodeError, Format, validate_file},
};
use model::{
    Asset, AssetId, Problem, UserId,
    photo::{AssetKind, MAX_PHOTO_EDGE, MAX_UPLOAD_BYTES},
};

pub use pending_file::{NewFile, PendingFile, discard_pending, enqueue_file_removal, move_file, put_file, put_files};
pub use remove_files::RemoveFiles;

use crate::{
    AppState, Error,
    clock::{DAY, Millis},
    cpu_pool,
    db::Authority,
    identity::Account,
};

/// JPEG quality (1 to 100) of stored photos. A higher one makes no visible difference in a line
/// drawing.
const JPEG_QUALITY: u8 = 90;

/// An upload that was decoded and re-encoded upright, without metadata. Not stored yet.
pub struct NormalizedPhoto {
    source_format: Format,
    file: Bytes,
    format: Format,
    width: u32,
    height: u32,
}

impl NormalizedPhoto {
    /// Wraps a file that was normalized before it was stored at `path`.
    fn from_stored(path: &str, file: Bytes, width: i64, height: i64) -> Result<Self, Error> {
        let edge = |length: i64| u32::try_from(length).map_err(Error::internal);
        let format = if path.ends_with(".png") { Format::Png } else { Format::Jpeg };
        Ok(Self { source_format: format, file, format, width: edge(width)?, height: edge(height)? })
    }
}

impl From<NormalizedPhoto> for NewFile {
    fn from(photo: NormalizedPhoto) -> Self {
        Self {
            kind: AssetKind::Original,
            extension: photo.format.extension(),
            content_type: photo.format.content_type(),
            width: photo.width,
            height: photo.height,
            bytes: photo.file,
        }
    }
}

/// Decodes an upload and re-encodes it upright, without metadata, at most [`MAX_PHOTO_EDGE`] pixels
/// long. Checks the header before it decodes any pixels.
///
/// # Errors
/// A `photo_*` problem when the file is too large, not a supported photo, or broken.
pub async fn normalize_photo(file: Bytes) -> Result<NormalizedPhoto, Error> {
    if file.len() as u64 > MAX_UPLOAD_BYTES {
        return Err(Problem::photo_too_large().into());
    }
    let header = validate_file(&file).map_err(Problem::from)?;
    cpu_pool::run(move || {
        let photo = Photo::decode_at_least(&file, MAX_PHOTO_EDGE)?;
        let longest = photo.width().max(photo.height());
        let scale = (f64::from(MAX_PHOTO_EDGE) / f64::from(longest)).min(1.0);
        let edge = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        let (width, height) = (edge(photo.width()), edge(photo.height()));
        // The studio uploads the pixels that its preview was drawn from as a PNG of at most the
        // engine's working size. Stored without loss, they give the same page as the preview.
        let (file, format) = if header.format == Format::Png && longest <= Photo::WORKING_EDGE {
            (photo.to_png(), Format::Png)
        } else {
            (photo.to_jpeg(MAX_PHOTO_EDGE, JPEG_QUALITY), Format::Jpeg)
        };
        Ok(NormalizedPhoto { source_format: header.format, file: file.into(), format, width, height })
    })
    .await
    // A panic in the decoder is treated as a broken file.
    .unwrap_or(Err(DecodeError::Broken))
    .map_err(|error| Problem::from(error).into())
}

/// Stores a photo for an account and inserts its row. Runs in its own task, so that a dropped
/// request does not stop it between file and row.
pub async fn store_photo(state: &AppState, account: &Account, photo: NormalizedPhoto) -> Result<Asset, Error> {
    let (state, owner) = (state.clone(), account.id);
    tokio::spawn(async move { store_file_and_row(&state, owner, photo).await }).await.map_err(Error::internal)?
}

async fn store_file_and_row(state: &AppState, owner: UserId, photo: NormalizedPhoto) -> Result<Asset, Error> {
    let pending = put_file(state, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = state.db.begin(Authority::Owner(owner)).await?;
        let expires_at = tx.now + Millis::from(state.config.keep_original_days) * DAY;
        let asset = pending.insert_asset(&mut tx, None, expires_at).await?;
        tx.commit().await?;
        Ok(asset)
    };
    let recorded = recorded.await;
    if recorded.is_err() {
        discard_pending(state, &[pending]).await;
    }
    recorded
}

/// Deletes a photo of the account, unless a page uses it or there is no such photo.
pub async fn delete_unused_photo(state: &AppState, account: &Account, id: AssetId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    let path = store::delete_unused_photo(&mut tx, account.id, id).await?;
    enqueue_file_removal(&mut tx, path.into_iter().collect()).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
