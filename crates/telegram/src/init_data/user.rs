//! The person in initData.

use serde::{Deserialize, Serialize};
use torg_platform::UserId;

/// Who opened the Mini App, as Telegram describes them. Fields that Telegram adds are ignored;
/// a field with a wrong type is refused. Names are chosen by the person: hostile text until
/// escaped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct User {
    /// Telegram's id, positive, up to 52 bits.
    pub id: UserId,
    /// First name; Telegram always sends one, but it may be blank.
    #[serde(default)]
    pub first_name: String,
    /// Last name, when they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Public name without `@`, when they have one; it can change and pass to somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Language of their Telegram, for example `ru` or `pt-br`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// Whether they pay for Telegram Premium.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_premium: bool,
    /// Whether they let the bot write to them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allows_write_to_pm: bool,
    /// Their picture, on a host of Telegram's choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

impl User {
    /// Somebody with an id and a first name and nothing else.
    pub fn new(id: UserId, first_name: impl Into<String>) -> Self {
        Self {
            id,
            first_name: first_name.into(),
            last_name: None,
            username: None,
            language_code: None,
            is_premium: false,
            allows_write_to_pm: false,
            photo_url: None,
        }
    }

    /// Reads the JSON of initData's `user`. `None` when it is not an object of this shape, the
    /// id is not positive, or a text contains NUL, which PostgreSQL cannot store.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        let user: Self = serde_json::from_str(json).ok()?;
        let texts = [
            &user.last_name,
            &user.username,
            &user.language_code,
            &user.photo_url,
        ];
        let nul = user.first_name.contains('\0')
            || texts.into_iter().flatten().any(|text| text.contains('\0'));
        (user.id.0 > 0 && !nul).then_some(user)
    }
}
