//! Photos of somebody who is not known yet, and the way such a photo moves to the account that proves to have sent it:
//! copied, then handed over in one transaction with one winner, then the old file goes by a job.

use model::{Asset, AssetId, Problem, UnclaimedAsset, UserId};
use uuid::Uuid;

use super::{Upright, discard, put, remove_later, store};
use crate::{
    Error, Machine,
    clock::{DAY, HOUR, Millis},
    db::Authority,
    files::Owner,
    keys::{hex, sha256},
    visitor::Account,
};

/// Keeps a photo for whoever can show the claim, for a day.
pub async fn keep(machine: &Machine, photo: Upright) -> Result<UnclaimedAsset, Error> {
    let machine = machine.clone();
    // To its end, even when the request is dropped meanwhile.
    tokio::spawn(async move { store_photo(&machine, photo).await }).await.map_err(Error::internal)?
}

async fn store_photo(machine: &Machine, photo: Upright) -> Result<UnclaimedAsset, Error> {
    let claim = hex(&rand::random::<[u8; 32]>());
    let stored = put(machine, Owner::Guest(Uuid::new_v4()), photo.into()).await?;
    let recorded = async {
        let mut tx = machine.db.begin(Authority::System).await?;
        let expires_at = tx.now + Millis::from(machine.config.keep_guest_upload_hours) * HOUR;
        let asset = stored.asset(expires_at);
        stored.arrive(&mut tx).await?;
        store::insert_guest(&mut tx, &asset, &sha256(claim.as_bytes()), expires_at).await?;
        tx.commit().await?;
        Ok(asset)
    };
    match recorded.await {
        Ok(asset) => Ok(UnclaimedAsset { asset, claim }),
        Err(error) => {
            discard(machine, &[stored]).await;
            Err(error)
        }
    }
}

/// Moves the photo at `path` to the account. Asked again by the same account, it answers the same.
///
/// # Errors
/// `not_found` when there is no such photo, the claim is wrong, or it went to another account.
pub async fn claim(machine: &Machine, account: &Account, path: &str, claim: &str) -> Result<Asset, Error> {
    // PostgreSQL would not even look for it.
    if path.contains('\0') {
        return Err(Problem::not_found().into());
    }
    let (machine, owner) = (machine.clone(), account.id);
    let (path, hash) = (path.to_owned(), sha256(claim.as_bytes()));
    tokio::spawn(async move { take_over(&machine, owner, &path, &hash).await }).await.map_err(Error::internal)?
}

async fn take_over(machine: &Machine, owner: UserId, path: &str, claim_hash: &[u8]) -> Result<Asset, Error> {
    let mut tx = machine.db.read(Authority::System).await?;
    let guest = store::find_guest(&mut tx, path, claim_hash).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    if guest.claimed_by.is_some() {
        return moved(machine, owner, path, claim_hash).await;
    }
    let file = match machine.files.get(path).await {
        Ok(file) => file,
        // Another request was faster, and it is gone already.
        Err(_) if is_claimed(machine, path, claim_hash).await? => return moved(machine, owner, path, claim_hash).await,
        Err(error) => return Err(error),
    };
    let photo = Upright::stored(path, file, guest.width, guest.height)?;
    let stored = put(machine, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = machine.db.begin(Authority::System).await?;
        let expires_at = tx.now + Millis::from(machine.config.keep_original_days) * DAY;
        if !store::claim(&mut tx, guest.id, owner, stored.asset(expires_at).id).await? {
            return Ok(None);
        }
        let asset = stored.record(&mut tx, None, expires_at).await?;
        remove_later(&mut tx, vec![path.to_owned()]).await?;
        tx.commit().await?;
        Ok(Some(asset))
    };
    let recorded: Result<Option<Asset>, Error> = recorded.await;
    if let Ok(Some(asset)) = recorded {
        machine.doorbell.ring();
        return Ok(asset);
    }
    discard(machine, &[stored]).await;
    recorded?;
    moved(machine, owner, path, claim_hash).await
}

async fn is_claimed(machine: &Machine, path: &str, claim_hash: &[u8]) -> Result<bool, Error> {
    let mut tx = machine.db.read(Authority::System).await?;
    Ok(store::find_guest(&mut tx, path, claim_hash).await?.is_some_and(|guest| guest.claimed_by.is_some()))
}

/// What the photo became, if it went to this account.
async fn moved(machine: &Machine, owner: UserId, path: &str, claim_hash: &[u8]) -> Result<Asset, Error> {
    let mut tx = machine.db.read(Authority::System).await?;
    let guest = store::find_guest(&mut tx, path, claim_hash).await?.ok_or_else(Problem::not_found)?;
    match guest.asset_id {
        Some(id) if guest.claimed_by == Some(owner.0) => {
            store::asset(&mut tx, owner, AssetId(id)).await?.ok_or_else(|| Problem::not_found().into())
        }
        _ => Err(Problem::not_found().into()),
    }
}
