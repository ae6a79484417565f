//! An order as its customer sees it: one message, edited along its timeline, with the buttons that
//! make sense where it is.

use super::press::Press;
use super::say::{Say, clock, cut, moment};
use super::{ShopBot, by};
use crate::app::cancel_order::{CancelOrder, cancel_order};
use crate::app::deliver::KEYS_HANDED;
use crate::app::get_order::{Reader, get_order};
use crate::app::open_checkout::open_checkout;
use crate::app::pay_order::{PayOrder, pay_order};
use crate::app::state::Shop;
use crate::domain::{Entry, OrderId, PayWith, Refusal, Status};
use crate::error::Error as ShopError;
use crate::events::view::OrderView;
use torg_platform::db::Tx;
use torg_platform::payments::Checkout;
use torg_platform::{Result, UserId, ids};
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};
use torg_telegram::messages;

/// Lines of an order that its message shows.
const LINES: usize = 15;
/// Steps of its history that its message shows, the last ones.
const STEPS: usize = 12;
/// How much of a name, a note or an address a line shows.
const CHARS: usize = 80;
const NOTE_CHARS: usize = 200;
/// Characters of an order's name that people read to each other.
const NUMBER: usize = 8;

/// Key of the one message about an order.
pub(super) fn key(id: &OrderId) -> String {
    format!("shop.order/{id}")
}

/// What an order is called among people: the end of its name, which differs between orders of one
/// moment.
pub(super) fn number(id: &OrderId) -> String {
    let from = id.as_str().len().saturating_sub(NUMBER);
    let number = id.as_str().get(from..).unwrap_or_default();
    number.to_uppercase()
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
        if !show(tx, &self.shop, Say(talk.lang), &order)? {
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
        };
        let (_order, payment) = pay_order(tx, &cmd, &self.shop.metrics.counters)?;
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

/// The message about an order. Keys of digital goods are never in it.
pub(super) fn content(
    tx: &mut Tx<'_>,
    shop: &Shop,
    say: Say,
    order: &OrderView,
) -> Result<Content> {
    let checkout = match order.pay_with {
        Some(way) if order.status == Status::PaymentPending => open_checkout(tx, &order.id, way)?,
        Some(_) | None => None,
    };
    let lines = [head(say, order), status(say, order), history(say, order)];
    let content = Content::html(lines.join("\n\n"));
    // Whoever has just pressed something looks at it; for the rest there are news.
    Ok(buttons(shop, say, order, checkout.as_ref(), content).silent())
}

/// What was ordered, where it goes, and what it costs.
pub(super) fn head(say: Say, order: &OrderView) -> String {
    let number = number(&order.id);
    let mut lines = vec![say.html("order.title", &[("number", (&number).into())])];
    for item in order.items.iter().take(LINES) {
        let name = cut(&item.name, CHARS);
        let total = item.price_snapshot.0.checked_mul(item.quantity);
        let total = say.sum(total.unwrap_or(item.price_snapshot.0));
        let args = [
            ("name", (&name).into()),
            ("quantity", item.quantity.into()),
            ("total", (&total).into()),
        ];
        lines.push(say.html("order.line", &args));
    }
    let more = order.items.len().saturating_sub(LINES);
    if more > 0 {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        lines.push(say.html("order.more", &[("n", more.into())]));
    }
    if let Some(code) = &order.coupon {
        let off = say.sum(order.discount.0);
        let args = [("code", code.into()), ("off", (&off).into())];
        lines.push(say.html("cart.discount", &args));
    }
    let total = say.sum(order.total.0);
    lines.push(say.html("order.total", &[("total", (&total).into())]));
    if order.refunded.0.is_positive() {
        let refunded = say.sum(order.refunded.0);
        lines.push(say.html("order.refunded", &[("sum", (&refunded).into())]));
    }
    if let Some(address) = &order.address {
        let address = cut(address, NOTE_CHARS);
        lines.push(say.html("order.address", &[("address", (&address).into())]));
    }
    lines.join("\n")
}

/// Where it is.
pub(super) fn status(say: Say, order: &OrderView) -> String {
    let until = clock(order.expires_at);
    let name = match order.status {
        Status::Fulfilled if only_keys(order) => "keys",
        other => other.as_str(),
    };
    say.html(&format!("status.{name}"), &[("until", (&until).into())])
}

/// Whether it was fulfilled by nothing but keys.
pub(super) fn only_keys(order: &OrderView) -> bool {
    order.timeline.iter().any(|entry| entry.note == KEYS_HANDED)
}

/// What has happened, oldest first.
pub(super) fn history(say: Say, order: &OrderView) -> String {
    // Made and reserved is one moment, and people know it as one.
    let steps: Vec<&Entry> = order
        .timeline
        .iter()
        .filter(|e| e.event != "created")
        .collect();
    let first = steps.len().saturating_sub(STEPS);
    let line = |entry: &&Entry| {
        let at = moment(entry.at);
        let text = say.html(&format!("event.{}", entry.event), &[]);
        let mut line = say.html(
            "order.step",
            &[
                ("at", (&at).into()),
                ("what", torg_telegram::texts::Arg::Html(&text)),
            ],
        );
        if let Some(note) = note(entry) {
            let note = cut(note, NOTE_CHARS);
            line.push_str(&say.html("order.note", &[("note", (&note).into())]));
        }
        line
    };
    let lines: Vec<String> = steps.iter().skip(first).map(line).collect();
    lines.join("\n")
}

/// What people have written about a step; the rest of the notes are the program's own words.
pub(super) fn note(entry: &Entry) -> Option<&str> {
    let by_people = ["fulfilled", "delivered", "refunded", "partly_refunded"];
    let is_told = by_people.contains(&&*entry.event) && entry.note != KEYS_HANDED;
    (is_told && !entry.note.is_empty()).then_some(&*entry.note)
}

fn buttons(
    shop: &Shop,
    say: Say,
    order: &OrderView,
    checkout: Option<&Checkout>,
    mut content: Content,
) -> Content {
    let id = &order.id;
    if order.status.is_open() {
        let url = checkout.and_then(|checkout| {
            let invoice = checkout.mini_app_invoice_url.as_ref();
            invoice.or(checkout.pay_url.as_ref())
        });
        if let Some(url) = url {
            let total = say.sum(order.total.0);
            let text = say.plain("order.pay_now", &[("total", (&total).into())]);
            content = content.row([Button::url(text, url)]);
        }
        let begun = order
            .pay_with
            .filter(|_| order.status == Status::PaymentPending);
        let ways = PayWith::ALL
            .into_iter()
            .filter(|way| shop.check_pay_with(*way).is_ok() && begun != Some(*way));
        let ways: Vec<Button> = ways
            .map(|way| {
                let key = format!("pay.{}", way.as_str());
                say.button(&key, &[], &Press::Pay(id.clone(), way))
            })
            .collect();
        for row in ways.chunks(2) {
            content = content.row(row.to_vec());
        }
        return content.row([say.button("order.cancel", &[], &Press::Cancel(id.clone()))]);
    }
    let mut row = Vec::new();
    if order.items.iter().any(|item| !item.keys.is_empty()) {
        row.push(say.button("order.keys", &[], &Press::Keys(id.clone(), None)));
    }
    row.push(say.button("order.again", &[], &Press::Again(id.clone())));
    content.row(row)
}
