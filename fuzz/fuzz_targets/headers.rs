//! Hostile keys, conditions and cursors: never a panic, and what is accepted is one thing, written
//! in one way.
#![no_main]

use axum::extract::FromRequestParts;
use futures_util::FutureExt as _;
use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use torg_platform::http::page::{decode_cursor, encode_cursor};
use torg_platform::http::{IdempotencyKey, IfMatch, etag};

fn extract<T: FromRequestParts<()>>(header: &str, values: &[&[u8]]) -> Option<T> {
    let mut request = Request::builder();
    for value in values {
        request = request.header(header, HeaderValue::from_bytes(value).ok()?);
    }
    let (mut parts, ()) = request.body(()).ok()?.into_parts();
    let extracted = T::from_request_parts(&mut parts, &()).now_or_never();
    extracted.expect("extractors of headers do not wait").ok()
}

fn cursor<K>(text: &str)
where
    K: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    if let Ok(key) = decode_cursor::<K>(text) {
        let again: K = decode_cursor(&encode_cursor(&key).unwrap()).unwrap();
        assert_eq!(again, key);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(key) = extract::<IdempotencyKey>("idempotency-key", &[bytes]) {
        assert_eq!(key.as_str().as_bytes(), bytes);
        assert!(bytes.iter().all(u8::is_ascii_graphic) && bytes.len() <= 255);
        assert!(extract::<IdempotencyKey>("idempotency-key", &[bytes, bytes]).is_none());
    }
    if let Some(IfMatch(version)) = extract::<IfMatch>("if-match", &[bytes]) {
        let Some(version) = version else {
            assert_eq!(bytes, b"*");
            return;
        };
        assert!(version >= 0);
        let written = etag(version);
        let again = extract::<IfMatch>("if-match", &[written.as_bytes()]);
        assert_eq!(again, Some(IfMatch(Some(version))));
        assert!(extract::<IfMatch>("if-match", &[bytes, bytes]).is_none());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        cursor::<i64>(text);
        cursor::<(i64, String)>(text);
        cursor::<(String, String)>(text);
        cursor::<(Option<i64>, String, i64)>(text);
    }
});
