//! Products a few at a time, for whoever reads them in a chat: newest first, forward and back.

use super::list_products::{Filter, Place, Slice, Sort};
use crate::domain::{Product, ProductId, wanted};
use crate::error::Result;
use crate::store::{catalogue, products};
use torg_platform::db::Tx;

/// Most categories that are shown.
const CATEGORIES: usize = 30;

/// Which products.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shelf {
    /// Only of this category.
    pub(crate) category: Option<String>,
    /// Only with these words.
    pub(crate) search: Option<String>,
}

/// Which part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The first one.
    First,
    /// The one that follows this product.
    After(ProductId),
    /// The one that comes before it.
    Before(ProductId),
}

/// A part of a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Newest first; without their pictures.
    pub(crate) products: Vec<Product>,
    /// Whether there are newer ones.
    pub(crate) has_before: bool,
    /// Whether there are older ones.
    pub(crate) has_after: bool,
}

/// At most `limit` products of `shelf` that are for sale. A product that is unknown by now is
/// nobody's neighbour: then it is the first part.
///
/// # Errors
/// The database's.
pub(crate) fn browse(tx: &mut Tx<'_>, shelf: &Shelf, part: &Part, limit: i64) -> Result<Page> {
    let filter = Filter {
        terms: shelf.search.as_deref().map(wanted),
        category: shelf.category.clone(),
        is_active: Some(true),
    };
    let slice = |after: Place, descending: bool| Slice {
        after,
        descending,
        limit,
    };
    let anchor = match part {
        Part::First => None,
        Part::After(id) | Part::Before(id) => place(tx, id)?,
    };
    match (part, anchor) {
        (Part::After(_), Some(anchor)) => {
            let page = read(tx, &filter, &slice(anchor, true))?;
            Ok(Page {
                has_before: true,
                ..page
            })
        }
        (Part::Before(_), Some(anchor)) => {
            let mut page = read(tx, &filter, &slice(anchor, false))?;
            if i64::try_from(page.products.len()).is_ok_and(|found| found < limit) {
                // There is less than a page before it: that is in the first one.
                return browse(tx, shelf, &Part::First, limit);
            }
            page.products.reverse();
            Ok(Page {
                products: page.products,
                has_before: page.has_after,
                has_after: true,
            })
        }
        (Part::First | Part::After(_) | Part::Before(_), None | Some(_)) => {
            read(tx, &filter, &slice(Sort::Created.start(true), true))
        }
    }
}

/// A page as it is read; `has_after` is for whatever follows in the direction of the slice.
fn read(tx: &mut Tx<'_>, filter: &Filter, slice: &Slice) -> Result<Page> {
    let one_more = Slice {
        limit: slice.limit.saturating_add(1),
        ..slice.clone()
    };
    let rows = catalogue::page(tx, filter, &one_more)?;
    let mut products: Vec<Product> = rows.into_iter().map(|row| row.product).collect();
    let limit = usize::try_from(slice.limit).unwrap_or_default();
    let has_after = products.len() > limit;
    products.truncate(limit);
    Ok(Page {
        products,
        has_before: false,
        has_after,
    })
}

fn place(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<Place>> {
    let product = products::find(tx, id)?;
    Ok(product.map(|product| Sort::Created.after(&product)))
}

/// The categories of what is for sale, in the order of their names, each with one of its products.
///
/// # Errors
/// The database's.
pub(crate) fn categories(tx: &mut Tx<'_>) -> Result<Vec<(String, ProductId)>> {
    let mut found: Vec<(String, ProductId)> = Vec::new();
    while found.len() < CATEGORIES {
        let last = found.last().map_or("", |(name, _)| name.as_str());
        match catalogue::next_category(tx, last)? {
            Some(next) => found.push(next),
            None => break,
        }
    }
    Ok(found)
}
