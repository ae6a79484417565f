//! Where a message goes.

use serde::Serialize;

/// A chat, by its id or by its public name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ChatRef {
    /// An id; a person's private chat has the person's id.
    Id(i64),
    /// `@name` of a channel or a public group.
    Name(String),
}

impl From<i64> for ChatRef {
    fn from(id: i64) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for ChatRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}
