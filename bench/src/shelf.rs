//! Puts products straight into the database. They have names that can be computed.

use crate::seed::open;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::{Error, Timestamp, fold};
use torg_shop::domain::stems;

/// Units of each product; nobody ever finds too few.
const UNITS: i64 = 1_000_000_000;
/// Categories that the products are spread over.
const CATEGORIES: usize = 20;
/// When the first product was made; the others follow by the minute.
const FIRST: Timestamp = Timestamp::from_seconds(1_700_000_000);
/// Products of one unit of work. SQLite's savepoints make large units slow.
const CHUNK: usize = 100;
/// Terms of one statement.
const TERMS: usize = 8;

const COLOURS: [&str; 10] = [
    "красная",
    "синяя",
    "зелёная",
    "белая",
    "чёрная",
    "жёлтая",
    "серая",
    "розовая",
    "лиловая",
    "бежевая",
];
const THINGS: [&str; 16] = [
    "кружка",
    "тарелка",
    "лампа",
    "полка",
    "ваза",
    "чашка",
    "миска",
    "сумка",
    "шапка",
    "кепка",
    "куртка",
    "рубашка",
    "майка",
    "книга",
    "тетрадь",
    "ручка",
];

torg_platform::sql! {
    fn insert_product(
        id: &str, sku: &str, name: &str, name_key: &str, description: &str, category: &str,
        images: &str, price: Money<Rub>, is_active: bool, on_hand: i64, at: Timestamp,
    ) -> () =
        "INSERT INTO shop_products (id, sku, name, name_key, description, category, images,
            price_minor, is_active, is_digital, on_hand, reserved, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, 0, 1, $11, $11)";
    fn insert_terms(
        product: &str, a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str,
    ) -> () =
        "INSERT INTO shop_terms (term, product_id)
         VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), ($7, $1), ($8, $1), ($9, $1)
         ON CONFLICT DO NOTHING";
    fn insert_movement(product: &str, delta: i64, at: Timestamp) -> () =
        "INSERT INTO shop_stock_movements
            (product_id, delta, kind, reason, by_whom, on_hand_after, created_at)
         VALUES ($1, $2, 'initial', '', 'bench', $2, $3)";
}

/// Name of product `n`; later ones sort later.
pub(crate) fn product_id(n: usize) -> String {
    format!("01900000-0000-7000-8000-{n:012}")
}

/// When product `n` was made.
pub(crate) fn made_at(n: usize) -> Timestamp {
    let minutes = u64::try_from(n).unwrap_or(0);
    FIRST.plus(Duration::from_mins(minutes))
}

/// Where product `n` stands. Which ones are active has nothing to do with it.
pub(crate) fn category(n: usize) -> String {
    format!("section-{}", n / 2 % CATEGORIES)
}

/// The words of search `n`, of which there are 160.
pub(crate) fn search(n: usize) -> String {
    let colour = COLOURS[n % COLOURS.len()];
    format!("{colour} {}", THINGS[n / COLOURS.len() % THINGS.len()])
}

/// Opens and migrates `url` and puts `count` products into it, every `active`th of them active.
pub(crate) async fn stock(url: &str, count: usize, active: usize) -> Result<(), Error> {
    let db = open(url).await?;
    for start in (0..count).step_by(CHUNK) {
        let end = count.min(start + CHUNK);
        db.write("bench.products", move |tx| {
            (start..end).try_for_each(|n| product(tx, n, n.is_multiple_of(active)))
        })
        .await?;
    }
    db.close().await;
    Ok(())
}

fn product(tx: &mut Tx<'_>, n: usize, is_active: bool) -> Result<(), Error> {
    let (id, at, category) = (product_id(n), made_at(n), category(n));
    // Colours and things have nothing to do with categories and activity.
    let kind = search(n.wrapping_mul(7919) / 64);
    let (name, sku) = (format!("{kind} № {n}"), format!("SKU-{n}"));
    let description = format!(
        "{kind}: прочный материал, приятный на ощупь, ручная работа. Размер {}, вес {} г.",
        n % 50,
        n % 900
    );
    let images =
        format!(r#"["https://img.example.com/{n}/1.jpg","https://img.example.com/{n}/2.jpg"]"#);
    let price = Money::from_minor(i64::try_from(10_000 + n % 5_000).unwrap_or(0));
    let key = fold(&name);
    insert_product(
        tx,
        &id,
        &sku,
        &name,
        &key,
        &description,
        &category,
        &images,
        price,
        is_active,
        UNITS,
        at,
    )?;
    insert_movement(tx, &id, UNITS, at)?;
    let stems = stems(&format!("{name}\n{description}\n{category}\n{sku}"));
    for part in stems.chunks(TERMS) {
        let last = part.last().map_or("", String::as_str);
        let t = |n: usize| part.get(n).map_or(last, String::as_str);
        insert_terms(tx, &id, t(0), t(1), t(2), t(3), t(4), t(5), t(6), t(7))?;
    }
    Ok(())
}
