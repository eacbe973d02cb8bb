//! Which address a request came from: the peer, or what a trusted proxy says about the peer. Headers of anyone else
//! are not believed. An address is never printed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;

use crate::problem::Problem;
use crate::request_id::Call;

/// The address of whoever made the request, for as long as the request lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Takes the peer, unless it is a trusted proxy: then the right-most hop of `X-Forwarded-For` that is not one.
    pub fn find(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
        let mut nearest = peer.to_canonical();
        if trusted.is_empty() || !is_trusted(nearest) {
            return Self(nearest);
        }
        for line in headers.get_all("x-forwarded-for").iter().rev() {
            let Ok(line) = line.to_str() else { break };
            for hop in line.rsplit(',') {
                // What stands left of nonsense was not written by a proxy of ours.
                let Some(ip) = parse(hop.trim()) else { return Self(nearest) };
                nearest = ip;
                if !is_trusted(nearest) {
                    return Self(nearest);
                }
            }
        }
        Self(nearest)
    }

    /// For requests that did not come by a network.
    pub const fn unknown() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    /// What limits count by: an IPv4 address, or the /64 of an IPv6 address, which is one household or server.
    pub(super) fn network(self) -> [u8; 9] {
        let mut bytes = [0; 9];
        match self.0 {
            IpAddr::V4(ip) => bytes[..4].copy_from_slice(&ip.octets()),
            IpAddr::V6(ip) => {
                bytes[..8].copy_from_slice(&ip.octets()[..8]);
                bytes[8] = 6;
            }
        }
        bytes
    }
}

impl fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Call::from_request_parts(parts, state).await.map(|call| call.address())
    }
}

/// A hop, also with a port: `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(IpAddr::to_canonical(&ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        ClientAddress::find(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(found("198.51.100.1", &["203.0.113.7"], &[]), "198.51.100.1");
        assert_eq!(found("198.51.100.1", &["203.0.113.7"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn behind_trusted_proxies_the_right_most_stranger_counts() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(found("10.0.0.1", &["203.0.113.7"], &trusted), "203.0.113.7");
        assert_eq!(found("10.0.0.1", &["6.6.6.6, 203.0.113.7, 10.0.0.9"], &trusted), "203.0.113.7");
        assert_eq!(found("10.0.0.1", &["6.6.6.6", "203.0.113.7", "10.0.0.9"], &trusted), "203.0.113.7");
        assert_eq!(found("::ffff:10.0.0.1", &["::ffff:203.0.113.7"], &trusted), "203.0.113.7");
        assert_eq!(found("fd00::1", &["[2001:db8::5]:4711"], &trusted), "2001:db8::5");
        assert_eq!(found("10.0.0.1", &["10.0.0.2, 10.0.0.3"], &trusted), "10.0.0.2");
    }

    #[test]
    fn nonsense_in_the_header_ends_the_search_at_the_last_good_hop() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(found("10.0.0.1", &[], &trusted), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &["203.0.113.7, unknown"], &trusted), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &["203.0.113.7, , 10.0.0.9"], &trusted), "10.0.0.9");
    }

    #[test]
    fn an_ipv6_household_counts_as_one_and_nothing_is_printed() {
        let of = |text: &str| ClientAddress(text.parse().unwrap());
        assert_eq!(of("2001:db8::1").network(), of("2001:db8::2").network());
        assert_ne!(of("2001:db8::1").network(), of("2001:db8:0:1::1").network());
        assert_ne!(of("0:0::1").network(), of("0.0.0.0").network());
        assert_eq!(format!("{:?}", of("203.0.113.77")), "***");
    }
}
