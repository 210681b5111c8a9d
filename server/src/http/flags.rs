//! `GET /api/v1/flags`: the feature flags that clients may read.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use utoipa::ToSchema;

use crate::{AppState, Error, flags};

// The schema of the map that the handler returns.
/// The feature flags that clients may read.
#[derive(ToSchema)]
#[schema(as = Flags, example = json!({"captcha": true, "device_fingerprint": true, "paid_pages": true}))]
#[expect(dead_code, reason = "only described, not constructed")]
pub struct PublicFlags {
    /// A sign-up needs the answer to `auth/challenge`.
    captcha: bool,
    /// A sign-up may send a fingerprint of the device.
    device_fingerprint: bool,
    /// Pages may be drawn by an external generator that charges for them.
    paid_pages: bool,
}

/// Feature flags, on or off.
#[utoipa::path(get, path = "/flags", security(),
    responses((status = 200, description = "The flags", body = PublicFlags)))]
pub async fn list_public_flags(State(state): State<AppState>) -> Result<Json<BTreeMap<&'static str, bool>>, Error> {
    flags::list_public(&state).await.map(Json)
}
