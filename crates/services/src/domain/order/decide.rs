//! Whether a person may do a thing to an order now. The caller has found the order (else 404) and
//! holds its lock; the checks run in the order of the contract, the first "no" wins.

use super::{Command, MAX_TAKES, Order, State, Take, first_take, has_taken};
use crate::domain::Refusal;
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

/// What a take leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeDecision {
    /// This executor has it already: show the contact, charge nothing.
    AlreadyMine,
    /// Charge `price` and fill `slot`.
    Charge {
        /// 1, 2 or 3.
        slot: u8,
        /// The price of this moment, to be kept on the take.
        price: Money<Rub>,
    },
}

/// What `close` leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Nobody was answered: `closed_no_response`, and every take is refunded.
    Refund,
    /// Somebody was answered: the order ends as `expired`, nothing is refunded.
    Keep,
}

impl Closing {
    /// The state that it leaves the order in.
    pub const fn state(self) -> State {
        match self {
            Self::Refund => State::ClosedNoResponse,
            Self::Keep => State::ExpiredAnswered,
        }
    }
}

impl Order {
    /// Take: 403 own order → already mine → 410 → 409 three executors → 402 balance.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_take(
        &self,
        takes: &[Take],
        who: UserId,
        now: Timestamp,
        price: Money<Rub>,
        balance: Money<Rub>,
    ) -> Result<TakeDecision, Refusal> {
        if who == self.customer {
            return Err(Refusal::OwnOrder);
        }
        if has_taken(takes, who) {
            return Ok(TakeDecision::AlreadyMine);
        }
        if self.state_at(now).apply(Command::Take).is_none() {
            return Err(Refusal::OrderGone);
        }
        // The lowest free one, although takes are never removed: a gap must not make a fourth.
        let slot = (1..=MAX_TAKES)
            .find(|slot| takes.iter().all(|t| t.slot != *slot))
            .ok_or(Refusal::OrderFull)?;
        if balance < price {
            return Err(Refusal::InsufficientBalance { price });
        }
        Ok(TakeDecision::Charge { slot, price })
    }

    /// Edit: 403 not yours → 403 locked → 410.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_edit(&self, who: UserId, now: Timestamp) -> Result<(), Refusal> {
        self.decide_unlocked(who, now, Command::Edit)
    }

    /// Delete: 403 not yours → 403 locked → 410.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_delete(&self, who: UserId, now: Timestamp) -> Result<(), Refusal> {
        self.decide_unlocked(who, now, Command::Delete)
    }

    fn decide_unlocked(&self, who: UserId, now: Timestamp, what: Command) -> Result<(), Refusal> {
        self.must_be_customer(who)?;
        // Before 410: that somebody has paid for it is what stays true, whatever comes later.
        if self.first_take_at.is_some() {
            return Err(Refusal::OrderLocked);
        }
        self.state_at(now)
            .apply(what)
            .map(drop)
            .ok_or(Refusal::OrderGone)
    }

    /// Respond: 403 not yours → 409 answered before → 409 nobody to answer → 410.
    ///
    /// Before a take there is nobody to answer, and an answer in advance would take the refund
    /// away from everybody who comes later.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_respond(&self, who: UserId, now: Timestamp) -> Result<(), Refusal> {
        self.must_be_customer(who)?;
        match self.state_at(now) {
            State::Taken | State::ExpiredWaiting => Ok(()),
            // Also after the hour: a second press of the button deserves the true answer.
            State::Answered | State::ExpiredAnswered => Err(Refusal::AlreadyResponded),
            State::Open => Err(Refusal::OrderNotTaken),
            State::Expired | State::ClosedNoResponse | State::Completed | State::Deleted => {
                Err(Refusal::OrderGone)
            }
        }
    }

    /// Close: 403 not yours → 409 nobody has taken it (delete it instead) → 410.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_close(&self, who: UserId, now: Timestamp) -> Result<Closing, Refusal> {
        self.must_be_customer(who)?;
        match self.state_at(now) {
            State::Taken | State::ExpiredWaiting => Ok(Closing::Refund),
            State::Answered => Ok(Closing::Keep),
            State::Open => Err(Refusal::OrderNotTaken),
            State::Expired
            | State::ExpiredAnswered
            | State::ClosedNoResponse
            | State::Completed
            | State::Deleted => Err(Refusal::OrderGone),
        }
    }

    /// Complete: 403 not yours → 409 nobody has taken it → 410 → 400 the one named is no taker.
    /// Answers who did it: `executor`, or the first taker. Completing is an answer too.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn decide_complete(
        &self,
        takes: &[Take],
        who: UserId,
        now: Timestamp,
        executor: Option<UserId>,
    ) -> Result<UserId, Refusal> {
        self.must_be_customer(who)?;
        match self.state_at(now) {
            State::Taken | State::Answered | State::ExpiredWaiting | State::ExpiredAnswered => {}
            State::Open => return Err(Refusal::OrderNotTaken),
            State::Expired | State::ClosedNoResponse | State::Completed | State::Deleted => {
                return Err(Refusal::OrderGone);
            }
        }
        match executor {
            Some(executor) if has_taken(takes, executor) => Ok(executor),
            Some(_) => Err(Refusal::ExecutorNotTaker),
            None => first_take(takes)
                .map(|t| t.executor)
                .ok_or(Refusal::OrderNotTaken),
        }
    }

    /// Removal by the staff: 410 unless it is active.
    ///
    /// # Errors
    /// [`Refusal::OrderGone`].
    pub fn decide_remove(&self, now: Timestamp) -> Result<(), Refusal> {
        let removed = self.state_at(now).apply(Command::Remove);
        removed.map(drop).ok_or(Refusal::OrderGone)
    }

    /// 403 unless `who` posted this order.
    ///
    /// # Errors
    /// [`Refusal::NotYourOrder`].
    pub fn must_be_customer(&self, who: UserId) -> Result<(), Refusal> {
        if who == self.customer {
            Ok(())
        } else {
            Err(Refusal::NotYourOrder)
        }
    }
}

/// Refund of one take by the staff, in every state of the order: 404 no such take → 409 paid back
/// before.
///
/// # Errors
/// The first refusal in that order.
pub fn decide_refund(takes: &[Take], executor: UserId) -> Result<Take, Refusal> {
    let take = takes.iter().find(|take| take.executor == executor);
    match take {
        None => Err(Refusal::TakeNotFound),
        Some(take) if take.refunded_at.is_some() => Err(Refusal::AlreadyRefunded),
        Some(take) => Ok(*take),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::super::{DEFAULT_PRICE, Status};
    use super::*;
    use proptest::prelude::*;

    const RICH: Money<Rub> = Money::from_minor(10_000);
    const POOR: Money<Rub> = Money::from_minor(199);

    fn take(
        (order, takes, now): &(Order, Vec<Take>, Timestamp),
        who: UserId,
        balance: Money<Rub>,
    ) -> Result<TakeDecision, Refusal> {
        order.decide_take(takes, who, *now, DEFAULT_PRICE, balance)
    }

    #[test]
    fn slots_are_filled_from_the_first_to_the_third() {
        for (minutes, slot) in [(&[][..], 1), (&[1], 2), (&[1, 2], 3)] {
            let (order, takes) = taken(minutes);
            assert_eq!(
                take(&(order, takes, at(5)), EXECUTORS[3], DEFAULT_PRICE),
                Ok(TakeDecision::Charge {
                    slot,
                    price: DEFAULT_PRICE
                })
            );
        }
        let (order, takes) = taken(&[1, 2, 3]);
        assert_eq!(
            take(&(order, takes, at(5)), EXECUTORS[3], RICH),
            Err(Refusal::OrderFull)
        );
    }

    #[test]
    fn a_gap_is_filled_and_not_passed() {
        let (order, mut takes) = taken(&[1, 2, 3]);
        takes.remove(1);
        assert_eq!(
            take(&(order, takes, at(5)), EXECUTORS[3], RICH),
            Ok(TakeDecision::Charge {
                slot: 2,
                price: DEFAULT_PRICE
            })
        );
    }

    /// One situation in which every refusal would be true; each line lifts the first one.
    #[test]
    fn the_checks_of_take_run_in_the_order_of_the_contract() {
        let (order, takes) = taken(&[1, 2, 3]);
        let over = (
            Order {
                status: Status::Completed,
                ..order.clone()
            },
            takes.clone(),
            at(70),
        );
        assert_eq!(take(&over, CUSTOMER, POOR), Err(Refusal::OwnOrder));
        assert_eq!(
            take(&over, EXECUTORS[1], POOR),
            Ok(TakeDecision::AlreadyMine)
        );
        assert_eq!(take(&over, EXECUTORS[3], POOR), Err(Refusal::OrderGone));
        let full = (order, takes, at(5));
        assert_eq!(take(&full, EXECUTORS[3], POOR), Err(Refusal::OrderFull));
        let free = (full.0, full.1[..2].to_vec(), at(5));
        let price = DEFAULT_PRICE;
        assert_eq!(
            take(&free, EXECUTORS[3], POOR),
            Err(Refusal::InsufficientBalance { price })
        );
        assert_eq!(
            take(&free, EXECUTORS[3], price),
            Ok(TakeDecision::Charge { slot: 3, price })
        );
    }

    #[test]
    fn takes_follow_the_table_of_steps() {
        for state in State::ALL {
            let situation = in_state(state);
            let decision = take(&situation, EXECUTORS[3], RICH);
            assert_eq!(
                decision.is_ok(),
                state.apply(Command::Take).is_some(),
                "{state:?}"
            );
            if state.status() != Status::Active {
                assert_eq!(decision, Err(Refusal::OrderGone), "{state:?}");
            }
        }
    }

    #[test]
    fn removals_follow_the_table_of_steps() {
        for state in State::ALL {
            let (order, _, now) = in_state(state);
            let allowed = state.status() == Status::Active;
            assert_eq!(order.decide_remove(now).is_ok(), allowed, "{state:?}");
            assert_eq!(state.apply(Command::Remove).is_some(), allowed, "{state:?}");
        }
    }

    #[test]
    fn a_take_is_refunded_once() {
        let (_, mut takes) = taken(&[1, 2]);
        let refund = |takes: &[Take], who| decide_refund(takes, who).map(|take| take.slot);
        assert_eq!(refund(&takes, EXECUTORS[1]), Ok(2));
        assert_eq!(refund(&takes, EXECUTORS[2]), Err(Refusal::TakeNotFound));
        takes[1].refunded_at = Some(at(3));
        assert_eq!(refund(&takes, EXECUTORS[1]), Err(Refusal::AlreadyRefunded));
        assert_eq!(refund(&takes, EXECUTORS[0]), Ok(1));
    }

    #[test]
    fn silence_that_is_due_stops_takes_before_anybody_wrote_it_down() {
        let (order, takes) = taken(&[1]);
        assert_eq!(
            take(&(order, takes, at(16)), EXECUTORS[3], RICH),
            Err(Refusal::OrderGone)
        );
    }

    #[test]
    fn edit_and_delete_pair_by_pair() {
        use Refusal::{OrderGone, OrderLocked};
        for (state, edit, delete) in [
            (State::Open, Ok(()), Ok(())),
            (State::Taken, Err(OrderLocked), Err(OrderLocked)),
            (State::Answered, Err(OrderLocked), Err(OrderLocked)),
            (State::Expired, Err(OrderGone), Ok(())),
            (State::ExpiredWaiting, Err(OrderLocked), Err(OrderLocked)),
            (State::ExpiredAnswered, Err(OrderLocked), Err(OrderLocked)),
            (State::ClosedNoResponse, Err(OrderLocked), Err(OrderLocked)),
            (State::Completed, Err(OrderLocked), Err(OrderLocked)),
            (State::Deleted, Err(OrderGone), Err(OrderGone)),
        ] {
            let (order, _, now) = in_state(state);
            assert_eq!(order.decide_edit(CUSTOMER, now), edit, "{state:?}");
            assert_eq!(order.decide_delete(CUSTOMER, now), delete, "{state:?}");
            assert_eq!(
                state.apply(Command::Edit).is_some(),
                edit.is_ok(),
                "{state:?}"
            );
            assert_eq!(
                state.apply(Command::Delete).is_some(),
                delete.is_ok(),
                "{state:?}"
            );
        }
    }

    #[test]
    fn respond_close_and_complete_pair_by_pair() {
        let (untaken, gone) = (Refusal::OrderNotTaken, Refusal::OrderGone);
        let responded = Refusal::AlreadyResponded;
        let (keep, refund) = (Ok(Closing::Keep), Ok(Closing::Refund));
        let done = Ok(EXECUTORS[0]);
        for (state, respond, close, complete) in [
            (State::Open, Err(untaken), Err(untaken), Err(untaken)),
            (State::Taken, Ok(()), refund, done),
            (State::Answered, Err(responded), keep, done),
            (State::Expired, Err(gone), Err(gone), Err(gone)),
            (State::ExpiredWaiting, Ok(()), refund, done),
            (State::ExpiredAnswered, Err(responded), Err(gone), done),
            (State::ClosedNoResponse, Err(gone), Err(gone), Err(gone)),
            (State::Completed, Err(gone), Err(gone), Err(gone)),
            (State::Deleted, Err(gone), Err(gone), Err(gone)),
        ] {
            let (order, takes, now) = in_state(state);
            assert_eq!(order.decide_respond(CUSTOMER, now), respond, "{state:?}");
            assert_eq!(order.decide_close(CUSTOMER, now), close, "{state:?}");
            assert_eq!(
                order.decide_complete(&takes, CUSTOMER, now, None),
                complete,
                "{state:?}"
            );
            // The decisions say yes exactly where the table has a step, and lead where it leads.
            assert_eq!(
                state.apply(Command::Respond).is_some(),
                respond.is_ok(),
                "{state:?}"
            );
            assert_eq!(
                state.apply(Command::Close),
                close.ok().map(Closing::state),
                "{state:?}"
            );
            assert_eq!(
                state.apply(Command::Complete).is_some(),
                complete.is_ok(),
                "{state:?}"
            );
        }
    }

    #[test]
    fn the_customers_commands_are_nobody_elses() {
        for state in State::ALL {
            let (order, takes, now) = in_state(state);
            for who in EXECUTORS {
                let no = Err(Refusal::NotYourOrder);
                assert_eq!(order.decide_edit(who, now), no);
                assert_eq!(order.decide_delete(who, now), no);
                assert_eq!(order.decide_respond(who, now), no);
                assert_eq!(order.decide_close(who, now).map(drop), no);
                assert_eq!(order.decide_complete(&takes, who, now, None).map(drop), no);
            }
        }
    }

    #[test]
    fn complete_names_a_taker() {
        let (order, mut takes) = taken(&[3, 5, 7]);
        // By time, not by the order in which rows come back.
        takes.reverse();
        let complete = |who| order.decide_complete(&takes, CUSTOMER, at(9), who);
        assert_eq!(complete(None), Ok(EXECUTORS[0]));
        assert_eq!(complete(Some(EXECUTORS[2])), Ok(EXECUTORS[2]));
        assert_eq!(complete(Some(EXECUTORS[3])), Err(Refusal::ExecutorNotTaker));
        assert_eq!(complete(Some(CUSTOMER)), Err(Refusal::ExecutorNotTaker));
    }

    #[test]
    fn an_answer_after_the_silence_is_too_late() {
        let (order, _) = taken(&[1]);
        assert_eq!(order.decide_respond(CUSTOMER, at(15)), Ok(()));
        assert_eq!(
            order.decide_respond(CUSTOMER, at(16)),
            Err(Refusal::OrderGone)
        );
    }

    proptest! {
        /// Any crowd in any order: never a fourth take, never two by one person, never one that
        /// the balance does not cover, never one by the customer.
        #[test]
        fn no_crowd_breaks_the_limits(tries in proptest::collection::vec((0_i64..6, 0_i64..400, 0_u64..70), 1..40)) {
            let mut order = order();
            let mut takes: Vec<Take> = Vec::new();
            let mut tries = tries;
            tries.sort_by_key(|t| t.2);
            for (who, balance, minute) in tries {
                let (who, balance) = (UserId(who), Money::from_minor(balance));
                let decision = order.decide_take(&takes, who, at(minute), DEFAULT_PRICE, balance);
                if let Ok(TakeDecision::Charge { slot, price }) = decision {
                    prop_assert!(price <= balance && who != order.customer);
                    prop_assert_eq!(order.status_at(at(minute)), Status::Active);
                    takes.push(Take { executor: who, slot, taken_at: at(minute), price, refunded_at: None });
                    order.first_take_at.get_or_insert(at(minute));
                }
            }
            let slots: std::collections::BTreeSet<u8> = takes.iter().map(|t| t.slot).collect();
            let people: std::collections::BTreeSet<i64> = takes.iter().map(|t| t.executor.0).collect();
            prop_assert!(takes.len() <= usize::from(MAX_TAKES));
            prop_assert_eq!(slots.len(), takes.len());
            prop_assert_eq!(people.len(), takes.len());
        }
    }
}
