//! What an `Authorization` header says: `Bearer` or `tma` with initData, or `Bearer` with a token.

use super::actor::missing_credentials;
use crate::error::{Error, Kind};
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// A claim that has yet to be checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential<'a> {
    InitData(&'a str),
    Token(&'a str),
}

impl<'a> Credential<'a> {
    /// Reads the one `Authorization` header there may be.
    pub(super) fn from_headers(headers: &'a HeaderMap) -> Result<Self, Error> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let value = values.next().ok_or_else(missing_credentials)?;
        if values.next().is_some() {
            return Err(malformed("Send one Authorization header"));
        }
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|e| malformed("Authorization is not text").with_source(e))?;
        Self::parse(text)
    }

    fn parse(text: &'a str) -> Result<Self, Error> {
        let (scheme, value) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let value = value.trim();
        let is_tma = scheme.eq_ignore_ascii_case("tma");
        if !is_tma && !scheme.eq_ignore_ascii_case("bearer") {
            return Err(malformed("Authorization must start with Bearer or tma"));
        }
        if value.is_empty() {
            return Err(missing_credentials());
        }
        // initData always contains `=`, a token never does.
        if is_tma || value.contains('=') {
            Ok(Self::InitData(value))
        } else {
            Ok(Self::Token(value))
        }
    }
}

fn malformed(detail: &'static str) -> Error {
    Error::new(Kind::Unauthenticated, "malformed_credentials", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn read(values: &[&[u8]]) -> Result<(bool, String), &'static str> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        match Credential::from_headers(&headers) {
            Ok(Credential::InitData(text)) => Ok((true, text.to_owned())),
            Ok(Credential::Token(text)) => Ok((false, text.to_owned())),
            Err(error) => Err(error.code()),
        }
    }

    #[test]
    fn every_form() {
        let (data, token) = ((true, "a=1&hash=f".to_owned()), (false, "a.b.c".to_owned()));
        assert_eq!(read(&[b"Bearer a=1&hash=f"]), Ok(data.clone()));
        assert_eq!(read(&[b"bearer  a=1&hash=f "]), Ok(data.clone()));
        assert_eq!(read(&[b"tma a=1&hash=f"]), Ok(data.clone()));
        assert_eq!(read(&[b"TMA a=1&hash=f"]), Ok(data));
        assert_eq!(read(&[b"Bearer a.b.c"]), Ok(token));
        assert_eq!(read(&[b"tma a.b.c"]), Ok((true, "a.b.c".to_owned())));
        assert_eq!(read(&[]), Err("missing_credentials"));
        assert_eq!(read(&[b"Bearer"]), Err("missing_credentials"));
        assert_eq!(read(&[b"Bearer  "]), Err("missing_credentials"));
        assert_eq!(read(&[b"Basic dTpw"]), Err("malformed_credentials"));
        assert_eq!(read(&[b""]), Err("malformed_credentials"));
        assert_eq!(read(&[b"Bearer \xff"]), Err("malformed_credentials"));
        assert_eq!(
            read(&[b"Bearer a.b.c", b"Bearer a.b.c"]),
            Err("malformed_credentials")
        );
    }
}
