//! Where a request comes from: the connection's other end, or what proxies that we trust say of it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// One line to the net: an IPv4 address, or the /64 of an IPv6 address, because a household gets a whole one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network(Vec<u8>);

impl Network {
    /// The rightmost address that none of our own proxies has. What stands further left, anybody can write there.
    pub fn from_request(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let ours = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
        let mut client = peer.to_canonical();
        if ours(client) {
            let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
            let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
            for hop in hops.into_iter().rev() {
                let Some(address) = parse_hop(hop) else { break };
                client = address;
                if !ours(client) {
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

    /// The /48 that an IPv6 line is one of: some get a whole one, with 65,536 lines.
    pub fn ipv6_site_prefix(&self) -> Option<&[u8]> {
        self.0.get(..6)
    }

    /// The part that stays when a line gets another address: the first 24 bits, or 48 of an IPv6 address.
    pub fn coarse_prefix(&self) -> &[u8] {
        let kept = if self.0.len() > 4 { 6 } else { 3 };
        &self.0[..kept.min(self.0.len())]
    }
}

/// Some proxies write the port too.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> Network {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        let trusted = ["10.0.0.0/8".parse().expect("a net"), "fd00::/8".parse().expect("a net")];
        Network::from_request(peer.parse().expect("an address"), &headers, &trusted)
    }

    fn plain(address: &str) -> Network {
        seen(address, &[])
    }

    #[test]
    fn a_forged_header_changes_nothing() {
        assert_eq!(seen("198.51.100.7", &["203.0.113.5"]), plain("198.51.100.7"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.5"]), plain("203.0.113.5"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.5, 10.2.3.4"]), plain("203.0.113.5"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 10.9.9.9, unknown, 10.2.3.4"]), plain("10.2.3.4"));
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        assert_eq!(seen("fd00::1", &["203.0.113.5:4711"]), plain("203.0.113.5"));
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:4711"]), plain("2001:db8::7"));
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:203.0.113.5"]), plain("203.0.113.5"));
        assert_eq!(plain("2001:db8:0:1::7"), plain("2001:db8:0:1:ffff::9"));
        assert_ne!(plain("2001:db8:0:1::7"), plain("2001:db8:0:2::7"));
    }

    #[test]
    fn lines_of_one_site_are_known_to_be() {
        assert_eq!(plain("2001:db8:0:1::7").ipv6_site_prefix(), plain("2001:db8:0:2::9").ipv6_site_prefix());
        assert_ne!(plain("2001:db8:0:1::7").ipv6_site_prefix(), plain("2001:db8:1:1::7").ipv6_site_prefix());
        assert_eq!(plain("203.0.113.5").ipv6_site_prefix(), None);
    }

    #[test]
    fn a_neighbourhood_is_wider_than_a_line() {
        assert_eq!(plain("203.0.113.5").coarse_prefix(), plain("203.0.113.99").coarse_prefix());
        assert_ne!(plain("203.0.113.5").coarse_prefix(), plain("203.0.114.5").coarse_prefix());
    }
}
