//! Coins that come without the name of their owner, and what the staff decides about them.

use super::{Books, Expect, FEE, Model, TON};
use crate::people::everybody;

/// Less than that bothers nobody, in nanotons.
const FLOOR: i64 = 10_000_000;

/// What becomes of a stray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is this person's.
    Assign(i64),
    /// It is the operator's.
    Keep,
    /// It goes back to its sender, less the fee.
    Return,
}

/// How far a stray is, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StrayState {
    /// Nobody has seen it yet.
    Sent,
    /// It waits for a decision.
    Waits,
    /// It is somebody's for good.
    Settled,
    /// On its way back.
    Returning,
    /// Back with its sender.
    Returned,
}

#[derive(Debug, Clone)]
pub(crate) struct Stray {
    /// Number of the account that sent it.
    pub(crate) from: u64,
    pub(crate) amount: i64,
    pub(crate) id: Option<i64>,
    pub(crate) state: StrayState,
}

impl Stray {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.state, StrayState::Sent | StrayState::Returning)
    }

    /// What its sender must have.
    pub(crate) fn returned(&self) -> Option<i64> {
        match self.state {
            StrayState::Sent | StrayState::Waits | StrayState::Settled => Some(0),
            StrayState::Returning => None,
            StrayState::Returned => Some(self.amount - FEE),
        }
    }
}

impl Model {
    /// Coins have left account `from`, without a word that the program knows.
    pub(crate) fn stray(&mut self, from: u64, amount: i64) {
        self.strays.push(Stray {
            from,
            amount,
            id: None,
            state: StrayState::Sent,
        });
    }

    pub(crate) fn strays(&self) -> &[Stray] {
        &self.strays
    }

    /// Whether the program must be asked about some in this state.
    pub(crate) fn has_stray(&self, state: StrayState) -> bool {
        self.strays.iter().any(|stray| stray.state == state)
    }

    /// The program lists deposit `id` as one that waits; `false` when nobody has sent it.
    pub(crate) fn find_stray(&mut self, id: i64, from: u64, amount: i64) -> bool {
        if self.strays.iter().any(|stray| stray.id == Some(id)) {
            return true;
        }
        let is_it =
            |stray: &&mut Stray| (stray.id, stray.from, stray.amount) == (None, from, amount);
        let Some(stray) = self.strays.iter_mut().find(is_it) else {
            return false;
        };
        stray.id = Some(id);
        stray.state = StrayState::Waits;
        true
    }

    /// The program lists these as on their way back: the others have arrived.
    pub(crate) fn returning(&mut self, ids: &[i64]) {
        for stray in &mut self.strays {
            let is_back = !stray.id.is_some_and(|id| ids.contains(&id));
            if stray.state == StrayState::Returning && is_back {
                stray.state = StrayState::Returned;
            }
        }
    }

    pub(super) fn decide(
        &mut self,
        books: &mut Books,
        number: usize,
        decision: Decision,
    ) -> Expect {
        let stray = &mut self.strays[number];
        let is_dust = stray.amount < FLOOR;
        if stray.state != StrayState::Waits || is_dust && decision == Decision::Return {
            return Expect::refused(409, "deposit_step_impossible");
        }
        let (state, told) = match decision {
            Decision::Assign(who) if !everybody().any(|known| known == who) => {
                return Expect::refused(404, "user_not_found");
            }
            Decision::Return if stray.amount <= FEE => {
                return Expect::refused(409, "too_small_to_return");
            }
            Decision::Assign(who) => {
                books.add(who, TON, stray.amount);
                (StrayState::Settled, "assigned")
            }
            Decision::Keep => (StrayState::Settled, "kept"),
            Decision::Return => (StrayState::Returning, "returning"),
        };
        stray.state = state;
        Expect::ok(200).with("/state", told)
    }
}
