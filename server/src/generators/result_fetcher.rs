//! Download of results from URLs that a provider chose, guarded against SSRF: `https` only, no
//! redirects, public addresses only (checked on connection), at most 25 MB.

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

/// Largest accepted result: 25 MiB.
pub const MAX_RESULT_BYTES: usize = 25 * 1024 * 1024;
/// For a whole download, from name resolution to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(15);

/// HTTP client for results.
pub struct ResultFetcher {
    client: Client,
    /// Client for `dev_origin`, without TLS and address checks.
    dev_client: Client,
    dev_origin: Option<Url>,
}

impl ResultFetcher {
    /// Creates the HTTP clients. Results from `dev_origin` are fetched without TLS and address
    /// checks.
    pub fn new(dev_origin: Option<Url>) -> Result<Self, Error> {
        let plain = || Client::builder().timeout(FETCH_TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client =
            plain().https_only(true).dns_resolver(Arc::new(PublicResolver)).build().map_err(Error::internal)?;
        Ok(Self { client, dev_client: plain().build().map_err(Error::internal)?, dev_origin })
    }

    /// Downloads a result.
    ///
    /// # Errors
    /// Permanent for a URL that is not allowed, a redirect, or a file that is too large.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, GenerationError> {
        let url = Url::parse(url).map_err(|_| GenerationError::Permanent("result URL is malformed".to_owned()))?;
        let request = if self.dev_origin.as_ref().is_some_and(|dev_origin| dev_origin.origin() == url.origin()) {
            self.dev_client.get(url)
        } else {
            check_result_url(&url)?;
            self.client.get(url)
        };
        let response = request.send().await.map_err(connection_error)?;
        if response.status().is_redirection() {
            return Err(GenerationError::Permanent("result URL redirects".to_owned()));
        }
        read_body(response, MAX_RESULT_BYTES).await
    }
}

/// Checks the URL itself. Host names are checked when they are resolved.
fn check_result_url(url: &Url) -> Result<(), GenerationError> {
    let reject = |why: &str| Err(GenerationError::Permanent(why.to_owned()));
    if url.scheme() != "https" {
        return reject("result URL is not https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return reject("result URL has credentials");
    }
    // IP literals do not pass through the resolver.
    let literal = url.host_str().map(|host| host.trim_matches(['[', ']'])).and_then(|host| host.parse::<IpAddr>().ok());
    match literal {
        Some(address) if !is_public_ip(address) => reject("result URL has a non-public address"),
        _ => Ok(()),
    }
}

/// DNS resolver that rejects names with a non-public address. The connection uses exactly the
/// addresses returned here, which rules out DNS rebinding.
struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public_ip(address.ip())) {
                return Err(io::Error::other("host name resolves to a non-public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
