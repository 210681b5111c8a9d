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

use super::{Failure, addresses::is_public, body, unreachable};
use crate::Error;

/// The largest file that is taken: 25 MB.
pub const LARGEST: usize = 25 * 1024 * 1024;
/// From the name to the last byte.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Fetcher {
    client: Client,
    /// For the one origin in development that needs no TLS and may be this machine.
    trusting: Client,
    trusted: Option<Url>,
}

impl Fetcher {
    pub fn open(trusted: Option<Url>) -> Result<Self, Error> {
        let plain = || Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).no_proxy();
        let client = plain().https_only(true).dns_resolver(Arc::new(PublicOnly)).build().map_err(Error::internal)?;
        Ok(Self { client, trusting: plain().build().map_err(Error::internal)?, trusted })
    }

    pub async fn fetch(&self, url: &str) -> Result<Bytes, Failure> {
        let url = Url::parse(url).map_err(|_| Failure::Final("an address that is none".to_owned()))?;
        let request = if self.trusted.as_ref().is_some_and(|trusted| trusted.origin() == url.origin()) {
            self.trusting.get(url)
        } else {
            may_be_fetched(&url)?;
            self.client.get(url)
        };
        let response = request.send().await.map_err(unreachable)?;
        if response.status().is_redirection() {
            return Err(Failure::Final("a redirect".to_owned()));
        }
        body(response, LARGEST).await
    }
}

/// What can be told from the address alone. A name is judged when it is resolved.
fn may_be_fetched(url: &Url) -> Result<(), Failure> {
    let refuse = |why: &str| Err(Failure::Final(why.to_owned()));
    if url.scheme() != "https" {
        return refuse("an address without TLS");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("an address with a password");
    }
    // An address in digits is not resolved.
    let digits = url.host_str().map(|host| host.trim_matches(['[', ']'])).and_then(|host| host.parse::<IpAddr>().ok());
    match digits {
        Some(address) if !is_public(address) => refuse("an address that is not public"),
        _ => Ok(()),
    }
}

/// Resolves names of the open internet alone. The connection is made to what this returns and to nothing else, so a
/// name that changes its mind between a check and the connection gains nothing.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(io::Error::other("a name that leads inside").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
