//! Runs futures beside each other in an order that dice decide, in one thread.

use crate::dice::Dice;
use crate::stage::SimStage;
use futures_util::future::BoxFuture;
use std::task::Poll;

/// Turns without anything happening after which everybody must be waiting for time to pass.
const QUIET_TURNS: u32 = 60;

/// What came of them.
pub(crate) struct Executed<T> {
    /// By index; none for those who were dropped before their end.
    pub(crate) answers: Vec<Option<T>>,
    /// Everybody waits, and time does not help.
    pub(crate) is_stuck: bool,
}

/// Runs `work` to its end, until the process dies, or until `idle`, which lets time pass when
/// everybody waits, says that there was enough of it. With `patience`, each is dropped at that turn.
pub(crate) async fn execute<T>(
    stage: &SimStage,
    dice: &mut Dice,
    work: Vec<BoxFuture<'_, T>>,
    patience: Option<u32>,
    mut idle: impl FnMut() -> bool,
) -> Executed<T> {
    let mut answers: Vec<Option<T>> = work.iter().map(|_| None).collect();
    let mut pending: Vec<(usize, u32, BoxFuture<'_, T>)> = (work.into_iter().enumerate())
        .map(|(index, future)| (index, 0, future))
        .collect();
    let (mut activity, mut quiet) = (stage.activity(), 0);
    while !pending.is_empty() && !stage.is_dead() {
        let chosen = dice.below(u64::try_from(pending.len()).unwrap_or(1));
        let chosen = usize::try_from(chosen).unwrap_or(0);
        let (index, turns, future) = &mut pending[chosen];
        let index = *index;
        *turns += 1;
        stage.set_caller(Some(index));
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        stage.set_caller(None);
        let gave_up = patience.is_some_and(|patience| *turns >= patience);
        if let Poll::Ready(answer) = polled {
            answers[index] = Some(answer);
            drop(pending.swap_remove(chosen));
        } else if gave_up {
            drop(pending.swap_remove(chosen));
        }
        // Tasks that were spawned get their turn.
        tokio::task::yield_now().await;
        if stage.activity() == activity {
            quiet += 1;
        } else {
            (activity, quiet) = (stage.activity(), 0);
        }
        if quiet > QUIET_TURNS {
            if !idle() {
                return Executed {
                    answers,
                    is_stuck: true,
                };
            }
            quiet = 0;
        }
    }
    Executed {
        answers,
        is_stuck: false,
    }
}
