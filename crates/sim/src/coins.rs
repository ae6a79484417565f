//! The chain of a world: who has coins on it, and what the program says has become of them.

use crate::model::Model;
use crate::model::wallet::{State, account, number};
use crate::people::{CUSTOMERS, Who};
use crate::report::Finding;
use serde_json::Value;
use std::sync::OnceLock;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{DevChain, mnemonic};
use torg_ton::message::comment;
use torg_ton::{Network, StdAddr, address};
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes};
use tycho_types::models::{CurrencyCollection, IntMsgInfo, MsgInfo, OwnedMessage};

/// What the program's wallet begins with, in nanotons.
const CAPITAL: u64 = 1_000_000_000_000;

/// Where coins come from that nobody counts.
const SELF_MADE: StdAddr = StdAddr::new(0, HashBytes([7; 32]));

/// The words of the program's wallet, the same in every world: finding some takes a while.
pub(crate) fn words() -> &'static str {
    static WORDS: OnceLock<String> = OnceLock::new();
    WORDS.get_or_init(|| mnemonic(&Rng::from_seed(1)).unwrap_or_default())
}

/// The program's wallet, and how each person is told apart.
#[derive(Debug, Clone)]
pub(crate) struct Coins {
    hot: StdAddr,
    memos: Vec<(i64, String)>,
}

impl Coins {
    /// As the program tells its people.
    pub(crate) fn new(wallets: &[(i64, Value)]) -> Option<Self> {
        let mut memos = Vec::new();
        let mut hot = None;
        for (who, wallet) in wallets {
            let target = &wallet["deposit"];
            hot = address::parse(target["address"].as_str()?, Network::Mainnet).ok();
            memos.push((*who, target["memo"].as_str()?.to_owned()));
        }
        let hot = hot?.address;
        Some(Self { hot, memos })
    }

    /// The operator's own coins come in.
    pub(crate) fn begin(&self, chain: &DevChain) -> Option<()> {
        self.pay(chain, SELF_MADE, CAPITAL, Cell::empty_cell())?;
        chain.mine().ok().map(drop)
    }

    /// `who` sends coins.
    pub(crate) fn deposit(&self, chain: &DevChain, who: i64, nano: u64) -> Option<()> {
        let (_, memo) = self.memos.iter().find(|(owner, _)| *owner == who)?;
        self.pay(chain, SELF_MADE, nano, comment(memo).ok()?)
    }

    /// Account `from` sends coins with a comment that says nothing to the program, or none.
    pub(crate) fn stray(&self, chain: &DevChain, from: u64, nano: u64, text: &str) -> Option<()> {
        let from = address::parse(&account(from), Network::Mainnet).ok()?;
        let body = if text.is_empty() {
            Cell::empty_cell()
        } else {
            comment(text).ok()?
        };
        self.pay(chain, from.address, nano, body)
    }

    fn pay(&self, chain: &DevChain, from: StdAddr, nano: u64, body: Cell) -> Option<()> {
        let message = CellBuilder::build_from(OwnedMessage {
            info: MsgInfo::Int(IntMsgInfo {
                ihr_disabled: true,
                bounce: false,
                src: from.into(),
                dst: self.hot.clone().into(),
                value: CurrencyCollection::new(u128::from(nano)),
                created_at: chain.now(),
                ..Default::default()
            }),
            init: None,
            body: body.into(),
            layout: None,
        });
        chain.enqueue(message.ok()?).ok()
    }
}

/// Takes over what the program says of `who`'s deposits.
pub(crate) fn book_deposits(model: &mut Model, who: i64, listed: &Value) -> Result<(), Finding> {
    let deposits = listed["deposits"].as_array().or(listed["items"].as_array());
    for deposit in deposits.into_iter().flatten() {
        if deposit["state"] != "credited" {
            continue;
        }
        let id = deposit["id"].as_i64().unwrap_or_default();
        let amount = nano(&deposit["amount"]).unwrap_or_default();
        if !model.wallet.book(&mut model.books, who, id, amount) {
            let detail = format!("{who} was credited {deposit}, and nobody has sent that");
            return Err(Finding::new("deposits", detail));
        }
    }
    Ok(())
}

/// Takes over what the program says of the coins that it cannot place.
pub(crate) fn find_strays(model: &mut Model, listed: &Value) -> Result<(), Finding> {
    for deposit in listed["deposits"].as_array().into_iter().flatten() {
        let id = deposit["id"].as_i64().unwrap_or_default();
        let amount = nano(&deposit["amount"]).unwrap_or_default();
        let sender = deposit["sender"].as_str().unwrap_or_default();
        let from = address::parse(sender, Network::Mainnet).ok();
        let from = from.and_then(|from| number(&from.address));
        let is_known = from.is_some_and(|from| model.wallet.find_stray(id, from, amount));
        if !is_known {
            let detail = format!("{deposit} waits, and nobody has sent that");
            return Err(Finding::new("deposits", detail));
        }
    }
    Ok(())
}

/// How far a withdrawal is, in the program's words.
pub(crate) fn state(view: &Value) -> Option<State> {
    match view["state"].as_str()? {
        "requested" | "approved" => Some(State::Waits),
        "sending" | "failed" => Some(State::Sending),
        "confirmed" => Some(State::Confirmed),
        "canceled" | "returned" => Some(State::Canceled),
        _ => None,
    }
}

/// Every payout has arrived once: what the program says is paid is what the chain shows.
pub(crate) fn check_payouts(model: &Model, chain: &DevChain) -> Result<(), Finding> {
    let withdrawals = model.wallet.withdrawals.iter();
    let withdrawals = withdrawals.map(|withdrawal| {
        let expected = match withdrawal.state {
            State::Confirmed => Some(withdrawal.amount),
            State::Canceled | State::Waits => Some(0),
            State::Sending => None,
        };
        (withdrawal.to, expected)
    });
    let strays = model.wallet.strays().iter();
    let strays = strays.map(|stray| (stray.from, stray.returned()));
    for (to, expected) in withdrawals.chain(strays) {
        let Some(expected) = expected else { continue };
        let to = account(to);
        let parsed = address::parse(&to, Network::Mainnet);
        let there = parsed.ok().and_then(|to| chain.balance(&to.address).ok());
        if there != u128::try_from(expected).ok() {
            let detail = format!("{to} has {there:?}, not {expected}");
            return Err(Finding::new("payouts", detail));
        }
    }
    Ok(())
}

/// Those who have coins.
pub(crate) fn holders() -> impl Iterator<Item = (i64, Who)> {
    CUSTOMERS.into_iter().map(|id| (id, Who::Person(id)))
}

fn nano(amount: &Value) -> Option<i64> {
    let text = amount.as_str()?;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<9}");
    Some(whole.parse::<i64>().ok()? * 1_000_000_000 + part.parse::<i64>().ok()?)
}
