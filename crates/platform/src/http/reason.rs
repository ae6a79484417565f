//! Why somebody of the staff does something: asked for in every request that changes what belongs
//! to others, and kept beside what was changed.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of a request that says nothing but why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Why; outer blanks do not count.
    #[schema(min_length = 3, max_length = 500)]
    reason: String,
}

impl ReasonBody {
    /// The reason as [`reason`] reads it.
    pub fn check(&self) -> Result<String> {
        reason(&self.reason)
    }
}

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
