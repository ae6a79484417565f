//! The statement of a balance.

use crate::error::Result;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Timestamp, UserId};

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementLine {
    pub(crate) seq: i64,
    pub(crate) id: i64,
    /// `take`, `refund`, `recharge`: the ledger's kind without the market's name.
    pub(crate) kind: String,
    /// Positive when the balance grew.
    pub(crate) amount: Money<Rub>,
    pub(crate) balance_after: Money<Rub>,
    pub(crate) order_id: Option<String>,
    /// What another market says about its own line.
    said: Option<String>,
    /// Whose decision a refund was, when not that of silence.
    why: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// Lines before number `before`, newest first.
pub(crate) fn list_transactions(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<StatementLine>> {
    let account = AccountId::user(user, Rub::CODE);
    let lines = ledger::lines(tx, &account, before, limit)?;
    Ok(lines
        .into_iter()
        .map(|line| {
            let meta = Meta::read(&line.meta);
            let own = line.kind.starts_with("services.");
            StatementLine {
                seq: line.seq,
                id: line.transfer_id,
                kind: line.kind.rsplit('.').next().unwrap_or_default().to_owned(),
                amount: Money::from_minor(line.amount),
                balance_after: Money::from_minor(line.balance_after),
                order_id: meta.order_id,
                said: meta.description.filter(|_| !own),
                why: meta.why.filter(|_| own),
                created_at: line.at,
            }
        })
        .collect())
}

/// What a transfer's meta data tell, as far as they can be read.
#[derive(Default, serde::Deserialize)]
struct Meta {
    order_id: Option<String>,
    description: Option<String>,
    why: Option<String>,
}

impl Meta {
    fn read(meta: &str) -> Self {
        serde_json::from_str(meta).unwrap_or_default()
    }
}

impl StatementLine {
    /// What happened, for people.
    pub(crate) fn description(&self) -> String {
        let what = match self.said.as_deref().unwrap_or(&self.kind) {
            "take" => "Contact opened",
            "refund" => match self.why.as_deref() {
                None => "Refund: the customer did not answer",
                Some("removal") => "Refund: the order was taken out",
                Some(_) => "Refund",
            },
            "recharge" => "Balance topped up",
            other => other,
        };
        match &self.order_id {
            Some(order) => format!("{what}, order {order}"),
            None => what.to_owned(),
        }
    }
}
