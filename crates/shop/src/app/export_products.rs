//! All products as a table that [`super::import_products`] reads back.

use crate::domain::{IMPORT_COLUMNS, Product, ProductId};
use crate::error::Result;
use crate::store::products;
use torg_platform::Error;
use torg_platform::csv::defuse;
use torg_platform::db::Tx;

/// Products of a part.
const BATCH: i64 = 200;

/// A part of the table.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its lines.
    pub csv: Vec<u8>,
    /// The last product in it; none when the table is over.
    pub last: Option<ProductId>,
}

/// The products after `after`; the first part begins with the names of the columns.
///
/// # Errors
/// The database's.
pub fn export_products(tx: &mut Tx<'_>, after: Option<&ProductId>) -> Result<Part> {
    let from = after.map_or("", ProductId::as_str);
    let products = products::after(tx, from, BATCH)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    if after.is_none() {
        writer
            .write_record(IMPORT_COLUMNS)
            .map_err(Error::internal)?;
    }
    for product in &products {
        write(&mut writer, product).map_err(Error::internal)?;
    }
    Ok(Part {
        csv: writer
            .into_inner()
            .map_err(|e| Error::internal(e.to_string()))?,
        last: products.last().map(|product| product.id.clone()),
    })
}

fn write(writer: &mut csv::Writer<Vec<u8>>, product: &Product) -> csv::Result<()> {
    let text = |text: &Option<String>| defuse(text.as_deref().unwrap_or_default()).into_owned();
    let cells: [String; 9] = [
        text(&product.sku),
        defuse(&product.name).into_owned(),
        product.price.to_decimal(),
        product.available().to_string(),
        product.is_active.to_string(),
        text(&product.category),
        text(&product.description),
        product.images.join(" "),
        product.id.to_string(),
    ];
    writer.write_record(cells)
}
