//! Uploads without a session. The uploader gets a secret claim, with which one account can take the
//! photo over within [`keep_guest_upload_hours`](crate::Config::keep_guest_upload_hours).
//!
//! The transfer copies the file, assigns it in one transaction that a single account wins, and
//! deletes the old file in a background job.

use model::{Asset, AssetId, Problem, UnclaimedAsset, UserId};
use uuid::Uuid;

use super::{NormalizedPhoto, discard_pending, enqueue_file_removal, put_file, store};
use crate::{
    AppState, Error,
    clock::{DAY, HOUR, Millis},
    db::Authority,
    files::Owner,
    identity::Account,
    keys::sha256,
};

/// Stores a photo and returns it with its claim, 64 hex digits of which only the hash is kept.
pub async fn store_photo(state: &AppState, photo: NormalizedPhoto) -> Result<UnclaimedAsset, Error> {
    let state = state.clone();
    // A separate task, so that a dropped request does not stop it between file and row.
    tokio::spawn(async move { store_file_and_row(&state, photo).await }).await.map_err(Error::internal)?
}

async fn store_file_and_row(state: &AppState, photo: NormalizedPhoto) -> Result<UnclaimedAsset, Error> {
    let claim = hex::encode(rand::random::<[u8; 32]>());
    let pending = put_file(state, Owner::Guest(Uuid::new_v4()), photo.into()).await?;
    let recorded = async {
        let mut tx = state.db.begin(Authority::System).await?;
        let expires_at = tx.now + Millis::from(state.config.keep_guest_upload_hours) * HOUR;
        let asset = pending.to_asset(expires_at);
        pending.delete_incoming(&mut tx).await?;
        store::insert_guest_photo(&mut tx, &asset, &sha256(claim.as_bytes()), expires_at).await?;
        tx.commit().await?;
        Ok(asset)
    };
    match recorded.await {
        Ok(asset) => Ok(UnclaimedAsset { asset, claim }),
        Err(error) => {
            discard_pending(state, &[pending]).await;
            Err(error)
        }
    }
}

/// Transfers the photo at `path` to the account. Idempotent for the account that claimed it.
///
/// # Errors
/// `not_found` when there is no such photo, the claim is wrong, or another account has claimed it.
pub async fn claim_photo(state: &AppState, account: &Account, path: &str, claim: &str) -> Result<Asset, Error> {
    // PostgreSQL rejects NUL in text, which would be an internal error.
    if path.contains('\0') {
        return Err(Problem::not_found().into());
    }
    let (state, owner) = (state.clone(), account.id);
    let (path, hash) = (path.to_owned(), sha256(claim.as_bytes()));
    tokio::spawn(async move { transfer_to_account(&state, owner, &path, &hash).await })
        .await
        .map_err(Error::internal)?
}

async fn transfer_to_account(state: &AppState, owner: UserId, path: &str, claim_hash: &[u8]) -> Result<Asset, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let guest = store::find_guest_photo(&mut tx, path, claim_hash).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    if guest.claimed_by.is_some() {
        return find_claimed_asset(state, owner, path, claim_hash).await;
    }
    let file = match state.files.get(path).await {
        Ok(file) => file,
        // A concurrent request has claimed the photo, and its old file is removed.
        Err(_) if is_claimed(state, path, claim_hash).await? => {
            return find_claimed_asset(state, owner, path, claim_hash).await;
        }
        Err(error) => return Err(error),
    };
    let photo = NormalizedPhoto::from_stored(path, file, guest.width, guest.height)?;
    let pending = put_file(state, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = state.db.begin(Authority::System).await?;
        let expires_at = tx.now + Millis::from(state.config.keep_original_days) * DAY;
        if !store::mark_guest_photo_claimed(&mut tx, guest.id, owner, pending.to_asset(expires_at).id).await? {
            return Ok(None);
        }
        let asset = pending.insert_asset(&mut tx, None, expires_at).await?;
        enqueue_file_removal(&mut tx, vec![path.to_owned()]).await?;
        tx.commit().await?;
        Ok(Some(asset))
    };
    let recorded: Result<Option<Asset>, Error> = recorded.await;
    if let Ok(Some(asset)) = recorded {
        state.job_notifier.notify();
        return Ok(asset);
    }
    discard_pending(state, &[pending]).await;
    recorded?;
    find_claimed_asset(state, owner, path, claim_hash).await
}

async fn is_claimed(state: &AppState, path: &str, claim_hash: &[u8]) -> Result<bool, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    Ok(store::find_guest_photo(&mut tx, path, claim_hash).await?.is_some_and(|guest| guest.claimed_by.is_some()))
}

/// Returns the asset that the photo became, if this account claimed it.
async fn find_claimed_asset(state: &AppState, owner: UserId, path: &str, claim_hash: &[u8]) -> Result<Asset, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let guest = store::find_guest_photo(&mut tx, path, claim_hash).await?.ok_or_else(Problem::not_found)?;
    match guest.asset_id {
        Some(id) if guest.claimed_by == Some(owner.0) => {
            store::find_asset(&mut tx, owner, AssetId(id)).await?.ok_or_else(|| Problem::not_found().into())
        }
        _ => Err(Problem::not_found().into()),
    }
}
