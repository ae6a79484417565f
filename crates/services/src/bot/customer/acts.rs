//! Buttons under a customer's order.

use super::view;
use crate::app::complete_order::{CompleteOrder, complete_order};
use crate::app::snapshot::{Snapshot, open_orders, open_takes, snapshot};
use crate::app::{close_order, delete_order, respond_order};
use crate::bot::executor;
use crate::bot::{Bot, by};
use crate::domain::{OrderId, Refusal, State};
use crate::error::Error;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;
use torg_telegram::messages;

/// Orders that `/orders` shows, of each side.
const SHOWN: i64 = 5;

/// The order, or 404; other people's are refused by the use cases.
pub(in crate::bot) fn order(tx: &mut Tx<'_>, id: &OrderId) -> Result<Snapshot> {
    let found = snapshot(tx, id)?;
    Ok(found.ok_or(Error::from(Refusal::OrderNotFound))?)
}

impl Bot {
    /// "I answered".
    pub(in crate::bot) fn answered(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        let cmd = respond_order::RespondOrder {
            order: id.clone(),
            by: by(talk),
            price: self.services.price(),
        };
        match respond_order::respond_order(tx, &cmd) {
            Ok(_) => talk.toast(self.words(talk).plain("toast.answered", &[])),
            // From an old button: the truth is shown all the same.
            Err(error) => self.old_button(tx, talk, error)?,
        }
        self.refresh_own(tx, talk, id)
    }

    /// The job is done: by the one named, or by the only one; otherwise asks by whom.
    pub(in crate::bot) fn done(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        executor: Option<UserId>,
    ) -> Result<()> {
        let found = order(tx, id)?;
        let several = found.takers.len() > 1 && executor.is_none();
        if several && found.order.customer == talk.user() && !is_over(&found) {
            let question = view::who_did_it(self.words(talk), &found);
            return talk.replace(tx, &question);
        }
        let cmd = CompleteOrder {
            order: id.clone(),
            by: by(talk),
            executor,
            price: self.services.price(),
        };
        match complete_order(tx, &cmd) {
            Ok(_) => talk.toast(self.words(talk).plain("toast.done", &[])),
            Err(error) => self.old_button(tx, talk, error)?,
        }
        self.refresh_own(tx, talk, id)
    }

    /// No longer needed: asks first, then takes it back or closes it.
    pub(in crate::bot) fn close(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        sure: bool,
    ) -> Result<()> {
        let found = order(tx, id)?;
        if !sure && found.order.customer == talk.user() && !is_over(&found) {
            let question = view::really_close(self.words(talk), &found);
            return talk.replace(tx, &question);
        }
        let (order, by, price) = (id.clone(), by(talk), self.services.price());
        let closed = match found.takers.is_empty() {
            true => delete_order::delete_order(tx, &delete_order::DeleteOrder { order, by, price }),
            false => close_order::close_order(tx, &close_order::CloseOrder { order, by, price }),
        };
        match closed {
            Ok(()) => talk.toast(self.words(talk).plain("toast.closed", &[])),
            Err(error) => self.old_button(tx, talk, error)?,
        }
        self.refresh_own(tx, talk, id)
    }

    /// What a refusal means for somebody who pressed a button that is out of date. Whatever is
    /// not a rule of the market goes on as it is.
    pub(in crate::bot) fn old_button(
        &self,
        _tx: &mut Tx<'_>,
        talk: &mut Talk,
        error: Error,
    ) -> Result<()> {
        match error.refusal() {
            Some(
                Refusal::AlreadyResponded
                | Refusal::OrderGone
                | Refusal::OrderLocked
                | Refusal::OrderNotTaken
                | Refusal::AlreadyReviewed
                | Refusal::AlreadyComplained,
            ) => {
                let text = self.words(talk).refusal(&error.into());
                talk.alert(text);
                Ok(())
            }
            Some(_) | None => Err(error.into()),
        }
    }

    /// Shows the order where the button was, if that message is about the whole order; what else
    /// there is to change follows from the order's event.
    pub(in crate::bot) fn refresh_own(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        let found = order(tx, id)?;
        if found.order.customer != talk.user() {
            return Ok(());
        }
        let about_order = match talk.pressed_key.as_deref() {
            Some(key) => key == view::key(id.as_str()) || key.starts_with("services.reply/"),
            None => true,
        };
        if !about_order {
            return self.drop_answered(tx, talk, id);
        }
        let content = view::timeline(self.words(talk), &self.links, &found);
        talk.replace(tx, &content)
    }

    /// Takes the button "I answered" away from a message that says more than that.
    fn drop_answered(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let Some(key) = &talk.pressed_key else {
            return Ok(());
        };
        let Some(mut content) = messages::content_of(tx, key)? else {
            return Ok(());
        };
        let pressed = view::answered(self.words(talk), id).action;
        for row in &mut content.buttons {
            row.retain(|button| button.action != pressed);
        }
        content.buttons.retain(|row| !row.is_empty());
        talk.replace(tx, &content)
    }

    /// The order as whoever opens it may see it.
    pub(in crate::bot) fn show_order(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        let found = order(tx, id)?;
        let content = self.seen_by(talk, &found);
        let Some(content) = content else {
            return Err(Error::from(Refusal::OrderNotFound).into());
        };
        talk.replace(tx, &content)
    }

    fn seen_by(&self, talk: &Talk, found: &Snapshot) -> Option<Content> {
        let (words, user) = (self.words(talk), talk.user());
        if found.order.customer == user {
            return Some(view::timeline(words, &self.links, found));
        }
        if let Some(taker) = found.taker(user) {
            return Some(executor::view::taken(words, found, taker));
        }
        match found.state {
            // Taken back: for nobody else to see.
            State::Deleted => None,
            State::Open
            | State::Taken
            | State::Answered
            | State::Expired
            | State::ExpiredWaiting
            | State::ExpiredAnswered
            | State::ClosedNoResponse
            | State::Completed => Some(match found.is_offered() {
                true => executor::view::offer(words, &self.links, found, self.services.price()),
                false => executor::view::offer_over(words, found),
            }),
        }
    }

    /// `/orders`: own orders and taken ones that are not over.
    pub(in crate::bot) fn orders(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let mut found = open_orders(tx, talk.user(), SHOWN)?;
        found.extend(open_takes(tx, talk.user(), SHOWN)?);
        found.retain(|order| !is_over(order));
        let words = self.words(talk);
        if found.is_empty() {
            let none = Content::html(words.say("orders.none", &[]))
                .row([words.press("button.new", "new")]);
            return talk.replace(tx, &none);
        }
        for order in found.iter().rev() {
            if let Some(content) = self.seen_by(talk, order) {
                talk.say(tx, &content)?;
            }
        }
        Ok(())
    }
}

/// Whether there is nothing more to do with it.
fn is_over(order: &Snapshot) -> bool {
    match order.state {
        State::Open
        | State::Taken
        | State::Answered
        | State::ExpiredWaiting
        | State::ExpiredAnswered => false,
        State::Expired | State::ClosedNoResponse | State::Completed | State::Deleted => true,
    }
}
