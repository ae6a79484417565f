//! Bots and what they have set.

use super::{ChatId, Person, World};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A bot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::telegram) struct Bot {
    pub(in crate::telegram) id: i64,
    pub(in crate::telegram) token: String,
    pub(in crate::telegram) username: String,
    /// Name by language; the one without a language has the empty key.
    pub(in crate::telegram) names: BTreeMap<String, String>,
    pub(in crate::telegram) descriptions: BTreeMap<String, String>,
    pub(in crate::telegram) short_descriptions: BTreeMap<String, String>,
    /// Commands by scope and language: `default`, `chat:5`, `member:-7:5` and so on.
    pub(in crate::telegram) commands: BTreeMap<String, BTreeMap<String, Commands>>,
    /// Menu buttons by person; the default one has the key 0.
    pub(in crate::telegram) menu_buttons: BTreeMap<i64, Value>,
    /// Address of the main Mini App, and of others by their short names.
    pub(in crate::telegram) web_app: Option<String>,
    pub(in crate::telegram) apps: BTreeMap<String, String>,
    /// Kinds of updates that it gets; without a list, the usual ones.
    pub(in crate::telegram) allowed_updates: Option<BTreeSet<String>>,
    pub(in crate::telegram) webhook: Option<Webhook>,
    /// The last update's id.
    pub(in crate::telegram) last_update: i64,
    /// Its Stars.
    pub(in crate::telegram) stars: i64,
    /// Whether it gets everything that is written in groups.
    pub(in crate::telegram) reads_groups: bool,
}

/// A list of commands: name and description.
pub(in crate::telegram) type Commands = Vec<(String, String)>;

/// Where its updates are sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::telegram) struct Webhook {
    pub(in crate::telegram) url: String,
    pub(in crate::telegram) secret_token: Option<String>,
    pub(in crate::telegram) max_connections: u32,
    pub(in crate::telegram) ip_address: Option<String>,
    pub(in crate::telegram) last_error: Option<(i64, String)>,
}

impl Bot {
    /// The Bot API's `User`.
    pub(in crate::telegram) fn user(&self) -> Value {
        json!({
            "id": self.id,
            "is_bot": true,
            "first_name": self.name(""),
            "username": self.username,
        })
    }

    /// Its name in a language.
    pub(in crate::telegram) fn name(&self, language: &str) -> &str {
        localized(&self.names, language)
    }

    /// The menu button that a person sees.
    pub(in crate::telegram) fn menu_button(&self, person: i64) -> Value {
        let own = self.menu_buttons.get(&person);
        let own = own.filter(|button| button.get("type") != Some(&json!("default")));
        let button = own.or_else(|| self.menu_buttons.get(&0)).cloned();
        button.unwrap_or_else(|| json!({ "type": "commands" }))
    }

    /// Address of a Mini App by its short name, or of the main one.
    pub(in crate::telegram) fn app(&self, name: Option<&str>, person: i64) -> Option<String> {
        let named = name.and_then(|name| self.apps.get(name)).cloned();
        let menu = || {
            let button = self.menu_button(person);
            let url = button.pointer("/web_app/url")?.as_str()?;
            Some(url.to_owned())
        };
        named.or_else(|| self.web_app.clone()).or_else(menu)
    }

    /// Commands that a person sees in a chat: the narrowest scope that has any, and in it the
    /// person's language before none (core.telegram.org/bots/api#determining-list-of-commands).
    pub(in crate::telegram) fn commands_for(
        &self,
        chat: ChatId,
        person: &Person,
        admin: bool,
    ) -> Commands {
        let id = person.id;
        let scopes = match chat {
            ChatId::Private { .. } => vec![
                format!("chat:{id}"),
                "all_private_chats".to_owned(),
                "default".to_owned(),
            ],
            ChatId::Shared(chat) => {
                let mut scopes = vec![format!("chat_member:{chat}:{id}")];
                if admin {
                    scopes.push(format!("chat_administrators:{chat}"));
                }
                scopes.push(format!("chat:{chat}"));
                if admin {
                    scopes.push("all_chat_administrators".to_owned());
                }
                scopes.push("all_group_chats".to_owned());
                scopes.push("default".to_owned());
                scopes
            }
        };
        let language = person.language();
        let lists = scopes.iter().filter_map(|scope| self.commands.get(scope));
        let mut found = lists.filter_map(|by| by.get(language).or_else(|| by.get("")));
        found.next().cloned().unwrap_or_default()
    }
}

/// The text in a language, or the one without a language.
pub(in crate::telegram) fn localized<'a>(
    texts: &'a BTreeMap<String, String>,
    language: &str,
) -> &'a str {
    let found = texts.get(language).or_else(|| texts.get(""));
    found.map(String::as_str).unwrap_or_default()
}

impl World {
    /// The bot with this token.
    pub(in crate::telegram) fn bot_by_token(&self, token: &str) -> Option<i64> {
        let mut bots = self.bots.values();
        bots.find(|bot| bot.token == token).map(|bot| bot.id)
    }

    /// The bot with this public name.
    pub(in crate::telegram) fn bot_by_username(&self, name: &str) -> Option<i64> {
        let mut bots = self.bots.values();
        let found = bots.find(|bot| bot.username.eq_ignore_ascii_case(name));
        found.map(|bot| bot.id)
    }

    /// The bots as a person sees them.
    pub(in crate::telegram) fn bot_cards(&self, person: &Person) -> Value {
        let card = |bot: &Bot| {
            let chat = ChatId::Private {
                bot: bot.id,
                user: person.id,
            };
            let commands = bot.commands_for(chat, person, false);
            let commands: Vec<Value> = commands
                .into_iter()
                .map(|(command, description)| {
                    json!({ "command": command, "description": description })
                })
                .collect();
            let language = person.language();
            let mut card = json!({
                "id": bot.id,
                "username": bot.username,
                "first_name": bot.name(language),
                "menu_button": bot.menu_button(person.id),
                "commands": commands,
            });
            let description = localized(&bot.descriptions, language);
            if let (false, Some(fields)) = (description.is_empty(), card.as_object_mut()) {
                fields.insert("description".to_owned(), json!(description));
            }
            card
        };
        self.bots.values().map(card).collect()
    }

    /// Tells everybody that a bot looks different now.
    pub(in crate::telegram) fn tell_bots(&mut self) {
        let cards: Vec<(i64, Value)> = self
            .people
            .values()
            .map(|person| (person.id, self.bot_cards(person)))
            .collect();
        for (person, bots) in cards {
            self.tell(person, "bots", json!({ "bots": bots }));
        }
    }
}
