//! One load per key at a time.

use crate::error::{Error, Kind, Result};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex as Turn, MutexGuard};

/// The loads under way.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Box<str>, Arc<Seat>>>);

/// Held by the pilot; filled when the flight has landed.
type Seat = Turn<Option<Outcome>>;

/// What everyone aboard receives.
pub(super) type Outcome = Result<Bytes, Shared>;

/// What can be repeated of an error: all but its cause, which the first to receive it has.
#[derive(Clone)]
pub(super) struct Shared {
    kind: Kind,
    code: &'static str,
    detail: String,
    retry_after: Option<Duration>,
}

impl From<&Error> for Shared {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            code: error.code(),
            detail: error.detail().to_owned(),
            retry_after: error.retry_after(),
        }
    }
}

impl From<Shared> for Error {
    fn from(shared: Shared) -> Self {
        let error = Self::new(shared.kind, shared.code, shared.detail);
        match shared.retry_after {
            Some(after) => error.with_retry_after(after),
            None => error,
        }
    }
}

/// One caller's seat.
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    key: &'a str,
    seat: Arc<Seat>,
}

/// What a caller finds when it is its turn.
pub(super) enum Role<'a> {
    /// Nobody has an answer yet: look, load, land.
    Pilot(Pilot<'a>),
    /// Somebody has.
    Passenger(Outcome),
}

/// Holds the others back; dropped without landing, it hands over to the next of them.
pub(super) struct Pilot<'a>(MutexGuard<'a, Option<Outcome>>);

impl Flights {
    pub(super) fn join<'a>(&'a self, key: &'a str) -> Flight<'a> {
        let mut flights = self.0.lock();
        let seat = match flights.get(key) {
            Some(seat) => Arc::clone(seat),
            None => Arc::clone(flights.entry(key.into()).or_default()),
        };
        drop(flights);
        Flight {
            flights: self,
            key,
            seat,
        }
    }

    /// Lets nobody else join the flight under way and makes it not be the current one.
    pub(super) fn abandon(&self, key: &str) {
        self.0.lock().remove(key);
    }
}

impl Flight<'_> {
    /// Waits for this caller's turn.
    pub(super) async fn role(&self) -> Role<'_> {
        let turn = self.seat.lock().await;
        match &*turn {
            Some(outcome) => Role::Passenger(outcome.clone()),
            None => Role::Pilot(Pilot(turn)),
        }
    }

    /// Whether the key has not been removed since this flight began.
    pub(super) fn is_current(&self) -> bool {
        self.flights
            .0
            .lock()
            .get(self.key)
            .is_some_and(|seat| Arc::ptr_eq(seat, &self.seat))
    }

    /// Gives the answer to everyone aboard. Whoever comes later starts anew: an answer must not
    /// live on from joiner to joiner.
    pub(super) fn land(&self, pilot: Pilot<'_>, outcome: Outcome) {
        let mut pilot = pilot;
        let mut flights = self.flights.0.lock();
        if flights
            .get(self.key)
            .is_some_and(|seat| Arc::ptr_eq(seat, &self.seat))
        {
            flights.remove(self.key);
        }
        *pilot.0 = Some(outcome);
    }
}

impl Drop for Flight<'_> {
    /// The last one out of a flight that never landed closes the door.
    fn drop(&mut self) {
        let mut flights = self.flights.0.lock();
        let mine = flights
            .get(self.key)
            .is_some_and(|seat| Arc::ptr_eq(seat, &self.seat));
        // Two: ours and the map's. Joining needs the lock that is held here.
        if mine && Arc::strong_count(&self.seat) == 2 {
            flights.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pilot<'a>(flight: &'a Flight<'_>) -> Option<Pilot<'a>> {
        match flight.role().await {
            Role::Pilot(pilot) => Some(pilot),
            Role::Passenger(_) => None,
        }
    }

    #[tokio::test]
    async fn nobody_joins_after_the_landing() {
        let flights = Flights::default();
        let (first, second) = (flights.join("key"), flights.join("key"));
        first.land(pilot(&first).await.unwrap(), Ok(Bytes::new()));
        let third = flights.join("key");
        assert!(pilot(&second).await.is_none(), "was aboard");
        assert!(pilot(&third).await.is_some(), "came later");
        drop((first, second));
        assert!(third.is_current());
    }

    #[tokio::test]
    async fn nothing_is_left_behind() {
        let flights = Flights::default();
        let (first, second) = (flights.join("key"), flights.join("key"));
        drop(pilot(&first).await);
        drop(first);
        assert!(second.is_current(), "still somebody aboard");
        drop(second);
        assert!(flights.0.lock().is_empty());
    }
}
