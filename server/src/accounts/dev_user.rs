//! One-click sign-in as a test user in development. Takes a [`DevMode`], which production cannot
//! construct.

use model::{Email, User};

use super::{SignedIn, open_session::sign_in_verified_email};
use crate::{AppState, Error, config::DevMode, db::Authority, identity::RequestIdentity};

/// The test user's address.
const EMAIL: &str = "parent@example.org";

/// Signs in as the test user; the first call creates the account.
pub async fn sign_in_as_dev_user(state: &AppState, identity: &RequestIdentity, _: DevMode) -> Result<SignedIn, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let signed_in = sign_in_verified_email(state, &mut tx, identity, &Email::parse(EMAIL)?, None, true).await?;
    tx.commit().await?;
    let User { id, .. } = signed_in.user;
    tracing::warn!(%id, "signed in as the development user");
    Ok(signed_in)
}
