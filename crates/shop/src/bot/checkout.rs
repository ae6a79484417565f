//! Orders made in the chat: one tap, or an address first when something has to be brought.
//!
//! The name of an order stands on the button that makes it. The same update again, the button
//! pressed again, a second tap while the first is on its way: all of them name the same order,
//! and an order of a name is made once.

use super::ShopBot;
use super::press::{Press, Question, What, tail};
use super::say::{Say, cut};
use super::{by, order, outdated};
use crate::app::chat::{choose_coupon, coupon};
use crate::app::create_order::CreateOrder;
use crate::app::get_product::get_product;
use crate::app::order_once::order_once;
use crate::app::where_to::{cart_has_goods, is_goods, last_address};
use crate::domain::{LINES_MAX, NewOrder, NewOrderFields, OrderId, Wanted};
use torg_platform::db::Tx;
use torg_platform::{Error, Result, ids};
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;

/// How much of an address a button has room for.
const BUTTON_CHARS: usize = 40;

impl ShopBot {
    /// Makes an order, or asks first where it goes.
    pub(super) fn buy(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        what: &What,
        id: &OrderId,
    ) -> Result<()> {
        let has_goods = match what {
            What::Cart => cart_has_goods(tx, talk.user())?,
            What::Product(product, ..) => is_goods(tx, product)?,
        };
        if !has_goods || order::exists(tx, talk, id)? {
            return self.place(tx, talk, what, id, None);
        }
        // Nobody is asked for an address who cannot order.
        self.shop.gate().open(tx)?;
        let say = Say(talk.lang);
        let mut content = Content::html(say.html("checkout.where", &[]));
        if let Some((last, address)) = last_address(tx, talk.user())? {
            let address = cut(&address, BUTTON_CHARS);
            let to = Press::To(id.clone(), tail(&last));
            let args = [("address", (&address).into())];
            content = content.row([say.button("checkout.to_last", &args, &to)]);
        }
        let nowhere = Press::Nowhere(id.clone());
        content = content.row([say.button("checkout.nowhere", &[], &nowhere)]);
        talk.ask(tx, &Question::Address(what.clone(), id.clone()).write())?;
        talk.say(tx, &content)
    }

    /// Makes the order that the open question is about: to where the last one went, if that is
    /// still the one that the button names, or to nowhere.
    pub(super) fn buy_to(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        named: Option<&str>,
    ) -> Result<()> {
        if order::exists(tx, talk, id)? {
            talk.toast(Say(talk.lang).plain("checkout.made_before", &[]));
            return self.refresh(tx, talk, id);
        }
        let what = match talk.dialog.as_deref().and_then(Question::parse) {
            Some(Question::Address(what, of)) if of == *id => what,
            Some(_) | None => return Err(outdated()),
        };
        let Some(named) = named else {
            return self.place(tx, talk, &what, id, None);
        };
        match last_address(tx, talk.user())? {
            Some((last, address)) if tail(&last) == named => {
                self.place(tx, talk, &what, id, Some(&address))
            }
            Some(_) | None => self.buy(tx, talk, &what, id),
        }
    }

    /// Makes the order, once, and shows it.
    pub(super) fn place(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        what: &What,
        id: &OrderId,
        address: Option<&str>,
    ) -> Result<()> {
        let Some(cmd) = self.command_of(tx, talk, what, id, address)? else {
            return self.changed(tx, talk, what);
        };
        let (limit, counters) = (&self.shop.limits().create, &self.shop.metrics.counters);
        let (_order, is_new) = order_once(tx, &cmd, limit, counters)?;
        if talk.dialog.as_deref().and_then(Question::parse)
            == Some(Question::Address(what.clone(), id.clone()))
        {
            talk.end_dialog(tx)?;
        }
        let say = Say(talk.lang);
        talk.toast(say.plain(
            if is_new {
                "checkout.made"
            } else {
                "checkout.made_before"
            },
            &[],
        ));
        self.after_order(tx, talk, what)?;
        self.refresh(tx, talk, id)
    }

    /// The product was edited since the customer has looked at it: it is shown as it is now.
    fn changed(&self, tx: &mut Tx<'_>, talk: &mut Talk, what: &What) -> Result<()> {
        talk.alert(Say(talk.lang).plain("refusal.prices_changed", &[]));
        match what {
            What::Cart => self.show_cart(tx, talk, 0),
            What::Product(id, quantity, _) => self.card(tx, talk, id, *quantity),
        }
    }

    /// What stood there to order from: the card with the name of another order, the empty cart.
    fn after_order(&self, tx: &mut Tx<'_>, talk: &mut Talk, what: &What) -> Result<()> {
        if matches!(what, What::Cart) {
            choose_coupon(tx, talk.user(), None)?;
        }
        if talk.pressed_key.is_none() {
            return Ok(());
        }
        match what {
            What::Cart => self.show_cart(tx, talk, 0),
            What::Product(product, ..) => self.card(tx, talk, product, 1),
        }
    }

    /// The order with everything drawn that is left to chance; none when the product is another
    /// than the customer has seen. The unit may run again and draw anew: nothing of what was drawn
    /// has left it then.
    fn command_of(
        &self,
        tx: &mut Tx<'_>,
        talk: &Talk,
        what: &What,
        order_id: &OrderId,
        address: Option<&str>,
    ) -> Result<Option<CreateOrder>> {
        let (coupon, lines, seen) = match what {
            What::Cart => (coupon(tx, talk.user())?, Vec::new(), None),
            What::Product(id, quantity, version) => {
                let product = get_product(tx, id)?;
                // An order that was made before is not made again at any price.
                if product.version != *version && !order::exists(tx, talk, order_id)? {
                    return Ok(None);
                }
                let line = Wanted {
                    product: id.clone(),
                    quantity: *quantity,
                };
                (None, vec![line], Some(vec![product.price]))
            }
        };
        let fields = NewOrderFields {
            customer: Some(talk.user()),
            email: None,
            lines: &lines,
            address,
            coupon: coupon.as_ref().map(|code| code.as_str()),
            pay_with: None,
        };
        let new = match what {
            What::Cart => NewOrder::check_checkout(&fields),
            What::Product(..) => NewOrder::check(&fields),
        };
        let ctx = &self.shop.ctx;
        let now = tx.now();
        Ok(Some(CreateOrder {
            id: order_id.clone(),
            item_ids: (0..LINES_MAX)
                .map(|_| ids::uuid_v7(&ctx.rng, now).to_string())
                .collect(),
            by: by(talk),
            new: new.map_err(Error::malformed)?,
            seen,
            pay_with: self.shop.config.pay_with(),
            kept: self.shop.kept(),
            gate: self.shop.gate(),
        }))
    }
}
