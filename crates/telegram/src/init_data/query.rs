//! initData as fields: decoded, sorted, and refused where two readers could disagree.

use super::error::InitDataError;
use std::borrow::Cow;

/// Decoded `key`, `value` pairs, sorted by the bytes of the key, each key once.
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Splits and decodes. The limit on the length of `raw` is the caller's.
    pub(super) fn parse(raw: &'a str) -> Result<Self, InitDataError> {
        let mut fields = Vec::with_capacity(16);
        for pair in raw.split('&') {
            let (key, value) = pair.split_once('=').ok_or(InitDataError::Malformed)?;
            let key = decode(key)?;
            // An encoded `=` in a key would make the signed line `a=b=c` read in two ways.
            if key.is_empty() || key.contains('=') {
                return Err(InitDataError::Malformed);
            }
            fields.push((key, decode(value)?));
        }
        fields.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let twice = fields
            .iter()
            .zip(fields.iter().skip(1))
            .any(|((a, _), (b, _))| a == b);
        if twice {
            Err(InitDataError::DuplicateKey)
        } else {
            Ok(Self(fields))
        }
    }

    /// The value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_ref())
    }

    /// Feeds the data-check-string, `key=value` lines without those of `except`, to `sink`.
    pub(super) fn check_string(&self, except: &[&str], mut sink: impl FnMut(&[u8])) {
        let mut separator: &[u8] = b"";
        for (key, value) in self
            .0
            .iter()
            .filter(|(key, _)| !except.contains(&key.as_ref()))
        {
            sink(separator);
            sink(key.as_bytes());
            sink(b"=");
            sink(value.as_bytes());
            separator = b"\n";
        }
    }
}

/// Decodes `%XX`, and `+` as a space; borrows when there is nothing to decode.
fn decode(text: &str) -> Result<Cow<'_, str>, InitDataError> {
    if !text
        .bytes()
        .any(|b| matches!(b, b'%' | b'+' | b'\n' | b'\r' | b'\0'))
    {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next())? << 4 | hex_digit(bytes.next())?,
            plain => plain,
        };
        if matches!(byte, b'\n' | b'\r' | b'\0') {
            return Err(InitDataError::ForbiddenCharacter);
        }
        out.push(byte);
    }
    String::from_utf8(out)
        .ok()
        .map(Cow::Owned)
        .ok_or(InitDataError::BadEncoding)
}

fn hex_digit(byte: Option<u8>) -> Result<u8, InitDataError> {
    match byte {
        // The low half of a letter counts from one.
        Some(digit @ b'0'..=b'9') => Ok(digit & 15),
        Some(letter @ (b'a'..=b'f' | b'A'..=b'F')) => Ok((letter & 15).saturating_add(9)),
        Some(_) | None => Err(InitDataError::BadEncoding),
    }
}

/// Writes `text` so that [`decode`] gives it back: everything but RFC 3986's unreserved
/// characters as `%XX`.
pub(super) fn encode_into(out: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(DIGITS[usize::from(digit)]));
            }
        }
    }
}
