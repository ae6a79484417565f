//! Lists of products: by time, price or name, in both directions, each along an index of its own,
//! so that a page costs the same wherever it is. A search starts from the words instead: what has
//! the rarest of them is looked up, and only that is sorted. Where even the rarest is common, most
//! of what a list passes is found, and it is read along its index again.

use crate::domain::{Product, ProductId, TermRange};
use torg_platform::Timestamp;
use torg_platform::db::{Column, FromColumn, FromRow, One, Result, Row, Tx};
use torg_platform::money::{Money, Rub};

/// A product for lists. Its pictures stay as they are stored, because they are sent like that.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The product; its list of pictures is empty.
    pub(crate) product: Product,
    /// Its pictures, as JSON.
    pub(crate) images: String,
}

/// Which products.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    /// What they must have, by [`crate::domain::wanted`]; none for any.
    pub terms: Option<Vec<TermRange>>,
    /// Where they stand in the shop.
    pub category: Option<String>,
    /// Whether they can be ordered.
    pub is_active: Option<bool>,
}

/// A place in a list: the sort key and the name of the product before the first one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// What the list is sorted by, and where in it.
    pub key: Key,
    /// Decides between equal keys.
    pub id: String,
}

/// A sort key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// When a product was made.
    Created(Timestamp),
    /// What it costs.
    Price(Money<Rub>),
    /// What it is called, folded.
    Name(String),
}

macro_rules! listed {
    ($from:literal, $($rest:expr),+) => {
        concat!(
            "SELECT p.id, p.parent_id, p.sku, p.name, p.description, p.category, p.images, \
             p.price_minor, p.is_active, p.is_digital, p.on_hand, p.reserved, p.low_stock, \
             p.version, p.created_at, p.updated_at FROM ",
            $from,
            $($rest),+
        )
    };
}

/// After the place of $1 and $2, at most $3, activity $4 or $5.
macro_rules! along {
    ($filter:literal, $key:literal, $beyond:literal, $direction:literal) => {
        listed!(
            "shop_products p",
            " WHERE ",
            $filter,
            "(p.",
            $key,
            ", p.id) ",
            $beyond,
            " ($1, $2)
              AND p.is_active IN ($4, $5)
              ORDER BY p.",
            $key,
            $direction,
            ", p.id",
            $direction,
            " LIMIT $3"
        )
    };
}

/// The same for products of category $6, if it is not empty, that have a term in each of the
/// ranges from $7 on, as far as they are not empty.
macro_rules! searched {
    ($from:literal, $first:expr, $key:literal, $beyond:literal, $direction:literal) => {
        listed!(
            $from,
            " WHERE ",
            $first,
            " AND ",
            has!("$9", "$10"),
            " AND ",
            has!("$11", "$12"),
            " AND ",
            has!("$13", "$14"),
            " AND ",
            has!("$15", "$16"),
            " AND ",
            has!("$17", "$18"),
            " AND ($6 = '' OR p.category = $6) AND (p.",
            $key,
            ", p.id) ",
            $beyond,
            " ($1, $2)
              AND p.is_active IN ($4, $5)
              ORDER BY p.",
            $key,
            $direction,
            ", p.id",
            $direction,
            " LIMIT $3"
        )
    };
}

/// From the words. CROSS JOIN keeps SQLite from walking all products and asking each for its
/// terms; the limit, well above [`COMMON`], keeps PostgreSQL from reading all terms because it
/// guesses that a range has many.
macro_rules! having {
    ($key:literal, $beyond:literal, $direction:literal) => {
        searched!(
            "(SELECT DISTINCT product_id FROM (
                SELECT product_id FROM shop_terms WHERE term >= $7 AND term <= $8
                ORDER BY term LIMIT 2000) AS few) m
             CROSS JOIN shop_products p",
            "p.id = m.product_id",
            $key,
            $beyond,
            $direction
        )
    };
}

/// Along the index.
macro_rules! walking {
    ($key:literal, $beyond:literal, $direction:literal) => {
        searched!(
            "shop_products p",
            has!("$7", "$8"),
            $key,
            $beyond,
            $direction
        )
    };
}

/// The offset keeps PostgreSQL from reading the words of all products into a table of its own
/// first, which it thinks cheaper because it does not see that a page ends.
macro_rules! has {
    ($from:literal, $to:literal) => {
        concat!(
            "(",
            $from,
            " = '' OR EXISTS (SELECT 1 FROM shop_terms t WHERE t.product_id = p.id AND t.term >= ",
            $from,
            " AND t.term <= ",
            $to,
            " LIMIT 1 OFFSET 0))"
        )
    };
}

/// More products than this are not looked up by a word of theirs.
const COMMON: i64 = 1_000;

torg_platform::sql! {
    /// The next category with something for sale in it, and a product of it.
    pub(crate) fn next_category(after: &str) -> Option<(String, ProductId)> =
        "SELECT category, id FROM shop_products WHERE category > $1 AND is_active
         ORDER BY category LIMIT 1";
    fn count_terms(from: &str, to: &str, most: i64) -> One<i64> =
        "SELECT count(*) FROM (
            SELECT 1 FROM shop_terms WHERE term >= $1 AND term <= $2 LIMIT $3) AS some_of_them";
}

macro_rules! sorted {
    ($sort:ident, $key:literal, $type:ty) => {
        /// One order of lists.
        mod $sort {
            use super::{Activity, Filter, Listed, Slice, rarest_first};
            use torg_platform::db::{Result, Tx};

            torg_platform::sql! {
                fn up(key: $type, id: &str, limit: i64, a: bool, b: bool) -> Vec<Listed> =
                    along!("", $key, ">", "");
                fn down(key: $type, id: &str, limit: i64, a: bool, b: bool) -> Vec<Listed> =
                    along!("", $key, "<", " DESC");
                fn category_up(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                ) -> Vec<Listed> = along!("p.category = $6 AND ", $key, ">", "");
                fn category_down(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                ) -> Vec<Listed> = along!("p.category = $6 AND ", $key, "<", " DESC");
                fn having_up(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                    from: &str, to: &str, from2: &str, to2: &str, from3: &str, to3: &str,
                    from4: &str, to4: &str, from5: &str, to5: &str, from6: &str, to6: &str,
                ) -> Vec<Listed> = having!($key, ">", "");
                fn walking_up(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                    from: &str, to: &str, from2: &str, to2: &str, from3: &str, to3: &str,
                    from4: &str, to4: &str, from5: &str, to5: &str, from6: &str, to6: &str,
                ) -> Vec<Listed> = walking!($key, ">", "");
                fn having_down(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                    from: &str, to: &str, from2: &str, to2: &str, from3: &str, to3: &str,
                    from4: &str, to4: &str, from5: &str, to5: &str, from6: &str, to6: &str,
                ) -> Vec<Listed> = having!($key, "<", " DESC");
                fn walking_down(
                    key: $type, id: &str, limit: i64, a: bool, b: bool, category: &str,
                    from: &str, to: &str, from2: &str, to2: &str, from3: &str, to3: &str,
                    from4: &str, to4: &str, from5: &str, to5: &str, from6: &str, to6: &str,
                ) -> Vec<Listed> = walking!($key, "<", " DESC");
            }

            pub(super) fn page(
                tx: &mut Tx<'_>,
                filter: &Filter,
                key: $type,
                slice: &Slice,
            ) -> Result<Vec<Listed>> {
                let (id, n, Activity(a, b)) = (&slice.after.id, slice.limit, filter.activity());
                if let Some(terms) = &filter.terms {
                    let Some((terms, is_common)) = rarest_first(tx, terms)? else {
                        return Ok(Vec::new());
                    };
                    let t = |n: usize| {
                        let range = terms.get(n);
                        range.map_or(("", ""), |(low, high)| (low.as_str(), high.as_str()))
                    };
                    let c = filter.category.as_deref().unwrap_or_default();
                    let (t0, t1, t2, t3, t4, t5) = (t(0), t(1), t(2), t(3), t(4), t(5));
                    let search = match (is_common, slice.descending) {
                        (false, false) => having_up,
                        (false, true) => having_down,
                        (true, false) => walking_up,
                        (true, true) => walking_down,
                    };
                    return search(
                        tx, key, id, n, a, b, c, t0.0, t0.1, t1.0, t1.1, t2.0, t2.1, t3.0, t3.1,
                        t4.0, t4.1, t5.0, t5.1,
                    );
                }
                match (filter.category.as_deref(), slice.descending) {
                    (None, false) => up(tx, key, id, n, a, b),
                    (None, true) => down(tx, key, id, n, a, b),
                    (Some(category), false) => category_up(tx, key, id, n, a, b, category),
                    (Some(category), true) => category_down(tx, key, id, n, a, b, category),
                }
            }
        }
    };
}

sorted!(by_created, "created_at", torg_platform::Timestamp);
sorted!(
    by_price,
    "price_minor",
    torg_platform::Money<torg_platform::money::Rub>
);
sorted!(by_name, "name_key", &str);

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slice {
    /// What it is sorted by, and where it begins.
    pub after: Place,
    /// Whether the highest comes first.
    pub descending: bool,
    /// How many.
    pub limit: i64,
}

/// The two values of `is_active` that fit.
struct Activity(bool, bool);

impl Filter {
    fn activity(&self) -> Activity {
        self.is_active
            .map_or(Activity(true, false), |only| Activity(only, only))
    }
}

/// The ranges with the one first of which fewest products have a term, and whether even that are
/// so many that looking them all up costs more than passing some that have none. None when no
/// product has them all.
fn rarest_first<'a>(
    tx: &mut Tx<'_>,
    ranges: &'a [TermRange],
) -> Result<Option<(Vec<&'a TermRange>, bool)>> {
    let most = COMMON.saturating_add(1);
    let mut counted = Vec::with_capacity(ranges.len());
    for range in ranges {
        counted.push((count_terms(tx, &range.0, &range.1, most)?.0, range));
    }
    counted.sort_by_key(|(count, _)| *count);
    let fewest = counted.first().map_or(0, |(count, _)| *count);
    let ranges = counted.into_iter().map(|(_, range)| range).collect();
    Ok((fewest > 0).then_some((ranges, fewest > COMMON)))
}

/// A part of a list.
pub(crate) fn page(tx: &mut Tx<'_>, filter: &Filter, slice: &Slice) -> Result<Vec<Listed>> {
    match &slice.after.key {
        Key::Created(at) => by_created::page(tx, filter, *at, slice),
        Key::Price(price) => by_price::page(tx, filter, *price, slice),
        Key::Name(name) => by_name::page(tx, filter, name, slice),
    }
}

impl FromRow for Listed {
    const COLUMNS: &'static [Column] = Product::COLUMNS;

    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            product: Product::with_images(row, Vec::new())?,
            images: String::from_column(row, 6)?,
        })
    }
}
