//! Making initData, for a local Telegram and for tests. Only who holds the token can.

use super::key::SecretKey;
use super::query::encode_into;
use super::user::User;
use torg_platform::Timestamp;

/// The raw initData that Telegram would hand to `user` at `auth_date`.
///
/// `extra` are further fields, not encoded: `start_param`, `query_id`, `signature` and so on;
/// all are covered by the hash. A field named twice, one of the names written here
/// (`user`, `auth_date`, `hash`), or a line break in a value give data that
/// [`super::verify()`] refuses.
pub fn sign(user: &User, auth_date: Timestamp, extra: &[(&str, &str)], key: &SecretKey) -> String {
    // A struct of numbers and strings always has a JSON form; an empty user would be refused.
    let user = serde_json::to_string(user).unwrap_or_default();
    let auth_date = auth_date.seconds().to_string();
    let mut fields = vec![("user", user.as_str()), ("auth_date", auth_date.as_str())];
    fields.extend_from_slice(extra);
    let mut raw = String::new();
    for (name, value) in &fields {
        encode_into(&mut raw, name);
        raw.push('=');
        encode_into(&mut raw, value);
        raw.push('&');
    }
    fields.sort_unstable();
    let lines: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    raw.push_str("hash=");
    raw.push_str(&key.hash_hex(&lines.join("\n")));
    raw
}
