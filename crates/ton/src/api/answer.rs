//! Answers in Toncenter's two dialects, and numbers and hashes in all their spellings.
//!
//! v2 says `{"ok":true,"result":…}` or `{"ok":false,"error":…,"code":…}`; when there are too many
//! requests the words may stand in `result`. v3 says the thing itself, or `{"error":…}`.

use super::error::ErrorKind;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Unexpected, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::time::Duration;
use torg_platform::outbound::configured::Answer;
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, HashBytes};

/// Most characters of the server's words that are kept.
const WORDS: usize = 300;

/// What a v2 answer contains.
#[derive(Deserialize)]
struct V2<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

/// Everything that an answer of either dialect may say instead of what was asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Words {
    error: Value,
    result: Value,
    detail: Value,
    code: Value,
}

/// The result of a v2 call.
pub(super) fn v2<T: DeserializeOwned>(answer: &Answer) -> Result<T, ErrorKind> {
    let (status, headers, body) = answer;
    if !status.is_success() {
        return Err(refusal(*status, headers, body));
    }
    let envelope: V2<'_> = serde_json::from_slice(body).map_err(|error| no_json(&error))?;
    match envelope.result {
        Some(result) if envelope.ok => {
            serde_json::from_str(result.get()).map_err(|error| no_json(&error))
        }
        Some(_) | None => Err(refusal(*status, headers, body)),
    }
}

/// The result of a v3 call.
pub(super) fn v3<T: DeserializeOwned>(answer: &Answer) -> Result<T, ErrorKind> {
    let (status, headers, body) = answer;
    if !status.is_success() {
        return Err(refusal(*status, headers, body));
    }
    serde_json::from_slice(body).map_err(|error| no_json(&error))
}

fn no_json(error: &serde_json::Error) -> ErrorKind {
    ErrorKind::Malformed(error.to_string())
}

/// What an answer without a result means.
fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ErrorKind {
    let said = serde_json::from_slice::<Words>(body).ok();
    let is_json = said.is_some();
    let said = said.unwrap_or_default();
    let inner = said.code.as_u64().and_then(|code| u16::try_from(code).ok());
    let code = if status.is_success() {
        inner.unwrap_or(500)
    } else {
        status.as_u16()
    };
    let text = [&said.error, &said.result, &said.detail]
        .into_iter()
        .find_map(Value::as_str)
        .map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    let text: String = text.chars().take(WORDS).collect();
    let low = text.to_lowercase();
    if code == 429 || low.contains("ratelimit exceed") {
        return ErrorKind::Limited {
            after: retry_after(headers),
        };
    }
    if low.contains("lt not in db") || low.contains("cannot locate transaction") {
        return ErrorKind::NotFound(text);
    }
    match code {
        // "Not Found" of an unknown path is a wrong address in the settings, not a missing thing.
        404 if is_json && said.error.is_string() && low.contains("not found") => {
            ErrorKind::NotFound(text)
        }
        408 | 425 | 500.. => ErrorKind::Unavailable(format!("{code}: {text}")),
        _ => ErrorKind::Refused { code, text },
    }
}

/// `Retry-After` in seconds; the form with a date is not worth a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// A number that may be written as a text, because JavaScript has no whole numbers of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Num(pub(super) u64);

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Spelling;
        impl Visitor<'_> for Spelling {
            type Value = Num;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a text of one")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Num, E> {
                Ok(Num(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Num, E> {
                let number = text.parse().map(Num);
                number.map_err(|_number| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        d.deserialize_any(Spelling)
    }
}

/// A balance: some servers say -1 of an account that never existed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Balance(pub(super) u64);

impl<'de> Deserialize<'de> for Balance {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(d)?;
        if value.as_i64().is_some_and(|number| number < 0) || value.as_str() == Some("-1") {
            return Ok(Self(0));
        }
        let number = Num::deserialize(value).map_err(D::Error::custom)?;
        Ok(Self(number.0))
    }
}

/// 32 bytes: base64 in either alphabet, or hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hash(pub(super) HashBytes);

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let bytes = if text.len() == 64 {
            hex::decode(&text).ok()
        } else {
            STANDARD
                .decode(&text)
                .or_else(|_| URL_SAFE.decode(&text))
                .ok()
        };
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let hash = bytes.ok_or_else(|| D::Error::custom("a hash is not 32 bytes"))?;
        Ok(Self(HashBytes(hash)))
    }
}

/// A hash as v2 takes it.
pub(super) fn hash_base64(hash: &HashBytes) -> String {
    STANDARD.encode(hash.0)
}

/// A cell out of base64; `None` for an empty text.
pub(super) fn cell(text: &str) -> Result<Option<Cell>, ErrorKind> {
    if text.is_empty() {
        return Ok(None);
    }
    let cell = Boc::decode_base64(text);
    let cell = cell.map_err(|error| ErrorKind::Malformed(format!("bag of cells: {error}")))?;
    Ok(Some(cell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn answer(status: u16, body: &str) -> Answer {
        (
            StatusCode::from_u16(status).unwrap(),
            HeaderMap::new(),
            Bytes::copy_from_slice(body.as_bytes()),
        )
    }

    fn v2_error(status: u16, body: &str) -> ErrorKind {
        v2::<Value>(&answer(status, body)).unwrap_err()
    }

    #[test]
    fn every_shape_of_a_refusal() {
        let refused = |code: u16, text| format!("refused with {code}: {text}");
        let limited = "too many requests".to_owned();
        let not_found = |text| format!("not found: {text}");
        let down = |text| format!("unavailable: {text}");
        let cases = [
            (
                429,
                r#"{"ok":false,"result":"Ratelimit exceed"}"#,
                limited.clone(),
            ),
            (
                200,
                r#"{"ok":false,"result":"Ratelimit exceed"}"#,
                limited.clone(),
            ),
            (429, "<html>", limited),
            (
                416,
                r#"{"ok":false,"error":"bad","code":416}"#,
                refused(416, "bad"),
            ),
            (
                200,
                r#"{"ok":false,"error":"bad","code":422}"#,
                refused(422, "bad"),
            ),
            (
                401,
                r#"{"ok":false,"result":"no such key"}"#,
                refused(401, "no such key"),
            ),
            (403, "<html>go away", refused(403, "<html>go away")),
            (404, r#"{"detail":"Not Found"}"#, refused(404, "Not Found")),
            (
                404,
                r#"{"error":"block not found"}"#,
                not_found("block not found"),
            ),
            (301, "", refused(301, "")),
            (
                500,
                r#"{"ok":false,"error":"X: lt not in db"}"#,
                not_found("X: lt not in db"),
            ),
            (
                500,
                r#"{"ok":false,"error":"NOTREADY"}"#,
                down("500: NOTREADY"),
            ),
            (502, "<html>Bad gateway", down("502: <html>Bad gateway")),
            (504, "", down("504: ")),
            (200, r#"{"ok":false}"#, down(r#"500: {"ok":false}"#)),
        ];
        for (status, body, expected) in cases {
            assert_eq!(
                v2_error(status, body).to_string(),
                expected,
                "{status} {body}"
            );
        }
        let broken = ["<html>", "", r#"{"ok":true,"result":[1,2"#, "[]", "null"];
        for body in broken.into_iter().chain([r#"{"result":1}"#]) {
            let kind = v2_error(200, body);
            assert!(matches!(kind, ErrorKind::Malformed(_)), "{body}: {kind:?}");
        }
        let kind = v3::<Vec<Num>>(&answer(200, r#"{"error":"x"}"#)).unwrap_err();
        assert!(matches!(kind, ErrorKind::Malformed(_)));
    }

    #[test]
    fn retry_after_is_read() {
        let mut answer = answer(429, "{}");
        for (text, after) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("-1", None),
            ("Fri", None),
        ] {
            answer.1.insert(RETRY_AFTER, HeaderValue::from_static(text));
            let after = after.map(Duration::from_secs);
            assert_eq!(v2::<Value>(&answer), Err(ErrorKind::Limited { after }));
        }
    }

    #[test]
    fn numbers_balances_and_hashes_in_their_spellings() {
        let num = |text: &str| serde_json::from_str::<Num>(text).ok().map(|n| n.0);
        assert_eq!(num("7"), Some(7));
        assert_eq!(num("\"18446744073709551615\""), Some(u64::MAX));
        for text in [
            "\"18446744073709551616\"",
            "-1",
            "\"-1\"",
            "1.5",
            "\"\"",
            "null",
            "{}",
        ] {
            assert_eq!(num(text), None, "{text}");
        }
        let balance = |text: &str| serde_json::from_str::<Balance>(text).ok().map(|b| b.0);
        assert_eq!(balance("\"12\""), Some(12));
        assert_eq!(balance("-1"), Some(0));
        assert_eq!(balance("\"-1\""), Some(0));
        assert_eq!(balance("\"x\""), None);
        let hash = |text: &str| serde_json::from_value::<Hash>(text.into()).ok();
        let bytes = [0xfb_u8; 32];
        for text in [
            STANDARD.encode(bytes),
            URL_SAFE.encode(bytes),
            hex::encode(bytes),
        ] {
            assert_eq!(hash(&text), Some(Hash(HashBytes(bytes))), "{text}");
        }
        assert_eq!(hash("AAAA"), None);
    }

    proptest! {
        #[test]
        fn nothing_that_a_server_says_is_a_panic(status in 100_u16..1000, body in ".{0,200}") {
            let answer = answer(status, &body);
            let _ = v2::<Vec<Hash>>(&answer);
            let _ = v3::<Vec<Balance>>(&answer);
            let _ = cell(&body);
        }
    }
}
