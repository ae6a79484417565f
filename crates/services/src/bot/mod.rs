//! The market in the chat: what people press and write becomes commands of the use cases, and
//! what happens to their orders becomes messages.
//!
//! Nothing is decided here. Everything that is shown is made from the order as it is, so a message
//! that is edited says the same as one that is sent anew.

mod balance;
mod city;
mod customer;
mod executor;
mod jobs;
mod notify;
mod question;
mod relay;
mod words;

pub(crate) use jobs::{Digest, Offer, Remind};
pub(crate) use notify::Notify;

use crate::app::By;
use crate::app::audiences;
use crate::app::state::Services;
use crate::domain::{OrderId, Refusal};
use crate::error::Error;
use question::Question;
use torg_platform::db::Tx;
use torg_platform::limits::Rule;
use torg_platform::{Result, UserId};
use torg_telegram::bot::{Act, Market, Talk};
use torg_telegram::broadcasts::Audience;
use torg_telegram::content::{Button, Content};
use torg_telegram::links::Links;
use torg_telegram::texts::{Lang, Texts};
use words::Words;

/// This market's part of the bot. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Bot {
    services: Services,
    links: Links,
}

/// `talk`, as the use cases know who does something.
fn by(talk: &Talk) -> By {
    By {
        user: talk.user(),
        request_id: talk.request_id.clone(),
    }
}

/// The order that a button or a link names.
fn order_id(text: &str) -> Result<OrderId, Error> {
    OrderId::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}

fn user_id(text: &str) -> Result<UserId, Error> {
    let id = text.parse().map(UserId);
    id.map_err(|_not_a_number| Refusal::ExecutorNotTaker.into())
}

impl Bot {
    /// The market's part of the bot.
    pub(crate) fn new(services: Services, links: Links) -> Self {
        Self { services, links }
    }

    fn words(&self, talk: &Talk) -> Words {
        Words(talk.lang)
    }

    fn pressed(&self, tx: &mut Tx<'_>, talk: &mut Talk, data: &str) -> Result<()> {
        let parts: Vec<&str> = data.split(':').collect();
        match *parts.as_slice() {
            ["new"] => self.new_order(tx, talk),
            ["new", ref rest @ ..] => self.draft_pressed(tx, talk, rest),
            ["repeat", id] => self.repeat(tx, talk, &order_id(id)?),
            ["star", id, who, stars] => self.star(tx, talk, &order_id(id)?, user_id(who)?, stars),
            ["silent"] => self.no_comment(tx, talk),
            ["talk", id, who] => self.open_line(tx, talk, &order_id(id)?, user_id(who)?),
            ["complain", id] => self.complain(tx, talk, &order_id(id)?),
            ["complain", id, reason] => self.complain_of(tx, talk, &order_id(id)?, reason),
            ["subscribe"] => self.subscription(tx, talk),
            ["sub", ref rest @ ..] => self.subscription_pressed(tx, talk, rest),
            ["topup", roubles] => self.top_up(tx, talk, roubles),
            ["orders"] => self.orders(tx, talk),
            ["order", id] => self.show_order(tx, talk, &order_id(id)?),
            ["take", id] => self.take(tx, talk, &order_id(id)?, None),
            ["take", id, price] => self.take(tx, talk, &order_id(id)?, price.parse().ok()),
            ["answered", id] => self.answered(tx, talk, &order_id(id)?),
            ["done", id] => self.done(tx, talk, &order_id(id)?, None),
            ["done", id, who] => self.done(tx, talk, &order_id(id)?, Some(user_id(who)?)),
            ["close", id] => self.close(tx, talk, &order_id(id)?, false),
            ["close", id, "yes"] => self.close(tx, talk, &order_id(id)?, true),
            _ => {
                // A button of another version of this program.
                talk.alert(self.words(talk).plain("toast.old_button", &[]));
                Ok(())
            }
        }
    }
}

impl Bot {
    /// A text: a reply to what the other side of an order wrote, or the answer to a question.
    fn said(&self, tx: &mut Tx<'_>, talk: &mut Talk, text: &str) -> Result<()> {
        let reply = talk.reply_key.as_deref();
        if let Some((id, executor)) = reply.and_then(|key| relay::line_of_reply(key, talk.user())) {
            return self.pass_on(tx, talk, &id, executor, text);
        }
        match Question::of(talk) {
            Some(Question::Draft(draft)) => self.draft_said(tx, talk, draft, text),
            Some(Question::City(_)) => self.city_said(tx, talk, text),
            Some(Question::Comment(id, who)) => self.comment(tx, talk, &order_id(&id)?, who, text),
            Some(Question::Relay(id, who)) => self.pass_on(tx, talk, &order_id(&id)?, who, text),
            None => {
                let text = self.words(talk).say("said.to_nobody", &[]);
                talk.say(tx, &Content::html(text))
            }
        }
    }
}

impl Market for Bot {
    fn name(&self) -> &'static str {
        words::NAME
    }

    fn texts(&self) -> &'static Texts {
        words::texts()
    }

    fn commands(&self) -> &'static [&'static str] {
        &["new", "orders", "subscribe", "stop"]
    }

    fn links(&self) -> &'static [&'static str] {
        &["order_"]
    }

    fn menu(&self, lang: Lang) -> Vec<Button> {
        let words = Words(lang);
        vec![
            words.press("button.new", "new"),
            words.press("button.orders", "orders"),
            words.press("button.subscribe", "subscribe"),
        ]
    }

    fn rule(&self, act: &Act) -> Option<Rule> {
        match act {
            Act::Press(data) if data.starts_with("take:") => Some(self.services.limits().take),
            Act::Press(data) if data == "new:post" => Some(self.services.limits().create),
            Act::Command { .. } | Act::Link(_) | Act::Press(_) | Act::Said(_) => None,
        }
    }

    fn act(&self, tx: &mut Tx<'_>, talk: &mut Talk, act: &Act) -> Result<()> {
        match act {
            Act::Command { name, .. } => match name.as_str() {
                "new" => self.new_order(tx, talk),
                "orders" => self.orders(tx, talk),
                "subscribe" => self.subscription(tx, talk),
                _ => self.stop(tx, talk),
            },
            Act::Link(payload) => {
                let id = payload.strip_prefix("order_").unwrap_or_default();
                self.show_order(tx, talk, &order_id(id)?)
            }
            Act::Press(data) => self.pressed(tx, talk, data),
            Act::Said(text) => self.said(tx, talk, text),
        }
    }

    fn balance(&self, tx: &mut Tx<'_>, talk: &Talk) -> Result<Option<(String, Vec<Button>)>> {
        self.balance_line(tx, talk).map(Some)
    }

    fn audience(
        &self,
        tx: &mut Tx<'_>,
        audience: Audience,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>> {
        audiences::of(tx, audience, after, limit)
    }

    fn settings(&self, lang: Lang) -> Vec<Button> {
        vec![Words(lang).press("button.subscribe", "subscribe")]
    }
}
