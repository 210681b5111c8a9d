//! Photos sent straight to the store: announced here, sent by PUT to a signed address, and read, checked and stored
//! again like any upload before anything can be made of them.

use bytes::Bytes;
use model::{
    Asset, AssetId, Problem, UploadTicket, UserId,
    photo::{AssetKind, MAX_BYTES},
};
use uuid::Uuid;

use super::{discard, put, read_photo, remove_later, store};
use crate::{
    AppState, Error,
    clock::{DAY, HOUR, Millis, local_now, rfc3339},
    db::Authority,
    files::{Key, Owner},
    identity::Account,
};

/// From the announcement: what was not used by then is removed. Longer than the address is good for.
const LIFE: Millis = HOUR;

/// Says where the account may send a photo of this type and length.
///
/// # Errors
/// `photo_too_large`, `photo_empty`, `photo_unsupported`.
pub async fn announce(
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
    if length > MAX_BYTES {
        return Err(Problem::photo_too_large().into());
    }
    let bytes = i64::try_from(length).map_err(Error::internal)?;
    let id = AssetId(Uuid::now_v7());
    let path = Key { owner: Owner::Account(account.id), kind: AssetKind::Intermediate, id, extension }.path();
    let upload_url = state.files.upload_address(&state.keys, &path, content_type).await?;
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
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
    state: &AppState,
    path: &str,
    until: Millis,
    signature: &str,
    file: Bytes,
) -> Result<Asset, Error> {
    let owner = path.split('/').next().and_then(|owner| owner.parse::<UserId>().ok());
    let (Some(owner), true) = (owner, until >= local_now() && state.keys.verify_upload(path, until, signature)) else {
        return Err(Problem::link_expired().into());
    };
    let mut tx = state.db.read(Authority::Owner(owner)).await?;
    let announced = store::announced_at(&mut tx, owner, path).await?.ok_or_else(Problem::link_expired)?;
    drop(tx);
    if announced.bytes != i64::try_from(file.len()).map_err(Error::internal)? {
        return Err(Problem::upload_differs().into());
    }
    if announced.asset_id.is_none() {
        state.files.put(path, file).await?;
    }
    let id = arrived(state, owner, AssetId(announced.id)).await?;
    let mut tx = state.db.read(Authority::Owner(owner)).await?;
    store::asset(&mut tx, owner, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// The asset that an announced photo became, or becomes now; an id of anything else is returned as it came.
///
/// # Errors
/// `photo_missing` when it was not sent yet, `upload_differs`, or a `photo_*` problem.
pub async fn arrived(state: &AppState, owner: UserId, id: AssetId) -> Result<AssetId, Error> {
    let mut tx = state.db.read(Authority::Owner(owner)).await?;
    let Some(announced) = store::announced(&mut tx, owner, id).await? else { return Ok(id) };
    drop(tx);
    match announced.asset_id {
        Some(asset) => Ok(AssetId(asset)),
        None => settle(state, owner, announced).await,
    }
}

async fn settle(state: &AppState, owner: UserId, announced: store::Announced) -> Result<AssetId, Error> {
    match state.files.length(&announced.path).await? {
        // Or another request was faster, and it is gone already.
        None => return settled(state, owner, announced.id).await?.ok_or_else(|| Problem::photo_missing().into()),
        // Nobody reads gigabytes into memory because a store let them pass.
        Some(length) if i64::try_from(length) != Ok(announced.bytes) => return Err(Problem::upload_differs().into()),
        Some(_) => {}
    }
    let photo = read_photo(state.files.get(&announced.path).await?).await?;
    if photo.sent_as.content_type() != announced.content_type {
        return Err(Problem { field: Some("content_type".to_owned()), ..Problem::upload_differs() }.into());
    }
    let stored = put(state, owner, photo.into()).await?;
    let recorded = async {
        let mut tx = state.db.begin(Authority::Owner(owner)).await?;
        let asset = stored.asset(0).id;
        if !store::settle(&mut tx, owner, announced.id, asset).await? {
            return Ok(None);
        }
        let expires_at = tx.now + Millis::from(state.config.keep_original_days) * DAY;
        stored.record(&mut tx, None, expires_at).await?;
        remove_later(&mut tx, vec![announced.path]).await?;
        tx.commit().await?;
        Ok(Some(asset))
    };
    let recorded: Result<Option<AssetId>, Error> = recorded.await;
    if let Ok(Some(asset)) = recorded {
        state.job_notifier.ring();
        return Ok(asset);
    }
    discard(state, &[stored]).await;
    recorded?;
    // Another request was faster.
    settled(state, owner, announced.id).await?.ok_or_else(|| Problem::not_found().into())
}

/// What the announced photo became, if it became one.
async fn settled(state: &AppState, owner: UserId, id: Uuid) -> Result<Option<AssetId>, Error> {
    let mut tx = state.db.read(Authority::Owner(owner)).await?;
    let announced = store::announced(&mut tx, owner, AssetId(id)).await?;
    Ok(announced.and_then(|announced| announced.asset_id).map(AssetId))
}
