//! Stored files: one private store, keys made here and nowhere else, addresses that are signed and short-lived.

use bytes::Bytes;
use model::{AssetId, UserId, photo::AssetKind};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use std::sync::Arc;

use crate::{
    Config, Error,
    clock::{MINUTE, Millis, local_now},
    keys::Keys,
};

/// How long a signed address is good for.
const SIGNED_FOR: Millis = 10 * MINUTE;

/// What a stored file is called: `{owner}/{kind}/{asset_id}.{extension}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub owner: UserId,
    pub kind: AssetKind,
    pub id: AssetId,
    pub extension: &'static str,
}

impl Key {
    pub fn path(&self) -> String {
        format!("{}/{}/{}.{}", self.owner, self.kind.as_str(), self.id, self.extension)
    }
}

/// An address under `/files/` at which whoever holds it may read one file for a few minutes.
pub fn signed_address(keys: &Keys, path: &str) -> String {
    let until = local_now() + SIGNED_FOR;
    format!("/files/{path}?until={until}&signature={}", keys.sign_download(path, until))
}

#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl Files {
    /// Opens the folder, creating it if it is missing.
    pub fn open(config: &Config) -> Result<Self, Error> {
        let folder = config.storage_dir()?;
        std::fs::create_dir_all(&folder).map_err(|error| Error::Io("creating the folder for files", error))?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Returns when the file would survive a power cut.
    pub async fn put(&self, path: &str, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.store.put(&Path::from(path), PutPayload::from_bytes(bytes.into())).await?;
        Ok(())
    }

    pub async fn get(&self, path: &str) -> Result<Bytes, Error> {
        Ok(self.store.get(&Path::from(path)).await?.bytes().await?)
    }

    /// Replaces whatever has the new name.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), Error> {
        self.store.copy(&Path::from(from), &Path::from(to)).await?;
        Ok(())
    }

    /// A file that is already gone is fine.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
