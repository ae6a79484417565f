//! Orders of whoever talks: one message per order, edited along its timeline, and what its buttons
//! do.

use super::press::Press;
use super::say::Say;
use super::timeline::content;
use super::{ShopBot, by};
use crate::app::cancel_order::{CancelOrder, cancel_order};
use crate::app::get_order::{Reader, get_order};
use crate::app::pay_order::{PayOrder, pay_order};
use crate::app::state::Shop;
use crate::domain::{OrderId, PayWith, Refusal};
use crate::error::Error as ShopError;
use crate::events::view::OrderView;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId, ids};
use torg_telegram::bot::Talk;
use torg_telegram::messages;

/// Key of the one message about an order.
pub(super) fn key(id: &OrderId) -> String {
    format!("shop.order/{id}")
}

/// Whether the person has an order of this name.
pub(super) fn exists(tx: &mut Tx<'_>, talk: &Talk, id: &OrderId) -> Result<bool> {
    match get_order(tx, id, Reader::User(talk.user())) {
        Ok(order) => Ok(order.customer_id == Some(talk.user())),
        Err(error) if matches!(error.refusal(), Some(Refusal::OrderNotFound)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The order of its customer, with its keys.
pub(super) fn own(tx: &mut Tx<'_>, user: UserId, id: &OrderId) -> Result<OrderView> {
    let order = get_order(tx, id, Reader::User(user))?;
    if order.customer_id == Some(user) {
        return Ok(order);
    }
    Err(ShopError::from(Refusal::OrderNotFound).into())
}

/// Keeps the message about an order up to date.
pub(super) fn show(tx: &mut Tx<'_>, shop: &Shop, say: Say, order: &OrderView) -> Result<bool> {
    let Some(user) = order.customer_id else {
        return Ok(false);
    };
    let content = content(tx, shop, say, order)?;
    messages::show(tx, user, &key(&order.id), &content)
}

impl ShopBot {
    /// Brings the order's message up to date, and the one whose button was pressed, if that is
    /// another one that shows the order.
    pub(super) fn refresh(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let say = Say(talk.lang);
        let order = own(tx, talk.user(), id)?;
        show(tx, &self.shop, say, &order).map(drop)
    }

    /// After a button under the order itself.
    fn refresh_here(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        self.refresh(tx, talk, id)?;
        if talk.pressed_key.as_ref() == Some(&key(id)) {
            return Ok(());
        }
        self.show_order(tx, talk, id)
    }

    /// The order in the place of what was there: a copy that is not kept up to date, with the way
    /// back to the list.
    pub(super) fn show_order(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let say = Say(talk.lang);
        let order = own(tx, talk.user(), id)?;
        let copy = content(tx, &self.shop, say, &order)?;
        let back = say.button("order.list", &[], &Press::Purchases(None));
        talk.replace(tx, &copy.row([back]))
    }

    /// Came by a link to an order: its customer, or somebody of the staff from the operators' chat.
    pub(super) fn linked_order(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        if !exists(tx, talk, id)? {
            return Self::staff_order(tx, talk, id);
        }
        let order = own(tx, talk.user(), id)?;
        // The first time, its message comes to stand below; later it is far above.
        let is_known = messages::content_of(tx, &key(id))?.is_some();
        show(tx, &self.shop, Say(talk.lang), &order)?;
        if is_known {
            self.show_order(tx, talk, id)?;
        }
        Ok(())
    }

    /// Pays, or begins to.
    pub(super) fn pay(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        pay_with: PayWith,
    ) -> Result<()> {
        self.shop
            .check_pay_with(pay_with)
            .map_err(ShopError::from)?;
        let order = own(tx, talk.user(), id)?;
        let say = Say(talk.lang);
        if order.status.was_paid() {
            // Pressed twice: the first time has paid.
            talk.toast(say.plain("order.paid_before", &[]));
            return self.refresh_here(tx, talk, id);
        }
        let cmd = PayOrder {
            id: id.clone(),
            by: by(talk),
            reader: Reader::User(talk.user()),
            pay_with,
            payment_id: ids::random_token(&self.shop.ctx.rng, 24),
            gate: self.shop.gate(),
        };
        let (providers, counters) = (&self.shop.providers, &self.shop.metrics.counters);
        let (_order, payment) = pay_order(tx, &cmd, providers, counters)?;
        let key = match payment {
            Some(_) => "order.payment_begins",
            None => "order.paid_now",
        };
        talk.toast(say.plain(key, &[]));
        self.refresh_here(tx, talk, id)
    }

    /// Gives it up.
    pub(super) fn cancel(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        own(tx, talk.user(), id)?;
        let cmd = CancelOrder {
            id: id.clone(),
            by: by(talk),
            reader: Reader::User(talk.user()),
            may_refund: false,
        };
        cancel_order(tx, &cmd, &self.shop.metrics.counters)?;
        talk.toast(Say(talk.lang).plain("order.canceled_now", &[]));
        self.refresh_here(tx, talk, id)
    }
}
