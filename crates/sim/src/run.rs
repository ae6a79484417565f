//! Plays worlds until something is found or enough days have passed.

use crate::history::{History, Kind};
use crate::product::Product;
use crate::report::{Failing, Finding, Report};
use crate::shrink::shrink;
use crate::world::{Store, World};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Of the first world; the next one has the next.
    pub seed: u64,
    /// Days in all.
    pub days: u64,
    /// Days of one world.
    pub days_per_world: u64,
    /// Without trouble and weather.
    pub calm: bool,
    /// For how long a history that fails is shortened.
    pub shrink: Duration,
}

/// What came of one world.
struct Lived {
    world: Option<World>,
    outcome: Result<String, Finding>,
    acts: u64,
}

async fn live(product: &Product, history: &History) -> Lived {
    let opened = World::open(product.clone(), history.seed, Store::Memory);
    let mut world = match opened.await {
        Ok(world) => world,
        Err(finding) => {
            return Lived {
                world: None,
                outcome: Err(finding),
                acts: 0,
            };
        }
    };
    let mut acts = 0;
    let mut outcome = Ok(());
    for act in &history.acts {
        outcome = world.act(act).await;
        acts += 1;
        if outcome.is_err() {
            break;
        }
    }
    let outcome = match outcome {
        Ok(()) => world.finish().await,
        Err(finding) => Err(finding),
    };
    Lived {
        world: Some(world),
        outcome,
        acts,
    }
}

/// Runs on this thread alone.
fn alone<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime of one thread").block_on(future)
}

fn play(product: &Product, history: &History) -> Lived {
    alone(live(product, history))
}

/// Plays worlds; `progress` hears of each.
pub fn run(product: &Product, options: Options, mut progress: impl FnMut(&Report)) -> Report {
    let mut report = Report::default();
    let mut hash = Sha256::new();
    let mut seed = options.seed;
    while report.days < options.days && report.failure.is_none() {
        let days = options.days_per_world.min(options.days - report.days);
        let history = History::tell(seed, days, options.calm);
        let lived = play(product, &history);
        report.acts += lived.acts;
        if let Some(world) = &lived.world {
            report.requests += world.counts.requests;
            report.deaths += world.counts.deaths;
            report.cancelled += world.counts.cancelled;
            report.weather += world.faults();
            for (kind, times) in &world.met {
                *report.met.entry(kind.clone()).or_insert(0) += times;
            }
        }
        match lived.outcome {
            Ok(digest) => {
                hash.update(digest);
                report.worlds += 1;
                report.days += days;
            }
            Err(finding) => {
                report.failure = Some(explain(product, options, history, lived.acts, finding));
            }
        }
        seed += 1;
        progress(&report);
    }
    report.hash = hex::encode(hash.finalize());
    report
}

/// The shortest history that fails in the same way.
fn explain(
    product: &Product,
    options: Options,
    mut history: History,
    acts: u64,
    finding: Finding,
) -> Failing {
    history
        .acts
        .truncate(usize::try_from(acts).unwrap_or(usize::MAX));
    let acts_before = history.acts.len();
    let short = shrink(&history, &finding, options.shrink, |candidate| {
        play(product, candidate).outcome.err()
    });
    let lived = play(product, &short);
    let lines = lived.world.map(|world| world.trace.lines().to_vec());
    Failing {
        finding: lived.outcome.err().unwrap_or(finding),
        acts_before,
        history: short,
        lived: lines.unwrap_or_default(),
    }
}

/// Lives one quiet history on both engines: how long the statements are that are the same.
///
/// # Errors
/// The first contradiction, between the engines or with the model.
pub fn compare(product: &Product, seed: u64, days: u64, url: &str) -> Result<usize, Finding> {
    let mut history = History::tell(seed, days, true);
    for act in &mut history.acts {
        // One after another: with threads, who is first among many is decided by chance.
        act.kind = match act.kind {
            Kind::Crowd(_) | Kind::Restart => Kind::Request,
            Kind::Talk | Kind::Deposit => Kind::Work,
            same @ (Kind::Request | Kind::Repeat | Kind::Trespass | Kind::Work) => same,
        };
    }
    let lived = |store| alone(live_quietly(product, &history, store));
    let (lines, statuses) = lived(Store::Memory)?;
    let (other_lines, other_statuses) = lived(Store::Server(url.to_owned()))?;
    for (one, other) in lines.iter().zip(&other_lines) {
        if one != other {
            let detail = format!("{one:?} and {other:?}");
            return Err(Finding::new("engines differ", detail));
        }
    }
    if lines.len() != other_lines.len() || statuses != other_statuses {
        return Err(Finding::new("engines differ", "one has more to tell"));
    }
    Ok(lines.len())
}

/// Statements and the status of each answer.
async fn live_quietly(
    product: &Product,
    history: &History,
    store: Store,
) -> Result<(Vec<String>, Vec<u16>), Finding> {
    let mut world = World::open(product.clone(), history.seed, store).await?;
    for act in &history.acts {
        world.act(act).await?;
    }
    Ok((world.statement().await?, world.statuses.clone()))
}
