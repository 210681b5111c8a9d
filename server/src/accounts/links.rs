//! Sign-in links and password reset links. Mail scanners open links, so a GET uses up a sign-in
//! link only in the browser that requested it; any other browser has to send a POST.

use model::{Email, Password, Problem, UserId};
use uuid::Uuid;

use super::{
    SignedIn, cookies,
    open_session::sign_in_verified_email,
    password, reserve_mail, store,
    tokens::{self, Purpose, store::NewToken},
    with_min_duration,
};
use crate::{
    AppState, Error, audit,
    clock::MINUTE,
    db::Authority,
    identity::RequestIdentity,
    limits::{self, Rule},
    mail::{Message, enqueue_mail},
};

/// Mails a sign-in link. Following it verifies the address, as a code does, and creates an account
/// if there is none.
///
/// # Errors
/// `too_many_requests` when the network has requested too many mails.
pub async fn request_sign_in_link(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    return_to: &str,
    stay_signed_in: bool,
) -> Result<(), Error> {
    limits::enforce_identity_limit(state, Rule::Mail, identity).await?;
    with_min_duration(enqueue_link_mail(state, identity, email, return_to, stay_signed_in)).await
}

async fn enqueue_link_mail(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    return_to: &str,
    stay_signed_in: bool,
) -> Result<(), Error> {
    let return_to = cookies::sanitize_return_path(return_to);
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::find_or_insert_user(&mut tx, email).await?;
    audit::record_event(&mut tx, Some(user.id), "link_asked").await?;
    if reserve_mail(state, &mut tx, email, user.id, Purpose::Link).await?.is_none() {
        let secret = tokens::generate_secret();
        let hash = tokens::hash_secret(&secret);
        let new = NewToken {
            browser_hash: Some(&identity.device.token_hash),
            return_to: Some(&return_to),
            stay: stay_signed_in,
            ..NewToken::of(user.id, Purpose::Link, Uuid::now_v7(), &hash)
        };
        tokens::store::insert(&mut tx, new).await?;
        let address = format!("{}/auth/callback?token={secret}", state.config.public_url());
        let is_new = user.email_verified_at.is_none();
        enqueue_mail(&mut tx, Message::sign_in_link(email, &address, Purpose::Link.ttl() / MINUTE, is_new)?).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Signs in if this browser requested the link. Returns `None`, without using up the link, for any
/// other browser and for an invalid link.
///
/// # Errors
/// As [`sign_in_by_link`].
pub async fn sign_in_by_link_in_same_browser(
    state: &AppState,
    identity: &RequestIdentity,
    secret: &str,
) -> Result<Option<(SignedIn, String)>, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let link = tokens::store::find_link(&mut tx, Purpose::Link, &tokens::hash_secret(secret)).await?;
    drop(tx);
    match link {
        Some(link) if link.browser_hash.as_deref() == Some(&identity.device.token_hash) => {
            sign_in_by_link(state, identity, secret).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Signs in by a link that any browser may have requested. Returns the path to redirect to as well.
///
/// # Errors
/// `link_used` when the link is expired, used or altered.
pub async fn sign_in_by_link(
    state: &AppState,
    identity: &RequestIdentity,
    secret: &str,
) -> Result<(SignedIn, String), Error> {
    let hash = tokens::hash_secret(secret);
    let mut tx = state.db.begin_read(Authority::System).await?;
    let link = tokens::store::find_link(&mut tx, Purpose::Link, &hash).await?;
    drop(tx);
    let Some(link) = link else { return refuse_invalid_link(state).await };
    let email = Email::parse(&link.email)?;
    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user_by_email(&mut tx, &email).await?;
    if !tokens::store::consume_link(&mut tx, Purpose::Link, &hash).await? {
        drop(tx);
        return refuse_invalid_link(state).await;
    }
    // Pending passwords may be somebody else's, so a link never sets a password.
    let signed_in = sign_in_verified_email(state, &mut tx, identity, &email, None, link.stay).await?;
    tokens::store::invalidate(&mut tx, signed_in.user.id, Purpose::Code).await?;
    audit::record_event(&mut tx, Some(signed_in.user.id), "link_followed").await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok((signed_in, link.return_to.unwrap_or_else(|| "/".to_owned())))
}

/// The email address of a sign-in link. Does not use up the link.
///
/// # Errors
/// `link_used`.
pub async fn find_link_email(state: &AppState, secret: &str) -> Result<Email, Error> {
    find_email_of_link(state, Purpose::Link, secret).await
}

/// The email address of a password reset link. Does not use up the link.
///
/// # Errors
/// `link_used`.
pub async fn find_reset_email(state: &AppState, secret: &str) -> Result<Email, Error> {
    find_email_of_link(state, Purpose::Reset, secret).await
}

async fn find_email_of_link(state: &AppState, purpose: Purpose, secret: &str) -> Result<Email, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let link = tokens::store::find_link(&mut tx, purpose, &tokens::hash_secret(secret)).await?;
    Ok(Email::parse(&link.ok_or_else(Problem::link_used)?.email)?)
}

/// Records the rejected link in the audit trail.
async fn refuse_invalid_link<T>(state: &AppState) -> Result<T, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    audit::record_event(&mut tx, None, "link_refused").await?;
    tx.commit().await?;
    Err(Problem::link_used().into())
}

/// Mails a password reset link. Only the mail reveals whether the address has an account.
///
/// # Errors
/// As [`request_sign_in_link`].
pub async fn request_password_reset(state: &AppState, identity: &RequestIdentity, email: &Email) -> Result<(), Error> {
    limits::enforce_identity_limit(state, Rule::Mail, identity).await?;
    with_min_duration(enqueue_reset_mail(state, email)).await
}

async fn enqueue_reset_mail(state: &AppState, email: &Email) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let user = store::find_or_insert_user(&mut tx, email).await?;
    audit::record_event(&mut tx, Some(user.id), "reset_asked").await?;
    if reserve_mail(state, &mut tx, email, user.id, Purpose::Reset).await?.is_none() {
        let secret = tokens::generate_secret();
        tokens::store::insert(
            &mut tx,
            NewToken::of(user.id, Purpose::Reset, Uuid::now_v7(), &tokens::hash_secret(&secret)),
        )
        .await?;
        let address = format!("{}/auth/reset-password?token={secret}", state.config.public_url());
        let is_new = user.email_verified_at.is_none();
        enqueue_mail(&mut tx, Message::password_reset(email, &address, Purpose::Reset.ttl() / MINUTE, is_new)?).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}

/// Sets a new password by a mailed link, revokes all sessions, invalidates all other links and
/// codes, and signs in.
///
/// # Errors
/// `link_used`; a `password_*` problem, after which the link is still valid.
pub async fn reset_password(
    state: &AppState,
    identity: &RequestIdentity,
    secret: &str,
    password: &Password,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let token_hash = tokens::hash_secret(secret);
    let mut tx = state.db.begin_read(Authority::System).await?;
    let link = tokens::store::find_link(&mut tx, Purpose::Reset, &token_hash).await?;
    drop(tx);
    let Some(link) = link else { return refuse_invalid_link(state).await };
    let email = Email::parse(&link.email)?;
    password::check_strength(&email, password)?;
    let hash = password::hash(state, password.clone()).await?;

    let mut tx = state.db.begin(Authority::System).await?;
    store::lock_user_by_email(&mut tx, &email).await?;
    if !tokens::store::consume_link(&mut tx, Purpose::Reset, &token_hash).await? {
        drop(tx);
        return refuse_invalid_link(state).await;
    }
    let owner = UserId(link.user_id);
    tokens::store::invalidate_all(&mut tx, owner).await?;
    store::revoke_sessions(&mut tx, owner, None).await?;
    store::delete_devices(&mut tx, owner).await?;
    let signed_in = sign_in_verified_email(state, &mut tx, identity, &email, Some(&hash), stay_signed_in).await?;
    store::set_password(&mut tx, signed_in.user.id, &hash).await?;
    audit::record_event(&mut tx, Some(signed_in.user.id), "password_reset").await?;
    if link.email_verified_at.is_some() {
        enqueue_mail(&mut tx, Message::password_changed(&email)?).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(signed_in)
}
