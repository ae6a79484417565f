//! What an update is, before anything is done about it.

use super::Bot;
use super::market::{Act, Market};
use crate::api::{
    CallbackQuery, ChatKind, ChatMemberUpdated, Message, PreCheckoutQuery, Update, UpdateKind,
};
use std::sync::Arc;

/// What an update asks for.
#[derive(Clone)]
pub(super) enum Plan {
    /// Somebody did something in their private chat.
    Private(Box<Private>),
    /// Somebody is about to pay.
    Checkout(Box<PreCheckoutQuery>),
    /// Somebody wrote in a group.
    Group(Box<Message>),
    /// The bot was blocked, let in, added, removed.
    Member(Box<ChatMemberUpdated>),
    /// Nothing that the bot reacts to.
    Nothing,
}

/// An act in a private chat.
#[derive(Clone)]
pub(super) struct Private {
    pub(super) from: crate::api::User,
    /// When it happened, in seconds since 1970; unknown for presses.
    pub(super) date: Option<i64>,
    pub(super) what: What,
    /// The query to answer when a button was pressed, and the message with the button.
    pub(super) query: Option<(String, Option<i64>)>,
    /// The message that they reply to.
    pub(super) reply_to: Option<i64>,
}

/// What somebody did.
#[derive(Clone)]
pub(super) enum What {
    /// Something of the bot's own: the name of the command or button, and what follows it.
    Own(String, String),
    /// Something of a market's.
    Of(Arc<dyn Market>, Act),
    /// Wrote; whose it is depends on what is open.
    Said(String),
    /// Paid, or got Stars back.
    Money(Box<Message>),
    /// Sent something that is no text.
    Other,
    /// A button or command that nobody knows (any more).
    Unknown,
}

impl Bot {
    pub(super) fn plan(&self, update: Update) -> Plan {
        match update.kind {
            UpdateKind::Message(message) => self.plan_message(message),
            UpdateKind::CallbackQuery(query) => self.plan_press(&query),
            UpdateKind::PreCheckoutQuery(query) => Plan::Checkout(query),
            UpdateKind::MyChatMember(change) => Plan::Member(change),
            UpdateKind::EditedMessage(_)
            | UpdateKind::ChannelPost(_)
            | UpdateKind::EditedChannelPost(_)
            | UpdateKind::ChatMember(_)
            | UpdateKind::Other(_) => Plan::Nothing,
        }
    }

    fn plan_message(&self, message: Box<Message>) -> Plan {
        let Some(from) = message.from.clone().filter(|from| !from.is_bot) else {
            return Plan::Nothing;
        };
        match message.chat.kind {
            ChatKind::Private => {}
            ChatKind::Group | ChatKind::Supergroup => return Plan::Group(message),
            ChatKind::Channel | ChatKind::Other(_) => return Plan::Nothing,
        }
        let (date, reply_to) = (message.date, &message.reply_to_message);
        let reply_to = reply_to.as_ref().map(|replied| replied.message_id);
        let what = if message.successful_payment.is_some() || message.refunded_payment.is_some() {
            What::Money(message)
        } else {
            match message.text {
                Some(text) => self.plan_text(text),
                None => What::Other,
            }
        };
        Plan::Private(Box::new(Private {
            from,
            date: Some(date),
            what,
            query: None,
            reply_to,
        }))
    }

    fn plan_text(&self, text: String) -> What {
        let Some((name, args)) = command(&text) else {
            return What::Said(text);
        };
        if name == "start" && !args.is_empty() {
            let of = |market: &&Arc<dyn Market>| {
                market.links().iter().any(|prefix| args.starts_with(prefix))
            };
            return match self.0.markets.iter().find(of) {
                Some(market) => What::Of(market.clone(), Act::Link(args)),
                None => What::Own(name, args),
            };
        }
        if super::COMMANDS.contains(&name.as_str()) || name == "operators" {
            return What::Own(name, args);
        }
        let of = |market: &&Arc<dyn Market>| market.commands().contains(&name.as_str());
        match self.0.markets.iter().find(of) {
            Some(market) => What::Of(market.clone(), Act::Command { name, args }),
            None => What::Unknown,
        }
    }

    fn plan_press(&self, query: &CallbackQuery) -> Plan {
        let place = query.message.as_ref();
        if place.is_some_and(|message| message.chat.kind != ChatKind::Private) {
            return Plan::Nothing;
        }
        let data = query.data.as_deref().unwrap_or_default();
        let what = match data.split_once(':') {
            Some(("bot", data)) => {
                let (name, args) = data.split_once(':').unwrap_or((data, ""));
                What::Own(name.to_owned(), args.to_owned())
            }
            Some((name, data)) => match self.market(name) {
                Some(market) => What::Of(market.clone(), Act::Press(data.to_owned())),
                None => What::Unknown,
            },
            None => What::Unknown,
        };
        let message = place.map(|message| message.message_id);
        Plan::Private(Box::new(Private {
            from: query.from.clone(),
            date: None,
            what,
            query: Some((query.id.clone(), message)),
            reply_to: None,
        }))
    }
}

/// Name and arguments of a command: `/name args`, `/name@bot args`.
pub(super) fn command(text: &str) -> Option<(String, String)> {
    let text = text.strip_prefix('/')?;
    let (name, args) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = name.split('@').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| (name.to_ascii_lowercase(), args.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn commands_are_read_as_people_write_them() {
        let read = |text| command(text).map(|(name, args)| format!("{name}|{args}"));
        assert_eq!(read("/start").as_deref(), Some("start|"));
        assert_eq!(
            read("/Start@torg_bot order_1 ").as_deref(),
            Some("start|order_1")
        );
        assert_eq!(read("/new\nplumber").as_deref(), Some("new|plumber"));
        for text in ["start", "/", "/ new", "/путь", "//"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
