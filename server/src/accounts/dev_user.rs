//! The parent that development signs in as with one click. It takes a [`DevMode`], which production has none of: there
//! it can be neither configured nor called.

use model::{Email, User};

use super::{SignedIn, sign_in_verified_email};
use crate::{AppState, Error, config::DevMode, db::Authority, identity::RequestIdentity};

/// Whose account it is.
const EMAIL: &str = "parent@example.org";

/// Signs in as the test parent, who is made on the first call.
pub async fn sign_in_as_dev_user(state: &AppState, identity: &RequestIdentity, _: DevMode) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let signed_in = sign_in_verified_email(state, &mut tx, identity, &Email::parse(EMAIL)?, None, true).await?;
    tx.commit().await?;
    let User { id, .. } = signed_in.user;
    tracing::warn!(%id, "signed in as the test parent");
    Ok(signed_in)
}
