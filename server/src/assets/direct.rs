//! Photos sent straight to the store: announced here, sent by PUT to a signed address, and read, checked and stored
//! again like any upload before anything can be made of them.

use bytes::Bytes;
use model::{
    Asset, AssetId, Problem, UploadTicket, UserId,
    photo::{AssetKind, MAX_UPLOAD_BYTES},
};
use uuid::Uuid;

use super::{discard, put, read_photo, remove_later, store};
use crate::{
    Error, Machine,
    clock::{DAY, HOUR, Millis, local_now, rfc3339},
    db::Authority,
    files::{Key, Owner},
    visitor::Account,
};

/// From the announcement: what was not used by then is removed. Longer than the address is good for.
const LIFE: Millis = HOUR;

/// Says where the account may send a photo of this type and length.
///
/// # Errors
/// `photo_too_large`, `photo_empty`, `photo_unsupported`.
pub async fn announce(
    machine: &Machine,
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
    let path = Key { owner: Owner::Account(account.id), kind: AssetKind::Intermediate, id, extension }.path();
    let upload_url = machine.files.upload_address(&machine.keys, &path, content_type).await?;
    let mut tx = machine.db.begin(Authority::Owner(account.id)).await?;
    let expires_at = tx.now + LIFE;
    store::announce(&mut tx, account.id, id, &path, content_type, bytes, expires_at).await?;
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

/// Takes a photo at an address that [`announce`] signed, where the store cannot do so itself.
///
/// # Errors
/// `link_expired`; `upload_differs` when it is not as long, or not of the type, as was said; a `photo_*` problem.
pub async fn receive(
    machine: &Machine,
    path: &str,
    until: Millis,
    signature: &str,
    file: Bytes,
) -> Result<Asset, Error> {
    let owner = path.split('/').next().and_then(|owner| owner.parse::<UserId>().ok());
    let (Some(owner), true) = (owner, until >= local_now() && machine.keys.is_upload(path, until, signature)) else {
        return Err(Problem::link_expired().into());
    };
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    let announced = store::announced_at(&mut tx, owner, path).await?.ok_or_else(Problem::link_expired)?;
    drop(tx);
    if announced.bytes != i64::try_from(file.len()).map_err(Error::internal)? {
        return Err(Problem::upload_differs().into());
    }
    if announced.asset_id.is_none() {
        machine.files.put(path, file).await?;
    }
    let id = arrived(machine, owner, AssetId(announced.id)).await?;
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    store::asset(&mut tx, owner, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// The asset that an announced photo became, or becomes now; an id of anything else is returned as it came.
///
/// # Errors
/// `photo_missing` when it was not sent yet, `upload_differs`, or a `photo_*` problem.
pub async fn arrived(machine: &Machine, owner: UserId, id: AssetId) -> Result<AssetId, Error> {
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    let Some(announced) = store::announced(&mut tx, owner, id).await? else { return Ok(id) };
    drop(tx);
    match announced.asset_id {
        Some(asset) => Ok(AssetId(asset)),
        None => settle(machine, owner, announced).await,
    }
}

async fn settle(machine: &Machine, owner: UserId, announced: store::Announced) -> Result<AssetId, Error> {
    match machine.files.length(&announced.path).await? {
        // Or another request was faster, and it is gone already.
        None => return settled(machine, owner, announced.id).await?.ok_or_else(|| Problem::photo_missing().into()),
        // Nobody reads gigabytes into memory because a store let them pass.
        Some(length) if i64::try_from(length) != Ok(announced.bytes) => return Err(Problem::upload_differs().into()),
        Some(_) => {}
    }
    let photo = read_photo(machine.files.get(&announced.path).await?).await?;
    if photo.sent_as.content_type() != announced.content_type {
        return Err(Problem { field: Some("content_type".to_owned()), ..Problem::upload_differs() }.into());
    }
    let stored = put(machine, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = machine.db.begin(Authority::Owner(owner)).await?;
        let asset = stored.asset(0).id;
        if !store::settle(&mut tx, owner, announced.id, asset).await? {
            return Ok(None);
        }
        let expires_at = tx.now + Millis::from(machine.config.keep_original_days) * DAY;
        stored.record(&mut tx, None, expires_at).await?;
        remove_later(&mut tx, vec![announced.path]).await?;
        tx.commit().await?;
        Ok(Some(asset))
    };
    let recorded: Result<Option<AssetId>, Error> = recorded.await;
    if let Ok(Some(asset)) = recorded {
        machine.doorbell.ring();
        return Ok(asset);
    }
    discard(machine, &[stored]).await;
    recorded?;
    // Another request was faster.
    settled(machine, owner, announced.id).await?.ok_or_else(|| Problem::not_found().into())
}

/// What the announced photo became, if it became one.
async fn settled(machine: &Machine, owner: UserId, id: Uuid) -> Result<Option<AssetId>, Error> {
    let mut tx = machine.db.read(Authority::Owner(owner)).await?;
    let announced = store::announced(&mut tx, owner, AssetId(id)).await?;
    Ok(announced.and_then(|announced| announced.asset_id).map(AssetId))
}
