//! Cells of tables that a spreadsheet shows and does not compute.

use std::borrow::Cow;

/// A cell that a spreadsheet shows and does not compute: what would be a formula gets an
/// apostrophe in front, and so does what already looks as if it had one.
pub fn defuse(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`defuse`] made a cell of.
pub fn undo_defuse(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        Some(_) | None => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_cell_is_a_formula_and_every_text_comes_back(text in "['=+@-]{0,3}\\PC{0,5}") {
            let cell = defuse(&text);
            prop_assert!(!is_formula(&cell));
            prop_assert_eq!(undo_defuse(&cell), text.as_str());
        }
    }
}
