//! The cart in the chat. A button says how many there shall be, not how many more, so that pressed
//! twice it does the same.

use super::ShopBot;
use super::catalogue::NAME_CHARS;
use super::press::{Press, Question, What};
use super::say::{Say, cut};
use crate::app::chat::{choose_coupon, coupon, totals};
use crate::app::confirm_cart::confirm_cart;
use crate::app::fill_cart::{put_into_cart, take_from_cart};
use crate::app::get_cart::get_cart;
use crate::app::repeat_order::repeat_order;
use crate::domain::{Cart, CartLine, CouponCode, OrderId, ProductId, QUANTITY_MAX, Refusal};
use crate::error::Error as ShopError;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};

/// Lines of a page: each has a row of buttons, and a message has at most a hundred of those.
const PAGE: usize = 8;
/// How much of a name a button has room for.
const BUTTON_CHARS: usize = 18;

impl ShopBot {
    /// What is in the cart.
    pub(super) fn show_cart(&self, tx: &mut Tx<'_>, talk: &mut Talk, page: usize) -> Result<()> {
        let cart = self.cart(tx, talk, page)?;
        talk.replace(tx, &cart)
    }

    /// So many of a product; zero takes it out.
    pub(super) fn set_line(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &ProductId,
        quantity: i64,
        page: usize,
    ) -> Result<()> {
        if quantity > 0 {
            put_into_cart(tx, talk.user(), id, quantity)?;
        } else {
            take_from_cart(tx, talk.user(), id)?;
        }
        self.show_cart(tx, talk, page)
    }

    /// Agrees to what the products cost now, which the answer shows.
    pub(super) fn agree(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        confirm_cart(tx, talk.user())?;
        self.show_cart(tx, talk, 0)
    }

    /// What an order was made of, once more.
    pub(super) fn again(&self, tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let gone = repeat_order(tx, talk.user(), id)?;
        if gone > 0 {
            talk.alert(Say(talk.lang).plain("cart.gone", &[("n", gone.into())]));
        }
        let cart = self.cart(tx, talk, 0)?;
        talk.say(tx, &cart)
    }

    /// Asks for a coupon.
    pub(super) fn ask_coupon(tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        talk.ask(tx, &Question::Coupon.write())?;
        talk.say(
            tx,
            &Content::html(Say(talk.lang).html("cart.which_coupon", &[])),
        )
    }

    /// The answer. A coupon that does not count is refused here, and the question stays open.
    pub(super) fn take_coupon(&self, tx: &mut Tx<'_>, talk: &mut Talk, text: &str) -> Result<()> {
        let code = CouponCode::parse(text).ok_or(ShopError::from(Refusal::CouponUnknown))?;
        let cart = get_cart(tx, talk.user())?;
        totals(tx, &cart, Some(&code))?;
        choose_coupon(tx, talk.user(), Some(&code))?;
        talk.end_dialog(tx)?;
        self.show_cart(tx, talk, 0)
    }

    /// Without the coupon.
    pub(super) fn drop_coupon(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        choose_coupon(tx, talk.user(), None)?;
        self.show_cart(tx, talk, 0)
    }

    /// The message about the cart. The order that its button makes is named here, so that
    /// pressing it twice makes one order.
    fn cart(&self, tx: &mut Tx<'_>, talk: &Talk, page: usize) -> Result<Content> {
        let say = Say(talk.lang);
        let cart = get_cart(tx, talk.user())?;
        if cart.lines.is_empty() {
            let empty = Content::html(say.html("cart.empty", &[]));
            return Ok(empty.row([say.button("shelf.all", &[], &Press::Shelf)]));
        }
        let last = cart.lines.len().saturating_sub(1).checked_div(PAGE);
        let page = page.min(last.unwrap_or_default());
        let first = page.saturating_mul(PAGE);
        let shown = || cart.lines.iter().skip(first).take(PAGE);
        let mut lines = vec![say.html("cart.title", &[])];
        lines.extend(shown().map(|line| line_of(say, line)));
        let mut content = Content::html("");
        for line in shown() {
            content = content.row(steps(say, line, page));
        }
        let mut turns = Vec::new();
        if page > 0 {
            turns.push(say.button("shelf.previous", &[], &Press::Cart(page.saturating_sub(1))));
        }
        if first.saturating_add(PAGE) < cart.lines.len() {
            turns.push(say.button("shelf.next", &[], &Press::Cart(page.saturating_add(1))));
        }
        content = content.row(turns);
        let code = coupon(tx, talk.user())?;
        let due = add_totals(tx, say, &cart, code.as_ref(), &mut lines)?;
        let of_coupon = match &code {
            Some(_) => say.button("cart.no_coupon", &[], &Press::NoCoupon),
            None => say.button("cart.coupon", &[], &Press::Coupon),
        };
        content = content.row([of_coupon, say.button("shelf.all", &[], &Press::Shelf)]);
        if cart.price_changed() {
            lines.push(say.html("cart.prices_changed", &[]));
            content = content.row([say.button("cart.agree", &[], &Press::Agree)]);
        } else if cart.can_order()
            && let Some(due) = due
        {
            let ctx = &self.shop.ctx;
            let order = OrderId::new(&ctx.rng, ctx.clock.now());
            let order = Press::Buy(What::Cart, order);
            content = content.row([say.button("cart.order", &[("total", (&due).into())], &order)]);
        }
        content.text = lines.join("\n\n");
        Ok(content)
    }
}

/// Adds what it comes to; returns that, unless the coupon does not count (any more), which is said
/// instead.
fn add_totals(
    tx: &mut Tx<'_>,
    say: Say,
    cart: &Cart,
    code: Option<&CouponCode>,
    lines: &mut Vec<String>,
) -> Result<Option<String>> {
    let due = match totals(tx, cart, code) {
        Ok(totals) => {
            if let Some(code) = code {
                let off = say.sum(totals.discount);
                let args = [("code", code.as_str().into()), ("off", (&off).into())];
                lines.push(say.html("cart.discount", &args));
            }
            Some(say.sum(totals.total))
        }
        Err(error) if error.refusal().is_some() => {
            let why = torg_platform::Error::from(error);
            lines.push(say.html(
                "cart.coupon_refused",
                &[("why", (&refusal(say, &why)).into())],
            ));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let total = due.clone().unwrap_or_else(|| say.sum(cart.total()));
    lines.push(say.html("cart.total", &[("total", (&total).into())]));
    Ok(due)
}

/// What a refusal of this market says.
fn refusal(say: Say, error: &torg_platform::Error) -> String {
    say.plain(&format!("refusal.{}", error.code()), &[])
}

fn line_of(say: Say, line: &CartLine) -> String {
    let name = cut(&line.name, NAME_CHARS);
    let (price, seen) = (say.sum(line.price), say.sum(line.price_seen));
    let total = say.sum(line.total());
    let args = [
        ("name", (&name).into()),
        ("quantity", line.quantity.into()),
        ("price", (&price).into()),
        ("total", (&total).into()),
    ];
    let mut text = say.html("cart.line", &args);
    if !line.is_active {
        text.push('\n');
        text.push_str(&say.html("cart.not_for_sale", &[]));
    } else if line.quantity > line.available {
        text.push('\n');
        text.push_str(&say.html("cart.short", &[("n", line.available.into())]));
    }
    if line.price_changed() {
        text.push('\n');
        text.push_str(&say.html("cart.price_was", &[("price", (&seen).into())]));
    }
    text
}

fn steps(say: Say, line: &CartLine, page: usize) -> Vec<Button> {
    let to = |key: &str, quantity: i64| {
        say.button(key, &[], &Press::Line(line.product.clone(), quantity, page))
    };
    let name = cut(&line.name, BUTTON_CHARS);
    let args = [("name", (&name).into()), ("quantity", line.quantity.into())];
    let card = Press::Card(line.product.clone(), line.quantity.clamp(1, QUANTITY_MAX));
    let mut row = vec![say.button("cart.item", &args, &card)];
    if line.quantity > 1 {
        row.push(to("cart.less", line.quantity.saturating_sub(1)));
    }
    if line.quantity < line.available.min(QUANTITY_MAX) {
        row.push(to("cart.more", line.quantity.saturating_add(1)));
    }
    row.push(to("cart.remove", 0));
    row
}
