//! An address that a person has typed, before anything is connected to.

use super::Reach;
use super::address::is_global;
use crate::error::{Error, Result};
use std::net::{IpAddr, SocketAddr};
use url::{Host, Url};

/// The longest address that is looked at.
const MAX_URL: usize = 2048;

/// An address of the web that may be asked: the scheme, the port and, where the host is written
/// as a number in whatever spelling, the number are allowed. What a name means is looked up
/// when it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub(super) url: Url,
    pub(super) host: Host<String>,
    pub(super) port: u16,
}

impl Target {
    /// Reads and checks `text`; `field` is its name in the refusal.
    ///
    /// # Errors
    /// `validation_error` that says what is wrong.
    pub fn parse(text: &str, reach: Reach, field: &str) -> Result<Self> {
        let refuse = |message: &str| Err(Error::field(field, message));
        if text.len() > MAX_URL {
            return refuse("is longer than 2048 characters");
        }
        let Ok(url) = Url::parse(text) else {
            return refuse("is not an address such as https://example.org/hook");
        };
        match (reach, url.scheme()) {
            (_, "https") | (Reach::Anywhere, "http") => {}
            (Reach::Internet, _) => return refuse("must begin with https://"),
            (Reach::Anywhere, _) => return refuse("must begin with https:// or http://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not contain a name or a password");
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return refuse("names no host");
        };
        let host = host.to_owned();
        if reach == Reach::Internet && port != 443 {
            return refuse("must use the port of https, 443");
        }
        let target = Self { host, port, url };
        if let Some(address) = target.literal()
            && !reach.allows(address)
        {
            return refuse("must be on the public Internet");
        }
        Ok(target)
    }

    /// As it is asked: normalised, without a fragment's meaning.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host alone, which says where without saying what.
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// The address, when the host is written as one.
    pub(super) fn literal(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
            Host::Ipv6(v6) => Some(IpAddr::V6(v6)),
            Host::Domain(_) => None,
        }
    }

    /// The value of `Host`.
    pub(super) fn authority(&self) -> String {
        match self.url.port() {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.to_string(),
        }
    }

    /// What follows the host.
    pub(super) fn path_and_query(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// Whether TLS is spoken.
    pub(super) fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl Reach {
    /// Whether `address` may be connected to.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Internet => is_global(address),
            Self::Anywhere => true,
        }
    }

    /// `addresses`, unless one of them may not be connected to: a name that means both a public
    /// host and a private one is not an accident.
    pub(super) fn vet(self, addresses: Vec<SocketAddr>) -> Option<Vec<SocketAddr>> {
        let all = addresses.iter().all(|address| self.allows(address.ip()));
        (all && !addresses.is_empty()).then_some(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        match Target::parse(text, Reach::Internet, "url") {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.fields()[0].message.clone(),
        }
    }

    #[test]
    fn only_https_on_its_port_without_a_password() {
        for text in [
            "https://example.org",
            "HTTPS://EXAMPLE.org/a?b=c",
            "https://example.org:443/x",
            "https://пример.рф/",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
        ] {
            assert_eq!(message(text), "ok", "{text}");
        }
        let long = format!("https://example.org/{}", "a".repeat(3000));
        for (text, part) in [
            ("", "is not an address"),
            ("example.org", "is not an address"),
            ("//example.org", "is not an address"),
            ("https://", "is not an address"),
            ("https://exa mple.org", "is not an address"),
            ("https://example.org:99999/", "is not an address"),
            ("http://example.org", "must begin with https"),
            ("ftp://example.org", "must begin with https"),
            ("file:///etc/passwd", "must begin with https"),
            ("gopher://example.org:443/", "must begin with https"),
            ("javascript:alert(1)", "must begin with https"),
            ("https://user@example.org", "name or a password"),
            ("https://user:pass@example.org", "name or a password"),
            ("https://example.org@127.0.0.1/", "name or a password"),
            ("https://:p@example.org", "name or a password"),
            ("https://example.org:80/", "port of https"),
            ("https://example.org:8443/", "port of https"),
            ("https://example.org:22/", "port of https"),
            (long.as_str(), "longer than"),
        ] {
            assert!(message(text).contains(part), "{text}: {}", message(text));
        }
    }

    #[test]
    fn an_address_is_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.0.0.1",
            "0x7F.1",
            "0177.0.0.1",
            "0177.0.0.0x1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "127。0。0。1",
            "0",
            "0.0.0.0",
            "10.1",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[fe80::1]",
            "[fd00::1]",
        ] {
            let said = message(&format!("https://{host}/"));
            assert_eq!(said, "must be on the public Internet", "{host}");
        }
        // Spellings that mean no address at all.
        for host in ["[::1%25eth0]", "256.256.256.256", "0x100000000", "[::1"] {
            let said = message(&format!("https://{host}/"));
            assert!(said.starts_with("is not an address"), "{host}: {said}");
        }
    }

    #[test]
    fn the_switch_for_development_opens_http_ports_and_this_machine() {
        let parse = |text| Target::parse(text, Reach::Anywhere, "url");
        let target = parse("http://127.0.0.1:8000/a?b#c").unwrap();
        assert_eq!(target.authority(), "127.0.0.1:8000");
        assert_eq!(target.path_and_query(), "/a?b");
        assert!(!target.is_encrypted());
        assert_eq!(parse("https://[::1]/").unwrap().authority(), "[::1]");
        for text in ["file:///etc/passwd", "http://u:p@127.0.0.1/", "ftp://x"] {
            parse(text).unwrap_err();
        }
    }

    #[test]
    fn one_private_address_among_public_ones_spoils_all() {
        let addresses = |texts: &[&str]| {
            let all = texts.iter().map(|text| text.parse().unwrap());
            Reach::Internet.vet(all.collect())
        };
        assert!(addresses(&["8.8.8.8:443", "[2606:4700:4700::1111]:443"]).is_some());
        assert!(addresses(&["8.8.8.8:443", "127.0.0.1:443"]).is_none());
        assert!(
            addresses(&[]).is_none(),
            "no address is none that was looked at"
        );
    }
}
