//! What buttons mean. Telegram gives a button 64 bytes; a client that is not Telegram's can send
//! anything, so what is read here is no more than what a stranger says.

use crate::domain::{OrderId, PayWith, ProductId, QUANTITY_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// What an order is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// What is in the cart.
    Cart,
    /// So many of one product, as it was in this version of it: the customer has seen no other
    /// price.
    Product(ProductId, i64, i64),
}

/// Which products a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of them.
    All,
    /// Those of the category of the product that the button names.
    Category,
    /// Those that the person looked for last.
    Found,
}

/// A button of this market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Press {
    /// The first products.
    Shelf,
    /// The products after this one.
    Next(Scope, ProductId),
    /// The products before this one.
    Previous(Scope, ProductId),
    /// All categories.
    Categories,
    /// The first products of the category of this one.
    Category(ProductId),
    /// Asks what to look for.
    Find,
    /// A product, of which so many are wanted.
    Card(ProductId, i64),
    /// So many of a product into the cart.
    Put(ProductId, i64),
    /// Makes the order of this name, or asks first where it goes.
    Buy(What, OrderId),
    /// Makes the order that the open question is about: to where an order of the person's went
    /// whose name ends like this.
    To(OrderId, String),
    /// The same, to nowhere: the customer comes for it.
    Nowhere(OrderId),
    /// The cart, from this page on.
    Cart(usize),
    /// So many of a product in the cart, none takes it out; and the page.
    Line(ProductId, i64, usize),
    /// Agrees to the prices in the cart.
    Agree,
    /// Asks for a coupon.
    Coupon,
    /// Takes the coupon away.
    NoCoupon,
    /// An order.
    Order(OrderId),
    /// Pays an order.
    Pay(OrderId, PayWith),
    /// Gives an order up.
    Cancel(OrderId),
    /// What was ordered once more into the cart.
    Again(OrderId),
    /// The keys of an order: anew, or in place from this page on.
    Keys(OrderId, Option<usize>),
    /// The person's own orders, those after this one.
    Purchases(Option<OrderId>),
    /// Staff: an order.
    Staff(OrderId),
    /// Staff: the goods have gone out.
    Fulfil(OrderId),
    /// Staff: the goods have arrived.
    Deliver(OrderId),
    /// Staff: asks why the money goes back.
    Refund(OrderId),
}

/// What was asked, until it is answered by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// What to look for.
    Find,
    /// Which coupon.
    Coupon,
    /// Where the order of this name goes.
    Address(What, OrderId),
    /// Why the money goes back.
    Refund(OrderId),
}

impl Scope {
    const fn as_str(self) -> &'static str {
        match self {
            Self::All => "a",
            Self::Category => "c",
            Self::Found => "f",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::All, Self::Category, Self::Found];
        all.into_iter().find(|scope| scope.as_str() == text)
    }
}

impl What {
    fn write(&self) -> String {
        match self {
            Self::Cart => "-".to_owned(),
            Self::Product(id, quantity, version) => {
                format!("{}:{quantity}:{version}", short(id.as_str()))
            }
        }
    }

    fn read(parts: &[&str]) -> Option<Self> {
        match *parts {
            ["-"] => Some(Self::Cart),
            [id, n, version] => {
                let version = version.parse().ok()?;
                Some(Self::Product(product(id)?, quantity(n, 1)?, version))
            }
            _ => None,
        }
    }
}

impl Press {
    /// What the button sends, with the name of the market.
    pub(super) fn data(&self) -> String {
        format!("shop:{}", self.write())
    }

    fn write(&self) -> String {
        let order = |verb: &str, id: &OrderId| format!("{verb}:{}", short(id.as_str()));
        let product = |verb: &str, id: &ProductId| format!("{verb}:{}", short(id.as_str()));
        match self {
            Self::Shelf => "l".to_owned(),
            Self::Next(scope, id) => product(&format!("n:{}", scope.as_str()), id),
            Self::Previous(scope, id) => product(&format!("v:{}", scope.as_str()), id),
            Self::Categories => "cs".to_owned(),
            Self::Category(id) => product("c", id),
            Self::Find => "find".to_owned(),
            Self::Card(id, quantity) => format!("{}:{quantity}", product("p", id)),
            Self::Put(id, quantity) => format!("{}:{quantity}", product("in", id)),
            Self::Buy(what, id) => format!("{}:{}", order("b", id), what.write()),
            Self::To(id, tail) => format!("{}:{tail}", order("t", id)),
            Self::Nowhere(id) => order("no", id),
            Self::Cart(page) => format!("cart:{page}"),
            Self::Line(id, quantity, page) => format!("{}:{quantity}:{page}", product("q", id)),
            Self::Agree => "agree".to_owned(),
            Self::Coupon => "coupon".to_owned(),
            Self::NoCoupon => "nocoupon".to_owned(),
            Self::Order(id) => order("o", id),
            Self::Pay(id, way) => format!("{}:{}", order("pay", id), way.as_str()),
            Self::Cancel(id) => order("x", id),
            Self::Again(id) => order("again", id),
            Self::Keys(id, None) => order("keys", id),
            Self::Keys(id, Some(page)) => format!("{}:{page}", order("keys", id)),
            Self::Purchases(None) => "mine".to_owned(),
            Self::Purchases(Some(id)) => order("mine", id),
            Self::Staff(id) => order("staff", id),
            Self::Fulfil(id) => order("ful", id),
            Self::Deliver(id) => order("del", id),
            Self::Refund(id) => order("ref", id),
        }
    }

    /// Reads what follows the market's name.
    pub(super) fn parse(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.split(':').collect();
        Some(match *parts.as_slice() {
            ["l"] => Self::Shelf,
            ["n", scope, id] => Self::Next(Scope::parse(scope)?, product(id)?),
            ["v", scope, id] => Self::Previous(Scope::parse(scope)?, product(id)?),
            ["cs"] => Self::Categories,
            ["c", id] => Self::Category(product(id)?),
            ["find"] => Self::Find,
            ["p", id, n] => Self::Card(product(id)?, quantity(n, 1)?),
            ["in", id, n] => Self::Put(product(id)?, quantity(n, 1)?),
            ["b", id, ref what @ ..] => Self::Buy(What::read(what)?, order(id)?),
            ["t", id, tail] => Self::To(order(id)?, tail.to_owned()),
            ["no", id] => Self::Nowhere(order(id)?),
            ["cart", page] => Self::Cart(page.parse().ok()?),
            ["q", id, n, page] => Self::Line(product(id)?, quantity(n, 0)?, page.parse().ok()?),
            ["agree"] => Self::Agree,
            ["coupon"] => Self::Coupon,
            ["nocoupon"] => Self::NoCoupon,
            ["o", id] => Self::Order(order(id)?),
            ["pay", id, way] => Self::Pay(order(id)?, PayWith::parse(way)?),
            ["x", id] => Self::Cancel(order(id)?),
            ["again", id] => Self::Again(order(id)?),
            ["keys", id] => Self::Keys(order(id)?, None),
            ["keys", id, page] => Self::Keys(order(id)?, Some(page.parse().ok()?)),
            ["mine"] => Self::Purchases(None),
            ["mine", id] => Self::Purchases(Some(order(id)?)),
            ["staff", id] => Self::Staff(order(id)?),
            ["ful", id] => Self::Fulfil(order(id)?),
            ["del", id] => Self::Deliver(order(id)?),
            ["ref", id] => Self::Refund(order(id)?),
            _ => return None,
        })
    }
}

impl Question {
    /// As it is kept while the question is open.
    pub(super) fn write(&self) -> String {
        match self {
            Self::Find => "find".to_owned(),
            Self::Coupon => "coupon".to_owned(),
            Self::Address(what, id) => format!("address:{}:{}", short(id.as_str()), what.write()),
            Self::Refund(id) => format!("refund:{}", short(id.as_str())),
        }
    }

    /// Reads it again.
    pub(super) fn parse(state: &str) -> Option<Self> {
        let parts: Vec<&str> = state.split(':').collect();
        Some(match *parts.as_slice() {
            ["find"] => Self::Find,
            ["coupon"] => Self::Coupon,
            ["address", id, ref what @ ..] => Self::Address(What::read(what)?, order(id)?),
            ["refund", id] => Self::Refund(order(id)?),
            _ => return None,
        })
    }
}

/// The end of an order's name, by which the few last ones of a person are told apart.
pub(super) fn tail(id: &OrderId) -> String {
    let short = short(id.as_str());
    let from = short.len().saturating_sub(4);
    short.get(from..).unwrap_or_default().to_owned()
}

/// 22 characters instead of 36.
fn short(uuid: &str) -> String {
    let uuid = Uuid::try_parse(uuid).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(uuid.as_bytes())
}

fn long(text: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Uuid::from_slice(&bytes).ok()
}

fn product(text: &str) -> Option<ProductId> {
    long(text).map(ProductId::from)
}

fn order(text: &str) -> Option<OrderId> {
    long(text).map(OrderId::from)
}

fn quantity(text: &str, least: i64) -> Option<i64> {
    let n: i64 = text.parse().ok()?;
    (least..=QUANTITY_MAX).contains(&n).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buttons_fit_and_are_read_back() {
        let product = ProductId::from(Uuid::from_u128(u128::MAX));
        let order = || OrderId::from(Uuid::from_u128(7));
        let what = || What::Product(product.clone(), QUANTITY_MAX, 999_999);
        let p = || product.clone();
        let all = [
            Press::Shelf,
            Press::Next(Scope::Category, p()),
            Press::Previous(Scope::Found, p()),
            Press::Categories,
            Press::Category(p()),
            Press::Find,
            Press::Card(p(), 1),
            Press::Put(p(), QUANTITY_MAX),
            Press::Buy(what(), order()),
            Press::Buy(What::Cart, order()),
            Press::To(order(), tail(&order())),
            Press::Nowhere(order()),
            Press::Cart(9),
            Press::Line(p(), 0, 9),
            Press::Agree,
            Press::Coupon,
            Press::NoCoupon,
            Press::Order(order()),
            Press::Pay(order(), PayWith::Balance),
            Press::Cancel(order()),
            Press::Again(order()),
            Press::Keys(order(), None),
            Press::Keys(order(), Some(9_999)),
            Press::Purchases(None),
            Press::Purchases(Some(order())),
            Press::Staff(order()),
            Press::Fulfil(order()),
            Press::Deliver(order()),
            Press::Refund(order()),
        ];
        for press in all {
            let data = press.data();
            assert!(data.len() <= 64, "{data}");
            let read = Press::parse(data.strip_prefix("shop:").unwrap());
            assert_eq!(read, Some(press), "{data}");
        }
        for question in [
            Question::Find,
            Question::Coupon,
            Question::Address(what(), order()),
            Question::Address(What::Cart, order()),
            Question::Refund(order()),
        ] {
            assert_eq!(Question::parse(&question.write()), Some(question));
        }
        let none = ["", "p", "p:x:1", "nothing:1", "keys:!:1"];
        let too_many = format!("p:{}:1001", short(product.as_str()));
        let none_at_all = format!("p:{}:0", short(product.as_str()));
        for data in none.into_iter().chain([&*too_many, &*none_at_all]) {
            assert_eq!(Press::parse(data), None, "{data}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_stranger_sends_breaks_it(data in ".{0,80}") {
            let _whatever = (Press::parse(&data), Question::parse(&data));
        }
    }
}
