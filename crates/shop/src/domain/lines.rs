//! The lines of an order as people send them.

use super::ProductId;
use std::collections::BTreeMap;
use torg_platform::error::FieldError;

/// Most lines of an order.
pub const LINES_MAX: usize = 50;
/// Most units of a product in an order.
pub const QUANTITY_MAX: i64 = 1_000;

/// So many units of a product.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Wanted {
    /// Which.
    pub product: ProductId,
    /// How many, from 1 to [`QUANTITY_MAX`].
    pub quantity: i64,
}

/// The lines with each product once, in the order of their names: the order in which everybody
/// locks products.
///
/// # Errors
/// Every wrong line.
pub fn merge(lines: &[Wanted]) -> Result<Vec<Wanted>, Vec<FieldError>> {
    let mut wrong = Vec::new();
    if lines.is_empty() || lines.len() > LINES_MAX {
        wrong.push(field("items", format!("must have 1 to {LINES_MAX} lines")));
    }
    let mut merged: BTreeMap<&ProductId, i64> = BTreeMap::new();
    for (n, line) in lines.iter().enumerate() {
        let sum = merged.entry(&line.product).or_default();
        if (1..=QUANTITY_MAX).contains(&line.quantity) {
            *sum = sum.saturating_add(line.quantity);
            if *sum <= QUANTITY_MAX {
                continue;
            }
        }
        let text = format!("must be from 1 to {QUANTITY_MAX}, all lines of the product together");
        wrong.push(field(&format!("items[{n}].quantity"), text));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let line = |(product, quantity): (&ProductId, i64)| Wanted {
        product: product.clone(),
        quantity,
    };
    Ok(merged.into_iter().map(line).collect())
}

fn field(field: &str, message: String) -> FieldError {
    FieldError {
        field: field.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted(n: u128, quantity: i64) -> Wanted {
        Wanted {
            product: uuid::Uuid::from_u128(n).into(),
            quantity,
        }
    }

    #[test]
    fn a_product_stands_once_in_an_order() {
        let merged = merge(&[wanted(2, 3), wanted(1, 1), wanted(2, 4)]).unwrap();
        assert_eq!(merged, [wanted(1, 1), wanted(2, 7)]);
    }

    #[test]
    fn every_wrong_line_is_named() {
        let lines = [
            wanted(1, 0),
            wanted(2, 1),
            wanted(3, 1_001),
            wanted(2, 1_000),
        ];
        let fields: Vec<String> = merge(&lines)
            .unwrap_err()
            .into_iter()
            .map(|f| f.field)
            .collect();
        assert_eq!(
            fields,
            [
                "items[0].quantity",
                "items[2].quantity",
                "items[3].quantity"
            ]
        );
        assert_eq!(merge(&[]).unwrap_err()[0].field, "items");
        let many: Vec<Wanted> = (0..51).map(|n| wanted(n, 1)).collect();
        assert_eq!(merge(&many).unwrap_err()[0].field, "items");
    }

    proptest! {
        #[test]
        fn merging_loses_nothing(lines in prop::collection::vec((0_u128..5, 1_i64..20), 1..50)) {
            let lines: Vec<Wanted> = lines.into_iter().map(|(n, q)| wanted(n, q)).collect();
            let merged = merge(&lines).unwrap();
            prop_assert!(merged.is_sorted_by(|a, b| a.product < b.product));
            let sum = |lines: &[Wanted]| lines.iter().map(|l| l.quantity).sum::<i64>();
            prop_assert_eq!(sum(&lines), sum(&merged));
        }
    }
}
