//! What a person was asked, as it is written down until they answer.

use super::customer::draft::Draft;
use serde::{Deserialize, Serialize};
use torg_platform::db::Tx;
use torg_platform::{Error, Result, UserId};
use torg_telegram::bot::Talk;

/// An open question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Question {
    /// The next field of a new order.
    Draft(Draft),
    /// A city to be told of; the names that were offered for what they wrote.
    City(Vec<String>),
    /// Words to the stars for this executor of this order.
    Comment(String, UserId),
    /// What to tell the other side about the take of this executor.
    Relay(String, UserId),
}

impl Question {
    /// The open question; one that this version does not understand is none.
    pub(super) fn of(talk: &Talk) -> Option<Self> {
        serde_json::from_str(talk.dialog.as_deref()?).ok()
    }

    /// Asks it: the next text is its answer.
    pub(super) fn ask(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let state = serde_json::to_string(self).map_err(Error::internal)?;
        talk.ask(tx, &state)
    }
}
