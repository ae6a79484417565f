//! Why somebody of the staff did something: free text, kept beside what was done and never in the
//! audit, which is sealed for ever.

use crate::error::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Shortest reason, in characters.
pub const REASON_MIN: usize = 3;
/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// A body that says why, and nothing else.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Why, for the staff; outer blanks do not count.
    #[schema(min_length = 3, max_length = 500)]
    pub reason: String,
}

/// The reason without outer blanks.
///
/// # Errors
/// 422 for `reason` outside of [`REASON_MIN`]..=[`REASON_MAX`] characters, or with a character
/// that controls other than the end of a line.
pub fn reason(text: &str) -> Result<String> {
    written("reason", text, REASON_MIN, REASON_MAX)
}

/// What the staff has written into `field`, without outer blanks.
pub(super) fn written(field: &'static str, text: &str, min: usize, max: usize) -> Result<String> {
    let text = text.trim();
    let fits = (min..=max).contains(&text.chars().count());
    if fits && !text.contains(|c: char| c.is_control() && c != '\n') {
        return Ok(text.to_owned());
    }
    let message = format!("must have {min} to {max} characters and none that control");
    Err(Error::field(field, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_neither_empty_nor_endless() {
        assert_eq!(
            reason("  за брак\nна складе ").unwrap(),
            "за брак\nна складе"
        );
        assert_eq!(reason(&"я".repeat(500)).unwrap().chars().count(), 500);
        for wrong in ["", "  ab  ", "a\u{7}bc", &"я".repeat(501)] {
            assert_eq!(reason(wrong).unwrap_err().code(), "validation_error");
        }
    }
}
