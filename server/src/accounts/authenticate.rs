//! Request authentication from a bearer token or session cookies.

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use model::{Email, SessionId, UserId};

use super::{cookies, session, store};
use crate::{
    AppState, Error,
    db::Authority,
    identity::{Account, Device, RequestIdentity},
};

/// Returns the identity of a request and the `Set-Cookie` values for its response: renewed tokens
/// when the access token has expired and the refresh token is valid, and the device cookie of a new
/// browser whose request `changes` something.
pub(crate) async fn authenticate(
    state: &AppState,
    headers: &HeaderMap,
    changes: bool,
) -> Result<(RequestIdentity, Vec<HeaderValue>), Error> {
    let (device, device_token) = Device::from_headers(state, headers);
    if let Some(token) = bearer_token(headers) {
        let account = match session::verify_access_token(state, token) {
            Some(id) => find_account(state, id).await?,
            None => None,
        };
        return Ok((RequestIdentity { account, device }, Vec::new()));
    }
    let mut set: Vec<HeaderValue> = (changes && device.is_new)
        .then(|| cookies::device_cookie(state, &device_token))
        .flatten()
        .into_iter()
        .collect();
    let tokens = cookies::read_tokens(state, headers);
    if let Some(id) = tokens.access.and_then(|token| session::verify_access_token(state, &token)) {
        return Ok((RequestIdentity { account: find_account(state, id).await?, device }, set));
    }
    if let Some(token) = tokens.refresh
        && let Some((id, signed_in)) = session::refresh_session(state, &token).await?
    {
        set.extend(signed_in.session_cookies(state));
        return Ok((RequestIdentity { account: find_account(state, id).await?, device }, set));
    }
    Ok((RequestIdentity { account: None, device }, set))
}

/// The token of a bearer `Authorization` header. Scheme names are case-insensitive (RFC 9110,
/// 11.1).
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

async fn find_account(state: &AppState, session: SessionId) -> Result<Option<Account>, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let Some((id, email)) = store::find_session_account(&mut tx, session).await? else { return Ok(None) };
    let email = email.map(|text| Email::parse(&text)).transpose()?;
    Ok(Some(Account { id: UserId(id), is_guest: email.is_none(), email, session }))
}
