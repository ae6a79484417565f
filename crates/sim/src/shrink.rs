//! Makes a history that fails shorter for as long as it fails in the same way.

use crate::history::{Act, History};
use crate::report::Finding;
use std::time::{Duration, Instant};

/// Leaves out what is not needed for `finding`, for at most `within`. `play` tells what a history
/// leads to.
pub(crate) fn shrink(
    history: &History,
    finding: &Finding,
    within: Duration,
    mut play: impl FnMut(&History) -> Option<Finding>,
) -> History {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long the search may take is not part of the simulated world"
    )]
    let began = Instant::now();
    let mut best = history.clone();
    let mut size = best.acts.len().div_ceil(2).max(1);
    loop {
        let (mut at, mut shorter) = (0, false);
        while at < best.acts.len() {
            if began.elapsed() > within {
                return best;
            }
            let end = (at + size).min(best.acts.len());
            let mut acts: Vec<Act> = best.acts[..at].to_vec();
            // The time that has passed stays, or what is due would come at another moment.
            let paused: u64 = best.acts[at..end].iter().map(|act| act.pause).sum();
            acts.extend_from_slice(&best.acts[end..]);
            if let Some(next) = acts.get_mut(at) {
                next.pause += paused;
            }
            let candidate = History {
                seed: best.seed,
                acts,
            };
            if play(&candidate).is_some_and(|found| found.rule == finding.rule) {
                best = candidate;
                shorter = true;
            } else {
                at = end;
            }
        }
        if size == 1 && !shorter {
            return best;
        }
        size = (size / 2).max(1);
    }
}
