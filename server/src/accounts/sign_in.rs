//! Sign-in with a password, and sign-out.

use model::{Email, Password, Problem, UserId};

use super::{codes, open_session::open_session, password, session::SignedIn, store};
use crate::{
    AppState, Error, audit,
    db::Authority,
    identity::{Account, RequestIdentity},
    limits::SignInAttempt,
};

/// Signs in with a password.
///
/// # Errors
/// - `sign_in_failed`, whether the address has an account or not
/// - `verification_needed` when the password is right but the address is not verified; a code is
///   mailed
/// - `new_device` when the password is right but the account does not know the browser; a code is
///   mailed
/// - `too_many_requests` after failed attempts, for a right password too
pub async fn sign_in(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    password: &Password,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let browser = &identity.device.token_hash;
    let mut tx = state.db.begin_read(Authority::System).await?;
    let found = store::find_for_sign_in(&mut tx, email, browser).await?;
    let is_known_browser = found.as_ref().is_some_and(|found| found.is_known_browser);
    let attempt = SignInAttempt::new(state, identity, email, is_known_browser);
    attempt.check(&mut tx).await?;
    let (hash, pending_hash) = match found {
        Some(found) if found.email_verified_at.is_some() => (found.password_hash, found.pending_password_hash),
        Some(found) => match found.pending_password_hash {
            Some(hash) => (Some(hash.clone()), Some(hash)),
            None => (store::find_latest_pending_password(&mut tx, UserId(found.id)).await?, None),
        },
        None => (None, None),
    };
    // Hashing is slow: it must not run inside an open transaction.
    drop(tx);
    let is_right = password::verify(state, password.clone(), hash.clone()).await?;
    // After a sign-up in this browser, the response and its duration must be the same with and
    // without an account.
    let is_pending_password = match pending_hash {
        Some(pending) => password::verify(state, password.clone(), Some(pending)).await?,
        None => false,
    };

    let mut tx = state.db.begin(Authority::System).await?;
    // Read again: the password may have been replaced during the comparison.
    let user = store::lock_user_by_email(&mut tx, email).await?;
    // Attempts that failed meanwhile may have reached the limit: then the result of this comparison
    // is not revealed.
    attempt.check(&mut tx).await?;
    let outcome = match (user, hash) {
        (Some(user), Some(hash)) if is_right && user.email_verified_at.is_none() => {
            store::upsert_pending_password(&mut tx, user.id, browser, &hash).await?;
            let retry_after = codes::enqueue_code_mail(state, &mut tx, email, &user, None).await?;
            Err(Problem { retry_after, ..Problem::verification_needed() }.into())
        }
        (Some(user), hash) if is_right && user.password_hash.is_some() && user.password_hash == hash => {
            if state.config.requires_new_device_code() && !store::has_device(&mut tx, user.id, browser).await? {
                audit::record_event(&mut tx, Some(user.id), "new_device").await?;
                let retry_after =
                    codes::enqueue_code_mail(state, &mut tx, email, &user, Some(&identity.device)).await?;
                Err(Problem { retry_after, ..Problem::new_device() }.into())
            } else {
                attempt.record_success(&mut tx).await?;
                audit::record_event(&mut tx, Some(user.id), "sign_in").await?;
                Ok(open_session(state, &mut tx, identity, user.id, stay_signed_in).await?)
            }
        }
        (Some(user), _) if is_pending_password => {
            let retry_after = codes::enqueue_code_mail(state, &mut tx, email, &user, None).await?;
            Err(Problem { retry_after, ..Problem::verification_needed() }.into())
        }
        (user, _) => {
            audit::record_event(&mut tx, user.map(|user| user.id), "sign_in_failed").await?;
            let recorded = attempt.record_failure(state, &mut tx, password).await;
            Err(recorded.err().unwrap_or(Problem::sign_in_failed().into()))
        }
    };
    tx.commit().await?;
    // An error may come with a mailed code, and merging a guest adds a job.
    if outcome.is_err() || identity.guest_id().is_some() {
        state.job_notifier.notify();
    }
    outcome
}

/// Revokes the session of this request.
pub async fn sign_out(state: &AppState, account: &Account) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::revoke_session(&mut tx, account.id, account.session).await?;
    audit::record_event(&mut tx, Some(account.id), "sign_out").await?;
    tx.commit().await
}
