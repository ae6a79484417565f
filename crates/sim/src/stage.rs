//! Where all units of work of the simulated program pass: it decides who goes first, and at which
//! of them the process dies or the database is not there.

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use std::sync::Arc;
use std::task::Poll;
use torg_platform::db::{Fate, Stage};

use crate::dice::Dice;

/// What goes wrong with the units of one act. Points are counted from 1 over the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// The process dies before this unit.
    DieBefore(u32),
    /// The process dies when this unit is durable and nobody knows it.
    DieAfter(u32),
    /// The database is not there for this unit.
    Refuse(u32),
    /// The commit of this unit fails.
    Fail(u32),
    /// Callers lose patience: each is dropped at its `n`-th turn, if it lives that long.
    Cancel(u32),
}

/// A unit that has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ran {
    /// Number of the caller within the act; none for work in the background.
    pub(crate) caller: Option<usize>,
    pub(crate) read_only: bool,
    /// Its name.
    pub(crate) unit: &'static str,
}

impl Ran {
    /// Whether it may be what a request is about: a unit that writes, or one that reads. Before that
    /// come the accounts of a market, and writing down who asks.
    pub(crate) fn decides(&self, writes: bool) -> bool {
        let is_before = self.unit.ends_with(".open_accounts") || self.unit == "platform.save_user";
        self.read_only != writes && !is_before
    }
}

#[derive(Debug, Default)]
struct State {
    /// Which process this is; units of an earlier one are refused.
    generation: u64,
    dead: bool,
    trouble: Trouble,
    points: u32,
    /// Turns that callers wait before their unit, when several are there.
    crowd: Option<Dice>,
    caller: Option<usize>,
    ran: Vec<Ran>,
    activity: u64,
}

/// The stage of one world.
#[derive(Debug, Clone, Default)]
pub(crate) struct SimStage(Arc<Mutex<State>>);

impl SimStage {
    /// A new act begins.
    pub(crate) fn begin(&self, trouble: Trouble, crowd: Option<Dice>) {
        let mut state = self.0.lock();
        state.trouble = trouble;
        state.crowd = crowd;
        state.points = 0;
        state.ran.clear();
    }

    /// The units of this act, in the order in which they ran.
    pub(crate) fn ran(&self) -> Vec<Ran> {
        self.0.lock().ran.clone()
    }

    /// Who is about to be polled.
    pub(crate) fn set_caller(&self, caller: Option<usize>) {
        self.0.lock().caller = caller;
    }

    /// `work`, with its units counted as those of `caller` wherever it is polled.
    pub(crate) async fn as_caller<T>(&self, caller: usize, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|cx| {
            let before = self.0.lock().caller.replace(caller);
            let polled = work.as_mut().poll(cx);
            self.0.lock().caller = before;
            polled
        })
        .await
    }

    /// The process has died in this act.
    pub(crate) fn is_dead(&self) -> bool {
        self.0.lock().dead
    }

    /// A new process begins: whoever belongs to the old one hears nothing any more.
    pub(crate) fn reborn(&self) {
        let mut state = self.0.lock();
        state.generation += 1;
        state.dead = false;
        state.trouble = Trouble::None;
        state.crowd = None;
    }

    /// Grows whenever something happens; standing still means that everybody waits.
    pub(crate) fn activity(&self) -> u64 {
        self.0.lock().activity
    }

    /// Something happened outside of the database.
    pub(crate) fn stir(&self) {
        self.0.lock().activity += 1;
    }

    fn enter(&self) -> (u64, u64) {
        let mut state = self.0.lock();
        let turns = match &mut state.crowd {
            Some(dice) => dice.below(4),
            None => 0,
        };
        state.activity += 1;
        (state.generation, turns)
    }

    /// What becomes of the unit of a caller of `generation`; none while nothing happens any more.
    fn admit(&self, generation: u64, unit: &'static str, read_only: bool) -> Option<Fate> {
        let mut state = self.0.lock();
        if state.generation != generation {
            return Some(Fate::Refuse);
        }
        if state.dead {
            return None;
        }
        state.points += 1;
        state.activity += 1;
        let point = state.points;
        match state.trouble {
            Trouble::DieBefore(at) if at == point => {
                state.dead = true;
                return None;
            }
            Trouble::Refuse(at) if at == point => return Some(Fate::Refuse),
            Trouble::Fail(at) if at == point => return Some(Fate::Fail),
            Trouble::None
            | Trouble::DieBefore(_)
            | Trouble::DieAfter(_)
            | Trouble::Refuse(_)
            | Trouble::Fail(_)
            | Trouble::Cancel(_) => {}
        }
        let caller = state.caller;
        state.ran.push(Ran {
            caller,
            read_only,
            unit,
        });
        Some(Fate::Run)
    }

    /// Whether the caller hears that its unit has run.
    fn is_told(&self) -> bool {
        let mut state = self.0.lock();
        if state.dead {
            return false;
        }
        if matches!(state.trouble, Trouble::DieAfter(at) if at == state.points) {
            state.dead = true;
            return false;
        }
        true
    }
}

impl Stage for SimStage {
    fn before(&self, unit: &'static str, read_only: bool) -> BoxFuture<'static, Fate> {
        let stage = self.clone();
        Box::pin(async move {
            let (generation, turns) = stage.enter();
            for _ in 0..turns {
                turn().await;
            }
            loop {
                match stage.admit(generation, unit, read_only) {
                    Some(fate) => return fate,
                    None => turn().await,
                }
            }
        })
    }

    fn after(&self, _unit: &'static str, _read_only: bool) -> BoxFuture<'static, ()> {
        let stage = self.clone();
        Box::pin(async move {
            let generation = stage.0.lock().generation;
            if !stage.is_told() {
                // Whoever nobody drops finds out when the next process begins, and can do nothing.
                while stage.0.lock().generation == generation {
                    turn().await;
                }
            }
            // Between the commit and its caller there is always room for somebody else, or for an end.
            turn().await;
        })
    }
}

/// Lets others go first once.
pub(crate) async fn turn() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
