//! What is asked about coins.

use super::super::Deed as AnyDeed;
use super::{Books, COIN, Decision, Deed, Model, StrayState, TON, account};
use crate::ask::Ask;
use crate::dice::Dice;
use crate::people::{CUSTOMERS, FINANCE, STRANGER, Who};
use http::Method;
use serde_json::{Value, json};

impl Model {
    /// Nothing when those who would ask have nothing to ask for.
    pub(in crate::model) fn draw(&self, books: &Books, dice: &mut Dice) -> Option<Ask> {
        let of_staff = match dice.weighted(&[55, 25, 17, 3]) {
            0 => None,
            1 => self.draw_withdrawal(dice),
            2 => self.draw_stray(dice),
            _ => Some(self.draw_halt(dice)),
        };
        of_staff.or_else(|| self.draw_of_people(books, dice))
    }

    fn draw_of_people(&self, books: &Books, dice: &mut Dice) -> Option<Ask> {
        let mut rich = CUSTOMERS.to_vec();
        if dice.chance(80) {
            rich.retain(|who| books.free(*who, TON) > COIN);
        }
        let who = *dice.pick(&rich)?;
        let key = format!("w{:016x}", dice.next());
        if dice.chance(30)
            && let Some((number, id)) = self.pick_recent(dice)
        {
            let of = self.withdrawals[number].who;
            let owner = if dice.chance(85) { of } else { who };
            let path = format!("/api/wallet/withdrawals/{id}/cancel");
            let deed = AnyDeed::Wallet(Deed::Cancel(number));
            return Some(Ask::new(Who::Person(owner), Method::POST, path, deed));
        }
        let amount = dice.between(8, 30) * COIN / 10;
        let to = self.accounts + 1 + dice.below(1_000_000);
        let text = format!("{}.{:09}", amount / COIN, amount % COIN);
        let path = "/api/wallet/withdrawals";
        let deed = AnyDeed::Wallet(Deed::Withdraw(amount, to));
        let ask = Ask::new(Who::Person(who), Method::POST, path, deed)
            .json(json!({ "address": account(to), "amount": text }));
        Some(ask.keyed(key))
    }

    /// One of the last withdrawals, and its name.
    fn pick_recent(&self, dice: &mut Dice) -> Option<(usize, String)> {
        let known: Vec<(usize, &String)> = (self.withdrawals.iter().enumerate())
            .filter_map(|(number, withdrawal)| Some((number, withdrawal.id.as_ref()?)))
            .collect();
        let recent = &known[known.len().saturating_sub(3)..];
        let (number, id) = dice.pick(recent)?;
        Some((*number, (*id).clone()))
    }

    /// The staff decides about a withdrawal, mostly about one that waits for that.
    fn draw_withdrawal(&self, dice: &mut Dice) -> Option<Ask> {
        let waiting: Vec<(usize, String)> = (self.withdrawals.iter().enumerate())
            .filter(|(_, withdrawal)| withdrawal.is_kept_back())
            .filter_map(|(number, withdrawal)| Some((number, withdrawal.id.clone()?)))
            .collect();
        let waits = dice.pick(&waiting).cloned().filter(|_| dice.chance(85));
        let (number, id) = waits.or_else(|| self.pick_recent(dice))?;
        let (word, deed, note) = if dice.chance(80) {
            ("approve", Deed::Approve(number), json!({}))
        } else {
            ("reject", Deed::Reject(number), note())
        };
        let path = format!("/api/admin/wallet/withdrawals/{id}/{word}");
        Some(ask(dice, path, deed, note))
    }

    /// The staff decides about coins that nobody has named.
    fn draw_stray(&self, dice: &mut Dice) -> Option<Ask> {
        let is_settled = |state| matches!(state, StrayState::Settled | StrayState::Returned);
        let settled = dice.chance(10);
        let known: Vec<(usize, i64)> = (self.strays.iter().enumerate())
            .filter(|(_, stray)| is_settled(stray.state) == settled)
            .filter_map(|(number, stray)| Some((number, stray.id?)))
            .collect();
        let (number, id) = *dice.pick(&known)?;
        let (word, decision, body) = match dice.weighted(&[45, 5, 20, 30]) {
            0 => {
                let who = *dice.pick(&CUSTOMERS)?;
                ("assign", Decision::Assign(who), whose(who))
            }
            1 => ("assign", Decision::Assign(STRANGER), whose(STRANGER)),
            2 => ("keep", Decision::Keep, note()),
            _ => ("return", Decision::Return, note()),
        };
        let path = format!("/api/admin/wallet/deposits/{id}/{word}");
        Some(ask(dice, path, Deed::Decide(number, decision), body))
    }

    /// Payouts stop, and go on; mostly what is the case already is not asked for.
    fn draw_halt(&self, dice: &mut Dice) -> Ask {
        let (path, deed) = match self.is_halted != dice.chance(15) {
            true => ("/api/admin/wallet/resume", Deed::Resume),
            false => ("/api/admin/wallet/halt", Deed::Halt),
        };
        ask(dice, path.to_owned(), deed, note())
    }
}

fn ask(dice: &mut Dice, path: String, deed: Deed, body: Value) -> Ask {
    let who = *dice
        .pick(&[Who::Operator, Who::Person(FINANCE)])
        .unwrap_or(&Who::Operator);
    Ask::new(who, Method::POST, path, AnyDeed::Wallet(deed)).json(body)
}

fn note() -> Value {
    json!({ "note": "decided" })
}

fn whose(who: i64) -> Value {
    json!({ "user_id": who, "note": "decided" })
}
