//! What there is to buy: lists of five, categories, search, and a product by itself.

use super::ShopBot;
use super::press::{Press, Question, Scope, What};
use super::say::{Say, cut};
use crate::app::browse::{Page, Part, Shelf, browse, categories};
use crate::app::chat::{search_for, searched};
use crate::app::fill_cart::put_into_cart;
use crate::app::get_cart::get_cart;
use crate::app::get_product::get_product;
use crate::domain::{OrderId, Product, ProductId, QUANTITY_MAX};
use torg_platform::db::Tx;
use torg_platform::money::Money;
use torg_platform::{Error, Result};
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};

/// Products of a page.
const PAGE: i64 = 5;
/// Longest search, as in the API.
const QUERY_CHARS: usize = 200;
/// How much of a name a button has room for.
const BUTTON_CHARS: usize = 40;
/// How much of a name a line shows.
pub(super) const NAME_CHARS: usize = 80;
/// How much of a description a product's message shows.
const ABOUT_CHARS: usize = 1_500;

impl ShopBot {
    /// The newest products.
    pub(super) fn shelf(tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        list(tx, talk, Scope::All, &Shelf::default(), &Part::First)
    }

    /// The products of the category of this one.
    pub(super) fn category(tx: &mut Tx<'_>, talk: &mut Talk, id: &ProductId) -> Result<()> {
        let shelf = shelf_of(tx, talk, Scope::Category, id)?;
        list(tx, talk, Scope::Category, &shelf, &Part::First)
    }

    /// The products after or before this one.
    pub(super) fn turn(
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        scope: Scope,
        id: &ProductId,
        forward: bool,
    ) -> Result<()> {
        let shelf = shelf_of(tx, talk, scope, id)?;
        let part = if forward {
            Part::After(id.clone())
        } else {
            Part::Before(id.clone())
        };
        list(tx, talk, scope, &shelf, &part)
    }

    /// All categories.
    pub(super) fn categories(tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let say = Say(talk.lang);
        let found = categories(tx)?;
        let key = if found.is_empty() {
            "shelf.no_categories"
        } else {
            "shelf.categories"
        };
        let mut content = Content::html(say.html(key, &[]));
        for pair in found.chunks(2) {
            content = content.row(pair.iter().map(|(name, id)| {
                let name = cut(name, BUTTON_CHARS);
                say.button(
                    "shelf.category",
                    &[("name", (&name).into())],
                    &Press::Category(id.clone()),
                )
            }));
        }
        talk.replace(
            tx,
            &content.row([say.button("shelf.all", &[], &Press::Shelf)]),
        )
    }

    /// Asks what to look for.
    pub(super) fn ask_what(tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        talk.ask(tx, &Question::Find.write())?;
        talk.say(tx, &Content::html(Say(talk.lang).html("shelf.find", &[])))
    }

    /// Products with these words.
    pub(super) fn search(tx: &mut Tx<'_>, talk: &mut Talk, query: &str) -> Result<()> {
        let query = query.trim();
        if query.chars().count() > QUERY_CHARS {
            let wrong = format!("must have at most {QUERY_CHARS} characters");
            return Err(Error::field("q", wrong));
        }
        search_for(tx, talk.user(), Some(query))?;
        let shelf = Shelf {
            category: None,
            search: Some(query.to_owned()),
        };
        list(tx, talk, Scope::Found, &shelf, &Part::First)
    }

    /// A product, of which `quantity` are wanted.
    pub(super) fn card(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &ProductId,
        quantity: i64,
    ) -> Result<()> {
        let product = get_product(tx, id)?;
        let card = self.card_of(talk, &product, quantity);
        talk.replace(tx, &card)
    }

    /// `quantity` of a product into the cart.
    pub(super) fn put(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &ProductId,
        quantity: i64,
    ) -> Result<()> {
        put_into_cart(tx, talk.user(), id, quantity)?;
        let say = Say(talk.lang);
        talk.toast(say.plain("card.in_cart", &[("n", quantity.into())]));
        self.card(tx, talk, id, quantity)
    }

    /// The message about a product. The order that its button makes is named here, so that
    /// pressing it twice makes one order; the next one has another name.
    fn card_of(&self, talk: &Talk, product: &Product, quantity: i64) -> Content {
        let (say, id) = (Say(talk.lang), &product.id);
        let available = product.available();
        let quantity = quantity.clamp(1, available.clamp(1, QUANTITY_MAX));
        let price = say.sum(product.price);
        let mut lines = vec![say.html("card.name", &[("name", (&product.name).into())])];
        if let Some(about) = &product.description {
            let about = cut(about, ABOUT_CHARS);
            lines.push(say.html("card.about", &[("about", (&about).into())]));
        }
        lines.push(say.html("card.price", &[("price", (&price).into())]));
        lines.push(if !product.is_active {
            say.html("card.not_for_sale", &[])
        } else if available > 0 {
            say.html("card.available", &[("n", available.into())])
        } else {
            say.html("card.sold_out", &[])
        });
        let mut content = Content::html(lines.join("\n"));
        if product.is_active && available > 0 {
            let total = product.price.checked_mul(quantity).unwrap_or(Money::ZERO);
            let total = say.sum(total);
            let step = |key: &str, to: i64| say.button(key, &[], &Press::Card(id.clone(), to));
            let mut steps = Vec::new();
            if quantity > 1 {
                steps.push(step("card.less", quantity.saturating_sub(1)));
            }
            let put = Press::Put(id.clone(), quantity);
            steps.push(say.button("card.put", &[("n", quantity.into())], &put));
            if quantity < available.min(QUANTITY_MAX) {
                steps.push(step("card.more", quantity.saturating_add(1)));
            }
            let ctx = &self.shop.ctx;
            let order = OrderId::new(&ctx.rng, ctx.clock.now());
            let buy = Press::Buy(What::Product(id.clone(), quantity, product.version), order);
            let args = [("n", quantity.into()), ("total", (&total).into())];
            content = content
                .row(steps)
                .row([say.button("card.buy", &args, &buy)]);
        }
        content.row([
            say.button("shelf.all", &[], &Press::Shelf),
            say.button("menu.cart", &[], &Press::Cart(0)),
        ])
    }
}

/// The shelf that `scope` means beside this product.
fn shelf_of(tx: &mut Tx<'_>, talk: &Talk, scope: Scope, id: &ProductId) -> Result<Shelf> {
    Ok(match scope {
        Scope::All => Shelf::default(),
        Scope::Category => Shelf {
            category: get_product(tx, id)?.category,
            search: None,
        },
        Scope::Found => Shelf {
            category: None,
            search: searched(tx, talk.user())?,
        },
    })
}

fn list(tx: &mut Tx<'_>, talk: &mut Talk, scope: Scope, shelf: &Shelf, part: &Part) -> Result<()> {
    let say = Say(talk.lang);
    let page = browse(tx, shelf, part, PAGE)?;
    let in_cart = i64::try_from(get_cart(tx, talk.user())?.lines.len()).unwrap_or(i64::MAX);
    let mut lines = vec![title(say, shelf)];
    if page.products.is_empty() {
        lines.push(say.html("shelf.empty", &[]));
    }
    let mut content = Content::html(lines.join("\n\n"));
    // The buttons are the list: said above them as well, it would not fit a screen.
    for product in &page.products {
        content = content.row([entry(say, product)]);
    }
    content = content.row(turns(say, scope, &page));
    content = content.row([
        say.button("shelf.by_category", &[], &Press::Categories),
        say.button("shelf.search", &[], &Press::Find),
    ]);
    if scope != Scope::All {
        content = content.row([say.button("shelf.all", &[], &Press::Shelf)]);
    }
    if in_cart > 0 {
        content =
            content.row([say.button("shelf.cart", &[("n", in_cart.into())], &Press::Cart(0))]);
    }
    talk.replace(tx, &content)
}

fn title(say: Say, shelf: &Shelf) -> String {
    match (&shelf.category, &shelf.search) {
        (Some(category), _) => say.html("shelf.title_category", &[("name", category.into())]),
        (None, Some(query)) => {
            let query = cut(query, NAME_CHARS);
            say.html("shelf.title_found", &[("query", (&query).into())])
        }
        (None, None) => say.html("shelf.title", &[]),
    }
}

fn entry(say: Say, product: &Product) -> Button {
    let (name, price) = (cut(&product.name, BUTTON_CHARS), say.sum(product.price));
    let key = if product.available() > 0 {
        "shelf.product"
    } else {
        "shelf.product_sold_out"
    };
    let args = [("name", (&name).into()), ("price", (&price).into())];
    say.button(key, &args, &Press::Card(product.id.clone(), 1))
}

fn turns(say: Say, scope: Scope, page: &Page) -> Vec<Button> {
    let mut turns = Vec::new();
    if let Some(first) = page.products.first().filter(|_| page.has_before) {
        let to = Press::Previous(scope, first.id.clone());
        turns.push(say.button("shelf.previous", &[], &to));
    }
    if let Some(last) = page.products.last().filter(|_| page.has_after) {
        let to = Press::Next(scope, last.id.clone());
        turns.push(say.button("shelf.next", &[], &to));
    }
    turns
}
