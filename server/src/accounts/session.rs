//! Sessions: a short access token (JWT, RFC 7519) and a long refresh token that is replaced at each use.
//!
//! A refresh token is `session . generation . secret`. The secret is derived from the session's random seed and the
//! server's key, so that the successor of a token can be told again to a second tab without keeping it anywhere,
//! and a token of an older generation is known for what it is: a copy in the wrong hands.

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

/// How long an access token is good for.
pub const ACCESS_TOKEN_TTL: Millis = 15 * MINUTE;
/// With "stay signed in".
const PERSISTENT_SESSION_TTL: Millis = 30 * DAY;
/// A guest has no other way back in: as long as a guest's things are kept.
pub(super) const GUEST_SESSION_TTL: Millis = 90 * DAY;
/// Without it the browser forgets at its end, and we after a day.
const BROWSER_SESSION_TTL: Millis = 24 * HOUR;
/// Tabs that woke up together use the same token: within this time it is one use.
const REUSE_GRACE_PERIOD: Millis = 10 * SECOND;
const AUDIENCE: &str = "scribble";
/// The kind of token, so that one made for anything else is not taken for it (RFC 9068, 2.1).
const TOKEN_TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session.
    sid: Uuid,
    sub: Uuid,
    aud: String,
    iat: i64,
    exp: i64,
}

/// What a sign-in gives: who it is, and the pair of tokens.
pub struct SignedIn {
    pub user: User,
    pub access_token: String,
    pub refresh_token: String,
    pub stay: bool,
    /// How long the session lasts if it is not used again.
    pub(super) ttl: Millis,
    /// What the account chose to read.
    pub(super) language: Option<Language>,
}

fn session_ttl(stay: bool, is_guest: bool) -> Millis {
    match (stay, is_guest) {
        (false, _) => BROWSER_SESSION_TTL,
        (true, false) => PERSISTENT_SESSION_TTL,
        (true, true) => GUEST_SESSION_TTL,
    }
}

/// Opens a session for an account that has just proved who it is. From here on it knows this browser.
pub async fn create_session(
    state: &AppState,
    tx: &mut Tx,
    device: &Device,
    user: UserId,
    stay: bool,
) -> Result<SignedIn, Error> {
    let id = SessionId(Uuid::now_v7());
    let seed: [u8; 32] = rand::random();
    let token = derive_refresh_token(state, id, &seed, 0);
    store::record_device(tx, user, &device.token_hash).await?;
    let mut signed_in = issue_tokens(state, tx, id, user, token, stay).await?;
    let new = store::NewSession {
        id,
        owner: user,
        seed: &seed,
        refresh_hash: &sha256(signed_in.refresh_token.as_bytes()),
        stay,
        device: &device.name,
        expires_at: tx.now + signed_in.ttl,
    };
    store::insert_session(tx, new).await?;
    // Chosen here, it goes with the account; chosen elsewhere, it comes along.
    let locale = i18n::locale();
    if locale.chosen_by_user {
        store::set_language(tx, user, locale.language.as_str()).await?;
        signed_in.language = None;
    }
    Ok(signed_in)
}

/// The owner's sessions that have not ended, the one used last first.
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

/// Ends one of the owner's sessions.
///
/// # Errors
/// `not_found` when there is none of this id, or it is somebody else's.
pub async fn revoke_session(state: &AppState, account: &Account, id: SessionId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    if !store::revoke_session(&mut tx, account.id, id).await? {
        return Err(Problem::not_found().into());
    }
    audit::record_event(&mut tx, Some(account.id), "session_ended").await?;
    tx.commit().await
}

/// Ends every session of the account.
pub async fn revoke_all_sessions(state: &AppState, account: &Account) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    store::revoke_sessions(&mut tx, account.id, None).await?;
    audit::record_event(&mut tx, Some(account.id), "sign_out_everywhere").await?;
    tx.commit().await
}

/// Exchanges a refresh token for the next pair; `None` when it is worth nothing.
pub async fn refresh_session(state: &AppState, token: &str) -> Result<Option<(SessionId, SignedIn)>, Error> {
    let Some((id, generation, secret)) = parse_refresh_token(token) else { return Ok(None) };
    // Anybody can make up a token: nothing is locked for one.
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
    // A session that is not to stay ends a day after it began, however much it is used.
    let expires_at = session.stay.then_some(tx.now + session_ttl(true, session.is_guest));
    if !store::rotate_refresh_token(&mut tx, id, generation, &old_hash, &new_hash, expires_at).await?
        && !was_just_rotated(&mut tx, id, generation).await?
    {
        // Used before, and not just now: there are two holders, and one of them is not the owner.
        store::revoke_session(&mut tx, user, id).await?;
        audit::record_event(&mut tx, Some(user), "refresh_token_reused").await?;
        tx.commit().await?;
        return Ok(None);
    }
    // Whoever is in already reads what they read.
    let signed_in = SignedIn { language: None, ..issue_tokens(state, &mut tx, id, user, next, session.stay).await? };
    tx.commit().await?;
    Ok(Some((id, signed_in)))
}

/// True when the token of this generation was replaced a moment ago, perhaps while this call waited for its turn.
async fn was_just_rotated(tx: &mut Tx, id: SessionId, generation: i64) -> Result<bool, Error> {
    let session = store::find_session(tx, id).await?;
    let now = tx.now;
    Ok(session
        .is_some_and(|now_is| now_is.generation == generation + 1 && now - now_is.rotated_at <= REUSE_GRACE_PERIOD))
}

async fn issue_tokens(
    state: &AppState,
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    refresh_token: String,
    stay: bool,
) -> Result<SignedIn, Error> {
    let (email, language) = store::find_email_and_language(tx, user).await?;
    let is_guest = email.is_none();
    let credits = credits::balance_in(tx, user).await?;
    Ok(SignedIn {
        user: User { id: user, email, is_guest, credits },
        access_token: sign_access_token(state, id, user)?,
        refresh_token,
        stay,
        ttl: session_ttl(stay, is_guest),
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

/// The session that an access token of ours names, while the token is good.
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
