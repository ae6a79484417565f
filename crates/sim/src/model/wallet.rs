//! Coins in and out. What the chain does takes its time, so the model is told of each deposit and
//! each payout when the program says that it has booked it, and holds it against what was really
//! sent.

use super::{Books, Deed as AnyDeed, Expect, Learn};
use crate::ask::Ask;
use crate::dice::Dice;
use crate::people::{CUSTOMERS, Who};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TON: &str = "TON";
/// Nanotons that a withdrawal costs.
const FEE: i64 = 50_000_000;
const COIN: i64 = 1_000_000_000;

/// What somebody wants; withdrawals by their number in the model.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Nanotons to an account of this number.
    Withdraw(i64, u64),
    Cancel(usize),
}

/// How far a withdrawal is, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing was sent: it can be taken back.
    Waits,
    /// It is on its way.
    Sending,
    Confirmed,
    Canceled,
}

#[derive(Debug, Clone)]
pub(crate) struct Withdrawal {
    pub(crate) id: Option<String>,
    pub(crate) who: i64,
    pub(crate) amount: i64,
    pub(crate) to: u64,
    pub(crate) state: State,
}

/// All coins of the people.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) withdrawals: Vec<Withdrawal>,
    /// Deposits that were sent and are not booked: whose, how much.
    sent: Vec<(i64, i64)>,
    booked: BTreeSet<i64>,
    accounts: u64,
    is_on: bool,
}

impl Model {
    /// There is a chain in this world.
    pub(crate) fn switch_on(&mut self) {
        self.is_on = true;
    }

    pub(super) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Coins have left for the wallet of the program.
    pub(crate) fn send(&mut self, who: i64, amount: i64) {
        self.sent.push((who, amount));
    }

    /// How many deposits and payouts are under way.
    pub(crate) fn under_way(&self) -> usize {
        let open = |w: &&Withdrawal| matches!(w.state, State::Waits | State::Sending);
        self.sent.len() + self.withdrawals.iter().filter(open).count()
    }

    /// The program says that it has credited deposit `id`; `false` when nobody has sent it.
    pub(crate) fn book(&mut self, books: &mut Books, who: i64, id: i64, amount: i64) -> bool {
        if !self.booked.insert(id) {
            return true;
        }
        let Some(place) = self.sent.iter().position(|sent| *sent == (who, amount)) else {
            return false;
        };
        self.sent.remove(place);
        books.add(who, TON, amount);
        true
    }

    /// The program says how far withdrawal `number` is.
    pub(crate) fn move_on(&mut self, books: &mut Books, number: usize, state: State) {
        let withdrawal = &mut self.withdrawals[number];
        let total = withdrawal.amount + FEE;
        if withdrawal.state != State::Confirmed && state == State::Confirmed {
            books.add(withdrawal.who, TON, -total);
            books.hold(withdrawal.who, TON, -total);
        }
        withdrawal.state = state;
    }

    pub(super) fn answer(&mut self, books: &mut Books, who: Who, deed: &Deed) -> Expect {
        let me = who.id();
        match deed {
            Deed::Withdraw(amount, to) => {
                self.accounts = self.accounts.max(*to);
                if *amount < COIN {
                    return Expect::refused(409, "below_minimum");
                }
                if books.free(me, TON) < amount + FEE {
                    return Expect::refused(402, "insufficient_balance");
                }
                books.hold(me, TON, amount + FEE);
                self.withdrawals.push(Withdrawal {
                    id: None,
                    who: me,
                    amount: *amount,
                    to: *to,
                    state: State::Waits,
                });
                Expect {
                    learn: Some(Learn::Withdrawal(self.withdrawals.len() - 1)),
                    ..Expect::ok(201)
                }
            }
            Deed::Cancel(number) => {
                let withdrawal = &mut self.withdrawals[*number];
                if withdrawal.who != me {
                    return Expect::refused(404, "withdrawal_not_found");
                }
                // Saying it twice is saying it once.
                if withdrawal.state == State::Canceled {
                    return Expect::ok(200).with("/state", "returned");
                }
                if withdrawal.state != State::Waits {
                    return Expect::refused(409, "withdrawal_step_impossible");
                }
                withdrawal.state = State::Canceled;
                books.hold(me, TON, -(withdrawal.amount + FEE));
                Expect::ok(200).with("/state", "returned")
            }
        }
    }

    pub(super) fn learn(&mut self, number: usize, answer: &Value) {
        self.withdrawals[number].id = answer["id"].as_str().map(str::to_owned);
    }

    pub(super) fn draw(&self, dice: &mut Dice) -> Ask {
        let who = *dice.pick(&CUSTOMERS).unwrap_or(&CUSTOMERS[0]);
        let key = format!("w{:016x}", dice.next());
        let known: Vec<usize> = (self.withdrawals.iter().enumerate())
            .filter(|(_, withdrawal)| withdrawal.id.is_some())
            .map(|(number, _)| number)
            .collect();
        if dice.chance(30)
            && let Some(number) = dice.pick(&known[known.len().saturating_sub(3)..])
        {
            let of = &self.withdrawals[*number];
            let owner = if dice.chance(85) { of.who } else { who };
            let id = of.id.clone().unwrap_or_default();
            let path = format!("/api/wallet/withdrawals/{id}/cancel");
            let deed = AnyDeed::Wallet(Deed::Cancel(*number));
            return Ask::new(Who::Person(owner), Method::POST, path, deed);
        }
        let amount = dice.between(8, 30) * COIN / 10;
        let to = self.accounts + 1 + dice.below(1_000_000);
        let text = format!("{}.{:09}", amount / COIN, amount % COIN);
        let deed = AnyDeed::Wallet(Deed::Withdraw(amount, to));
        Ask::new(
            Who::Person(who),
            Method::POST,
            "/api/wallet/withdrawals",
            deed,
        )
        .json(json!({ "address": account(to), "amount": text }))
        .keyed(key)
    }
}

/// An account of this number, as it is written.
pub(crate) fn account(number: u64) -> String {
    format!("0:{:064x}", u128::from(number) + (1 << 100))
}
