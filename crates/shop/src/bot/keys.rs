//! Keys of digital goods: to their buyer, in a message of their own, and nowhere else.

use super::order::own;
use super::press::Press;
use super::say::{Say, cut};
use super::timeline::number;
use super::{ShopBot, missing};
use crate::domain::OrderId;
use crate::events::view::OrderView;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};

/// Keys of a page: they may have 500 characters, and a message has 4096.
const PAGE: usize = 6;
/// How much of a product's name stands above its key.
const NAME_CHARS: usize = 60;
/// What a button can copy.
const COPY_CHARS: usize = 256;

/// Key of the message that comes with the payment.
pub(super) fn key(id: &OrderId) -> String {
    format!("shop.keys/{id}")
}

impl ShopBot {
    /// The keys of an order anew, or another page of them in place.
    pub(super) fn keys(
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        page: Option<usize>,
    ) -> Result<()> {
        let order = own(tx, talk.user(), id)?;
        let content = content(Say(talk.lang), &order, page.unwrap_or_default());
        let content = content.ok_or_else(|| missing("no_keys", "This order has no keys"))?;
        match page {
            Some(_) => talk.replace(tx, &content),
            None => talk.say(tx, &content),
        }
    }
}

/// The message with the keys of an order as its owner sees it; none when there are none. Hidden
/// until touched: people show their screens.
pub(super) fn content(say: Say, order: &OrderView, page: usize) -> Option<Content> {
    let all: Vec<(&str, &str)> = order
        .items
        .iter()
        .flat_map(|item| {
            item.keys
                .iter()
                .map(|key| (item.name.as_str(), key.as_str()))
        })
        .collect();
    let last = all.len().checked_sub(1)?.checked_div(PAGE)?;
    let page = page.min(last);
    let first = page.saturating_mul(PAGE);
    let number = number(&order.id);
    let mut lines = vec![say.html("keys.title", &[("number", (&number).into())])];
    let mut content = Content::html("");
    for (n, (name, key)) in (first.saturating_add(1)..).zip(all.iter().skip(first).take(PAGE)) {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let name = cut(name, NAME_CHARS);
        let args = [
            ("n", n.into()),
            ("name", (&name).into()),
            ("key", (*key).into()),
        ];
        lines.push(say.html("keys.line", &args));
        if key.chars().count() <= COPY_CHARS {
            let text = say.plain("keys.copy", &[("n", n.into())]);
            content = content.row([Button::copy(text, *key)]);
        }
    }
    let turn =
        |key: &str, to: usize| say.button(key, &[], &Press::Keys(order.id.clone(), Some(to)));
    let mut turns = Vec::new();
    if page > 0 {
        turns.push(turn("shelf.previous", page.saturating_sub(1)));
    }
    if page < last {
        turns.push(turn("shelf.next", page.saturating_add(1)));
    }
    content.text = lines.join("\n\n");
    Some(content.row(turns))
}
