//! Sessions: short-lived access tokens (JWT, RFC 7519) and refresh tokens with rotation and reuse
//! detection (RFC 9700, 4.14.2).
//!
//! A refresh token is `session.generation.secret`. The secret is derived from the session's random
//! seed and the server's key. The next token can therefore be derived again for a second tab
//! without being stored, and a token of an older generation reveals a stolen copy.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use model::{Language, Problem, Session, SessionId, User, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store;
use crate::{
    AppState, Error, audit,
    clock::{DAY, HOUR, MINUTE, Millis, SECOND, local_now, rfc3339},
    credits,
    db::{Authority, Tx},
    i18n,
    identity::{Account, Device},
    keys::sha256,
};

/// Validity of an access token.
pub const ACCESS_TOKEN_TTL: Millis = 15 * MINUTE;
/// Lifetime of a session with "stay signed in", from its last use.
const PERSISTENT_SESSION_TTL: Millis = 30 * DAY;
/// Lifetime of a guest's session. A guest cannot sign in again, so this is also how long an unused
/// guest is kept.
pub(super) const GUEST_SESSION_TTL: Millis = 90 * DAY;
/// Lifetime of a session without "stay signed in"; its cookies end with the browser.
const BROWSER_SESSION_TTL: Millis = 24 * HOUR;
/// A refresh token used twice within this time counts as used once: several tabs may refresh at the
/// same moment.
const REUSE_GRACE_PERIOD: Millis = 10 * SECOND;
const AUDIENCE: &str = "scribble";
/// The `typ` header of access tokens, which keeps them apart from other JWTs (RFC 9068, 2.1).
const TOKEN_TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session id.
    sid: Uuid,
    sub: Uuid,
    aud: String,
    iat: i64,
    exp: i64,
}

/// The result of a sign-in: the user and a pair of tokens.
pub struct SignedIn {
    pub user: User,
    pub access_token: String,
    pub refresh_token: String,
    pub stay_signed_in: bool,
    /// How long the session lasts without further use.
    pub(super) ttl: Millis,
    /// The account's chosen language, if its cookie has to be set.
    pub(super) language: Option<Language>,
}

fn session_ttl(stay_signed_in: bool, is_guest: bool) -> Millis {
    match (stay_signed_in, is_guest) {
        (false, _) => BROWSER_SESSION_TTL,
        (true, false) => PERSISTENT_SESSION_TTL,
        (true, true) => GUEST_SESSION_TTL,
    }
}

/// Creates a session for an authenticated account and adds the browser to its known devices.
pub async fn create_session(
    state: &AppState,
    tx: &mut Tx,
    device: &Device,
    user: UserId,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let id = SessionId(Uuid::now_v7());
    let seed: [u8; 32] = rand::random();
    let token = derive_refresh_token(state, id, &seed, 0);
    store::record_device(tx, user, &device.token_hash).await?;
    let mut signed_in = issue_tokens(state, tx, id, user, token, stay_signed_in).await?;
    let new = store::NewSession {
        id,
        owner: user,
        seed: &seed,
        refresh_hash: &sha256(signed_in.refresh_token.as_bytes()),
        stay: stay_signed_in,
        device: &device.name,
        expires_at: tx.now + signed_in.ttl,
    };
    store::insert_session(tx, new).await?;
    // A language chosen in this browser is stored with the account; otherwise the account's is set
    // in this browser.
    let locale = i18n::locale();
    if locale.chosen_by_user {
        store::set_language(tx, user, locale.language.as_str()).await?;
        signed_in.language = None;
    }
    Ok(signed_in)
}

/// The owner's live sessions, last used first.
pub async fn list_sessions(state: &AppState, account: &Account) -> Result<Vec<Session>, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let rows = store::list_sessions(&mut tx, account.id).await?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: SessionId(row.id),
            device: row.device,
            created_at: rfc3339(row.created_at),
            last_seen_at: rfc3339(row.rotated_at),
            is_current: row.id == account.session.0,
        })
        .collect())
}

/// Revokes one of the owner's sessions.
///
/// # Errors
/// `not_found` when the account has no live session of this id.
pub async fn revoke_session(state: &AppState, account: &Account, id: SessionId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    if !store::revoke_session(&mut tx, account.id, id).await? {
        return Err(Problem::not_found().into());
    }
    audit::record_event(&mut tx, Some(account.id), "session_ended").await?;
    tx.commit().await
}

/// Revokes every session of the account.
pub async fn revoke_all_sessions(state: &AppState, account: &Account) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::revoke_sessions(&mut tx, account.id, None).await?;
    audit::record_event(&mut tx, Some(account.id), "sign_out_everywhere").await?;
    tx.commit().await
}

/// Exchanges a refresh token for the next pair of tokens; `None` when it is invalid. Revokes the
/// session when an old token is reused.
pub async fn refresh_session(state: &AppState, token: &str) -> Result<Option<(SessionId, SignedIn)>, Error> {
    let Some((id, generation, secret)) = parse_refresh_token(token) else { return Ok(None) };
    // Forged tokens must not take a write lock, so the secret is verified in a read transaction.
    let mut tx = state.db.begin_read(Authority::System).await?;
    let Some(session) = store::find_session(&mut tx, id).await? else { return Ok(None) };
    drop(tx);
    if !state.keys.verify_refresh_secret(&session.seed, id.0.as_bytes(), generation, &secret) {
        return Ok(None);
    }
    let mut tx = state.db.begin(Authority::System).await?;
    let user = UserId(session.user_id);
    let next = derive_refresh_token(state, id, &session.seed, generation + 1);
    let (old_hash, new_hash) = (sha256(token.as_bytes()), sha256(next.as_bytes()));
    // Only sessions with "stay signed in" are extended by use; others end a day after they began.
    let expires_at = session.stay.then_some(tx.now + session_ttl(true, session.is_guest));
    if !store::rotate_refresh_token(&mut tx, id, generation, &old_hash, &new_hash, expires_at).await?
        && !was_just_rotated(&mut tx, id, generation).await?
    {
        // Reuse outside the grace period: two parties hold the token, and one of them is not the
        // owner.
        store::revoke_session(&mut tx, user, id).await?;
        audit::record_event(&mut tx, Some(user), "refresh_token_reused").await?;
        tx.commit().await?;
        return Ok(None);
    }
    // The language cookie is set at sign-in only.
    let signed_in = SignedIn { language: None, ..issue_tokens(state, &mut tx, id, user, next, session.stay).await? };
    tx.commit().await?;
    Ok(Some((id, signed_in)))
}

/// True when the token of this generation was replaced within [`REUSE_GRACE_PERIOD`], perhaps by a
/// concurrent request.
async fn was_just_rotated(tx: &mut Tx, id: SessionId, generation: i64) -> Result<bool, Error> {
    let session = store::find_session(tx, id).await?;
    let now = tx.now;
    Ok(session
        .is_some_and(|current| current.generation == generation + 1 && now - current.rotated_at <= REUSE_GRACE_PERIOD))
}

async fn issue_tokens(
    state: &AppState,
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    refresh_token: String,
    stay_signed_in: bool,
) -> Result<SignedIn, Error> {
    let (email, language) = store::find_email_and_language(tx, user).await?;
    let is_guest = email.is_none();
    let credits = credits::balance_in(tx, user).await?;
    Ok(SignedIn {
        user: User { id: user, email, is_guest, credits },
        access_token: sign_access_token(state, id, user)?,
        refresh_token,
        stay_signed_in,
        ttl: session_ttl(stay_signed_in, is_guest),
        language: language.and_then(|name| name.parse().ok()),
    })
}

fn sign_access_token(state: &AppState, session: SessionId, user: UserId) -> Result<String, Error> {
    let iat = local_now() / SECOND;
    let claims =
        Claims { sid: session.0, sub: user.0, aud: AUDIENCE.to_owned(), iat, exp: iat + ACCESS_TOKEN_TTL / SECOND };
    let header = Header { typ: Some(TOKEN_TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
    encode(&header, &claims, &EncodingKey::from_secret(&state.keys.access)).map_err(Error::internal)
}

/// The session of a valid access token. Does not check that the session is still live.
pub fn verify_access_token(state: &AppState, access_token: &str) -> Option<SessionId> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.leeway = 0;
    let key = DecodingKey::from_secret(&state.keys.access);
    let token = decode::<Claims>(access_token, &key, &validation).ok()?;
    (token.header.typ.as_deref() == Some(TOKEN_TYPE)).then_some(SessionId(token.claims.sid))
}

fn derive_refresh_token(state: &AppState, session: SessionId, seed: &[u8], generation: i64) -> String {
    let secret = state.keys.refresh_secret(seed, session.0.as_bytes(), generation);
    format!("{}.{generation}.{}", session.0.simple(), URL_SAFE_NO_PAD.encode(secret))
}

fn parse_refresh_token(token: &str) -> Option<(SessionId, i64, Vec<u8>)> {
    let mut parts = token.splitn(3, '.');
    let session = SessionId(Uuid::try_parse(parts.next()?).ok()?);
    let generation: i64 = parts.next()?.parse().ok()?;
    let secret = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    (0..i64::MAX).contains(&generation).then_some((session, generation, secret))
}
