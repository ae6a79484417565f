//! Coins in and out. What the chain does takes its time, so the model is told of each deposit and
//! each payout when the program says that it has booked it, and holds it against what was really
//! sent.

mod desk;
mod draw;
mod strays;

pub(crate) use strays::{Decision, StrayState};

use super::{Books, Expect, Learn};
use crate::people::Who;
use serde_json::Value;
use std::collections::BTreeSet;
use strays::Stray;
use torg_ton::StdAddr;

const TON: &str = "TON";
/// Nanotons that a withdrawal costs.
const FEE: i64 = 50_000_000;
const COIN: i64 = 1_000_000_000;
/// Above it the staff must let a withdrawal out.
const AUTOMATIC: i64 = 1_500_000_000;
/// Above it two of the staff must.
const TWO_PEOPLE: i64 = 2_500_000_000;

/// What somebody wants; withdrawals and strays by their number in the model.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Nanotons to an account of this number.
    Withdraw(i64, u64),
    Cancel(usize),
    /// The staff lets a withdrawal out.
    Approve(usize),
    /// The staff says no to a withdrawal.
    Reject(usize),
    /// The staff decides about a stray.
    Decide(usize, Decision),
    /// Nothing goes out any more.
    Halt,
    /// It does again.
    Resume,
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
    /// Who must let it out, and who of them has.
    needed: usize,
    agreed: Vec<Who>,
    is_rejected: bool,
}

impl Withdrawal {
    /// It waits for the staff.
    fn is_kept_back(&self) -> bool {
        self.state == State::Waits && self.agreed.len() < self.needed
    }
}

/// All coins of the people.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) withdrawals: Vec<Withdrawal>,
    /// Deposits that were sent and are not booked: whose, how much.
    sent: Vec<(i64, i64)>,
    booked: BTreeSet<i64>,
    /// Coins that came without a name.
    strays: Vec<Stray>,
    accounts: u64,
    is_on: bool,
    /// The operator has stopped payouts.
    pub(crate) is_halted: bool,
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

    /// How many deposits and payouts are under way; what waits for the staff is not.
    pub(crate) fn under_way(&self) -> usize {
        let open = |w: &&Withdrawal| matches!(w.state, State::Waits | State::Sending);
        let open = |w: &&Withdrawal| open(w) && !w.is_kept_back();
        let strays = self.strays.iter().filter(|stray| stray.is_under_way());
        self.sent.len() + self.withdrawals.iter().filter(open).count() + strays.count()
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

    /// The program says how far withdrawal `number` is; `false` when it may not be there.
    pub(crate) fn move_on(&mut self, books: &mut Books, number: usize, state: State) -> bool {
        let withdrawal = &mut self.withdrawals[number];
        let is_closed = self.is_halted || withdrawal.is_kept_back();
        if is_closed && withdrawal.state == State::Waits && state != State::Waits {
            return false;
        }
        let total = withdrawal.amount + FEE;
        if withdrawal.state != State::Confirmed && state == State::Confirmed {
            books.add(withdrawal.who, TON, -total);
            books.hold(withdrawal.who, TON, -total);
        }
        withdrawal.state = state;
        true
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
                    needed: usize::from(*amount > AUTOMATIC) + usize::from(*amount > TWO_PEOPLE),
                    agreed: Vec::new(),
                    is_rejected: false,
                });
                Expect {
                    learn: Some(Learn::Withdrawal(self.withdrawals.len() - 1)),
                    ..Expect::ok(201)
                }
            }
            Deed::Cancel(number) => {
                let withdrawal = &self.withdrawals[*number];
                if withdrawal.who != me {
                    return Expect::refused(404, "withdrawal_not_found");
                }
                // Saying it twice is saying it once.
                if withdrawal.state == State::Canceled && !withdrawal.is_rejected {
                    return Expect::ok(200).with("/state", "returned");
                }
                self.give_back(books, *number)
            }
            Deed::Approve(number) => self.approve(who, *number),
            Deed::Reject(number) => {
                let answer = self.give_back(books, *number);
                self.withdrawals[*number].is_rejected |= answer.status == 200;
                answer
            }
            Deed::Decide(number, decision) => self.decide(books, *number, *decision),
            Deed::Halt if self.is_halted => Expect::refused(409, "halted_already"),
            Deed::Resume if !self.is_halted => Expect::refused(409, "not_halted"),
            Deed::Halt | Deed::Resume => {
                self.is_halted = !self.is_halted;
                Expect::ok(204)
            }
        }
    }

    pub(super) fn learn(&mut self, number: usize, answer: &Value) {
        self.withdrawals[number].id = answer["id"].as_str().map(str::to_owned);
    }
}

/// An account of this number, as it is written.
pub(crate) fn account(number: u64) -> String {
    format!("0:{:064x}", u128::from(number) + (1 << 100))
}

/// The number of an account that [`account`] wrote.
pub(crate) fn number(address: &StdAddr) -> Option<u64> {
    let low = address.address.as_array().last_chunk::<16>()?;
    u64::try_from(u128::from_be_bytes(*low).checked_sub(1 << 100)?).ok()
}
