//! An order as executors see it: offered, taken, over. Only who has taken it sees the contact.

use crate::app::snapshot::{Snapshot, Taker};
use crate::bot::words::{Words, brief, minutes, press, short_name};
use crate::domain::{RefundKind, State};
use torg_platform::UserId;
use torg_platform::money::{Money, Rub};
use torg_telegram::content::{Button, Content};
use torg_telegram::links::Links;
use torg_telegram::texts;

/// Orders that one digest lists.
const LISTED: usize = 8;

/// Key of the message about this order to this executor: an offer at first, and what became of it.
pub(in crate::bot) fn key(order: &str, user: UserId) -> String {
    format!("services.take/{order}/{user}")
}

/// Key of the message that money came back.
pub(in crate::bot) fn refund_key(order: &str, user: UserId) -> String {
    format!("services.take/{order}/{user}/refund")
}

/// Key of the digest that begins with this order.
pub(in crate::bot) fn digest_key(order: &str, user: UserId) -> String {
    format!("services.digest/{order}/{user}")
}

/// An order that can be taken.
pub(in crate::bot) fn offer(
    words: Words,
    links: &Links,
    order: &Snapshot,
    price: Money<Rub>,
) -> Content {
    let (title, until) = (
        words.title(&order.order),
        texts::time(order.order.expires_at()),
    );
    let left = minutes(order.now, order.order.expires_at());
    let description = words.say(
        "order.description",
        &[("text", (&order.order.description).into())],
    );
    let terms = words.say(
        "offer.terms",
        &[("time", (&until).into()), ("n", left.into())],
    );
    let taken = match order.takers.len() {
        0 => String::new(),
        count => {
            let count = i64::try_from(count).unwrap_or_default();
            format!("\n{}", words.say("offer.taken", &[("count", count.into())]))
        }
    };
    let head = words.say("offer.head", &[]);
    Content::html(format!("{head}\n{title}\n{description}\n{terms}{taken}")).row([
        take(words, order, price, "button.take"),
        open(words, links, order),
    ])
}

fn take(words: Words, order: &Snapshot, price: Money<Rub>, key: &str) -> Button {
    let (cost, name) = (words.roubles(price), short_name(&order.order));
    let args = [("price", (&cost).into()), ("name", (&name).into())];
    // Whoever presses it agrees to this price and to no other.
    let data = format_args!("take:{}:{}", order.order.id, price.minor());
    press(words.plain(key, &args), data)
}

fn open(words: Words, links: &Links, order: &Snapshot) -> Button {
    let payload = format!("order_{}", order.order.id);
    let url = links
        .start_app(&payload)
        .unwrap_or_else(|| links.start(&payload));
    Button::url(words.plain("button.open", &[]), url)
}

/// An order that cannot be taken any more.
pub(in crate::bot) fn offer_over(words: Words, order: &Snapshot) -> Content {
    let title = words.title(&order.order);
    let why = match order.state {
        State::Open | State::Taken | State::Answered => "offer.full",
        State::Deleted if order.removed => "offer.removed",
        State::Deleted => "offer.deleted",
        State::Completed => "offer.completed",
        State::Expired
        | State::ExpiredWaiting
        | State::ExpiredAnswered
        | State::ClosedNoResponse => "offer.expired",
    };
    Content::html(format!("<s>{title}</s>\n{}", words.say(why, &[]))).silent()
}

/// Several orders at once. `orders` are those that can still be taken.
pub(in crate::bot) fn digest(words: Words, orders: &[Snapshot], price: Money<Rub>) -> Content {
    let count = i64::try_from(orders.len()).unwrap_or(i64::MAX);
    if orders.is_empty() {
        return Content::html(words.say("digest.empty", &[])).silent();
    }
    let mut text = words.say("digest.head", &[("n", count.into())]);
    let mut content = Content::html("");
    for order in orders.iter().take(LISTED) {
        let (title, about) = (words.title(&order.order), brief(&order.order.description));
        let until = texts::time(order.order.expires_at());
        let args = [
            ("title", torg_telegram::texts::Arg::Html(&title)),
            ("text", (&about).into()),
            ("time", (&until).into()),
        ];
        text.push_str("\n\n");
        text.push_str(&words.say("digest.order", &args));
        content = content.row([take(words, order, price, "button.take_one")]);
    }
    let rest = orders.len().saturating_sub(LISTED);
    if rest > 0 {
        let rest = i64::try_from(rest).unwrap_or(i64::MAX);
        text.push_str("\n\n");
        text.push_str(&words.say("digest.more", &[("n", rest.into())]));
    }
    content.text = text;
    content
}

/// An order that `taker` has taken, with its contact and what became of it.
pub(in crate::bot) fn taken(words: Words, order: &Snapshot, taker: &Taker) -> Content {
    let id = &order.order.id;
    let title = words.title(&order.order);
    let description = words.say(
        "order.description",
        &[("text", (&order.order.description).into())],
    );
    let mut text = format!("{title}\n{description}");
    let contact = order.contact_for(taker.user).map(|contact| contact.shown());
    if let Some(contact) = contact {
        text.push('\n');
        text.push_str(&words.say("taken.contact", &[("contact", contact.into())]));
    }
    text.push_str("\n\n");
    for (at, line) in steps(words, order, taker) {
        text.push_str(&format!("{} {line}\n", texts::time(at)));
    }
    if order.state.may_refund() {
        let due = texts::time(order.order.silent_at().unwrap_or(order.now));
        text.push('\n');
        text.push_str(&words.say("taken.rule", &[("time", (&due).into())]));
    }
    let mut content = Content::html(text.trim_end());
    if let Some(contact) = contact {
        let copy = Button::copy(words.plain("button.copy", &[]), contact);
        let chat = contact
            .strip_prefix('@')
            .map(|name| format!("https://t.me/{name}"))
            .map(|url| Button::url(words.plain("button.chat", &[]), url));
        content = content.row([Some(copy), chat].into_iter().flatten());
    }
    if order.may_talk() {
        let user = taker.user;
        content = content.row([words.press("button.write", format_args!("talk:{id}:{user}"))]);
    }
    content.row([words.press("button.complain", format_args!("complain:{id}"))])
}

/// What has happened since this executor took it, oldest first.
fn steps(words: Words, order: &Snapshot, taker: &Taker) -> Vec<(torg_platform::Timestamp, String)> {
    let price = words.roubles(taker.price);
    let price = [("price", (&price).into())];
    let mut steps = vec![(taker.taken_at, words.say("taken.paid", &price))];
    if let Some(at) = order.order.responded_at {
        steps.push((at, words.say("taken.answered", &[])));
    }
    if let Some(at) = taker.refunded_at {
        steps.push((at, words.say("taken.refunded", &price)));
    } else if let Some(at) = order.over_since() {
        let end = match order.state {
            State::Completed if order.order.completed_by == Some(taker.user) => "taken.done",
            State::Completed => "taken.done_by_other",
            State::Open
            | State::Taken
            | State::Answered
            | State::Expired
            | State::ExpiredWaiting
            | State::ExpiredAnswered
            | State::ClosedNoResponse
            | State::Deleted => "taken.over",
        };
        steps.push((at, words.say(end, &[])));
        if let Some(stars) = taker.stars.filter(|_| !taker.stars_hidden) {
            steps.push((at, words.say("taken.review", &[("stars", stars.into())])));
        }
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// The money for the order is back.
pub(in crate::bot) fn refunded(
    words: Words,
    order: &Snapshot,
    taker: &Taker,
    balance: Money<Rub>,
) -> Content {
    let (price, balance) = (words.roubles(taker.price), words.roubles(balance));
    let name = short_name(&order.order);
    let args = [
        ("price", (&price).into()),
        ("name", (&name).into()),
        ("balance", (&balance).into()),
    ];
    let key = match taker.refund_kind {
        None => "taken.money_back",
        Some(RefundKind::Removal) => "taken.money_back_removed",
        Some(RefundKind::Staff) => "taken.money_back_staff",
    };
    Content::html(words.say(key, &args))
}
