//! Lists of products, for everybody.

pub use crate::store::catalogue::{Filter, Key, Place, Slice};

use super::product_view::{Images, ProductView};
use crate::domain::{PRICE_MAX, Product, ProductId};
use crate::error::Result;
use crate::store::catalogue::{self, Listed};
use bytes::Bytes;
use serde_json::value::RawValue;
use torg_platform::db::Tx;
use torg_platform::http::page;
use torg_platform::money::Money;
use torg_platform::{Error, Kind, Timestamp, fold};

/// Later than every product; its text form has four digits for the year.
const END: Timestamp = Timestamp::from_seconds(253_402_300_799);
/// More characters than a name has, folded or not.
const NAME_CHARS: usize = 1_000;
/// Bytes of a product in JSON, so that a list is written into memory of the right size.
const PRODUCT_BYTES: usize = 640;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// When products were made.
    Created,
    /// What they cost.
    Price,
    /// What they are called.
    Name,
}

/// List these products.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListProducts {
    /// Which.
    pub filter: Filter,
    /// Which part of them.
    pub slice: Slice,
}

/// A part of a list that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Listing {
    /// An array of [`ProductView`]s as JSON.
    pub json: Bytes,
    /// Where the next part begins; none in the last one.
    pub next_cursor: Option<String>,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Created, Self::Price, Self::Name];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created_at",
            Self::Price => "price",
            Self::Name => "name",
        }
    }

    /// The order of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }

    /// Before the first product.
    pub fn start(self, descending: bool) -> Place {
        let key = match (self, descending) {
            (Self::Created, true) => Key::Created(END),
            (Self::Created, false) => Key::Created(Timestamp::from_micros(0)),
            (Self::Price, true) => Key::Price(PRICE_MAX),
            (Self::Price, false) => Key::Price(Money::ZERO),
            (Self::Name, true) => Key::Name(char::MAX.to_string().repeat(NAME_CHARS)),
            (Self::Name, false) => Key::Name(String::new()),
        };
        // UUIDs are digits, letters and hyphens.
        let id = if descending { "~" } else { "" };
        Place {
            key,
            id: id.to_owned(),
        }
    }

    /// After this product.
    pub(crate) fn after(self, product: &Product) -> Place {
        let key = match self {
            Self::Created => Key::Created(product.created_at),
            Self::Price => Key::Price(product.price),
            Self::Name => Key::Name(fold(&product.name)),
        };
        Place {
            key,
            id: product.id.to_string(),
        }
    }

    /// The place that a cursor points to.
    ///
    /// # Errors
    /// 422 `cursor_invalid`, also for the cursor of a list in another order.
    pub fn read_cursor(self, cursor: &str) -> torg_platform::Result<Place> {
        let text = "The cursor is not valid";
        let invalid = || Error::new(Kind::Malformed, "cursor_invalid", text);
        let (sort, number, name, id): (String, i64, String, String) = page::decode_cursor(cursor)?;
        if sort != self.as_str() {
            return Err(invalid());
        }
        let key = match self {
            Self::Created if (0..=END.micros()).contains(&number) => {
                Key::Created(Timestamp::from_micros(number))
            }
            Self::Created => return Err(invalid()),
            Self::Price => Key::Price(Money::from_minor(number)),
            Self::Name => Key::Name(name),
        };
        let id = ProductId::parse(&id).ok_or_else(invalid)?.to_string();
        Ok(Place { key, id })
    }
}

impl Key {
    fn sort(&self) -> Sort {
        match self {
            Self::Created(_) => Sort::Created,
            Self::Price(_) => Sort::Price,
            Self::Name(_) => Sort::Name,
        }
    }
}

impl Place {
    fn cursor(&self) -> torg_platform::Result<String> {
        let (number, name) = match &self.key {
            Key::Created(at) => (at.micros(), ""),
            Key::Price(price) => (price.minor(), ""),
            Key::Name(name) => (0, name.as_str()),
        };
        page::encode_cursor(&(self.key.sort().as_str(), number, name, &self.id))
    }
}

/// Reads a part of a list.
///
/// # Errors
/// The database's.
pub fn list_products(tx: &mut Tx<'_>, query: &ListProducts) -> Result<Listing> {
    let one_more = Slice {
        limit: query.slice.limit.saturating_add(1),
        ..query.slice.clone()
    };
    let mut rows = catalogue::page(tx, &query.filter, &one_more)?;
    let limit = usize::try_from(query.slice.limit).unwrap_or_default();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let sort = query.slice.after.key.sort();
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| sort.after(&row.product).cursor());
    Ok(Listing {
        json: write(&rows)?.into(),
        next_cursor: next.transpose()?,
    })
}

fn write(rows: &[Listed]) -> torg_platform::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(rows.len().saturating_mul(PRODUCT_BYTES).saturating_add(2));
    json.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            json.push(b',');
        }
        let images: &RawValue = serde_json::from_str(&row.images).map_err(Error::internal)?;
        let view = ProductView::new(&row.product, Images::Stored(images));
        serde_json::to_writer(&mut json, &view).map_err(Error::internal)?;
    }
    json.push(b']');
    Ok(json)
}
