//! People who use the local Telegram.

use super::World;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Somebody with a phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Person {
    pub(in crate::telegram) id: i64,
    pub(in crate::telegram) first_name: String,
    pub(in crate::telegram) last_name: Option<String>,
    pub(in crate::telegram) username: Option<String>,
    pub(in crate::telegram) language_code: String,
    /// What they do in the demo; no right follows from it.
    pub(in crate::telegram) hint: String,
    /// Their Stars.
    pub(in crate::telegram) stars: i64,
}

impl Person {
    /// The Bot API's `User`.
    pub(in crate::telegram) fn user(&self) -> Value {
        let mut user = json!({
            "id": self.id,
            "is_bot": false,
            "first_name": self.first_name,
            "language_code": self.language_code,
        });
        self.names(&mut user);
        user
    }

    /// As the page of the phone gets them, without the Stars.
    pub(in crate::telegram) fn card(&self) -> Value {
        let mut card = json!({
            "id": self.id,
            "first_name": self.first_name,
            "language_code": self.language_code,
        });
        self.names(&mut card);
        card
    }

    fn names(&self, into: &mut Value) {
        let Some(fields) = into.as_object_mut() else {
            return;
        };
        if let Some(last) = &self.last_name {
            fields.insert("last_name".to_owned(), json!(last));
        }
        if let Some(username) = &self.username {
            fields.insert("username".to_owned(), json!(username));
        }
    }

    /// `ru` of `ru-RU`.
    pub(in crate::telegram) fn language(&self) -> &str {
        self.language_code
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
    }
}

impl World {
    /// The `User` with this id, bot or person; a bare one for somebody who is gone.
    pub(in crate::telegram) fn user(&self, id: i64) -> Value {
        if let Some(person) = self.people.get(&id) {
            return person.user();
        }
        if let Some(bot) = self.bots.get(&id) {
            return bot.user();
        }
        json!({ "id": id, "is_bot": false, "first_name": "" })
    }

    /// Somebody's id by their public name, without `@`.
    pub(in crate::telegram) fn by_username(&self, name: &str) -> Option<i64> {
        let same = |other: &str| other.eq_ignore_ascii_case(name);
        let person = self
            .people
            .values()
            .find(|person| person.username.as_deref().is_some_and(same))
            .map(|person| person.id);
        person.or_else(|| self.bot_by_username(name))
    }
}
