//! Sends what was started: one bounded step after the other.
//!
//! Twice the same step there is not: it holds the broadcast's row, and puts messages into the
//! queue together with how far it has come. If it stops half way nothing of the step has happened.

use super::{Broadcasts, State};
use crate::messages;
use crate::people;
use crate::store::broadcasts::{self, Broadcast};
use std::time::Duration;
use torg_platform::db::{Locked, Tx};
use torg_platform::jobs::{Reconciler, Step};
use torg_platform::{Result, Timestamp};

/// Wakes the reconciler; also its name.
pub(super) const NAME: &str = "telegram.send_broadcasts";
/// Messages of broadcasts that wait to be sent at most: two seconds of what Telegram takes, so that
/// any other chat's message comes after two seconds at most.
const ROOM: i64 = 50;
/// How long is waited while there is no room.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a message is of use.
const FRESH: Duration = Duration::from_hours(24);

/// Sends broadcasts.
#[derive(Debug, Clone)]
pub struct SendBroadcasts(pub(super) Broadcasts);

impl Reconciler for SendBroadcasts {
    fn name(&self) -> &'static str {
        NAME
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(broadcasts::next_due(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let now = tx.now();
        let Some(found) = broadcasts::lock_due(tx, now)? else {
            return Ok(Step::Done);
        };
        if found.fanned_out {
            finish(tx, &found)?;
        } else {
            self.0.fan_out(tx, &found)?;
        }
        Ok(Step::More)
    }
}

impl Broadcasts {
    /// The next few people are to be shown it.
    fn fan_out(&self, tx: &mut Tx<'_>, of: &Locked<Broadcast>) -> Result<()> {
        let now = tx.now();
        let room = ROOM.saturating_sub(broadcasts::count_waiting(tx)?.0);
        if room <= 0 {
            broadcasts::wait(tx, of.id, now.plus(PAUSE))?;
            return Ok(());
        }
        let people = self.next(tx, of.audience, of.position, room)?;
        let Some(last) = people.last().copied() else {
            broadcasts::go_on(tx, of.id, of.position, true, now)?;
            return Ok(());
        };
        for user in self.reachable(tx, of.position, &people)? {
            let lang = people::language(tx, user)?;
            let key = format!("telegram.broadcast/{}/{user}", of.id);
            let content = self.content(of, lang);
            messages::send_broadcast(tx, user, (key.as_str(), of.id), &content, now.plus(FRESH))?;
        }
        broadcasts::go_on(tx, of.id, last, false, now)?;
        Ok(())
    }
}

/// Writes down what came of it, once nothing waits any more.
fn finish(tx: &mut Tx<'_>, of: &Locked<Broadcast>) -> Result<()> {
    let now = tx.now();
    let tally = Tally::of(tx, of.id)?;
    if tally.waiting > 0 {
        broadcasts::wait(tx, of.id, now.plus(PAUSE))?;
        return Ok(());
    }
    let state = match of.state {
        State::Canceled => State::Canceled,
        State::Draft | State::Sending | State::Done => State::Done,
    };
    broadcasts::finish(tx, of.id, state, tally.sent, tally.failed, now)?;
    Ok(())
}

/// What became of the messages of a broadcast so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) sent: i64,
    pub(super) failed: i64,
    waiting: i64,
}

impl Tally {
    pub(super) fn of(tx: &mut Tx<'_>, broadcast: i64) -> Result<Self> {
        let mut tally = Self::default();
        for (state, count) in broadcasts::tally(tx, broadcast)? {
            let part = match state.as_str() {
                "shown" => &mut tally.sent,
                "waiting" => &mut tally.waiting,
                _ => &mut tally.failed,
            };
            *part = part.saturating_add(count);
        }
        Ok(tally)
    }
}
