//! Who is on the other end of the connection, and whose word about it is believed.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The socket's other end: a client, or the proxy in front of us. Nobody can forge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(pub SocketAddr);

/// The address that limits count by: the socket's peer, or what a trusted proxy says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The address as a key for limits: an IPv4 address, or the /64 that one IPv6 customer owns.
    pub fn bucket(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    /// The address found at the edge; the unspecified one when a router is called without it.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<Arc<super::RequestContext>>();
        Ok(context.map_or(Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED)), |c| c.client_ip()))
    }
}

/// A block of addresses, for example `10.0.0.0/8` or `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    address: u128,
    mask: u128,
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let width: u32 = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(length) => length.trim().parse::<u32>().ok()?,
            None => width,
        };
        // Every address is compared as IPv6, IPv4 in its mapped form.
        let host_bits = width.checked_sub(length)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Some(Self {
            address: wide(address) & mask,
            mask,
        })
    }

    fn contains(self, address: IpAddr) -> bool {
        wide(address) & self.mask == self.address
    }
}

fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// The proxies whose `X-Forwarded-For` is believed; empty by default, so that nobody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Block>);

impl TrustedProxies {
    /// Reads addresses and blocks; the error is the first text that is neither.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, String> {
        texts
            .iter()
            .map(|text| Block::parse(text.as_ref()).ok_or_else(|| text.as_ref().to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }

    /// The client of a request that came from `peer`: the header is read from right to left
    /// while the hops are ours, so what a client wrote into it itself is never reached.
    pub fn client_ip(&self, peer: IpAddr, headers: &HeaderMap) -> ClientIp {
        let mut client = peer.to_canonical();
        if self.0.is_empty() || !self.trusts(client) {
            return ClientIp(client);
        }
        let values = headers
            .get_all("x-forwarded-for")
            .iter()
            .collect::<Vec<_>>();
        for value in values.into_iter().rev() {
            let Ok(value) = value.to_str() else {
                return ClientIp(client);
            };
            for hop in value.rsplit(',') {
                let Some(hop) = parse_hop(hop) else {
                    return ClientIp(client);
                };
                client = hop.to_canonical();
                if !self.trusts(client) {
                    return ClientIp(client);
                }
            }
        }
        ClientIp(client)
    }
}

/// `1.2.3.4`, `1.2.3.4:567`, `::1`, `[::1]` or `[::1]:567`.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    hop.parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|a| a.ip()))
        .or_else(|| {
            hop.strip_prefix('[')?
                .strip_suffix(']')?
                .parse::<IpAddr>()
                .ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_static(value));
        }
        let proxies = TrustedProxies::parse(trusted).unwrap();
        proxies
            .client_ip(peer.parse().unwrap(), &headers)
            .0
            .to_string()
    }

    #[test]
    fn the_header_counts_only_from_a_configured_proxy() {
        assert_eq!(client(&[], "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(
            client(&["10.0.0.0/8"], "::ffff:10.1.2.3", &["1.1.1.1"]),
            "1.1.1.1"
        );
    }

    #[test]
    fn what_the_client_wrote_itself_is_never_reached() {
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6, 2.2.2.2, 10.0.0.2"]),
            "2.2.2.2"
        );
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6", "2.2.2.2"]),
            "2.2.2.2"
        );
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6, junk"]),
            "10.0.0.1"
        );
        assert_eq!(
            client(&["::1"], "::1", &["[2001:db8::1]:99"]),
            "2001:db8::1"
        );
    }

    #[test]
    fn blocks_are_checked() {
        assert_eq!(
            TrustedProxies::parse(&["10.0.0.0/33"]),
            Err("10.0.0.0/33".to_owned())
        );
        assert_eq!(TrustedProxies::parse(&["x"]), Err("x".to_owned()));
        assert_eq!(
            client(&["0.0.0.0/0"], "9.9.9.9", &["1.1.1.1, 2.2.2.2"]),
            "1.1.1.1"
        );
    }

    #[test]
    fn one_ipv6_customer_is_one_bucket() {
        let bucket = |text: &str| ClientIp(text.parse().unwrap()).bucket().to_string();
        assert_eq!(bucket("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(bucket("::ffff:1.2.3.4"), "1.2.3.4");
    }
}
