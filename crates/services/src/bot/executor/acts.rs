//! Buttons of executors.

use super::view;
use crate::app::offers;
use crate::app::take_order::{TakeOrder, take_order};
use crate::bot::customer::acts::order;
use crate::bot::{Bot, by};
use crate::domain::{OrderId, Refusal};
use crate::error::Error;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_platform::money::Money;
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;
use torg_telegram::messages;
use torg_telegram::texts::Arg;

impl Bot {
    /// One tap takes: the price stands on the button.
    pub(in crate::bot) fn take(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        seen: Option<i64>,
    ) -> Result<()> {
        let cmd = TakeOrder {
            order: id.clone(),
            by: by(talk),
            price: self.services.price(),
            seen: seen.map(Money::from_minor),
            gate: self.services.gate(),
        };
        let words = self.words(talk);
        match take_order(tx, &cmd) {
            Ok(taken) => {
                if taken.charged {
                    tx.count(&self.services.metrics.orders_taken);
                    tx.count(&self.services.metrics.balance_transactions("take"));
                    let balance = words.roubles(crate::app::get_me::balance(tx, talk.user())?);
                    let args = [("balance", (&balance).into())];
                    talk.toast(words.plain("toast.taken", &args));
                }
                self.show_taken(tx, talk, id)
            }
            Err(error) => match error.refusal() {
                Some(Refusal::OrderFull | Refusal::OrderGone | Refusal::PriceChanged { .. }) => {
                    talk.alert(words.refusal(&error.into()));
                    self.refresh_offer(tx, talk, id)
                }
                Some(Refusal::InsufficientBalance { .. }) => {
                    talk.alert(words.refusal(&error.into()));
                    self.offer_top_up(tx, talk)
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }

    /// The contact, in the message that follows the order from now on.
    fn show_taken(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let (words, user) = (self.words(talk), talk.user());
        let found = order(tx, id)?;
        let Some(taker) = found.taker(user) else {
            return Err(Error::from(Refusal::NotTakenByYou).into());
        };
        let (key, content) = (
            view::key(id.as_str(), user),
            view::taken(words, &found, taker),
        );
        let was_told = messages::content_of(tx, &key)?.is_some();
        messages::show(tx, user, &key, &content)?;
        match self.digest_of(talk) {
            _ if talk.pressed_key.as_ref() == Some(&key) => Ok(()),
            Some(first) => self.refresh_digest(tx, talk, &first),
            // The message that follows the order stands further up: it is here, too.
            None if was_told => talk.replace(tx, &content),
            None => {
                let title = words.title(&found.order);
                let below = words.say("taken.below", &[("title", Arg::Html(&title))]);
                talk.replace(tx, &Content::html(below))
            }
        }
    }

    /// The offer that was pressed says what is so now.
    fn refresh_offer(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        if let Some(first) = self.digest_of(talk) {
            return self.refresh_digest(tx, talk, &first);
        }
        let found = order(tx, id)?;
        let (words, price) = (self.words(talk), self.services.price());
        let content = match found.is_offered() {
            true => view::offer(words, &self.links, &found, price),
            false => view::offer_over(words, &found),
        };
        talk.replace(tx, &content)
    }

    /// First order of the digest whose button was pressed.
    fn digest_of(&self, talk: &Talk) -> Option<String> {
        let rest = talk
            .pressed_key
            .as_deref()?
            .strip_prefix("services.digest/")?;
        rest.split('/').next().map(str::to_owned)
    }

    fn refresh_digest(&self, tx: &mut Tx<'_>, talk: &mut Talk, first: &str) -> Result<()> {
        let orders = offers::digest(tx, talk.user(), first)?;
        let content = view::digest(self.words(talk), &orders, self.services.price());
        talk.replace(tx, &content)
    }
}
