//! File storage on a local folder or an S3 bucket (`object_store`), with file keys and presigned
//! URLs.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::TryStreamExt;
use http::{HeaderValue, Method, header};
use model::{AssetId, UserId, photo::AssetKind};
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    signer::{SignedUrlOptions, Signer},
};
use uuid::Uuid;

use crate::{
    Config, Error,
    clock::{MINUTE, Millis, local_now},
    config::Storage,
    keys::Keys,
};

/// Lifetime of presigned URLs, for reading and writing.
pub const SIGNED_URL_TTL: Millis = 10 * MINUTE;
/// Limit for retries of a request to the bucket; a client may be waiting for it.
const RETRY_TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For a whole request to the bucket.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Content types set on the objects of a bucket, by file extension. A folder has no such metadata;
/// the file's row holds the type.
const CONTENT_TYPES: [(&str, &str); 7] = [
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("pdf", "application/pdf"),
    ("mp4", "video/mp4"),
    ("json", "application/json"),
];

/// Owner of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Account(UserId),
    /// An upload without a session; the token is random for each upload.
    Guest(Uuid),
}

impl From<UserId> for Owner {
    fn from(id: UserId) -> Self {
        Self::Account(id)
    }
}

/// Path of a stored file: `{owner}/{kind}/{asset_id}.{extension}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileKey {
    pub owner: Owner,
    pub kind: AssetKind,
    pub id: AssetId,
    pub extension: &'static str,
}

impl FileKey {
    /// The path of the file in the store.
    pub fn path(&self) -> String {
        let name = format!("{}/{}.{}", self.kind.as_str(), self.id, self.extension);
        match self.owner {
            Owner::Account(id) => format!("{id}/{name}"),
            Owner::Guest(token) => format!("public/{}/{name}", token.simple()),
        }
    }
}

/// URL path under `/files/` that allows its holder to read one file for [`SIGNED_URL_TTL`].
pub fn signed_download_url(keys: &Keys, path: &str) -> String {
    let until = local_now() + SIGNED_URL_TTL;
    format!("/files/{path}?until={until}&signature={}", keys.sign_download(path, until))
}

/// Private storage of files.
#[derive(Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    /// The bucket as clients reach it, for presigned URLs. `None` for a folder.
    public_bucket: Option<Arc<AmazonS3>>,
}

impl FileStore {
    /// Opens the configured bucket or folder. Creates a missing folder.
    pub fn open(config: &Config) -> Result<Self, Error> {
        match config.storage()? {
            Storage::Folder(folder) => {
                std::fs::create_dir_all(&folder).map_err(|error| Error::Io("creating the folder for files", error))?;
                let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true).with_fsync(true);
                Ok(Self { store: Arc::new(store), public_bucket: None })
            }
            Storage::Bucket { name, settings } => {
                let store = Arc::new(open_bucket(&name, &settings)?);
                let public_endpoint = settings.iter().rfind(|(key, _)| key == "public_endpoint");
                let public_bucket = match public_endpoint {
                    Some((_, endpoint)) => {
                        let public_settings =
                            [&settings[..], &[("aws_endpoint_url_s3".to_owned(), endpoint.clone())]].concat();
                        Arc::new(open_bucket(&name, &public_settings)?)
                    }
                    None => store.clone(),
                };
                Ok(Self { store, public_bucket: Some(public_bucket) })
            }
        }
    }

    /// Writes a file. When this returns, the file is durable (`fsync`).
    pub async fn put(&self, path: &str, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.store.put(&Path::from(path), PutPayload::from_bytes(bytes.into())).await?;
        Ok(())
    }

    /// Reads a whole file.
    pub async fn get(&self, path: &str) -> Result<Bytes, Error> {
        Ok(self.store.get(&Path::from(path)).await?.bytes().await?)
    }

    /// Returns the file's size in bytes; `None` when it does not exist.
    pub async fn size(&self, path: &str) -> Result<Option<u64>, Error> {
        match self.store.head(&Path::from(path)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a file, replacing an existing one at `to`.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), Error> {
        Ok(self.store.copy(&Path::from(from), &Path::from(to)).await?)
    }

    /// Deletes a file. A missing file is no error.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Lists the paths of all files.
    pub async fn list(&self) -> Result<Vec<String>, Error> {
        Ok(self.store.list(None).map_ok(|meta| meta.location.to_string()).try_collect().await?)
    }

    /// URL to which a file of this content type may be sent by PUT for [`SIGNED_URL_TTL`]:
    /// presigned by the bucket, or a path under `/files/` that `Keys::verify_upload_signature`
    /// checks. Neither limits the length; the server checks it afterwards.
    pub async fn signed_upload_url(&self, keys: &Keys, path: &str, content_type: &str) -> Result<String, Error> {
        let Some(bucket) = &self.public_bucket else {
            let until = local_now() + SIGNED_URL_TTL;
            let signature = keys.sign_upload(path, until);
            return Ok(format!("/files/{path}?until={until}&signature={signature}"));
        };
        let lifetime = Duration::from_millis(SIGNED_URL_TTL.unsigned_abs());
        let content_type = HeaderValue::from_str(content_type).map_err(Error::internal)?;
        let options = SignedUrlOptions::new().with_signed_header(header::CONTENT_TYPE, content_type);
        Ok(bucket.signed_url_opts(Method::PUT, &Path::from(path), lifetime, &options).await?.to_string())
    }
}

fn open_bucket(name: &str, settings: &[(String, String)]) -> Result<AmazonS3, Error> {
    let retry = RetryConfig {
        backoff: BackoffConfig { max_backoff: Duration::from_secs(3), ..BackoffConfig::default() },
        max_retries: 5,
        retry_timeout: RETRY_TIMEOUT,
    };
    let options = CONTENT_TYPES.iter().fold(
        ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT),
        |options, (extension, content_type)| options.with_content_type_for_suffix(*extension, *content_type),
    );
    let mut builder = AmazonS3Builder::new().with_client_options(options).with_retry(retry);
    for (key, value) in settings {
        // Other programs' `AWS_*` variables are skipped.
        if let Ok(key) = key.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            if matches!(key, AmazonS3ConfigKey::Endpoint | AmazonS3ConfigKey::S3Endpoint)
                && value.starts_with("http://")
            {
                builder = builder.with_allow_http(true);
            }
            builder = builder.with_config(key, value);
        }
    }
    Ok(builder.with_bucket_name(name).build()?)
}
