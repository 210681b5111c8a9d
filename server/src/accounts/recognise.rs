//! Recognises who is asking, from the tokens of a request, once, before any route.

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use model::{Email, SessionId, UserId};

use super::{cookies, session, store};
use crate::{
    Error, Machine,
    db::Authority,
    visitor::{Account, Device, Visitor},
};

/// Reads the tokens of a request. An access token that ran out is renewed on the way; the cookies that replace
/// the old ones are returned too, and the one by which a browser that `changes` something is known from then on.
pub(crate) async fn recognise(
    machine: &Machine,
    headers: &HeaderMap,
    changes: bool,
) -> Result<(Visitor, Vec<HeaderValue>), Error> {
    let (device, device_token) = Device::of(machine, headers);
    if let Some(token) = bearer(headers) {
        let account = match session::session_of(machine, token) {
            Some(id) => find(machine, id).await?,
            None => None,
        };
        return Ok((Visitor { account, device }, Vec::new()));
    }
    let mut set: Vec<HeaderValue> =
        (changes && device.is_new).then(|| cookies::device(machine, &device_token)).flatten().into_iter().collect();
    let tokens = cookies::read(machine, headers);
    if let Some(id) = tokens.access.and_then(|token| session::session_of(machine, &token)) {
        return Ok((Visitor { account: find(machine, id).await?, device }, set));
    }
    if let Some(token) = tokens.refresh
        && let Some((id, signed_in)) = session::refresh(machine, &token).await?
    {
        set.extend(signed_in.cookies(machine));
        return Ok((Visitor { account: find(machine, id).await?, device }, set));
    }
    Ok((Visitor { account: None, device }, set))
}

/// The scheme's name counts in any case (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

async fn find(machine: &Machine, session: SessionId) -> Result<Option<Account>, Error> {
    let mut tx = machine.db.read(Authority::System).await?;
    let Some((id, email)) = store::account_of(&mut tx, session).await? else { return Ok(None) };
    let email = email.map(|text| Email::parse(&text)).transpose()?;
    Ok(Some(Account { id: UserId(id), is_guest: email.is_none(), email, session }))
}
