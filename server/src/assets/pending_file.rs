//! How a file gets into the store and its row into the database, so that a crash at any point leaves neither without
//! the other: the file is noted, then written, then its row takes the note away.

use bytes::Bytes;
use model::{Asset, AssetId, PageId, Problem, UserId, photo::AssetKind};
use uuid::Uuid;

use super::{RemoveFiles, store};
use crate::{
    AppState, Error,
    clock::{HOUR, Millis, rfc3339},
    db::{Authority, Tx},
    files::{FileKey, Owner},
    jobs,
};

/// Longer than storing a file and writing its row takes; then its note says that this will not happen any more.
const INCOMING_TTL: Millis = HOUR;

/// A file about to be stored.
pub struct NewFile {
    pub kind: AssetKind,
    pub extension: &'static str,
    pub content_type: &'static str,
    pub bytes: Bytes,
    /// In pixels, or in page units for a vector drawing.
    pub width: u32,
    pub height: u32,
}

/// A file that is in the store but in no row yet. Until it is recorded, nobody can reach it.
pub struct PendingFile {
    key: FileKey,
    content_type: &'static str,
    length: i64,
    width: i64,
    height: i64,
}

/// Writes the file. The row comes after: a row always has its file.
pub async fn put_file(state: &AppState, owner: impl Into<Owner>, new: NewFile) -> Result<PendingFile, Error> {
    let stored = PendingFile::new(owner.into(), &new);
    insert_incoming(state, std::slice::from_ref(&stored)).await?;
    state.files.put(&stored.key.path(), new.bytes).await?;
    Ok(stored)
}

/// Writes some files at once. When one cannot be written, none is left for long: that one may still arrive, so its note
/// stays, and the sweep removes it.
pub async fn put_files(state: &AppState, owner: UserId, new: Vec<NewFile>) -> Result<Vec<PendingFile>, Error> {
    let stored: Vec<_> = new.iter().map(|new| PendingFile::new(owner.into(), new)).collect();
    insert_incoming(state, &stored).await?;
    for (written, new) in new.into_iter().enumerate() {
        if let Err(error) = state.files.put(&stored[written].key.path(), new.bytes).await {
            discard_pending(state, &stored[..written]).await;
            return Err(error);
        }
    }
    Ok(stored)
}

async fn insert_incoming(state: &AppState, files: &[PendingFile]) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let until = tx.now + INCOMING_TTL;
    for file in files {
        store::insert_incoming(&mut tx, &file.key.path(), until).await?;
    }
    tx.commit().await
}

impl PendingFile {
    fn new(owner: Owner, new: &NewFile) -> Self {
        Self {
            key: FileKey { owner, kind: new.kind, id: AssetId(Uuid::now_v7()), extension: new.extension },
            content_type: new.content_type,
            length: i64::try_from(new.bytes.len()).unwrap_or(i64::MAX),
            width: new.width.into(),
            height: new.height.into(),
        }
    }

    pub fn path(&self) -> String {
        self.key.path()
    }

    /// The file as its owner will see it.
    pub fn asset(&self, expires_at: Millis) -> Asset {
        Asset {
            id: self.key.id,
            path: self.key.path(),
            kind: self.key.kind,
            content_type: self.content_type.to_owned(),
            bytes: self.length,
            width: self.width,
            height: self.height,
            expires_at: rfc3339(expires_at),
        }
    }

    /// Takes away the note that the file is on its way, in the transaction that writes its row.
    ///
    /// # Errors
    /// When the file took so long that the sweep has removed it.
    pub async fn delete_incoming(&self, tx: &mut Tx) -> Result<(), Error> {
        if store::delete_incoming(tx, &self.key.path()).await? {
            Ok(())
        } else {
            Err(Error::internal("a file came too late for its row"))
        }
    }

    /// Gives an account's file its row, and with it its page and its end.
    pub async fn insert_asset(&self, tx: &mut Tx, page: Option<PageId>, expires_at: Millis) -> Result<Asset, Error> {
        let Owner::Account(owner) = self.key.owner else { return Err(Problem::not_found().into()) };
        let asset = self.asset(expires_at);
        self.delete_incoming(tx).await?;
        store::insert_asset(tx, owner, page, &asset, expires_at).await?;
        Ok(asset)
    }
}

/// Has files removed whose rows the caller's transaction deleted. Call `JobNotifier::notify` after the commit.
pub async fn enqueue_file_removal(tx: &mut Tx, paths: Vec<String>) -> Result<(), Error> {
    if paths.is_empty() {
        return Ok(());
    }
    jobs::enqueue(tx, jobs::new_job_id(), None, &RemoveFiles { paths }, None).await
}

/// The way out when the rows were perhaps not written: whoever wrote them took the notes away, so a file whose note is
/// still there is nobody's. If this fails too, the sweep reads the notes.
pub async fn discard_pending(state: &AppState, stored: &[PendingFile]) {
    if let Err(error) = remove_incoming(state, stored).await {
        tracing::error!(%error, "files without a row are left to the sweep");
    }
}

async fn remove_incoming(state: &AppState, stored: &[PendingFile]) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let mut paths = Vec::with_capacity(stored.len());
    for file in stored {
        let path = file.key.path();
        if store::delete_incoming(&mut tx, &path).await? {
            paths.push(path);
        }
    }
    enqueue_file_removal(&mut tx, paths).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Gives a file another name: a note, the copy, then the row; the old one goes by a job. Stopped anywhere and begun
/// again, it ends the same.
pub async fn move_file(state: &AppState, owner: UserId, from: &str, to: &str) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    // Holds the row: nobody has moved the file, and nobody does before the note is there.
    if !store::update_path(&mut tx, owner, from, from).await? {
        return Ok(());
    }
    let until = tx.now + INCOMING_TTL;
    // Of a run before this one.
    store::delete_incoming(&mut tx, to).await?;
    store::insert_incoming(&mut tx, to, until).await?;
    tx.commit().await?;
    state.files.copy(from, to).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    let moved = store::update_path(&mut tx, owner, from, to).await?;
    if moved {
        enqueue_file_removal(&mut tx, vec![from.to_owned()]).await?;
    }
    // Neither moved now nor before, it was deleted meanwhile: then the note stays, and the sweep removes the copy.
    let is_there = moved || store::has_path(&mut tx, owner, to).await?;
    let was_noted = is_there && store::delete_incoming(&mut tx, to).await?;
    if moved && !was_noted {
        return Err(Error::internal("a file came too late for its row"));
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
