//! What a deposit and a withdrawal can be, and what may become of them: two tables, without any
//! database.

/// What became of money that came in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DepositState {
    /// In the account of whoever its memo names, at once. Final.
    Credited,
    /// In the suspense account: nobody knows whose it is, or whether it may be credited.
    Suspense,
    /// As [`Self::Suspense`], and too little to bother anybody with.
    Dust,
    /// In the account of whoever has proven that the sending wallet is theirs. Final.
    Claimed,
    /// In the account that the operator has named. Final.
    Assigned,
    /// The operator's own money. Final.
    Kept,
    /// On its way back to the sender.
    Returning,
    /// Back with the sender. Final.
    Returned,
}

/// What is done with a deposit that was not credited at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositStep {
    /// Somebody has proven that the sending wallet is theirs.
    Claim,
    /// The operator names the owner.
    Assign,
    /// The operator takes it as the platform's own.
    Keep,
    /// The operator sends it back.
    SendBack,
    /// It has arrived with the sender.
    Arrive,
    /// It could not be sent back.
    Stay,
}

impl DepositState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Credited,
        Self::Suspense,
        Self::Dust,
        Self::Claimed,
        Self::Assigned,
        Self::Kept,
        Self::Returning,
        Self::Returned,
    ];

    /// The name in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Suspense => "suspense",
            Self::Dust => "dust",
            Self::Claimed => "claimed",
            Self::Assigned => "assigned",
            Self::Kept => "kept",
            Self::Returning => "returning",
            Self::Returned => "returned",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The state after `step`; `None` when that is not possible.
    pub const fn after(self, step: DepositStep) -> Option<Self> {
        match (self, step) {
            (Self::Suspense, DepositStep::Claim) => Some(Self::Claimed),
            (Self::Suspense | Self::Dust, DepositStep::Assign) => Some(Self::Assigned),
            (Self::Suspense | Self::Dust, DepositStep::Keep) => Some(Self::Kept),
            (Self::Suspense, DepositStep::SendBack) => Some(Self::Returning),
            (Self::Returning, DepositStep::Arrive) => Some(Self::Returned),
            (Self::Returning, DepositStep::Stay) => Some(Self::Suspense),
            (
                Self::Credited
                | Self::Suspense
                | Self::Dust
                | Self::Claimed
                | Self::Assigned
                | Self::Kept
                | Self::Returning
                | Self::Returned,
                DepositStep::Claim
                | DepositStep::Assign
                | DepositStep::Keep
                | DepositStep::SendBack
                | DepositStep::Arrive
                | DepositStep::Stay,
            ) => None,
        }
    }
}

crate::text_column!(DepositState);

/// Where money is on its way out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalState {
    /// Held; waits for its address to cool down, or for the operator.
    Requested,
    /// Goes out with the next batch after its `not_before`.
    Approved,
    /// In a batch: signed, and perhaps sent. From here on only the chain says what happened.
    Sending,
    /// Arrived. Final.
    Confirmed,
    /// Proven not to have happened, and given up; the money goes back at once.
    Failed,
    /// Back in the account that it came from. Final.
    Returned,
}

/// What is done with a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalStep {
    /// It may go out: by the rules, or by the operator.
    Approve,
    /// The person has changed their mind.
    Cancel,
    /// The operator says no.
    Reject,
    /// It goes into a batch.
    Send,
    /// The chain has it.
    Confirm,
    /// It is proven not to have happened: sign it again.
    Again,
    /// It is proven not to have happened: give up.
    Fail,
    /// A failed one's money goes back.
    Return,
    /// The operator tries a failed one again.
    Retry,
}

impl WithdrawalState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Requested,
        Self::Approved,
        Self::Sending,
        Self::Confirmed,
        Self::Failed,
        Self::Returned,
    ];

    /// The name in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Sending => "sending",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Returned => "returned",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The state after `step`; `None` when that is not possible.
    pub const fn after(self, step: WithdrawalStep) -> Option<Self> {
        use WithdrawalStep as Step;
        match (self, step) {
            (Self::Requested, Step::Approve)
            | (Self::Sending, Step::Again)
            | (Self::Failed, Step::Retry) => Some(Self::Approved),
            (Self::Requested | Self::Approved, Step::Cancel | Step::Reject)
            | (Self::Failed, Step::Return) => Some(Self::Returned),
            (Self::Approved, Step::Send) => Some(Self::Sending),
            (Self::Sending, Step::Confirm) => Some(Self::Confirmed),
            (Self::Sending, Step::Fail) => Some(Self::Failed),
            (
                Self::Requested
                | Self::Approved
                | Self::Sending
                | Self::Confirmed
                | Self::Failed
                | Self::Returned,
                Step::Approve
                | Step::Cancel
                | Step::Reject
                | Step::Send
                | Step::Confirm
                | Step::Again
                | Step::Fail
                | Step::Return
                | Step::Retry,
            ) => None,
        }
    }
}

crate::text_column!(WithdrawalState);

/// Who lets a withdrawal out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The rules do.
    Automatic,
    /// The operator must.
    Needed,
}

impl Approval {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Needed => "needed",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Automatic, Self::Needed]
            .into_iter()
            .find(|approval| approval.as_str() == name)
    }
}

crate::text_column!(Approval);

#[cfg(test)]
mod tests {
    use super::*;

    const DEPOSIT_STEPS: [DepositStep; 6] = [
        DepositStep::Claim,
        DepositStep::Assign,
        DepositStep::Keep,
        DepositStep::SendBack,
        DepositStep::Arrive,
        DepositStep::Stay,
    ];
    const WITHDRAWAL_STEPS: [WithdrawalStep; 9] = [
        WithdrawalStep::Approve,
        WithdrawalStep::Cancel,
        WithdrawalStep::Reject,
        WithdrawalStep::Send,
        WithdrawalStep::Confirm,
        WithdrawalStep::Again,
        WithdrawalStep::Fail,
        WithdrawalStep::Return,
        WithdrawalStep::Retry,
    ];

    #[test]
    fn each_state_of_a_deposit_meets_each_step() {
        use DepositState::{
            Assigned, Claimed, Credited, Dust, Kept, Returned, Returning, Suspense,
        };
        let no = None;
        let yes = Some;
        // In the order of the steps above.
        for (from, row) in [
            (Credited, [no, no, no, no, no, no]),
            (
                Suspense,
                [
                    yes(Claimed),
                    yes(Assigned),
                    yes(Kept),
                    yes(Returning),
                    no,
                    no,
                ],
            ),
            (Dust, [no, yes(Assigned), yes(Kept), no, no, no]),
            (Claimed, [no, no, no, no, no, no]),
            (Assigned, [no, no, no, no, no, no]),
            (Kept, [no, no, no, no, no, no]),
            (Returning, [no, no, no, no, yes(Returned), yes(Suspense)]),
            (Returned, [no, no, no, no, no, no]),
        ] {
            for (step, to) in DEPOSIT_STEPS.into_iter().zip(row) {
                assert_eq!(from.after(step), to, "{from:?} {step:?}");
            }
        }
    }

    #[test]
    fn each_state_of_a_withdrawal_meets_each_step() {
        use WithdrawalState::{Approved, Confirmed, Failed, Requested, Returned, Sending};
        let no = None;
        let yes = Some;
        for (from, row) in [
            (
                Requested,
                [
                    yes(Approved),
                    yes(Returned),
                    yes(Returned),
                    no,
                    no,
                    no,
                    no,
                    no,
                    no,
                ],
            ),
            (
                Approved,
                [
                    no,
                    yes(Returned),
                    yes(Returned),
                    yes(Sending),
                    no,
                    no,
                    no,
                    no,
                    no,
                ],
            ),
            (
                Sending,
                [
                    no,
                    no,
                    no,
                    no,
                    yes(Confirmed),
                    yes(Approved),
                    yes(Failed),
                    no,
                    no,
                ],
            ),
            (Confirmed, [no; 9]),
            (
                Failed,
                [no, no, no, no, no, no, no, yes(Returned), yes(Approved)],
            ),
            (Returned, [no; 9]),
        ] {
            for (step, to) in WITHDRAWAL_STEPS.into_iter().zip(row) {
                assert_eq!(from.after(step), to, "{from:?} {step:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in DepositState::ALL {
            assert_eq!(DepositState::parse(state.as_str()), Some(state));
        }
        for state in WithdrawalState::ALL {
            assert_eq!(WithdrawalState::parse(state.as_str()), Some(state));
        }
        for (approval, name) in [
            (Approval::Automatic, "automatic"),
            (Approval::Needed, "needed"),
        ] {
            assert_eq!(approval.as_str(), name);
            assert_eq!(Approval::parse(name), Some(approval));
        }
        assert_eq!(WithdrawalState::parse("lost"), None);
    }
}
