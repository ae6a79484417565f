//! One's own orders, newest first.

use super::ShopBot;
use super::press::Press;
use super::say::Say;
use super::timeline::number;
use crate::app::list_orders::{list_orders, start};
use crate::domain::OrderId;
use crate::events::view::OrderView;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;

/// Orders of a page.
const PAGE: i64 = 6;

impl ShopBot {
    /// The person's orders after this one.
    pub(super) fn purchases(
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        after: Option<&OrderId>,
    ) -> Result<()> {
        let say = Say(talk.lang);
        let place = match after {
            None => start(),
            Some(id) => {
                let order = super::order::own(tx, talk.user(), id)?;
                (order.created_at, order.id.to_string())
            }
        };
        let (orders, next) = list_orders(tx, Some(talk.user()), None, &place, PAGE)?;
        if orders.is_empty() && after.is_none() {
            let none = Content::html(say.html("mine.empty", &[]));
            return talk.replace(tx, &none.row([say.button("shelf.all", &[], &Press::Shelf)]));
        }
        let mut content = Content::html(say.html("mine.title", &[]));
        for order in &orders {
            content = content.row([button(say, order)]);
        }
        let mut turns = Vec::new();
        if after.is_some() {
            turns.push(say.button("mine.newest", &[], &Press::Purchases(None)));
        }
        if let Some(last) = orders.last().filter(|_| next.is_some()) {
            let to = Press::Purchases(Some(last.id.clone()));
            turns.push(say.button("mine.older", &[], &to));
        }
        talk.replace(tx, &content.row(turns))
    }
}

fn button(say: Say, order: &OrderView) -> torg_telegram::content::Button {
    let (number, at) = (
        number(&order.id),
        torg_telegram::texts::day_and_time(order.created_at),
    );
    let total = say.sum(order.total.0);
    let status = say.plain(&format!("mine.{}", order.status.as_str()), &[]);
    let args = [
        ("number", (&number).into()),
        ("at", (&at).into()),
        ("total", (&total).into()),
        ("status", (&status).into()),
    ];
    say.button("mine.line", &args, &Press::Order(order.id.clone()))
}
