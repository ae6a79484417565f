//! Those who repeat themselves: one by one and long after, or many at the same moment.

use super::{Common, Given, Shared, digest, lock};
use crate::client::{Address, Client, Told};
use crate::dice::Dice;
use crate::world::Intent;
use std::sync::Arc;
use std::time::Duration;

/// Copies at once, at most.
const COPIES_MAX: usize = 64;
/// Of a hundred late repetitions, so many ask for something else.
const OTHER: usize = 20;

/// What one client does next.
enum Next {
    New(Intent, Vec<u8>),
    Later(Given, Vec<u8>),
    Other(Given, Vec<u8>),
}

/// New intents, and now and then an old one again, as it was or as something else.
pub(super) async fn client(
    common: Common,
    address: Address,
    requests: usize,
    share: usize,
    mut dice: Dice,
) {
    let mut client = Client::new(address);
    loop {
        let next = {
            let mut shared = lock(&common);
            if shared.counts.requests >= requests {
                return;
            }
            shared.counts.requests += 1;
            // The rest of the repetitions comes in bursts.
            let late = dice.chance(share / 2) && !shared.given.is_empty();
            let at = dice.below(shared.given.len());
            match shared.given.get(at).filter(|_| late).cloned() {
                Some(given) => {
                    shared.counts.duplicates += 1;
                    let other = dice.chance(OTHER) && given.intent.has_other();
                    let bytes = shared.world.bytes(&given.intent, other);
                    if other {
                        Next::Other(given, bytes)
                    } else {
                        Next::Later(given, bytes)
                    }
                }
                None => {
                    let intent = shared.world.draw();
                    let bytes = shared.world.bytes(&intent, false);
                    Next::New(intent, bytes)
                }
            }
        };
        let (Next::New(_, bytes) | Next::Later(_, bytes) | Next::Other(_, bytes)) = &next;
        let told = client.ask(bytes).await;
        let mut shared = lock(&common);
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                shared.failures.push(error);
                continue;
            }
        };
        shared.told(&told);
        match next {
            Next::New(intent, _) => {
                let replayed = told.answer.replayed;
                shared.counts.unknown_committed += usize::from(replayed && told.unknown);
                if replayed && !told.unknown {
                    shared.wrong(format!("{}: asked once, and repeated", intent.key));
                }
                shared.settle(intent, &told.answer);
            }
            Next::Later(given, _) => {
                shared.counts.later += 1;
                shared.repeated(&given, &told);
            }
            Next::Other(given, _) => {
                shared.counts.other += 1;
                let (status, code) = (told.answer.status, told.answer.code());
                if (status, code.as_str()) != (409, "idempotency_key_reuse") {
                    let text = told.answer.text();
                    shared.wrong(format!(
                        "{}: another request: {status} {text}",
                        given.intent.key
                    ));
                }
            }
        }
    }
}

/// Many copies of a new request at the same moment, as long as there are too few repetitions.
pub(super) async fn burster(
    common: Common,
    address: Address,
    requests: usize,
    share: usize,
    seed: u64,
) {
    let mut dice = Dice::new(seed);
    let mut crowd: Vec<Client> = (0..COPIES_MAX)
        .map(|_| Client::new(address.clone()))
        .collect();
    loop {
        let drawn = {
            let mut shared = lock(&common);
            if shared.counts.requests >= requests {
                return;
            }
            let counts = &shared.counts;
            if counts.duplicates * 100 < counts.requests * share {
                let intent = shared.world.draw();
                let bytes = shared.world.bytes(&intent, false);
                let copies = if intent.keyed() {
                    dice.between(2, COPIES_MAX)
                } else {
                    1
                };
                shared.counts.requests += copies;
                shared.counts.duplicates += copies - 1;
                shared.counts.at_once += copies - 1;
                shared.counts.bursts += usize::from(copies > 1);
                Some((intent, bytes, copies))
            } else {
                None
            }
        };
        let Some((intent, bytes, copies)) = drawn else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let bytes = Arc::new(bytes);
        let rest = crowd.split_off(copies);
        let tasks: Vec<_> = std::mem::replace(&mut crowd, rest)
            .into_iter()
            .map(|mut client| {
                let bytes = bytes.clone();
                tokio::spawn(async move {
                    let told = client.ask(&bytes).await;
                    (client, told)
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            if let Ok((client, told)) = task.await {
                crowd.push(client);
                all.push(told);
            }
        }
        burst(&mut lock(&common), intent, all);
    }
}

/// All copies got one answer, and one of them was the first.
fn burst(shared: &mut Shared, intent: Intent, all: Vec<Result<Told, String>>) {
    let mut told = Vec::new();
    for one in all {
        match one {
            Ok(one) => {
                shared.told(&one);
                told.push(one);
            }
            Err(error) => shared.failures.push(error),
        }
    }
    let Some(first) = told.first() else {
        return;
    };
    let (status, body) = (first.answer.status, digest(&first.answer));
    let same = |t: &&Told| t.answer.status == status && digest(&t.answer) == body;
    let different = told.iter().filter(|t| !same(t)).count();
    let firsts = told.iter().filter(|t| !t.answer.replayed).count();
    let unknown = told.iter().any(|t| t.unknown);
    shared.counts.unknown_committed += usize::from(unknown && firsts == 0);
    if different > 0 || firsts > 1 || firsts == 0 && !unknown {
        let (key, all) = (&intent.key, told.len());
        shared.wrong(format!(
            "{key}: of {all} copies {different} were answered differently, {firsts} as the first"
        ));
    }
    let answer = first.answer.clone();
    shared.settle(intent, &answer);
}
