//! Paging by key: a cursor says after which row the next page starts, so a page costs the same
//! wherever it is, and rows that come and go between two pages neither repeat nor hide others.

use crate::error::{Error, Kind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, Uri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// The largest page.
pub const MAX_LIMIT: i64 = 100;
/// First byte of a cursor; a cursor of another version is refused, not guessed at.
const VERSION: u8 = 1;
/// The longest cursor that is looked at.
const MAX_CURSOR: usize = 2048;

/// Rows of a page: what the client asked for, or `default`. Outside 1..=100 is a 422.
pub fn limit(asked: Option<i64>, default: i64) -> Result<i64> {
    match asked {
        None => Ok(default),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::field(
            "limit",
            format!("must be between 1 and {MAX_LIMIT}"),
        )),
    }
}

/// The first rows to skip in a page by offset. Below zero is a 422.
pub fn offset(asked: Option<i64>) -> Result<i64> {
    match asked {
        None => Ok(0),
        // Far beyond any table, and far from overflowing in SQL.
        Some(offset) if (0..=1_000_000_000_000).contains(&offset) => Ok(offset),
        Some(_) => Err(Error::field(
            "offset",
            "must be between 0 and 1000000000000",
        )),
    }
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// For queries that have more than these two.
    pub fn new(limit: Option<i64>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// The number after which the page begins, and its length.
    pub fn position(&self) -> Result<(i64, i64)> {
        let (after, limit) = self.after()?;
        Ok((after.unwrap_or(0), limit))
    }

    /// The sort key after which the page begins, none for the first, and its length.
    pub fn after<K: DeserializeOwned>(&self) -> Result<(Option<K>, i64)> {
        let after = self.cursor.as_deref().map(decode_cursor).transpose()?;
        Ok((after, limit(self.limit, 50)?))
    }
}

/// The page in `rows`, of which there is one more than `limit` when a page follows, and the cursor
/// of that. `key` is what the rows are sorted by.
pub fn cut<T, K: Serialize>(
    mut rows: Vec<T>,
    limit: i64,
    key: impl Fn(&T) -> K,
) -> Result<(Vec<T>, Option<String>)> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let last = rows.last().filter(|_| more).map(key);
    let cursor = last.map(|key| encode_cursor(&key)).transpose()?;
    Ok((rows, cursor))
}

/// A cursor for the sort key of a page's last row, for example `&(created_at, id)`. Opaque and
/// URL-safe, but not secret and not signed: the query that uses it must not trust it with more
/// than a position.
pub fn encode_cursor<K: Serialize>(key: &K) -> Result<String> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, key).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The sort key in a cursor that [`encode_cursor`] made; anything else is a 422 with the code
/// `cursor_invalid`.
pub fn decode_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K> {
    let invalid = || Error::new(Kind::Malformed, "cursor_invalid", "The cursor is not valid");
    if cursor.len() > MAX_CURSOR {
        return Err(invalid());
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(cursor)
        .map_err(|error| invalid().with_source(error))?;
    match bytes.split_first() {
        Some((&VERSION, json)) => {
            super::extract::parse_json(json).map_err(|error| invalid().with_source(error))
        }
        Some(_) | None => Err(invalid()),
    }
}

/// The value of `Link` that leads to the next page: the request's own address with `cursor` in
/// place of its old one.
pub fn link_next(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    let query = uri.query().unwrap_or_default();
    let mut text = format!("<{}?", uri.path());
    for pair in query
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("cursor="))
    {
        for byte in pair.bytes() {
            // Clients send letters as they are, and a header holds ASCII; the rest would end the link.
            match byte {
                b'<' | b'>' | b'"' | 0x80.. => text.push_str(&format!("%{byte:02X}")),
                plain => text.push(char::from(plain)),
            }
        }
        text.push('&');
    }
    text.push_str("cursor=");
    text.push_str(cursor);
    text.push_str(">; rel=\"next\"");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let key = (Timestamp::from_seconds(5), "Сантехника".to_owned());
        let cursor = encode_cursor(&key).unwrap();
        assert_eq!(decode_cursor::<(Timestamp, String)>(&cursor).unwrap(), key);
        assert!(
            cursor
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }

    #[test]
    fn anything_else_is_refused_with_one_code() {
        let wrong_version = URL_SAFE_NO_PAD.encode(b"\x02[1]");
        let nul = encode_cursor(&"a\0b").unwrap();
        let long = "A".repeat(5000);
        for cursor in [
            "",
            "!",
            "AQ",
            "AVsx",
            "AVtd",
            &wrong_version,
            &long,
            "%00",
            "é",
        ] {
            let error = decode_cursor::<(i64,)>(cursor).unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (Kind::Malformed, "cursor_invalid")
            );
        }
        assert_eq!(
            decode_cursor::<String>(&nul).unwrap_err().code(),
            "cursor_invalid"
        );
    }

    #[test]
    fn limits_are_checked_not_bent() {
        assert_eq!(limit(None, 20).unwrap(), 20);
        assert_eq!(limit(Some(100), 20).unwrap(), 100);
        for wrong in [0, -1, 101, i64::MAX, i64::MIN] {
            assert_eq!(limit(Some(wrong), 20).unwrap_err().kind(), Kind::Malformed);
        }
        assert!(offset(Some(-1)).is_err());
    }

    #[test]
    fn the_next_link_keeps_the_filters() {
        let uri: Uri = "/products?q=a%20b&cursor=old&limit=2".parse().unwrap();
        assert_eq!(
            link_next(&uri, "new").unwrap(),
            "</products?q=a%20b&limit=2&cursor=new>; rel=\"next\""
        );
        let uri = Uri::try_from("/products?q=чай".as_bytes());
        let link = link_next(&uri.unwrap(), "new").unwrap();
        assert_eq!(
            link,
            "</products?q=%D1%87%D0%B0%D0%B9&cursor=new>; rel=\"next\""
        );
    }
}
