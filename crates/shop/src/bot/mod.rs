//! The shop in the chat: products, the cart, orders along their timeline, and what the staff does
//! with them. Everything goes through the use cases that the API goes through.

mod cart;
mod catalogue;
mod checkout;
mod keys;
mod notify;
mod order;
mod press;
mod purchases;
mod say;
mod staff;
mod timeline;

pub(crate) use notify::Notify;

use crate::app::audiences;
use crate::app::state::Shop;
use crate::domain::{OrderId, ProductId};
use press::{Press, Question};
use say::{Say, texts};
use torg_platform::audit::By;
use torg_platform::db::Tx;
use torg_platform::{Error, Kind, Result, UserId};
use torg_telegram::bot::{Act, Market, Talk};
use torg_telegram::broadcasts::Audience;
use torg_telegram::content::{Button, Content};
use torg_telegram::texts::{Lang, Texts};

/// Deep links to a product and to an order: 44 and 45 characters of the 64 that there are.
const PRODUCT_LINK: &str = "product_";
const PURCHASE_LINK: &str = "purchase_";

/// The shop's part of the bot.
#[derive(Debug, Clone)]
pub(crate) struct ShopBot {
    pub(crate) shop: Shop,
}

impl Market for ShopBot {
    fn name(&self) -> &'static str {
        "shop"
    }

    fn texts(&self) -> &'static Texts {
        texts()
    }

    fn commands(&self) -> &'static [&'static str] {
        &["shop", "cart", "purchases"]
    }

    fn links(&self) -> &'static [&'static str] {
        &[PRODUCT_LINK, PURCHASE_LINK]
    }

    fn menu(&self, lang: Lang) -> Vec<Button> {
        let say = Say(lang);
        vec![
            say.button("menu.shop", &[], &Press::Shelf),
            say.button("menu.cart", &[], &Press::Cart(0)),
            say.button("menu.purchases", &[], &Press::Purchases(None)),
        ]
    }

    fn act(&self, tx: &mut Tx<'_>, talk: &mut Talk, act: &Act) -> Result<()> {
        match act {
            Act::Command { name, args } => self.command(tx, talk, name, args),
            Act::Link(payload) => self.link(tx, talk, payload),
            Act::Press(data) => match Press::parse(data) {
                Some(press) => self.press(tx, talk, press),
                None => Err(outdated()),
            },
            Act::Said(text) => self.said(tx, talk, text),
        }
    }

    fn audience(
        &self,
        tx: &mut Tx<'_>,
        audience: Audience,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>> {
        audiences::of(tx, audience, after, limit)
    }
}

impl ShopBot {
    fn command(&self, tx: &mut Tx<'_>, talk: &mut Talk, name: &str, args: &str) -> Result<()> {
        match name {
            "cart" => self.show_cart(tx, talk, 0),
            "purchases" => Self::purchases(tx, talk, None),
            // `/shop words` looks for them at once.
            _ if !args.is_empty() => Self::search(tx, talk, args),
            _ => Self::shelf(tx, talk),
        }
    }

    fn link(&self, tx: &mut Tx<'_>, talk: &mut Talk, payload: &str) -> Result<()> {
        let product = payload.strip_prefix(PRODUCT_LINK).map(ProductId::parse);
        if let Some(id) = product {
            let id = id.ok_or_else(|| missing("product_not_found", "Product not found"))?;
            return self.card(tx, talk, &id, 1);
        }
        let order = payload.strip_prefix(PURCHASE_LINK).and_then(OrderId::parse);
        let order = order.ok_or_else(|| missing("order_not_found", "Order not found"))?;
        self.linked_order(tx, talk, &order)
    }

    fn press(&self, tx: &mut Tx<'_>, talk: &mut Talk, press: Press) -> Result<()> {
        match press {
            Press::Shelf => Self::shelf(tx, talk),
            Press::Next(scope, id) => Self::turn(tx, talk, scope, &id, true),
            Press::Previous(scope, id) => Self::turn(tx, talk, scope, &id, false),
            Press::Categories => Self::categories(tx, talk),
            Press::Category(id) => Self::category(tx, talk, &id),
            Press::Find => Self::ask_what(tx, talk),
            Press::Card(id, quantity) => self.card(tx, talk, &id, quantity),
            Press::Put(id, quantity) => self.put(tx, talk, &id, quantity),
            Press::Buy(what, id) => self.buy(tx, talk, &what, &id),
            Press::To(id, tail) => self.buy_to(tx, talk, &id, Some(&tail)),
            Press::Nowhere(id) => self.buy_to(tx, talk, &id, None),
            Press::Cart(page) => self.show_cart(tx, talk, page),
            Press::Line(id, quantity, page) => self.set_line(tx, talk, &id, quantity, page),
            Press::Agree => self.agree(tx, talk),
            Press::Coupon => Self::ask_coupon(tx, talk),
            Press::NoCoupon => self.drop_coupon(tx, talk),
            Press::Order(id) => self.show_order(tx, talk, &id),
            Press::Pay(id, way) => self.pay(tx, talk, &id, way),
            Press::Cancel(id) => self.cancel(tx, talk, &id),
            Press::Again(id) => self.again(tx, talk, &id),
            Press::Keys(id, page) => Self::keys(tx, talk, &id, page),
            Press::Purchases(after) => Self::purchases(tx, talk, after.as_ref()),
            Press::Staff(id) => Self::staff_order(tx, talk, &id),
            Press::Fulfil(id) => Self::fulfil(tx, talk, &id),
            Press::Deliver(id) => Self::deliver(tx, talk, &id),
            Press::Refund(id) => Self::ask_why(tx, talk, &id),
        }
    }

    fn said(&self, tx: &mut Tx<'_>, talk: &mut Talk, text: &str) -> Result<()> {
        let question = talk.dialog.as_deref().and_then(Question::parse);
        match question {
            Some(Question::Find) => {
                talk.end_dialog(tx)?;
                Self::search(tx, talk, text)
            }
            Some(Question::Coupon) => self.take_coupon(tx, talk, text),
            Some(Question::Address(what, id)) => self.place(tx, talk, &what, &id, Some(text)),
            Some(Question::Refund(id)) => Self::refund(tx, talk, &id, text),
            // A reply to a message of ours that asks nothing.
            None => talk.say(
                tx,
                &Content::html(Say(talk.lang).html("order.not_asked", &[])),
            ),
        }
    }
}

/// Whoever talks, as the audit trail names them.
fn by(talk: &Talk) -> By {
    By {
        actor: format!("user/{}", talk.user()),
        request_id: talk.request_id.clone(),
    }
}

fn missing(code: &'static str, text: &'static str) -> Error {
    Error::new(Kind::Missing, code, text)
}

/// A button of another version of this program, or of somebody's own making.
fn outdated() -> Error {
    Error::new(
        Kind::Gone,
        "button_outdated",
        "This button is of no use any more",
    )
}
