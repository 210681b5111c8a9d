//! Client network of a request: from the peer address, or from `X-Forwarded-For` when trusted
//! proxies set it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The network that rate limits count: an IPv4 address, or the /64 prefix of an IPv6 address, which
/// is what one household usually gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network(Vec<u8>);

impl Network {
    /// The rightmost forwarded address that is not a trusted proxy. Clients can forge every address
    /// further left.
    pub fn from_request(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
        let mut client = peer.to_canonical();
        if is_trusted(client) {
            let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
            let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
            for hop in hops.into_iter().rev() {
                let Some(address) = parse_hop(hop) else { break };
                client = address;
                if !is_trusted(client) {
                    break;
                }
            }
        }
        Self(match client {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        })
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The /48 prefix of an IPv6 network; `None` for IPv4. Some subscribers get a whole /48, with
    /// 65,536 networks.
    pub fn ipv6_site_prefix(&self) -> Option<&[u8]> {
        self.0.get(..6)
    }

    /// The prefix that usually stays when a subscriber gets another address: 24 bits, or 48 of an
    /// IPv6 address.
    pub fn coarse_prefix(&self) -> &[u8] {
        let length = if self.0.len() > 4 { 6 } else { 3 };
        &self.0[..length.min(self.0.len())]
    }
}

/// Parses one entry of `X-Forwarded-For`; some proxies append the port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network_of(peer: &str, forwarded: &[&str]) -> Network {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        let trusted = ["10.0.0.0/8".parse().expect("a net"), "fd00::/8".parse().expect("a net")];
        Network::from_request(peer.parse().expect("an address"), &headers, &trusted)
    }

    fn direct(address: &str) -> Network {
        network_of(address, &[])
    }

    #[test]
    fn forged_forwarded_addresses_are_ignored() {
        assert_eq!(network_of("198.51.100.7", &["203.0.113.5"]), direct("198.51.100.7"));
        assert_eq!(network_of("10.0.0.1", &["6.6.6.6, 203.0.113.5"]), direct("203.0.113.5"));
        assert_eq!(network_of("10.0.0.1", &["6.6.6.6", "203.0.113.5, 10.2.3.4"]), direct("203.0.113.5"));
        assert_eq!(network_of("10.0.0.1", &["6.6.6.6, 10.9.9.9, unknown, 10.2.3.4"]), direct("10.2.3.4"));
    }

    #[test]
    fn network_does_not_depend_on_address_notation() {
        assert_eq!(network_of("fd00::1", &["203.0.113.5:4711"]), direct("203.0.113.5"));
        assert_eq!(network_of("10.0.0.1", &["[2001:db8::7]:4711"]), direct("2001:db8::7"));
        assert_eq!(network_of("::ffff:10.0.0.1", &["::ffff:203.0.113.5"]), direct("203.0.113.5"));
        assert_eq!(direct("2001:db8:0:1::7"), direct("2001:db8:0:1:ffff::9"));
        assert_ne!(direct("2001:db8:0:1::7"), direct("2001:db8:0:2::7"));
    }

    #[test]
    fn networks_of_one_site_share_an_ipv6_prefix() {
        assert_eq!(direct("2001:db8:0:1::7").ipv6_site_prefix(), direct("2001:db8:0:2::9").ipv6_site_prefix());
        assert_ne!(direct("2001:db8:0:1::7").ipv6_site_prefix(), direct("2001:db8:1:1::7").ipv6_site_prefix());
        assert_eq!(direct("203.0.113.5").ipv6_site_prefix(), None);
    }

    #[test]
    fn coarse_prefix_covers_neighbouring_addresses() {
        assert_eq!(direct("203.0.113.5").coarse_prefix(), direct("203.0.113.99").coarse_prefix());
        assert_ne!(direct("203.0.113.5").coarse_prefix(), direct("203.0.114.5").coarse_prefix());
    }
}
