//! Sign-up with an email address and a password.

use model::{Email, Password};

use super::{codes, password, store, with_min_duration};
use crate::{
    AppState, Error, audit,
    db::Authority,
    fraud::{self, SignUpSignals},
    identity::RequestIdentity,
    limits::{self, Rule},
};

/// Starts an account: mails a code, and keeps the password pending until that code verifies the
/// address.
///
/// An address that has an account is mailed a code too and keeps its password; response and
/// duration are the same.
///
/// # Errors
/// A `password_*` problem for a weak password, what [`fraud::check_sign_up`] rejects,
/// `too_many_requests`.
pub async fn sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    signals: &SignUpSignals,
) -> Result<(), Error> {
    with_min_duration(start_sign_up(state, identity, email, password, signals)).await
}

async fn start_sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    signals: &SignUpSignals,
) -> Result<(), Error> {
    password::check_strength(email, password)?;
    fraud::check_sign_up(state, identity, email, signals).await?;
    limits::enforce_identity_limit(state, Rule::Mail, identity).await?;
    let hash = password::hash(state, password.clone()).await?;
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::find_or_insert_user(&mut tx, email).await?;
    // Stored for a verified account too, where it is never used: otherwise signing in with it would
    // reveal the account.
    store::upsert_pending_password(&mut tx, user.id, &identity.device.token_hash, &hash).await?;
    audit::record_event(&mut tx, Some(user.id), "sign_up").await?;
    codes::enqueue_code_mail(state, &mut tx, email, &user, None).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
