//! Crash-safe storage of files, by a write-ahead record: a row in table `incoming` announces the
//! path, then the file is written, then one transaction inserts the file's own row and deletes the
//! record. Records that expire name files to delete, so a crash at any point leaves neither a file
//! without a row nor a row without a file.

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

/// Lifetime of a write-ahead record, far above the time to store a file and insert its row.
/// Retention deletes the file of an expired record.
const INCOMING_TTL: Millis = HOUR;

/// A file to store.
pub struct NewFile {
    pub kind: AssetKind,
    pub extension: &'static str,
    pub content_type: &'static str,
    pub bytes: Bytes,
    /// In pixels, or in page units for a vector drawing.
    pub width: u32,
    pub height: u32,
}

/// A stored file whose row is not inserted yet; nothing refers to it.
pub struct PendingFile {
    key: FileKey,
    content_type: &'static str,
    length: i64,
    width: i64,
    height: i64,
}

/// Writes a file to the store, after its write-ahead record. The caller inserts its row.
pub async fn put_file(state: &AppState, owner: impl Into<Owner>, new: NewFile) -> Result<PendingFile, Error> {
    let pending = PendingFile::new(owner.into(), &new);
    insert_incoming(state, std::slice::from_ref(&pending)).await?;
    state.files.put(&pending.key.path(), new.bytes).await?;
    Ok(pending)
}

/// Writes several files. On an error the files written so far are discarded; the failed write may
/// still complete in the store, so its write-ahead record stays until retention handles it.
pub async fn put_files(state: &AppState, owner: UserId, new: Vec<NewFile>) -> Result<Vec<PendingFile>, Error> {
    let pending: Vec<_> = new.iter().map(|new| PendingFile::new(owner.into(), new)).collect();
    insert_incoming(state, &pending).await?;
    for (written, new) in new.into_iter().enumerate() {
        if let Err(error) = state.files.put(&pending[written].key.path(), new.bytes).await {
            discard_pending(state, &pending[..written]).await;
            return Err(error);
        }
    }
    Ok(pending)
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

    /// Path of the file in the store.
    pub fn path(&self) -> String {
        self.key.path()
    }

    /// The asset as its owner sees it.
    pub fn to_asset(&self, expires_at: Millis) -> Asset {
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

    /// Deletes the write-ahead record, in the transaction that inserts the file's row.
    ///
    /// # Errors
    /// Internal, when retention has deleted the record and thereby the file.
    pub async fn delete_incoming(&self, tx: &mut Tx) -> Result<(), Error> {
        if store::delete_incoming(tx, &self.key.path()).await? {
            Ok(())
        } else {
            Err(Error::internal("the write-ahead record of a file expired before its row was inserted"))
        }
    }

    /// Inserts the row of an account's file and deletes its write-ahead record.
    pub async fn insert_asset(&self, tx: &mut Tx, page: Option<PageId>, expires_at: Millis) -> Result<Asset, Error> {
        let Owner::Account(owner) = self.key.owner else { return Err(Problem::not_found().into()) };
        let asset = self.to_asset(expires_at);
        self.delete_incoming(tx).await?;
        store::insert_asset(tx, owner, page, &asset, expires_at).await?;
        Ok(asset)
    }
}

/// Enqueues a job that deletes files whose rows the caller's transaction deletes. Call
/// `job_notifier.notify` after the commit.
pub async fn enqueue_file_removal(tx: &mut Tx, paths: Vec<String>) -> Result<(), Error> {
    if paths.is_empty() {
        return Ok(());
    }
    jobs::enqueue(tx, jobs::new_job_id(), None, &RemoveFiles { paths }, None).await
}

/// Deletes pending files after a transaction whose outcome is unknown. A commit deleted the
/// write-ahead records, so a file that still has one has no row. If this fails as well, retention
/// deletes the files of expired records.
pub async fn discard_pending(state: &AppState, pending: &[PendingFile]) {
    if let Err(error) = remove_incoming(state, pending).await {
        tracing::error!(%error, "discarding files without rows failed; retention deletes them later");
    }
}

async fn remove_incoming(state: &AppState, pending: &[PendingFile]) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let mut paths = Vec::with_capacity(pending.len());
    for file in pending {
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

/// Moves a file to another path: write-ahead record, copy, update of the row, then a job deletes
/// the old file. Safe to repeat after a crash at any point.
pub async fn move_file(state: &AppState, owner: UserId, from: &str, to: &str) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    // Locks the row, and returns if the file has been moved already.
    if !store::update_file_path(&mut tx, owner, from, from).await? {
        return Ok(());
    }
    let until = tx.now + INCOMING_TTL;
    // An interrupted run may have left a record.
    store::delete_incoming(&mut tx, to).await?;
    store::insert_incoming(&mut tx, to, until).await?;
    tx.commit().await?;
    state.files.copy(from, to).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    let moved = store::update_file_path(&mut tx, owner, from, to).await?;
    if moved {
        enqueue_file_removal(&mut tx, vec![from.to_owned()]).await?;
    }
    // If the row has neither path, the file was deleted meanwhile: the record stays, and retention
    // deletes the copy.
    let is_there = moved || store::has_file_at(&mut tx, owner, to).await?;
    let was_noted = is_there && store::delete_incoming(&mut tx, to).await?;
    if moved && !was_noted {
        return Err(Error::internal("the write-ahead record of a file expired before its row was inserted"));
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
