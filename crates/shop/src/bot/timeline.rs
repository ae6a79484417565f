//! What an order looks like in a message.

use super::press::Press;
use super::say::{Say, cut};
use crate::app::deliver::KEYS_HANDED;
use crate::app::open_checkout::open_checkout;
use crate::app::state::Shop;
use crate::domain::{Entry, OrderId, PayWith, Status};
use crate::events::view::OrderView;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_platform::payments::Checkout;
use torg_telegram::content::{Button, Content};
use torg_telegram::texts::Arg;

/// Lines of an order that its message shows.
const LINES: usize = 15;
/// Steps of its history that its message shows, the last ones.
const STEPS: usize = 12;
/// How much of a name, a note or an address a line shows.
const CHARS: usize = 80;
const NOTE_CHARS: usize = 200;
/// Characters of an order's name that people read to each other.
const NUMBER: usize = 8;

/// What an order is called among people: the end of its name, which differs between orders of one
/// moment.
pub(super) fn number(id: &OrderId) -> String {
    let from = id.as_str().len().saturating_sub(NUMBER);
    let number = id.as_str().get(from..).unwrap_or_default();
    number.to_uppercase()
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
    let until = torg_telegram::texts::time(order.expires_at);
    let is_keys = order.status == Status::Fulfilled && only_keys(order);
    let name = if is_keys {
        "keys"
    } else {
        order.status.as_str()
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
        let at = torg_telegram::texts::day_and_time(entry.at);
        let text = if entry.note == KEYS_HANDED {
            say.html("event.keys", &[])
        } else {
            say.html(&format!("event.{}", entry.event), &[])
        };
        let mut line = say.html(
            "order.step",
            &[("at", (&at).into()), ("what", Arg::Html(&text))],
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
