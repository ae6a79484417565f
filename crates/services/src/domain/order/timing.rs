//! What time does to an order. Decided from stored times whenever somebody looks; the scheduler
//! only writes it down, so a stopped worker changes nothing that anybody sees.

use super::{Command, Order, State, Status};
use std::time::Duration;
use torg_platform::Timestamp;

/// How long an order can be taken.
pub const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long executors wait for an answer, counted from the first take.
pub const SILENCE: Duration = Duration::from_secs(15 * 60);
/// When the bot reminds the customer, counted from the first take.
pub const REMINDERS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(5 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(13 * 60),
];

impl Order {
    /// When its hour is over.
    pub fn expires_at(&self) -> Timestamp {
        self.created_at.plus(LIFETIME)
    }

    /// When the refund for silence is due; `None` once answered or while nobody has taken it.
    pub fn silent_at(&self) -> Option<Timestamp> {
        match self.responded_at {
            Some(_) => None,
            None => self.first_take_at.map(|first| first.plus(SILENCE)),
        }
    }

    /// The state as written down, without looking at a clock.
    pub fn stored_state(&self) -> State {
        let answered = self.responded_at.is_some();
        match (self.status, self.first_take_at) {
            (Status::Active, None) => State::Open,
            (Status::Active, Some(_)) if answered => State::Answered,
            (Status::Active, Some(_)) => State::Taken,
            (Status::Expired, None) => State::Expired,
            (Status::Expired, Some(_)) if answered => State::ExpiredAnswered,
            (Status::Expired, Some(_)) => State::ExpiredWaiting,
            (Status::ClosedNoResponse, _) => State::ClosedNoResponse,
            (Status::Completed, _) => State::Completed,
            (Status::Deleted, _) => State::Deleted,
        }
    }

    /// The state at `now`.
    ///
    /// Silence wins over expiry as soon as it is due. A first take in the first 45 minutes makes
    /// it due before (or together with) the end of the hour; a later one makes the order `expired`
    /// at 60 minutes and `closed_no_response` 15 minutes after the take. So everybody who paid and
    /// was not answered gets the money back, and the answer does not depend on whether the
    /// scheduler has run in between.
    pub fn state_at(&self, now: Timestamp) -> State {
        let stored = self.stored_state();
        if stored.may_refund() && self.silent_at().is_some_and(|due| now >= due) {
            return stored.apply(Command::CloseSilent).unwrap_or(stored);
        }
        if now >= self.expires_at() {
            // Not a step from states that are over already.
            return stored.apply(Command::Expire).unwrap_or(stored);
        }
        stored
    }

    /// The status at `now`.
    pub fn status_at(&self, now: Timestamp) -> Status {
        self.state_at(now).status()
    }

    /// What the scheduler has to write down at `now`, if anything: `Expire` or `CloseSilent`.
    pub fn due(&self, now: Timestamp) -> Option<Command> {
        let (stored, state) = (self.stored_state(), self.state_at(now));
        if stored == state {
            None
        } else if state == State::ClosedNoResponse {
            Some(Command::CloseSilent)
        } else {
            Some(Command::Expire)
        }
    }

    /// When time will change the stored state next, and how; `None` when it never will.
    pub fn next_deadline(&self) -> Option<(Timestamp, Command)> {
        let stored = self.stored_state();
        let expire = (self.expires_at(), Command::Expire);
        let silent = self.silent_at().map(|due| (due, Command::CloseSilent));
        // In this order, because of two equal times the first one is taken.
        silent
            .into_iter()
            .chain([expire])
            .filter(|(_, command)| stored.apply(*command).is_some())
            .min_by_key(|(due, _)| *due)
    }

    /// Seconds until its hour is over: zero exactly when it is not active. Silence may end it
    /// sooner; that is the customer's doing, not the clock that everybody is shown.
    pub fn seconds_left(&self, now: Timestamp) -> u64 {
        match self.status_at(now) {
            Status::Active => {
                // Rounded up: an order with half a second left is still there.
                let micros = self.expires_at().since(now).as_micros();
                micros.div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)
            }
            Status::Expired | Status::ClosedNoResponse | Status::Completed | Status::Deleted => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use proptest::prelude::*;

    const TICK: Duration = Duration::from_micros(1);

    #[test]
    fn the_times_are_those_of_the_contract() {
        assert_eq!((LIFETIME.as_secs(), SILENCE.as_secs()), (3600, 900));
        assert_eq!(REMINDERS.map(|after| after.as_secs()), [0, 300, 600, 780]);
    }

    #[test]
    fn an_hour_to_the_microsecond() {
        let order = order();
        assert_eq!(order.status_at(at(60).minus(TICK)), Status::Active);
        assert_eq!(order.status_at(at(60)), Status::Expired);
        assert_eq!(order.next_deadline(), Some((at(60), Command::Expire)));
        assert_eq!(order.due(at(60).minus(TICK)), None);
        assert_eq!(order.due(at(60)), Some(Command::Expire));
    }

    #[test]
    fn a_quarter_of_an_hour_of_silence_to_the_microsecond() {
        let (order, _) = taken(&[10, 20, 24]);
        assert_eq!(order.status_at(at(25).minus(TICK)), Status::Active);
        assert_eq!(order.status_at(at(25)), Status::ClosedNoResponse);
        assert_eq!(order.status_at(at(600)), Status::ClosedNoResponse);
        assert_eq!(order.next_deadline(), Some((at(25), Command::CloseSilent)));
        assert_eq!(order.due(at(600)), Some(Command::CloseSilent));
    }

    #[test]
    fn an_answered_order_still_expires() {
        let (order, _) = taken(&[10]);
        let order = Order {
            responded_at: Some(at(12)),
            ..order
        };
        assert_eq!(order.state_at(at(59)), State::Answered);
        assert_eq!(order.state_at(at(60)), State::ExpiredAnswered);
        assert_eq!(order.next_deadline(), Some((at(60), Command::Expire)));
    }

    #[test]
    fn a_late_take_is_refunded_after_the_hour() {
        let (order, _) = taken(&[50]);
        assert_eq!(order.next_deadline(), Some((at(60), Command::Expire)));
        assert_eq!(order.state_at(at(60)), State::ExpiredWaiting);
        assert_eq!(order.state_at(at(65)), State::ClosedNoResponse);
        let written = Order {
            status: Status::Expired,
            ..order
        };
        assert_eq!(
            written.next_deadline(),
            Some((at(65), Command::CloseSilent))
        );
        assert_eq!(written.state_at(at(64)), State::ExpiredWaiting);
        assert_eq!(written.due(at(64)), None);
        assert_eq!(written.due(at(65)), Some(Command::CloseSilent));
    }

    #[test]
    fn when_both_are_due_at_once_the_executors_get_their_money() {
        let (order, _) = taken(&[45]);
        assert_eq!(order.state_at(at(60)), State::ClosedNoResponse);
        assert_eq!(order.next_deadline(), Some((at(60), Command::CloseSilent)));
    }

    #[test]
    fn states_that_are_over_stay_over() {
        for state in State::ALL {
            let (order, _, now) = in_state(state);
            assert_eq!(order.state_at(now), state);
        }
        for state in [State::ClosedNoResponse, State::Completed, State::Deleted] {
            let (order, _, _) = in_state(state);
            assert_eq!(order.state_at(at(9_000)), state);
            assert_eq!((order.next_deadline(), order.due(at(9_000))), (None, None));
            assert_eq!(order.seconds_left(at(1)), 0);
        }
    }

    #[test]
    fn an_answered_order_that_was_closed_early_is_over_at_once() {
        let (order, _) = taken(&[1]);
        let closed = Order {
            status: Status::Expired,
            responded_at: Some(at(2)),
            ..order
        };
        assert_eq!(closed.state_at(at(3)), State::ExpiredAnswered);
        assert_eq!(closed.seconds_left(at(3)), 0);
        assert_eq!(closed.next_deadline(), None);
    }

    #[test]
    fn seconds_left_counts_to_the_end_of_the_hour() {
        assert_eq!(order().seconds_left(at(0)), 3_600);
        assert_eq!(order().seconds_left(at(60).minus(TICK)), 1);
        assert_eq!(order().seconds_left(at(60)), 0);
        let (order, _) = taken(&[10]);
        assert_eq!(order.seconds_left(at(10)), 50 * 60);
        assert_eq!(order.seconds_left(at(25)), 0, "closed by silence");
        let answered = Order {
            responded_at: Some(at(11)),
            ..order
        };
        assert_eq!(answered.seconds_left(at(12)), 48 * 60);
    }

    fn stored() -> impl Strategy<Value = Order> {
        let taken_at = proptest::option::of(0_u64..60);
        (taken_at, proptest::option::of(0_u64..30), 0_usize..5).prop_map(
            |(first, answer, status)| {
                let first_take_at = first.map(at);
                let responded_at = first
                    .zip(answer)
                    .map(|(first, answer)| at(first.saturating_add(answer)));
                Order {
                    status: Status::ALL[status],
                    first_take_at,
                    responded_at,
                    ..order()
                }
            },
        )
    }

    proptest! {
        /// Writing the state down at any moments in between changes nothing that is seen later.
        #[test]
        fn the_scheduler_is_only_a_scribe(order in stored(), a in 0_u64..90, b in 0_u64..90) {
            let (early, late) = (at(a.min(b)), at(a.max(b)));
            let written = Order { status: order.status_at(early), ..order.clone() };
            prop_assert_eq!(written.state_at(late), order.state_at(late));
            prop_assert_eq!(written.due(early), None);
        }

        /// The state changes at the deadline and not before.
        #[test]
        fn deadlines_are_exact(order in stored()) {
            if let Some((due, command)) = order.next_deadline() {
                prop_assert_eq!(order.state_at(due.minus(TICK)), order.stored_state());
                prop_assert_eq!(order.due(due), Some(command));
                prop_assert_eq!(Some(order.state_at(due)), order.stored_state().apply(command));
            } else {
                prop_assert_eq!(order.state_at(at(9_000)), order.stored_state());
            }
        }

        #[test]
        fn time_is_left_exactly_while_active(order in stored(), minute in 0_u64..90) {
            let active = order.status_at(at(minute)) == Status::Active;
            prop_assert_eq!(order.seconds_left(at(minute)) > 0, active);
        }
    }
}
