//! `/api/admin/users/{user_id}`: all that is known of one person, at one moment.

use super::Panel;
use super::hooks::{CardPart, Fact, Item};
use super::ledger::decimal;
use super::notes::Note;
use super::people::{PersonView, known};
use super::store::notes;
use super::store::people::PersonRow;
use crate::auth::{self, Role};
use crate::db::Tx;
use crate::http::{Api, Json, Path, Policy, operations};
use crate::ledger::{self, Account};
use crate::{Result, Timestamp, UserId};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Notes that are shown.
const NOTES: i64 = 50;

/// What somebody has.
#[derive(Debug, Serialize, ToSchema)]
struct PersonBalance {
    #[schema(example = "user/1/RUB")]
    account: String,
    currency: String,
    /// What is held of it included.
    #[schema(example = "498.00")]
    amount: String,
    /// What is held for something that is not decided yet.
    #[schema(example = "0.00")]
    held: String,
}

impl From<Account> for PersonBalance {
    fn from(account: Account) -> Self {
        let currency = account.id.currency().to_owned();
        Self {
            account: account.id.to_string(),
            amount: decimal(&currency, account.balance()),
            held: decimal(&currency, account.debits_held),
            currency,
        }
    }
}

/// Since when and why somebody is shut out.
#[derive(Debug, Serialize, ToSchema)]
struct BlockView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Unknown of blocks from before it was written down.
    by: Option<String>,
    reason: Option<String>,
}

/// What a market knows of them.
#[derive(Debug, Serialize, ToSchema)]
struct PartView {
    market: &'static str,
    facts: Vec<Fact>,
    /// The newest first, at most 20.
    items: Vec<Item>,
}

/// A person's card.
#[derive(Debug, Serialize, ToSchema)]
struct CardView {
    person: PersonView,
    /// Absent unless they are shut out.
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<BlockView>,
    balances: Vec<PersonBalance>,
    /// The newest first, at most 50.
    notes: Vec<Note>,
    parts: Vec<PartView>,
}

/// The routes.
pub(super) fn api() -> Api<Panel> {
    Api::new().routes(Policy::Admin, operations!(get_user))
}

/// Everything about somebody
///
/// Never a contact: that is between the two whom an order has brought together.
#[utoipa::path(get, path = "/api/admin/users/{user_id}", tag = "admin people",
    operation_id = "get_user", params(("user_id" = i64, Path, minimum = 1)),
    responses((status = 200, body = CardView), (status = 404, description = "They never came")))]
async fn get_user(State(panel): State<Panel>, Path(user): Path<i64>) -> Result<Json<CardView>> {
    let (of, user) = (panel.clone(), UserId(user));
    let work = move |tx: &mut Tx<'_>| card(tx, &of, user);
    Ok(Json(panel.ctx().db.read("platform.user", work).await?))
}

fn card(tx: &mut Tx<'_>, panel: &Panel, user: UserId) -> Result<CardView> {
    let row = known(tx, user)?;
    let block = block(&row);
    let roles: Vec<Role> = auth::roles(tx, user)?.iter().collect();
    let mut parts = Vec::new();
    for card in panel.cards() {
        let CardPart { facts, items } = card.about(tx, user)?;
        parts.push(PartView {
            market: card.name(),
            facts,
            items,
        });
    }
    let accounts = ledger::accounts_of(tx, user)?;
    let notes = notes::newest(tx, user, NOTES)?;
    Ok(CardView {
        person: PersonView::new(row, roles),
        block,
        balances: accounts.into_iter().map(PersonBalance::from).collect(),
        notes: notes.into_iter().map(Note::from).collect(),
        parts,
    })
}

fn block(row: &PersonRow) -> Option<BlockView> {
    row.blocked_at.map(|at| BlockView {
        at,
        by: row.blocked_by.clone(),
        reason: row.block_reason.clone(),
    })
}
