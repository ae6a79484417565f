//! Customer and executor write to each other through the bot. What one writes is shown to the
//! other with their role and the order, never with the name of their account, and is kept nowhere
//! but in that message.

use super::Bot;
use super::customer;
use super::question::Question;
use super::words::{Words, short_name};
use crate::app::relay::{self, Line};
use crate::domain::OrderId;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;
use torg_telegram::messages::{self, Terms};

impl Bot {
    /// Opens the line: what they write from now on goes to the other side.
    pub(super) fn open_line(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        executor: UserId,
    ) -> Result<()> {
        let line = relay::line(tx, talk.user(), id, executor)?;
        let words = self.words(talk);
        if !messages::can_reach(tx, line.other)? {
            talk.alert(words.plain("relay.unreachable", &[]));
            return Ok(());
        }
        Question::Relay(id.to_string(), executor).ask(tx, talk)?;
        let name = short_name(&line.order.order);
        let content = match line.is_customer {
            true => {
                let args = [("slot", line.slot.into()), ("name", (&name).into())];
                words.say("relay.to_executor", &args)
            }
            false => words.say("relay.to_customer", &[("name", (&name).into())]),
        };
        talk.say(tx, &Content::html(content))
    }

    /// Passes the text on.
    pub(super) fn pass_on(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        executor: UserId,
        text: &str,
    ) -> Result<()> {
        let line = relay::line(tx, talk.user(), id, executor)?;
        relay::admit(tx, talk.user(), text)?;
        let Some(words) = self.words_of(tx, line.other)? else {
            let text = self.words(talk).say("relay.unreachable", &[]);
            return talk.say(tx, &Content::html(text));
        };
        Question::Relay(id.to_string(), executor).ask(tx, talk)?;
        let key = format!("services.relay/{id}/{executor}/{}", talk.request_id);
        let content = passed(words, &line, text);
        let hint = line.is_customer && line.order.state.may_refund();
        let mine = hint.then(|| self.hint(talk, &line));
        // Both chats in the order of their ids, like everybody who writes to several.
        let first = mine.clone().filter(|_| talk.user() < line.other);
        if let Some((key, hint)) = first {
            messages::send(tx, talk.user(), &key, &hint, Terms::default())?;
        }
        messages::send(tx, line.other, &key, &content, Terms::default())?;
        if let Some((key, hint)) = mine.filter(|_| talk.user() > line.other) {
            messages::send(tx, talk.user(), &key, &hint, Terms::default())?;
        }
        Ok(())
    }

    /// Writing is no answer as far as the money goes: whoever has answered says so. Once per order.
    fn hint(&self, talk: &Talk, line: &Line) -> (String, Content) {
        let (words, id) = (self.words(talk), &line.order.order.id);
        let content = Content::html(words.say("relay.say_so", &[]))
            .row([customer::view::answered(words, id)]);
        (customer::view::hint_key(id.as_str()), content)
    }

    /// `/stop`.
    pub(super) fn stop(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let key = match Question::of(talk) {
            Some(Question::Relay(..)) => {
                talk.end_dialog(tx)?;
                "relay.stopped"
            }
            Some(Question::Draft(_) | Question::City(_) | Question::Comment(..)) | None => {
                "relay.nothing"
            }
        };
        let text = self.words(talk).say(key, &[]);
        talk.say(tx, &Content::html(text))
    }
}

/// The line that a reply to the message `key` goes to: that of a relayed text, or of an own take.
pub(super) fn line_of_reply(key: &str, user: UserId) -> Option<(OrderId, UserId)> {
    let mut parts = key.split('/');
    let kind = parts.next()?;
    let (order, executor) = (parts.next()?, parts.next()?);
    let executor = executor.parse().map(UserId).ok()?;
    let is_line = kind == "services.relay" || kind == "services.take" && executor == user;
    is_line.then_some((OrderId::parse(order)?, executor))
}

/// The text as the other side sees it.
fn passed(words: Words, line: &Line, text: &str) -> Content {
    let (order, executor) = (&line.order, line.executor);
    let id = &order.order.id;
    let name = short_name(&order.order);
    let args = |role| {
        [
            ("name", (&name).into()),
            ("slot", line.slot.into()),
            ("text", text.into()),
            ("role", role),
        ]
    };
    let role = match line.is_customer {
        true => words.say("relay.customer", &[]),
        false => words.say("relay.executor", &[("slot", line.slot.into())]),
    };
    let role = torg_telegram::texts::Arg::Html(&role);
    let content = Content::html(words.say("relay.message", &args(role)))
        .row([words.press("relay.reply", format_args!("talk:{id}:{executor}"))]);
    match !line.is_customer && order.state.may_refund() {
        true => content.row([customer::view::answered(words, id)]),
        false => content,
    }
}
