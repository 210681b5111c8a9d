//! Direct uploads: the client announces a photo, sends it by PUT to a presigned URL of the store,
//! and the server validates and normalizes the file before it becomes an asset.

use bytes::Bytes;
use model::{
    Asset, AssetId, Problem, UploadTicket, UserId,
    photo::{AssetKind, MAX_UPLOAD_BYTES},
};
use uuid::Uuid;

use super::{discard_pending, enqueue_file_removal, normalize_photo, put_file, store};
use crate::{
    AppState, Error,
    clock::{DAY, HOUR, Millis, local_now, rfc3339},
    db::Authority,
    files::{FileKey, Owner},
    identity::Account,
};

/// Lifetime of an announced upload; it outlives the presigned URL
/// ([`SIGNED_URL_TTL`](crate::files::SIGNED_URL_TTL)). Unused uploads are deleted after it.
const UPLOAD_TTL: Millis = HOUR;

/// Registers an upload of the given content type and length in bytes, and returns its presigned
/// URL.
pub async fn issue_upload_ticket(
    state: &AppState,
    account: &Account,
    content_type: &str,
    length: u64,
) -> Result<UploadTicket, Error> {
    let extension = match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        _ => return Err(Problem::photo_unsupported().into()),
    };
    if length == 0 {
        return Err(Problem::photo_empty().into());
    }
    if length > MAX_UPLOAD_BYTES {
        return Err(Problem::photo_too_large().into());
    }
    let bytes = i64::try_from(length).map_err(Error::internal)?;
    let id = AssetId(Uuid::now_v7());
    let path = FileKey { owner: Owner::Account(account.id), kind: AssetKind::Intermediate, id, extension }.path();
    let upload_url = state.files.signed_upload_url(&state.keys, &path, content_type).await?;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    let expires_at = tx.now + UPLOAD_TTL;
    store::insert_upload(&mut tx, account.id, id, &path, content_type, bytes, expires_at).await?;
    tx.commit().await?;
    Ok(UploadTicket {
        id,
        path,
        upload_url,
        content_type: content_type.to_owned(),
        bytes,
        expires_at: rfc3339(expires_at),
    })
}

/// Handles the PUT to a presigned URL under `/files/`, for a store that cannot sign URLs itself (a
/// folder).
///
/// # Errors
/// `link_expired` when the signature is wrong or old; `upload_differs` when length or content type
/// are not the announced ones; a `photo_*` problem when the file is not a valid photo.
pub async fn receive_upload(
    state: &AppState,
    path: &str,
    until: Millis,
    signature: &str,
    file: Bytes,
) -> Result<Asset, Error> {
    let owner = path.split('/').next().and_then(|owner| owner.parse::<UserId>().ok());
    let (Some(owner), true) =
        (owner, until >= local_now() && state.keys.verify_upload_signature(path, until, signature))
    else {
        return Err(Problem::link_expired().into());
    };
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let upload = store::find_upload_by_path(&mut tx, owner, path).await?.ok_or_else(Problem::link_expired)?;
    drop(tx);
    if upload.bytes != i64::try_from(file.len()).map_err(Error::internal)? {
        return Err(Problem::upload_differs().into());
    }
    if upload.asset_id.is_none() {
        state.files.put(path, file).await?;
    }
    let id = complete_if_upload(state, owner, AssetId(upload.id)).await?;
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    store::find_asset(&mut tx, owner, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// Returns the asset that an announced upload became, converting the upload first if needed. An id
/// that is no upload of this owner is returned unchanged.
///
/// # Errors
/// `photo_missing` when the file has not been sent, `upload_differs`, or a `photo_*` problem.
pub async fn complete_if_upload(state: &AppState, owner: UserId, id: AssetId) -> Result<AssetId, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let Some(upload) = store::find_upload(&mut tx, owner, id).await? else { return Ok(id) };
    drop(tx);
    match upload.asset_id {
        Some(asset) => Ok(AssetId(asset)),
        None => complete_upload(state, owner, upload).await,
    }
}

/// Validates the sent file, stores it as a normalized photo and inserts its row; one of several
/// concurrent callers wins, and all return the same asset.
async fn complete_upload(state: &AppState, owner: UserId, upload: store::UploadRow) -> Result<AssetId, Error> {
    match state.files.size(&upload.path).await? {
        // A concurrent request may have completed the upload and removed its file.
        None => {
            return find_completed_asset(state, owner, upload.id).await?.ok_or_else(|| Problem::photo_missing().into());
        }
        // Checked before reading: a presigned URL of a bucket does not limit the length.
        Some(length) if i64::try_from(length) != Ok(upload.bytes) => return Err(Problem::upload_differs().into()),
        Some(_) => {}
    }
    let photo = normalize_photo(state.files.get(&upload.path).await?).await?;
    if photo.source_format.content_type() != upload.content_type {
        return Err(Problem { field: Some("content_type".to_owned()), ..Problem::upload_differs() }.into());
    }
    let pending = put_file(state, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = state.db.begin(Authority::Owner(owner)).await?;
        let asset = pending.to_asset(0).id;
        if !store::set_upload_asset(&mut tx, owner, upload.id, asset).await? {
            return Ok(None);
        }
        let expires_at = tx.now + Millis::from(state.config.keep_original_days) * DAY;
        pending.insert_asset(&mut tx, None, expires_at).await?;
        enqueue_file_removal(&mut tx, vec![upload.path]).await?;
        tx.commit().await?;
        Ok(Some(asset))
    };
    let recorded: Result<Option<AssetId>, Error> = recorded.await;
    if let Ok(Some(asset)) = recorded {
        state.job_notifier.notify();
        return Ok(asset);
    }
    discard_pending(state, &[pending]).await;
    recorded?;
    // A concurrent request completed the upload first.
    find_completed_asset(state, owner, upload.id).await?.ok_or_else(|| Problem::not_found().into())
}

/// Returns the asset of a completed upload.
async fn find_completed_asset(state: &AppState, owner: UserId, id: Uuid) -> Result<Option<AssetId>, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
    let upload = store::find_upload(&mut tx, owner, AssetId(id)).await?;
    Ok(upload.and_then(|upload| upload.asset_id).map(AssetId))
}
