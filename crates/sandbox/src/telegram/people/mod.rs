//! What people do with their phones.

mod channels;
mod press;
mod talk;

use super::error::Refusal;
use super::world::{ChatId, World};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A bot by its id or its public name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum BotName {
    /// Its Telegram id.
    Id(i64),
    /// Its public name, with or without `@`.
    Name(String),
}

impl From<i64> for BotName {
    fn from(id: i64) -> Self {
        Self::Id(id)
    }
}

/// Something that a person does. Chats are named as the person sees them: the chat with a bot by
/// the bot's id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Act {
    /// Writes a message; a tap on a reply keyboard is one, too.
    #[serde(alias = "keyboard")]
    Send {
        /// Where.
        chat: i64,
        /// The text, without markup.
        text: String,
        /// A message that it answers.
        #[serde(default)]
        reply_to: Option<i64>,
    },
    /// Changes an own message, or a channel's post.
    Edit {
        /// Where.
        chat: i64,
        /// Which message.
        message: i64,
        /// The new text.
        text: String,
    },
    /// Deletes a message for everybody.
    Delete {
        /// Where.
        chat: i64,
        /// Which message.
        message: i64,
    },
    /// Has seen everything in a chat.
    Read {
        /// Where.
        chat: i64,
    },
    /// Taps a button below a message.
    Press {
        /// Where.
        chat: i64,
        /// Which message.
        message: i64,
        /// Row from 0.
        row: usize,
        /// Button of the row from 0.
        column: usize,
    },
    /// Starts a bot, perhaps by a deep link.
    Start {
        /// Which bot.
        bot: BotName,
        /// What the deep link says.
        #[serde(default)]
        payload: Option<String>,
    },
    /// Blocks a bot.
    Block {
        /// Which bot.
        bot: BotName,
    },
    /// Lets a bot write again.
    Unblock {
        /// Which bot.
        bot: BotName,
    },
    /// Opens a Mini App.
    OpenWebApp {
        /// Of which bot.
        bot: BotName,
        /// Its address; without one that of the menu button, or the main one.
        #[serde(default)]
        url: Option<String>,
        /// What a link's `startapp` says.
        #[serde(default)]
        start_param: Option<String>,
    },
    /// A Mini App that a button of a reply keyboard opened sends something to its bot.
    WebAppData {
        /// Which bot.
        bot: BotName,
        /// Text of the button.
        button_text: String,
        /// What it sends.
        data: String,
    },
    /// Taps a link in a text.
    Follow {
        /// The link.
        link: String,
    },
    /// Looks at an invoice.
    Invoice {
        /// `https://t.me/$…`
        link: String,
    },
    /// Pays: a link, or the invoice of a message.
    Pay {
        /// `https://t.me/$…`
        #[serde(default)]
        link: Option<String>,
        /// Where the invoice stands.
        #[serde(default)]
        chat: Option<i64>,
        /// The message that is an invoice.
        #[serde(default)]
        message: Option<i64>,
    },
    /// Gets Stars from nowhere.
    AddStars {
        /// How many.
        amount: i64,
    },
    /// Makes a channel.
    CreateChannel {
        /// Its title.
        title: String,
        /// Its public name.
        #[serde(default)]
        username: Option<String>,
    },
    /// Makes a group.
    CreateGroup {
        /// Its title.
        title: String,
        /// A supergroup instead of a basic group.
        #[serde(default)]
        supergroup: bool,
    },
    /// Posts in a channel.
    Post {
        /// Where.
        chat: i64,
        /// The text.
        text: String,
    },
    /// Brings somebody into a chat.
    AddMember {
        /// Where.
        chat: i64,
        /// A person or a bot.
        user: i64,
    },
    /// Gives somebody the rights of an administrator, or takes them.
    SetAdmin {
        /// Where.
        chat: i64,
        /// A person or a bot.
        user: i64,
        /// `can_post_messages` and so on; none takes all.
        rights: Option<Map<String, Value>>,
    },
    /// Puts somebody out of a chat, or leaves it.
    RemoveMember {
        /// Where.
        chat: i64,
        /// A person or a bot.
        user: i64,
    },
    /// Changes the language of their Telegram.
    Language {
        /// For example `ru`.
        language_code: String,
    },
}

pub(super) type Done = Result<Value, Refusal>;

impl World {
    /// Does what takes no time; paying does and is elsewhere.
    pub(super) fn act(&mut self, person: i64, act: Act) -> Done {
        if self.people.get(&person).is_none() {
            return Err(Refusal::unknown("person"));
        }
        match act {
            Act::Send {
                chat,
                text,
                reply_to,
            } => self.write(person, chat, &text, reply_to),
            Act::Post { chat, text } => self.write(person, chat, &text, None),
            Act::Edit {
                chat,
                message,
                text,
            } => self.rewrite(person, chat, message, &text),
            Act::Delete { chat, message } => self.delete(person, chat, message),
            Act::Read { chat } => self.read(person, chat),
            Act::Press {
                chat,
                message,
                row,
                column,
            } => self.press(person, chat, message, row, column),
            Act::Start { bot, payload } => self.start(person, &bot, payload.as_deref()),
            Act::Block { bot } => self.block(person, &bot, true),
            Act::Unblock { bot } => self.block(person, &bot, false),
            Act::OpenWebApp {
                bot,
                url,
                start_param,
            } => self.open_web_app(person, &bot, url, start_param),
            Act::WebAppData {
                bot,
                button_text,
                data,
            } => self.send_app_data(person, &bot, &button_text, &data),
            Act::Follow { link } => self.follow(person, &link),
            Act::Invoice { link } => self.look_at_invoice(person, &link),
            Act::Pay { .. } => Err(Refusal::new("takes_time", "paying waits for the bot")),
            Act::AddStars { amount } => self.add_stars(person, amount),
            Act::CreateChannel { title, username } => {
                self.create_channel(person, &title, username.as_deref())
            }
            Act::CreateGroup { title, supergroup } => self.create_group(person, &title, supergroup),
            Act::AddMember { chat, user } => self.add_member(person, chat, user),
            Act::SetAdmin { chat, user, rights } => {
                self.set_admin(person, chat, user, rights.as_ref())
            }
            Act::RemoveMember { chat, user } => self.remove_member(person, chat, user),
            Act::Language { language_code } => self.set_language(person, &language_code),
        }
    }

    /// The chat that a person means.
    fn chat_of(&self, person: i64, id: i64) -> Result<ChatId, Refusal> {
        let chat = if self.bots.get(&id).is_some() {
            ChatId::Private {
                bot: id,
                user: person,
            }
        } else {
            ChatId::Shared(id)
        };
        let room = self
            .chats
            .get(&chat)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        if room.status(person).is_in() || room.is_public() {
            Ok(chat)
        } else {
            Err(Refusal::unknown("chat"))
        }
    }

    /// The bot that a person means.
    fn bot_of(&self, bot: &BotName) -> Result<i64, Refusal> {
        let id = match bot {
            BotName::Id(id) => self.bots.get(id).map(|bot| bot.id),
            BotName::Name(name) => {
                let number = name.parse().ok().filter(|id| self.bots.get(id).is_some());
                number.or_else(|| self.bot_by_username(name.trim_start_matches('@')))
            }
        };
        id.ok_or_else(|| Refusal::unknown("bot"))
    }
}
