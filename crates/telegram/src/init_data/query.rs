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
    let decoded = if text.contains(['%', '+']) {
        let mut bytes = text.bytes();
        let mut out = Vec::with_capacity(text.len());
        while let Some(byte) = bytes.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => hex_digit(bytes.next())? << 4 | hex_digit(bytes.next())?,
                plain => plain,
            });
        }
        let text = String::from_utf8(out);
        Cow::Owned(text.ok().ok_or(InitDataError::BadEncoding)?)
    } else {
        Cow::Borrowed(text)
    };
    if decoded.contains(['\n', '\r', '\0']) {
        return Err(InitDataError::ForbiddenCharacter);
    }
    Ok(decoded)
}

fn hex_digit(byte: Option<u8>) -> Result<u8, InitDataError> {
    byte.and_then(|b| char::from(b).to_digit(16))
        .and_then(|digit| u8::try_from(digit).ok())
        .ok_or(InitDataError::BadEncoding)
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
