//! The shop's own accounts, and how money comes to them and leaves them.

use crate::domain::{Order, PayWith, Refusal};
use crate::error::Result;
use torg_platform::UserId;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::payments::clearing_account;

/// Kind of a payment from the customer's balance.
pub const PURCHASE: &str = "shop.purchase";
/// Kind of a payment through a provider.
pub const PAYMENT: &str = "shop.payment";
/// Kind of money that goes back.
pub const REFUND: &str = "shop.refund";

/// Where the money of orders goes, and where refunds come from.
pub fn revenue() -> AccountId {
    AccountId::platform("shop_revenue", Rub::CODE)
}

/// Opens the accounts if they are not open yet. They take part in everybody's orders, so they are
/// hot: nobody waits for their rows, and nothing bounds them.
///
/// # Errors
/// The database's.
pub fn open_accounts(tx: &mut Tx<'_>) -> Result<()> {
    let revenue = revenue();
    let clearing = [PayWith::Test, PayWith::Stars, PayWith::Ton]
        .map(|way| clearing_account(way.as_str(), Rub::CODE));
    let mut accounts = vec![(&revenue, false, true)];
    accounts.extend(clearing.iter().map(|account| (account, false, true)));
    Ok(ledger::ensure_platform_accounts(tx, &accounts)?)
}

/// Takes the order's total from its customer's balance. Locks the account, so it comes after all
/// other locks.
///
/// # Errors
/// [`Refusal::InsufficientBalance`].
pub(crate) fn pay_from_balance(tx: &mut Tx<'_>, order: &Order, user: UserId) -> Result<()> {
    let total = order.totals.total;
    let account = ledger::open_user::<Rub>(tx, user)?;
    if account.available() < total.minor() {
        return Err(Refusal::InsufficientBalance { total }.into());
    }
    let transfer = Transfer {
        op: &format!("shop.purchase:{}", order.id),
        leg: 0,
        kind: PURCHASE,
        debit: &AccountId::user(user, Rub::CODE),
        credit: &revenue(),
        amount: total,
        meta: &meta(order, "Order in the shop"),
    };
    Ok(ledger::transfer(tx, &transfer)?)
}

/// Books what a provider has taken for an order.
pub(crate) fn book_payment(
    tx: &mut Tx<'_>,
    order: &Order,
    provider: &str,
    payment_id: &str,
    amount: Money<Rub>,
) -> Result<()> {
    let transfer = Transfer {
        op: &format!("shop.payment:{payment_id}"),
        leg: 0,
        kind: PAYMENT,
        debit: &clearing_account(provider, Rub::CODE),
        credit: &revenue(),
        amount,
        meta: &meta(order, "Order in the shop"),
    };
    Ok(ledger::transfer(tx, &transfer)?)
}

/// Books money that goes back, to the customer's balance or to the provider, under the unique
/// name `op`. A balance is an account of a user: it comes after all other locks.
pub(crate) fn book_refund(
    tx: &mut Tx<'_>,
    order: &Order,
    op: &str,
    to: &AccountId,
    amount: Money<Rub>,
) -> Result<()> {
    let transfer = Transfer {
        op,
        leg: 0,
        kind: REFUND,
        debit: &revenue(),
        credit: to,
        amount,
        meta: &meta(order, "Refund of an order in the shop"),
    };
    Ok(ledger::transfer(tx, &transfer)?)
}

fn meta(order: &Order, description: &str) -> String {
    serde_json::json!({ "order_id": order.id, "description": description }).to_string()
}
