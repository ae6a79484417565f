//! A table of products becomes what it says: all of it, or nothing.

use super::{By, create_product, record, update_product};
use crate::domain::{ImportLine, Mistakes, Product, ProductId};
use crate::error::{Error, Result};
use crate::store::{import, products};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use torg_platform::db::{Locked, Tx};
use torg_platform::error::FieldError;
use torg_platform::rng::Rng;

/// Make the products what this table says.
#[derive(Debug, Clone)]
pub struct ImportProducts {
    /// The table.
    pub lines: Arc<Vec<ImportLine>>,
    /// Who.
    pub by: By,
    /// For the names of new products.
    pub rng: Rng,
}

/// What became of the lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Imported {
    /// New products.
    pub created: u64,
    /// Products that were changed.
    pub updated: u64,
    /// Products that were so already.
    pub unchanged: u64,
    /// All lines.
    pub lines: u64,
}

/// What was found of the products that the table names.
struct Found {
    by_sku: HashMap<String, ProductId>,
    products: HashMap<ProductId, Locked<Product>>,
}

/// Makes the products what the table says. Products are found by SKU, or by name where a line has
/// no SKU; what is not found by SKU is made.
///
/// # Errors
/// 422 with everything that is wrong, by line and column; nothing was changed then.
pub fn import_products(tx: &mut Tx<'_>, cmd: &ImportProducts) -> Result<Imported> {
    let found = find(tx, &cmd.lines)?;
    let mut done = Imported::default();
    let mut wrong = Mistakes::default();
    let mut new = Vec::new();
    let mut seen: HashMap<&ProductId, u64> = HashMap::with_capacity(cmd.lines.len());
    for line in cmd.lines.iter() {
        if wrong.is_hopeless() {
            break;
        }
        done.lines = done.lines.saturating_add(1);
        let product = found.product(line);
        if let Some(product) = product
            && let Some(first) = seen.insert(&product.id, line.line)
        {
            let text = format!("the same product as in line {first}");
            wrong.add(line.line, "", text);
            continue;
        }
        let outcome = match product {
            Some(product) => edit(tx, cmd, line, product),
            None => add(tx, cmd, line).map(|product| {
                new.push((line.line, product));
                Outcome::Created
            }),
        };
        match outcome {
            Ok(Outcome::Created) => done.created = done.created.saturating_add(1),
            Ok(Outcome::Updated) => done.updated = done.updated.saturating_add(1),
            Ok(Outcome::Unchanged) => done.unchanged = done.unchanged.saturating_add(1),
            Err(Error::Malformed(fields)) => wrong.add_all(line.line, fields),
            Err(Error::Refused(refusal)) => wrong.add(line.line, "", refusal.to_string()),
            Err(Error::Kernel(error)) => return Err(error.into()),
        }
    }
    complete(tx, &cmd.by, &new, &mut wrong)?;
    wrong.or(())?;
    let Imported {
        created, updated, ..
    } = done;
    let details = format!(r#"{{"created":{created},"updated":{updated}}}"#);
    record(
        tx,
        &cmd.by,
        "shop.products.import",
        "shop.products",
        &details,
    )?;
    Ok(done)
}

enum Outcome {
    Created,
    Updated,
    Unchanged,
}

fn edit(
    tx: &mut Tx<'_>,
    cmd: &ImportProducts,
    line: &ImportLine,
    product: &Locked<Product>,
) -> Result<Outcome> {
    match update_product::change(tx, &cmd.by, product, &line.change, "imported")? {
        Some(_changed) => Ok(Outcome::Updated),
        None => Ok(Outcome::Unchanged),
    }
}

/// Stores a product without waiting for what the database says.
fn add(tx: &mut Tx<'_>, cmd: &ImportProducts, line: &ImportLine) -> Result<Product> {
    if line.sku.is_none() {
        let wrong = FieldError {
            field: "id".to_owned(),
            message: "there is no such product; a new one needs a sku".to_owned(),
        };
        return Err(vec![wrong].into());
    }
    let new = line.new.clone()?;
    let now = tx.now();
    let product = create_product::product(&ProductId::new(&cmd.rng, now), &new, now);
    products::insert_unseen(tx, &product)?;
    Ok(product)
}

/// Looks whether the new products are there, and stores what belongs to them.
fn complete(tx: &mut Tx<'_>, by: &By, new: &[(u64, Product)], wrong: &mut Mistakes) -> Result<()> {
    let names = || new.iter().map(|(_, product)| &product.id);
    let Some((first, last)) = names().min().zip(names().max()) else {
        return Ok(());
    };
    let stored: HashSet<ProductId> = import::between(tx, first, last)?.into_iter().collect();
    for (line, product) in new {
        if !stored.contains(&product.id) {
            wrong.add(*line, "sku", "somebody else has used it just now");
        }
    }
    if wrong.is_empty() {
        for (_, product) in new {
            create_product::complete(tx, by, product)?;
        }
    }
    Ok(())
}

/// Finds and locks, in the order in which everybody locks products.
fn find(tx: &mut Tx<'_>, lines: &[ImportLine]) -> Result<Found> {
    let skus: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.sku.as_deref())
        .collect();
    let by_sku = import::by_sku(tx, &skus)?;
    let named = lines.iter().filter_map(|line| line.id.as_ref());
    let ids: BTreeSet<&ProductId> = by_sku.values().chain(named).collect();
    let ids: Vec<&ProductId> = ids.into_iter().collect();
    let products = import::lock(tx, &ids)?;
    Ok(Found { by_sku, products })
}

impl Found {
    /// The product of a line. One that has lost its SKU since it was looked for is not it.
    fn product(&self, line: &ImportLine) -> Option<&Locked<Product>> {
        match &line.sku {
            None => self.products.get(line.id.as_ref()?),
            Some(sku) => {
                let product = self.products.get(self.by_sku.get(sku)?)?;
                (product.sku.as_ref() == Some(sku)).then_some(product)
            }
        }
    }
}
