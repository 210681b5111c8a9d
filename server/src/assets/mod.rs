//! Assets: stored files with an owner and an end date, and the way a photo becomes one.

pub mod direct;
pub mod guest;
mod remove;
pub(crate) mod store;
mod stored;

use bytes::Bytes;
use lineart::{
    Photo,
    decode::{DecodeError, Format, validate_file},
};
use model::{
    Asset, AssetId, Problem, UserId,
    photo::{AssetKind, MAX_PHOTO_EDGE, MAX_UPLOAD_BYTES},
};

pub use remove::RemoveFiles;
pub use stored::{New, Stored, discard, put, put_all, relocate, remove_later};

use crate::{
    Error, Machine,
    clock::{DAY, Millis},
    cores,
    db::Authority,
    visitor::Account,
};

/// Quality of the JPEG that is kept of a photo: higher gains nothing that a line drawing could show.
const JPEG_QUALITY: u8 = 90;

/// A photo that was read, turned upright and freed of its metadata, but not stored yet.
pub struct Upright {
    sent_as: Format,
    file: Bytes,
    format: Format,
    width: u32,
    height: u32,
}

impl Upright {
    /// One that was read before, from our own store.
    fn stored(path: &str, file: Bytes, width: i64, height: i64) -> Result<Self, Error> {
        let edge = |length: i64| u32::try_from(length).map_err(Error::internal);
        let format = if path.ends_with(".png") { Format::Png } else { Format::Jpeg };
        Ok(Self { sent_as: format, file, format, width: edge(width)?, height: edge(height)? })
    }
}

impl From<Upright> for New {
    fn from(photo: Upright) -> Self {
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

/// Reads an uploaded file as a photo. Refuses from the header what cannot be or must not be decoded.
///
/// # Errors
/// A `photo_*` problem that tells the person what to do.
pub async fn read_photo(file: Bytes) -> Result<Upright, Error> {
    if file.len() as u64 > MAX_UPLOAD_BYTES {
        return Err(Problem::photo_too_large().into());
    }
    let header = validate_file(&file).map_err(Problem::from)?;
    cores::run(move || {
        let photo = Photo::decode(&file)?;
        let longest = photo.width().max(photo.height());
        let scale = (f64::from(MAX_PHOTO_EDGE) / f64::from(longest)).min(1.0);
        let edge = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        let (width, height) = (edge(photo.width()), edge(photo.height()));
        // What the browser's engine has drawn from comes this way, and its page has to be the one that was seen.
        let (file, format) = if header.format == Format::Png && longest <= Photo::WORKING_EDGE {
            (photo.to_png(), Format::Png)
        } else {
            (photo.to_jpeg(MAX_PHOTO_EDGE, JPEG_QUALITY), Format::Jpeg)
        };
        Ok(Upright { sent_as: header.format, file: file.into(), format, width, height })
    })
    .await
    // A decoder that panics has met a file that is no good.
    .unwrap_or(Err(DecodeError::Broken))
    .map_err(|error| Problem::from(error).into())
}

/// Stores a photo for the account. Goes on to its end even when the request is dropped meanwhile: half-way, a file
/// would be left that nobody knows of.
pub async fn keep_photo(machine: &Machine, account: &Account, photo: Upright) -> Result<Asset, Error> {
    let (machine, owner) = (machine.clone(), account.id);
    tokio::spawn(async move { store_photo(&machine, owner, photo).await }).await.map_err(Error::internal)?
}

async fn store_photo(machine: &Machine, owner: UserId, photo: Upright) -> Result<Asset, Error> {
    let stored = put(machine, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = machine.db.begin(Authority::Owner(owner)).await?;
        let expires_at = tx.now + Millis::from(machine.config.keep_original_days) * DAY;
        let asset = stored.record(&mut tx, None, expires_at).await?;
        tx.commit().await?;
        Ok(asset)
    };
    let recorded = recorded.await;
    if recorded.is_err() {
        discard(machine, &[stored]).await;
    }
    recorded
}

/// Removes a photo, unless a page is made of it.
pub async fn forget_photo(machine: &Machine, account: &Account, id: AssetId) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    let path = store::forget_unused_photo(&mut tx, account.id, id).await?;
    remove_later(&mut tx, path.into_iter().collect()).await?;
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}
