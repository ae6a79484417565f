//! What the parts of the program tell the operator's panel: what waits for a person, and what
//! they know of somebody.

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that waits until one of the staff looks at it.
pub trait Waiting: Send + Sync + 'static {
    /// A stable word that begins with the part's name, for example `services.complaints`; clients
    /// translate it.
    fn name(&self) -> &'static str;
    /// How much waits now. Called whenever somebody opens the panel, so it must be cheap.
    ///
    /// # Errors
    /// The database's.
    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue>;
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// How many; a queue of none is not shown.
    pub count: i64,
    /// Since when the first of them waits, where that is known.
    pub oldest_at: Option<Timestamp>,
}

/// What a market knows of a person.
pub trait Card: Send + Sync + 'static {
    /// The market's name.
    fn name(&self) -> &'static str;
    /// What it knows of `user`; empty of a stranger. Never a contact.
    ///
    /// # Errors
    /// The database's.
    fn about(&self, tx: &mut Tx<'_>, user: UserId) -> Result<CardPart>;
}

/// A market's part of a person's card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardPart {
    /// Numbers and words about them.
    pub facts: Vec<Fact>,
    /// What they have done lately, newest first, at most twenty.
    pub items: Vec<Item>,
}

/// One thing that a market knows of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fact {
    /// A stable word that clients translate, for example `rating`.
    #[schema(value_type = String)]
    pub name: &'static str,
    /// The value as text.
    pub value: String,
}

/// Something that a person has done or begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Item {
    /// What it is, a stable word: `order`, `take`, …
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// Its id, by which the market's own routes find it.
    pub id: String,
    /// What people read; hostile text until escaped.
    pub title: String,
    /// Its state, in the market's words.
    pub state: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What it costs, as a decimal string, if that is known.
    pub amount: Option<String>,
    /// The currency of `amount`.
    #[schema(value_type = Option<String>)]
    pub currency: Option<&'static str>,
}
