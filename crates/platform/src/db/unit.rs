//! A unit of work in a queue: a closure that may run more than once and is answered once.

use super::error::{Error, Result};
use super::signals::Signals;
use super::tx::{After, Connection, Damage, Tx};
use crate::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What the engine must do after the closure has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Keep its changes.
    Keep,
    /// Undo them; the answer is ready.
    Undo,
    /// Undo them and run it again.
    Again,
    /// The transaction around it is lost.
    Lost,
}

/// A unit of work with its types erased, as it stands in a queue.
pub(crate) trait Unit: Send {
    fn name(&self) -> &'static str;
    fn run(&mut self, conn: &mut dyn Connection, now: Timestamp) -> Ran;
    /// Replaces the outcome: the transaction could not be kept.
    fn fail(&mut self, error: Error);
    /// Answers the caller, who may have gone, and does what was to be done after the commit.
    fn finish(self: Box<Self>, signals: &Signals);
}

pub(crate) struct UnitOf<F, T, E> {
    name: &'static str,
    closure: F,
    outcome: Option<Result<T, E>>,
    after: After,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> UnitOf<F, T, E> {
    pub(crate) fn new(
        name: &'static str,
        closure: F,
        reply: oneshot::Sender<Result<T, E>>,
    ) -> Self {
        Self {
            name,
            closure,
            outcome: None,
            after: After::default(),
            reply,
        }
    }
}

impl<F, T, E> Unit for UnitOf<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&mut self, conn: &mut dyn Connection, now: Timestamp) -> Ran {
        let mut tx = Tx::new(conn, now);
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.closure)(&mut tx)));
        let (after, damage, refused) = tx.into_parts();
        let outcome = outcome.unwrap_or_else(|_panic| Err(E::from(Error::Panicked(self.name))));
        let ran = match (damage, &outcome) {
            (Damage::Fatal, _) => Ran::Lost,
            (Damage::Transient, _) => Ran::Again,
            (Damage::None, Ok(_)) if !refused => Ran::Keep,
            (Damage::None, Ok(_)) => Ran::Undo,
            (Damage::None, Err(_)) => Ran::Undo,
        };
        // A closure that swallowed a fatal error must not be answered with success.
        self.outcome = match (damage, outcome) {
            (Damage::Fatal, Ok(_)) => Some(Err(E::from(Error::Unavailable(
                "a statement failed".to_owned(),
            )))),
            (Damage::Transient, Ok(_)) => Some(Err(E::from(Error::Contention(self.name)))),
            (Damage::None, Ok(_)) if refused => Some(Err(E::from(Error::Refused {
                statement: self.name,
                detail: "a refused statement was passed over".to_owned(),
            }))),
            (_, outcome) => Some(outcome),
        };
        self.after = after;
        ran
    }

    fn fail(&mut self, error: Error) {
        self.outcome = Some(Err(E::from(error)));
    }

    fn finish(self: Box<Self>, signals: &Signals) {
        let Self {
            name,
            closure,
            outcome,
            after,
            reply,
        } = *self;
        let outcome =
            outcome.unwrap_or_else(|| Err(E::from(Error::Unavailable("closed".to_owned()))));
        if outcome.is_ok() {
            for name in after.signals {
                signals.fire(name);
            }
            for counter in after.counts {
                counter.inc();
            }
        }
        // The caller may have gone; what is durable stays. Values that panic when they are
        // dropped must not take the thread along.
        let dropped = catch_unwind(AssertUnwindSafe(|| {
            drop(reply.send(outcome));
            drop(closure);
        }));
        if dropped.is_err() {
            tracing::error!(
                unit = name,
                "a value of a unit of work panicked in its drop"
            );
        }
    }
}
