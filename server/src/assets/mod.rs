//! Assets: stored files with an owner and an end date, and the way a photo becomes one.

mod remove;
pub(crate) mod store;

use bytes::Bytes;
use lineart::{
    Photo,
    decode::{DecodeError, Format, check},
};
use model::{
    Asset, AssetId, Problem, UserId,
    photo::{AssetKind, MAX_BYTES, MAX_EDGE},
};
use uuid::Uuid;

pub use remove::RemoveFiles;

use crate::{
    Error, Machine,
    clock::{DAY, Millis, rfc3339},
    db::{Authority, Tx},
    files::Key,
    jobs,
    visitor::Account,
};

/// Quality of the JPEG that is kept of a photo: higher gains nothing that a line drawing could show.
const JPEG_QUALITY: u8 = 90;

/// A photo that was read, turned upright and freed of its metadata, but not stored yet.
pub struct Upright {
    file: Bytes,
    format: Format,
    width: u32,
    height: u32,
}

/// Reads an uploaded file as a photo. Refuses from the header what cannot be or must not be decoded.
///
/// # Errors
/// A `photo_*` problem that tells the person what to do.
pub async fn read_photo(machine: &Machine, file: Bytes) -> Result<Upright, Error> {
    if file.len() as u64 > MAX_BYTES {
        return Err(Problem::photo_too_large().into());
    }
    let header = check(&file).map_err(Problem::from)?;
    machine
        .compute(move || {
            let photo = Photo::decode(&file)?;
            let longest = photo.width().max(photo.height());
            let scale = (f64::from(MAX_EDGE) / f64::from(longest)).min(1.0);
            let edge = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
            let (width, height) = (edge(photo.width()), edge(photo.height()));
            // What the browser's engine has drawn from comes this way, and its page has to be the one that was seen.
            let (file, format) = if header.format == Format::Png && longest <= Photo::WORKING_EDGE {
                (photo.to_png(), Format::Png)
            } else {
                (photo.to_jpeg(MAX_EDGE, JPEG_QUALITY), Format::Jpeg)
            };
            Ok(Upright { file: file.into(), format, width, height })
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
    let new = New {
        kind: AssetKind::Original,
        extension: photo.format.extension(),
        content_type: photo.format.content_type(),
        width: photo.width,
        height: photo.height,
        bytes: photo.file,
    };
    let stored = put(machine, owner, new).await?;
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

/// A file about to be stored.
pub struct New {
    pub kind: AssetKind,
    pub extension: &'static str,
    pub content_type: &'static str,
    pub bytes: Bytes,
    /// In pixels, or in page units for a vector drawing.
    pub width: u32,
    pub height: u32,
}

/// A file that is in the store but in no row yet. Until it is recorded, nobody can reach it.
pub struct Stored {
    key: Key,
    content_type: &'static str,
    length: i64,
    width: i64,
    height: i64,
}

/// Writes the file. The row comes after: a row always has its file.
pub async fn put(machine: &Machine, owner: UserId, new: New) -> Result<Stored, Error> {
    let key = Key { owner, kind: new.kind, id: AssetId(Uuid::now_v7()), extension: new.extension };
    let length = i64::try_from(new.bytes.len()).unwrap_or(i64::MAX);
    machine.files.put(&key.path(), new.bytes).await?;
    Ok(Stored { key, content_type: new.content_type, length, width: new.width.into(), height: new.height.into() })
}

impl Stored {
    /// Gives the file its row, and with it its owner, its page and its end.
    pub async fn record(&self, tx: &mut Tx, page: Option<model::PageId>, expires_at: Millis) -> Result<Asset, Error> {
        let asset = Asset {
            id: self.key.id,
            path: self.key.path(),
            kind: self.key.kind,
            content_type: self.content_type.to_owned(),
            bytes: self.length,
            width: self.width,
            height: self.height,
            expires_at: rfc3339(expires_at),
        };
        store::insert(tx, self.key.owner, page, &asset, expires_at).await?;
        Ok(asset)
    }
}

/// Has files removed whose rows the caller's transaction deleted. Ring the doorbell after the commit.
pub async fn remove_later(tx: &mut Tx, paths: Vec<String>) -> Result<(), Error> {
    if paths.is_empty() {
        return Ok(());
    }
    jobs::add(tx, jobs::new_id(), None, &RemoveFiles { paths }, None).await
}

/// Gives a file another name: copy, then the row, then the old one goes by a job. Stopped anywhere and begun again, it
/// ends the same.
pub async fn relocate(machine: &Machine, owner: UserId, from: &str, to: &str) -> Result<(), Error> {
    machine.files.copy(from, to).await?;
    let mut tx = machine.db.begin(Authority::Owner(owner)).await?;
    if store::rename(&mut tx, owner, from, to).await? {
        remove_later(&mut tx, vec![from.to_owned()]).await?;
    } else if !store::has_path(&mut tx, owner, to).await? {
        // Deleted meanwhile by its owner: then the copy is the one too many.
        remove_later(&mut tx, vec![to.to_owned()]).await?;
    }
    tx.commit().await?;
    machine.doorbell.ring();
    Ok(())
}

/// The way out when the rows could not be written.
pub async fn discard(machine: &Machine, stored: &[Stored]) {
    for file in stored {
        let path = file.key.path();
        if let Err(error) = machine.files.delete(&path).await {
            tracing::error!(%path, %error, "a file without a row was left");
        }
    }
}
