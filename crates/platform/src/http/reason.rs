//! Why somebody of the staff does something: asked for in every request that changes what belongs
//! to others, and kept beside what was changed.

use crate::error::{Error, Result};

/// A reason, trimmed: 3 to 500 characters; anything else is a 422.
pub fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    if (3..=500).contains(&text.chars().count()) && !text.contains(odd) {
        return Ok(text.to_owned());
    }
    let rule = "must have 3 to 500 characters and no control characters";
    Err(Error::field("reason", rule))
}
