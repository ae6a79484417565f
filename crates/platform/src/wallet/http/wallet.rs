//! `GET /api/wallet`: what a person has, and how more of it comes in and goes out.

use super::views::AddressView;
use crate::auth::Actor;
use crate::db::Tx;
use crate::http::Json;
use crate::ledger::{self, Account};
use crate::money::{self, DecimalTon};
use crate::wallet::{Address, Memo, Wallet};
use crate::{Error, Money, Result, UserId};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Memos that are tried before we give up: two people never draw the same one.
const TRIES: usize = 4;

/// What somebody has in one currency.
#[derive(Debug, Serialize, ToSchema)]
struct CurrencyBalance {
    currency: String,
    /// What can be spent, as decimal text.
    available: String,
    /// What is set aside: bids, offers, withdrawals.
    held: String,
}

/// How to bring coins in.
#[derive(Debug, Serialize, ToSchema)]
struct DepositTarget {
    address: String,
    /// The comment without which nobody knows whose the coins are.
    memo: String,
    /// Opens a wallet with both filled in.
    link: String,
}

/// What withdrawals cost, and how much of them needs nobody's approval.
#[derive(Debug, Serialize, ToSchema)]
struct WithdrawalRules {
    /// The least.
    min: DecimalTon,
    /// On top of what arrives.
    fee: DecimalTon,
    /// The most of one without the operator.
    automatic_up_to: DecimalTon,
    /// The most in 24 hours without the operator.
    automatic_per_day: DecimalTon,
    /// What is left of that.
    automatic_left_today: DecimalTon,
    /// How long a new address waits.
    cool_down_seconds: u64,
    /// The longest comment, in bytes of UTF-8.
    comment_max_bytes: usize,
}

/// What somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WalletView {
    /// One for each currency that they ever had.
    balances: Vec<CurrencyBalance>,
    /// Absent where deposits are not set up.
    deposit: Option<DepositTarget>,
    withdrawal: WithdrawalRules,
    /// Whether withdrawals wait for the operator; they can be asked for all the same.
    withdrawals_halted: bool,
    /// The newest addresses that they have used or proven.
    addresses: Vec<AddressView>,
}

/// What is read of somebody at one moment.
struct Holdings {
    accounts: Vec<Account>,
    left: Money<money::Ton>,
    halted: bool,
    addresses: Vec<Address>,
}

/// What I have
///
/// Balances in every currency, where deposits go, and the rules of withdrawals.
#[utoipa::path(get, path = "/api/wallet", tag = "wallet", operation_id = "get_wallet",
    responses((status = 200, body = WalletView)))]
pub(super) async fn get_wallet(
    State(wallet): State<Wallet>,
    actor: Actor,
) -> Result<Json<WalletView>> {
    let (user, of) = (actor.user, wallet.clone());
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>(Holdings {
            accounts: ledger::accounts_of(tx, user)?,
            left: of.automatic_left(tx, user)?,
            halted: of.is_halted(tx)?,
            addresses: of.addresses(tx, user)?,
        })
    };
    let holdings = wallet.ctx().db.read("platform.get_wallet", read).await?;
    let deposit = target(&wallet, user).await?;
    let rules = wallet.rules();
    let addresses = holdings.addresses.iter();
    Ok(Json(WalletView {
        balances: holdings.accounts.iter().filter_map(balance).collect(),
        deposit,
        withdrawal: WithdrawalRules {
            min: rules.min.into(),
            fee: rules.fee.into(),
            automatic_up_to: rules.automatic_each.into(),
            automatic_per_day: rules.automatic_day.into(),
            automatic_left_today: holdings.left.into(),
            cool_down_seconds: rules.cool_down.as_secs(),
            comment_max_bytes: rules.comment_max,
        },
        withdrawals_halted: holdings.halted,
        addresses: addresses.map(|a| AddressView::new(&wallet, a)).collect(),
    }))
}

fn balance(account: &Account) -> Option<CurrencyBalance> {
    let currency = account.id.currency();
    Some(CurrencyBalance {
        available: money::show(currency, account.available())?,
        held: money::show(currency, account.debits_held)?,
        currency: currency.to_owned(),
    })
}

/// Where a person's deposits go. Their memo is drawn when they ask for the first time.
async fn target(wallet: &Wallet, user: UserId) -> Result<Option<DepositTarget>> {
    let Ok(chain) = wallet.chain() else {
        return Ok(None);
    };
    let memo = memo(wallet, user).await?;
    Ok(Some(DepositTarget {
        address: chain.deposit_address(),
        link: chain.deposit_link(&memo, None),
        memo,
    }))
}

async fn memo(wallet: &Wallet, user: UserId) -> Result<String> {
    let db = &wallet.ctx().db;
    let known = move |tx: &mut Tx<'_>| Wallet::memo_of(tx, user);
    if let Some(memo) = db.read("platform.find_memo", known).await? {
        return Ok(memo);
    }
    for _ in 0..TRIES {
        let (of, candidate) = (wallet.clone(), Memo::generate(&wallet.ctx().rng));
        let write = move |tx: &mut Tx<'_>| of.deposit_memo(tx, user, &candidate);
        if let Some(memo) = db.write("platform.draw_memo", write).await? {
            return Ok(memo);
        }
    }
    Err(Error::internal("no free memo was drawn"))
}
