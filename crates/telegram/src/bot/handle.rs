//! Does what an update asks for, in one unit of work.

use super::market::{Act, Market};
use super::person::{Met, meet};
use super::plan::{Plan, Private, What};
use super::talk::Talk;
use super::{Bot, refusal, texts};
use crate::api::{MemberStatus, PreCheckoutQuery};
use crate::content::Content;
use crate::intake::Received;
use crate::messages::{self, Terms};
use crate::stars::StarDesk;
use crate::store::{people, updates};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::Result;
use torg_platform::db::Tx;

/// Telegram forgets a pressed button after a while; so do we.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Telegram waits ten seconds for the answer to a checkout.
const CHECKOUT_WITHIN: Duration = Duration::from_secs(10);
/// Telegram takes no longer answer to a button.
const TOAST_CHARS: usize = 200;

/// Names the update in the audit trail.
fn request_id(which: Received) -> String {
    format!("telegram/{}/{}", which.bot_id, which.update_id)
}

impl Bot {
    /// Handles the update, unless that was done before. `limited`: the person does too much.
    pub(super) fn handle(
        &self,
        tx: &mut Tx<'_>,
        which: Received,
        plan: &Plan,
        limited: Option<Duration>,
    ) -> Result<()> {
        let Received { bot_id, update_id } = which;
        let stored = updates::lock(tx, bot_id, update_id)?;
        if stored.is_none_or(|stored| stored.handled_at.is_some()) {
            return Ok(());
        }
        match plan {
            Plan::Private(private) => self.private(tx, private, which, limited)?,
            Plan::Checkout(query) => self.checkout(tx, query, bot_id)?,
            Plan::Group(message) => self.group(tx, message, &request_id(which))?,
            Plan::Member(change) => {
                let is_out = match change.new_chat_member.status {
                    MemberStatus::Kicked | MemberStatus::Left => true,
                    MemberStatus::Creator
                    | MemberStatus::Administrator
                    | MemberStatus::Member
                    | MemberStatus::Restricted
                    | MemberStatus::Other(_) => false,
                };
                super::person::belongs(tx, change.chat.id, !is_out, change.date)?;
            }
            Plan::Nothing => {}
        }
        let now = tx.now();
        updates::handled(tx, bot_id, update_id, now)?;
        Ok(())
    }

    fn stars(&self, bot_id: i64) -> StarDesk {
        StarDesk::new(bot_id, self.0.payees.clone())
    }

    /// Refused or not, Telegram is told in time.
    fn checkout(&self, tx: &mut Tx<'_>, query: &PreCheckoutQuery, bot_id: i64) -> Result<()> {
        let lang = crate::people::language(tx, torg_platform::UserId(query.from.id))?;
        let refused = self.stars(bot_id).pre_checkout(tx, query)?;
        let params = match refused {
            None => json!({"pre_checkout_query_id": query.id, "ok": true}),
            Some(code) => {
                let message = refusal::of_code(lang, None, code);
                json!({"pre_checkout_query_id": query.id, "ok": false, "error_message": message})
            }
        };
        let key = format!("telegram.checkout/{}", query.id);
        let method = "answerPreCheckoutQuery";
        crate::calls::call(tx, &key, method, &params, CHECKOUT_WITHIN).map(drop)
    }

    fn private(
        &self,
        tx: &mut Tx<'_>,
        private: &Private,
        which: Received,
        limited: Option<Duration>,
    ) -> Result<()> {
        let Met {
            person,
            lang,
            welcome,
        } = meet(tx, private)?;
        let pressed = private.query.as_ref().and_then(|(_, message)| *message);
        let at = |tx: &mut Tx<'_>, place: Option<i64>| match place {
            Some(place) => crate::messages::key_at(tx, person.id, place),
            None => Ok(None),
        };
        let mut talk = Talk {
            lang,
            request_id: request_id(which),
            links: self.0.links.clone(),
            pressed_key: at(tx, pressed)?,
            reply_key: at(tx, private.reply_to)?,
            dialog: None,
            market: "telegram",
            pressed,
            said: 0,
            toast: None,
            person,
        };
        if let What::Money(message) = &private.what {
            // Money is taken whoever brings it.
            self.stars(which.bot_id).settled(tx, message)?;
        } else if !welcome {
            self.tell(tx, &mut talk, "blocked")?;
        } else if limited.is_some() {
            too_often(tx, &mut talk)?;
        } else {
            self.act(tx, &mut talk, &private.what)?;
        }
        if let Some((query, _)) = &private.query {
            answer(tx, query, talk.toast.take())?;
        }
        Ok(())
    }

    fn act(&self, tx: &mut Tx<'_>, talk: &mut Talk, what: &What) -> Result<()> {
        match what {
            What::Own(name, args) => self.own(tx, talk, name, args),
            What::Of(market, act) => self.of_market(tx, talk, market, act),
            What::Said(text) => self.said(tx, talk, text),
            What::Other => self.tell(tx, talk, "only_text"),
            What::Unknown => self.tell(tx, talk, "unknown"),
            What::Money(_) => Ok(()),
        }
    }

    /// A text belongs to the market of the message that it replies to, else to the open question.
    fn said(&self, tx: &mut Tx<'_>, talk: &mut Talk, text: &str) -> Result<()> {
        let of_reply = talk
            .reply_key
            .as_deref()
            .and_then(|key| key.split('.').next());
        if let Some(market) = of_reply.and_then(|name| self.market(name)).cloned() {
            return self.of_market(tx, talk, &market, &Act::Said(text.to_owned()));
        }
        let now = tx.now();
        let open = people::dialog(tx, talk.user(), now)?;
        match open.and_then(|open| self.market(&open.market).cloned()) {
            Some(market) => self.of_market(tx, talk, &market, &Act::Said(text.to_owned())),
            None => self.tell(tx, talk, "not_understood"),
        }
    }

    /// Lets the market act. What it refuses is undone and told; what is our own fault undoes the
    /// whole update.
    fn of_market(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        market: &Arc<dyn Market>,
        act: &Act,
    ) -> Result<()> {
        let now = tx.now();
        let open = people::dialog(tx, talk.user(), now)?;
        talk.market = market.name();
        talk.dialog = open
            .filter(|open| open.market == market.name())
            .map(|open| open.state);
        let before = (talk.said, talk.toast.clone());
        let done = tx.nested(|tx| market.act(tx, talk, act));
        let Err(error) = done else { return Ok(()) };
        if !refusal::is_refusal(&error) {
            return Err(error);
        }
        (talk.said, talk.toast) = before;
        let text = refusal::text(talk.lang, market.texts(), &error);
        if matches!(act, Act::Press(_)) && text.chars().count() <= TOAST_CHARS {
            talk.alert(text);
            return Ok(());
        }
        talk.say(tx, &Content::html(crate::texts::escape(&text)))
    }

    /// Says a text of the bot's own.
    pub(super) fn tell(&self, tx: &mut Tx<'_>, talk: &mut Talk, key: &str) -> Result<()> {
        let text = texts().say(talk.lang, &format!("bot.{key}"), &[]);
        match talk.pressed {
            Some(_) => {
                talk.alert(crate::texts::unescape(&text));
                Ok(())
            }
            None => talk.say(tx, &Content::html(text)),
        }
    }
}

/// Says so over the button, or once a minute in the chat: what was done comes to nothing.
fn too_often(tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
    let text = texts().plain(talk.lang, "refusal.too_many_requests", &[]);
    if talk.pressed.is_some() {
        talk.toast(text);
        return Ok(());
    }
    let (user, minute) = (talk.user(), tx.now().seconds().div_euclid(60));
    let key = format!("telegram.limited/{user}/{minute}");
    let content = Content::html(crate::texts::escape(&text));
    messages::send(tx, user, &key, &content, Terms::default()).map(drop)
}

/// Takes the clock off the button, with a word if there is one.
fn answer(tx: &mut Tx<'_>, query: &str, toast: Option<(String, bool)>) -> Result<()> {
    let params = match toast {
        None => json!({"callback_query_id": query}),
        Some((text, is_alert)) => {
            let text: String = text.chars().take(TOAST_CHARS).collect();
            json!({"callback_query_id": query, "text": text, "show_alert": is_alert})
        }
    };
    let key = format!("telegram.answer/{query}");
    crate::calls::call(tx, &key, "answerCallbackQuery", &params, ANSWER_WITHIN).map(drop)
}
