//! The life of an order as one table, read by the code and by its tests.

/// What the wire and the database call the state of an order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Can be taken.
    Active,
    /// Its hour is over.
    Expired,
    /// Nobody was answered: every take was refunded.
    ClosedNoResponse,
    /// The customer says that the job is done.
    Completed,
    /// The customer took it back before anybody paid, or the staff took it out.
    Deleted,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Expired,
        Self::ClosedNoResponse,
        Self::Completed,
        Self::Deleted,
    ];

    /// Name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::ClosedNoResponse => "closed_no_response",
            Self::Completed => "completed",
            Self::Deleted => "deleted",
        }
    }

    /// Reads such a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// A [`Status`], told apart by what decides about money: has anybody paid, was anybody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Active, nobody has taken it.
    Open,
    /// Active, somebody has paid and waits for an answer.
    Taken,
    /// Active, the customer has answered; more executors may still take it.
    Answered,
    /// The hour is over and nobody took it.
    Expired,
    /// The hour is over while executors still wait: taken in its last quarter. Their 15 minutes
    /// go on, because the promise to those who paid does not depend on when they paid.
    ExpiredWaiting,
    /// The hour is over, or the customer closed it, after an answer.
    ExpiredAnswered,
    /// Refunded.
    ClosedNoResponse,
    /// Done.
    Completed,
    /// Taken back, or taken out.
    Deleted,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// An executor pays for the contact.
    Take,
    /// The customer says "I answered".
    Respond,
    /// The customer no longer needs it.
    Close,
    /// The customer says that it is done, and by whom.
    Complete,
    /// The customer changes the text.
    Edit,
    /// The customer takes it back.
    Delete,
    /// The hour is over.
    Expire,
    /// The quarter of an hour after the first take is over and nobody was answered.
    CloseSilent,
    /// The staff takes it out; whoever paid gets the money back.
    Remove,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Take,
        Self::Respond,
        Self::Close,
        Self::Complete,
        Self::Edit,
        Self::Delete,
        Self::Expire,
        Self::CloseSilent,
        Self::Remove,
    ];
}

/// Every allowed step; what is not here is refused.
///
/// Decisions where the rules are silent:
/// - `Complete` stays possible after expiry: the hour is for finding somebody, the job may take
///   longer. It needs a take, because it names who did the work.
/// - `Respond` and `Close` stay possible while executors wait after expiry, so that a customer who
///   did answer a late take can say so.
/// - `Close` after an answer ends the order like its hour would: no refund, review possible, the
///   paid contact stays visible. It is not `ClosedNoResponse`, which always means refunded.
/// - An expired order that nobody took may be deleted: it locks nobody out of anything.
/// - Only an active order is removed: afterwards there is nothing to keep anybody from.
pub const STEPS: &[(State, Command, State)] = &[
    (State::Open, Command::Take, State::Taken),
    (State::Open, Command::Edit, State::Open),
    (State::Open, Command::Delete, State::Deleted),
    (State::Open, Command::Expire, State::Expired),
    (State::Open, Command::Remove, State::Deleted),
    (State::Taken, Command::Take, State::Taken),
    (State::Taken, Command::Respond, State::Answered),
    (State::Taken, Command::Close, State::ClosedNoResponse),
    (State::Taken, Command::Complete, State::Completed),
    (State::Taken, Command::Expire, State::ExpiredWaiting),
    (State::Taken, Command::CloseSilent, State::ClosedNoResponse),
    (State::Taken, Command::Remove, State::Deleted),
    (State::Answered, Command::Take, State::Answered),
    (State::Answered, Command::Close, State::ExpiredAnswered),
    (State::Answered, Command::Complete, State::Completed),
    (State::Answered, Command::Expire, State::ExpiredAnswered),
    (State::Answered, Command::Remove, State::Deleted),
    (State::Expired, Command::Delete, State::Deleted),
    (
        State::ExpiredWaiting,
        Command::Respond,
        State::ExpiredAnswered,
    ),
    (
        State::ExpiredWaiting,
        Command::Close,
        State::ClosedNoResponse,
    ),
    (State::ExpiredWaiting, Command::Complete, State::Completed),
    (
        State::ExpiredWaiting,
        Command::CloseSilent,
        State::ClosedNoResponse,
    ),
    (State::ExpiredAnswered, Command::Complete, State::Completed),
];

impl State {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Taken,
        Self::Answered,
        Self::Expired,
        Self::ExpiredWaiting,
        Self::ExpiredAnswered,
        Self::ClosedNoResponse,
        Self::Completed,
        Self::Deleted,
    ];

    /// Where `command` leads from here; `None` if it is not allowed.
    pub fn apply(self, command: Command) -> Option<Self> {
        STEPS
            .iter()
            .find(|(from, cmd, _)| *from == self && *cmd == command)
            .map(|(_, _, to)| *to)
    }

    /// What is stored and shown.
    pub const fn status(self) -> Status {
        match self {
            Self::Open | Self::Taken | Self::Answered => Status::Active,
            Self::Expired | Self::ExpiredWaiting | Self::ExpiredAnswered => Status::Expired,
            Self::ClosedNoResponse => Status::ClosedNoResponse,
            Self::Completed => Status::Completed,
            Self::Deleted => Status::Deleted,
        }
    }

    /// Whether executors have paid and may still get their money back.
    pub const fn may_refund(self) -> bool {
        match self {
            Self::Taken | Self::ExpiredWaiting => true,
            Self::Open
            | Self::Answered
            | Self::Expired
            | Self::ExpiredAnswered
            | Self::ClosedNoResponse
            | Self::Completed
            | Self::Deleted => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The table a second time, as a picture: one row a state, one column a command, in the
    /// order of `ALL`. A slip in either is a difference.
    const PICTURE: [(State, [Option<State>; 9]); 9] = {
        use State::*;
        const NO: Option<State> = None;
        [
            //                 Take            Respond                Close
            //                 Complete        Edit        Delete     Expire     CloseSilent  Remove
            (
                Open,
                [
                    Some(Taken),
                    NO,
                    NO,
                    NO,
                    Some(Open),
                    Some(Deleted),
                    Some(Expired),
                    NO,
                    Some(Deleted),
                ],
            ),
            (
                Taken,
                [
                    Some(Taken),
                    Some(Answered),
                    Some(ClosedNoResponse),
                    Some(Completed),
                    NO,
                    NO,
                    Some(ExpiredWaiting),
                    Some(ClosedNoResponse),
                    Some(Deleted),
                ],
            ),
            (
                Answered,
                [
                    Some(Answered),
                    NO,
                    Some(ExpiredAnswered),
                    Some(Completed),
                    NO,
                    NO,
                    Some(ExpiredAnswered),
                    NO,
                    Some(Deleted),
                ],
            ),
            (Expired, [NO, NO, NO, NO, NO, Some(Deleted), NO, NO, NO]),
            (
                ExpiredWaiting,
                [
                    NO,
                    Some(ExpiredAnswered),
                    Some(ClosedNoResponse),
                    Some(Completed),
                    NO,
                    NO,
                    NO,
                    Some(ClosedNoResponse),
                    NO,
                ],
            ),
            (
                ExpiredAnswered,
                [NO, NO, NO, Some(Completed), NO, NO, NO, NO, NO],
            ),
            (ClosedNoResponse, [NO; 9]),
            (Completed, [NO; 9]),
            (Deleted, [NO; 9]),
        ]
    };

    #[test]
    fn every_pair_is_allowed_or_refused_as_drawn() {
        assert_eq!(PICTURE.map(|(state, _)| state), State::ALL);
        for (from, row) in PICTURE {
            for (command, to) in Command::ALL.into_iter().zip(row) {
                assert_eq!(from.apply(command), to, "{from:?} {command:?}");
            }
        }
    }

    #[test]
    fn no_step_twice() {
        let pairs: BTreeSet<_> = STEPS
            .iter()
            .map(|(from, command, _)| (from, command))
            .collect();
        assert_eq!(pairs.len(), STEPS.len());
    }

    #[test]
    fn every_state_is_reachable() {
        let mut seen = BTreeSet::from([State::Open]);
        for _ in State::ALL {
            seen.extend(
                STEPS
                    .iter()
                    .filter(|s| seen.contains(&s.0))
                    .map(|s| s.2)
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), State::ALL);
    }

    #[test]
    fn final_states_are_exactly_these() {
        let last: Vec<State> = State::ALL
            .into_iter()
            .filter(|s| Command::ALL.into_iter().all(|c| s.apply(c).is_none()))
            .collect();
        assert_eq!(
            last,
            [State::ClosedNoResponse, State::Completed, State::Deleted]
        );
    }

    #[test]
    fn a_refund_happens_once_and_only_while_somebody_waits() {
        for (from, command, to) in STEPS {
            if *to == State::ClosedNoResponse {
                assert!(from.may_refund(), "{from:?} {command:?}");
            }
            // Once answered, refunded or ended, no way leads back to a refund.
            if to.may_refund() {
                assert!(
                    from.may_refund() || *from == State::Open,
                    "{from:?} {command:?}"
                );
            }
        }
    }

    #[test]
    fn everyone_who_waits_has_a_timeout() {
        for state in State::ALL {
            let silent = state.apply(Command::CloseSilent).is_some();
            assert_eq!(silent, state.may_refund(), "{state:?}");
            let expires = state.apply(Command::Expire).is_some();
            assert_eq!(expires, state.status() == Status::Active, "{state:?}");
        }
    }

    #[test]
    fn only_active_orders_are_taken_and_only_untaken_ones_edited_or_deleted() {
        for (from, command, _) in STEPS {
            match command {
                Command::Take | Command::Remove => assert_eq!(from.status(), Status::Active),
                Command::Edit => assert_eq!(*from, State::Open),
                Command::Delete => assert!(matches!(from, State::Open | State::Expired)),
                Command::Respond
                | Command::Close
                | Command::Complete
                | Command::Expire
                | Command::CloseSilent => {}
            }
        }
    }

    #[test]
    fn names_are_read_back_and_equal_the_wire() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::json!(status), status.as_str());
        }
        assert_eq!(Status::parse("Active"), None);
    }
}
