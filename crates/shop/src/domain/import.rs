//! A table of products as an operator sends it: one product per line, found by its SKU.

use super::csv::{Reader, Record};
use super::{NewProduct, ProductChange, ProductFields, ProductId};
use std::collections::HashMap;
use torg_platform::csv::undo_defuse;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};

/// Most lines of a table.
pub const IMPORT_LINES_MAX: usize = 20_000;
/// Most mistakes that are told.
const WRONG_MAX: usize = 100;

/// The columns of a table, in the order in which they are written. A table that is read may have
/// them in any order and leave out what it does not change; `sku` or `id` must be there.
pub const IMPORT_COLUMNS: [&str; 9] = [
    "sku",
    "name",
    "price",
    "stock",
    "is_active",
    "category",
    "description",
    "images",
    "id",
];

/// A line of the table.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Where it stands, from 1.
    pub line: u64,
    /// The SKU by which the product is found.
    pub sku: Option<String>,
    /// The name by which the product is found when the line has no SKU.
    pub id: Option<ProductId>,
    /// What becomes of a product that is there.
    pub change: ProductChange,
    /// What is made when there is none, or what is missing for that.
    pub new: Result<NewProduct, Vec<FieldError>>,
}

/// Reads a table as it arrives.
#[derive(Debug, Default)]
pub struct Import {
    reader: Reader,
    columns: Option<Vec<&'static str>>,
    lines: Vec<ImportLine>,
    skus: HashMap<String, u64>,
    wrong: Mistakes,
}

impl Import {
    /// Reads on.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut records = Vec::new();
        self.reader.feed(bytes, &mut records);
        self.take(records);
    }

    /// The whole table.
    ///
    /// # Errors
    /// What is wrong, by line and column; the first hundred of it.
    pub fn finish(mut self) -> Result<Vec<ImportLine>, Vec<FieldError>> {
        let mut records = Vec::new();
        self.reader.finish(&mut records);
        self.take(records);
        if self.columns.is_none() && self.wrong.is_empty() {
            self.wrong
                .add(1, "", "a line with the names of the columns is missing");
        }
        self.wrong.or(self.lines)
    }

    fn take(&mut self, records: Vec<Record>) {
        for Record { line, cells } in records {
            // Without its columns, or beyond its end, a table cannot be read.
            if self.wrong.is_hopeless() {
                return;
            }
            match (cells, self.columns.take()) {
                (Err(why), columns) => {
                    self.wrong.add(line, "", why);
                    self.wrong.hopeless |= columns.is_none();
                    self.columns = columns;
                }
                (Ok(cells), None) => self.columns = self.header(line, &cells),
                (Ok(cells), Some(columns)) => {
                    self.line(line, &columns, &cells);
                    self.columns = Some(columns);
                }
            }
        }
    }

    fn header(&mut self, line: u64, cells: &[String]) -> Option<Vec<&'static str>> {
        let mut columns: Vec<&'static str> = Vec::new();
        for cell in cells {
            let name = cell.trim().to_ascii_lowercase();
            match IMPORT_COLUMNS.into_iter().find(|known| *known == name) {
                Some(known) if columns.contains(&known) => {
                    self.wrong.add(line, known, "stands there twice");
                }
                Some(known) => columns.push(known),
                None => {
                    let name: String = name.chars().take(40).collect();
                    self.wrong.add(line, &name, "is no column of products");
                }
            }
        }
        if !columns.contains(&"sku") && !columns.contains(&"id") {
            self.wrong.add(line, "sku", "is required");
        }
        self.wrong.hopeless = !self.wrong.is_empty();
        (!self.wrong.hopeless).then_some(columns)
    }

    fn line(&mut self, line: u64, columns: &[&str], cells: &[String]) {
        if self.lines.len() >= IMPORT_LINES_MAX {
            let text = format!("there may be at most {IMPORT_LINES_MAX} products");
            self.wrong.add(line, "", text);
            self.wrong.hopeless = true;
            return;
        }
        if cells.len() != columns.len() {
            let (has, wants) = (cells.len(), columns.len());
            self.wrong
                .add(line, "", format!("has {has} cells instead of {wants}"));
            return;
        }
        let mut fields = ProductFields::default();
        let mut id = None;
        let comma = self.reader.separator() == b';';
        for (column, cell) in columns.iter().zip(cells) {
            if let Err(why) = read_cell(&mut fields, &mut id, column, undo_defuse(cell), comma) {
                self.wrong.add(line, column, why);
            }
        }
        let sku = fields.sku.clone().filter(|sku| !sku.is_empty());
        if sku.is_none() && id.is_none() {
            self.wrong.add(line, "sku", "is required");
        }
        if let Some(first) = sku.as_ref().and_then(|sku| self.skus.get(sku)) {
            let text = format!("stands in line {first} already");
            self.wrong.add(line, "sku", text);
        } else if let Some(sku) = &sku {
            self.skus.insert(sku.clone(), line);
        }
        match ProductChange::check(fields.clone()) {
            Ok(change) => self.lines.push(ImportLine {
                line,
                new: NewProduct::check(fields),
                id: id.filter(|_| sku.is_none()),
                sku,
                change,
            }),
            Err(wrong) => self.wrong.add_all(line, wrong),
        }
    }
}

/// Puts a cell into its field.
fn read_cell(
    fields: &mut ProductFields,
    id: &mut Option<ProductId>,
    column: &str,
    cell: &str,
    comma: bool,
) -> Result<(), &'static str> {
    let trimmed = cell.trim();
    let text = || Some(trimmed.to_owned());
    // An empty number, or truth, stays as it is; an empty text is taken away.
    match column {
        "sku" => fields.sku = text(),
        "name" => fields.name = text(),
        "description" => fields.description = text(),
        "category" => fields.category = text(),
        "images" => fields.images = Some(trimmed.split_whitespace().map(str::to_owned).collect()),
        _number if trimmed.is_empty() => {}
        "price" => fields.price = Some(read_price(trimmed, comma)?),
        "stock" => fields.stock = Some(trimmed.parse().or(Err("must be a whole number"))?),
        "is_active" => fields.is_active = Some(read_truth(trimmed)?),
        _id => *id = Some(ProductId::parse(trimmed).ok_or("must be a UUID")?),
    }
    Ok(())
}

/// `199.90`; in tables with semicolons also `199,90`.
fn read_price(text: &str, comma: bool) -> Result<Money<Rub>, &'static str> {
    let price = match comma && !text.contains('.') {
        true => Money::parse_decimal(&text.replacen(',', ".", 1)),
        false => Money::parse_decimal(text),
    };
    price.ok_or("must be a sum with at most two digits after the point")
}

fn read_truth(text: &str) -> Result<bool, &'static str> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "yes" | "да" | "истина" => Ok(true),
        "false" | "0" | "no" | "нет" | "ложь" => Ok(false),
        _other => Err("must be true or false"),
    }
}

/// What is wrong with a table, by line and column.
#[derive(Debug, Default)]
pub struct Mistakes {
    wrong: Vec<FieldError>,
    /// Whether going on makes no sense.
    hopeless: bool,
}

impl Mistakes {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Whether going on makes no sense, or nothing more would be told.
    pub fn is_hopeless(&self) -> bool {
        self.hopeless || self.wrong.len() >= WRONG_MAX
    }

    /// Adds one; without a column it is about the line as a whole.
    pub fn add(&mut self, line: u64, column: &str, message: impl Into<String>) {
        if self.wrong.len() < WRONG_MAX {
            let field = match column {
                "" => format!("line {line}"),
                column => format!("line {line}, {column}"),
            };
            let message = message.into();
            self.wrong.push(FieldError { field, message });
        }
    }

    /// Adds those of a line.
    pub fn add_all(&mut self, line: u64, wrong: Vec<FieldError>) {
        for FieldError { field, message } in wrong {
            self.add(line, &field, message);
        }
    }

    /// `right`, if nothing is wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub fn or<T>(self, right: T) -> Result<T, Vec<FieldError>> {
        match self.wrong.is_empty() {
            true => Ok(right),
            false => Err(self.wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Result<Vec<ImportLine>, Vec<String>> {
        let mut import = Import::default();
        import.feed(text.as_bytes());
        let told = |wrong: FieldError| format!("{}: {}", wrong.field, wrong.message);
        import
            .finish()
            .map_err(|wrong| wrong.into_iter().map(told).collect())
    }

    #[test]
    fn a_table_is_read_by_the_names_of_its_columns() {
        let text =
            "Price;SKU;name;stock;images\n199,90;A-1;'=Mug;5;https://a/1  https://a/2\n;A-2;;;\n";
        let wrong = import(text).unwrap_err();
        assert_eq!(wrong, ["line 3, name: must not be empty"]);
        let lines = import(text.trim_end_matches(";A-2;;;\n")).unwrap();
        let new = lines[0].new.clone().unwrap();
        assert_eq!(
            (new.price, new.stock, new.name.as_str(), new.images.len()),
            (Money::from_minor(19_990), 5, "=Mug", 2)
        );
        let some = import("sku,price\nA-1,5\nA-2,\n").unwrap();
        assert_eq!(some[0].change.price, Some(Money::from_minor(500)));
        assert_eq!((some[1].change.price, &some[1].change.name), (None, &None));
        assert!(some[0].new.is_err(), "a new product needs a name");
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let wrong = import("sku,price,stock,is_active\nA,1.999,x,maybe\nB,1\nA,1,-1,yes\n,1,1,1\n");
        assert_eq!(
            wrong.unwrap_err(),
            [
                "line 2, price: must be a sum with at most two digits after the point",
                "line 2, stock: must be a whole number",
                "line 2, is_active: must be true or false",
                "line 3: has 2 cells instead of 4",
                "line 4, sku: stands in line 2 already",
                "line 4, stock: must be from 0 to 1000000000",
                "line 5, sku: is required",
            ]
        );
        for (text, wrong) in [
            (
                "",
                "line 1: a line with the names of the columns is missing",
            ),
            ("name,price\nA,1\n", "line 1, sku: is required"),
            (
                "sku,prise\nA,1\n",
                "line 1, prise: is no column of products",
            ),
            ("sku,sku\nA,1\n", "line 1, sku: stands there twice"),
        ] {
            assert_eq!(import(text).unwrap_err(), [wrong]);
        }
    }

    #[test]
    fn what_is_told_and_read_has_an_end() {
        let many = |lines: usize, line: &str| format!("sku,price\n{}", line.repeat(lines));
        assert_eq!(import(&many(150, "A,x\n")).unwrap_err().len(), WRONG_MAX);
        let mut text = "sku\n".to_owned();
        for n in 0..=IMPORT_LINES_MAX {
            text.push_str(&format!("A{n}\n"));
        }
        assert_eq!(
            import(&text).unwrap_err(),
            ["line 20002: there may be at most 20000 products"]
        );
    }
}
