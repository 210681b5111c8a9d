//! Fetching what a provider made, from an address that it chose: https alone, no redirects, no address that is not
//! anybody's (checked where the connection is made), nothing larger than 25 MB.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use tokio::net::lookup_host;

use super::{GenerationError, connection_error, public_ip::is_public_ip, read_body};
use crate::Error;

/// The largest file that is taken: 25 MB.
pub const MAX_RESULT_BYTES: usize = 25 * 1024 * 1024;
/// From the name to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(15);

pub struct ResultFetcher {
    client: Client,
    /// For the one origin in development that needs no TLS and may be this machine.
    dev_client: Client,
    dev_origin: Option<Url>,
}

impl ResultFetcher {
    pub fn open(dev_origin: Option<Url>) -> Result<Self, Error> {
        let plain = || Client::builder().timeout(FETCH_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client =
            plain().https_only(true).dns_resolver(Arc::new(PublicResolver)).build().map_err(Error::internal)?;
        Ok(Self { client, dev_client: plain().build().map_err(Error::internal)?, dev_origin })
    }

    pub async fn fetch(&self, url: &str) -> Result<Bytes, GenerationError> {
        let url = Url::parse(url).map_err(|_| GenerationError::Permanent("an address that is none".to_owned()))?;
        let request = if self.dev_origin.as_ref().is_some_and(|dev_origin| dev_origin.origin() == url.origin()) {
            self.dev_client.get(url)
        } else {
            check_result_url(&url)?;
            self.client.get(url)
        };
        let response = request.send().await.map_err(connection_error)?;
        if response.status().is_redirection() {
            return Err(GenerationError::Permanent("a redirect".to_owned()));
        }
        read_body(response, MAX_RESULT_BYTES).await
    }
}

/// What can be told from the address alone. A name is judged when it is resolved.
fn check_result_url(url: &Url) -> Result<(), GenerationError> {
    let refuse = |why: &str| Err(GenerationError::Permanent(why.to_owned()));
    if url.scheme() != "https" {
        return refuse("an address without TLS");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("an address with a password");
    }
    // An address in digits is not resolved.
    let digits = url.host_str().map(|host| host.trim_matches(['[', ']'])).and_then(|host| host.parse::<IpAddr>().ok());
    match digits {
        Some(address) if !is_public_ip(address) => refuse("an address that is not public"),
        _ => Ok(()),
    }
}

/// Resolves names of the open internet alone. The connection is made to what this returns and to nothing else, so a
/// name that changes its mind between a check and the connection gains nothing.
struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public_ip(address.ip())) {
                return Err(io::Error::other("a name that leads inside").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
