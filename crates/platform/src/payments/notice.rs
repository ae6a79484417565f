//! What a provider reports, and what came of the report.

use crate::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// Longest name that a provider may give to an event, a charge or a payment, in bytes.
const NAME_MAX: usize = 255;

/// What has happened to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The money came in.
    Paid,
    /// It will not come.
    Failed,
}

impl Outcome {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Paid, Self::Failed]
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }
}

crate::text_column!(Outcome);

/// A provider's report about one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// [`super::Provider::name`].
    pub provider: String,
    /// The provider's name for this report: the same name twice is one report.
    pub event_id: String,
    /// Our payment, if the provider names it.
    pub payment: Option<String>,
    /// Purpose and subject, if the provider knows what was paid for.
    pub subject: Option<(String, String)>,
    /// What has happened.
    pub outcome: Outcome,
    /// The provider's name for the money.
    pub charge_id: String,
    /// How much came in, if it says so.
    pub amount_minor: Option<i64>,
    /// Of what, if it says so.
    pub currency: Option<String>,
}

impl Notice {
    /// Refuses what no provider means and no index holds.
    pub(super) fn check(&self) -> Result<()> {
        let payment = self.payment.as_deref().unwrap_or("-");
        let subject = self.subject.as_ref().map_or("-", |(_, subject)| subject);
        for (field, text) in [
            ("event_id", self.event_id.as_str()),
            ("charge_id", self.charge_id.as_str()),
            ("payment_id", payment),
            ("order_id", subject),
        ] {
            if text.is_empty() || text.len() > NAME_MAX {
                let message = format!("must have 1 to {NAME_MAX} bytes");
                return Err(Error::field(field, message));
            }
        }
        Ok(())
    }
}

/// What came of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It had its effect.
    Applied,
    /// Its effect was there already, or is overtaken; nothing changed.
    Seen,
    /// What it is about is not known yet; it is tried again later.
    Kept,
    /// It contradicts what we know: nothing changed, the operator must look. Why, as a stable
    /// word.
    Flagged(&'static str),
}

/// Where a notice in the inbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoticeState {
    Waiting,
    Applied,
    Seen,
    Flagged,
    Resolved,
}

impl NoticeState {
    const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Applied,
        Self::Seen,
        Self::Flagged,
        Self::Resolved,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Seen => "seen",
            Self::Flagged => "flagged",
            Self::Resolved => "resolved",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

crate::text_column!(NoticeState);
