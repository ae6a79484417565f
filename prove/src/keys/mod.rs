//! `torg-prove keys`: requests that are repeated as networks, impatient people and broken clients
//! repeat them. Up to 64 copies at once, copies long after, the same key for something else, and a
//! few deaths of the server in between. One key, one effect; every copy gets the first answer.
//!
//! In waves, each on a fresh database and shorter than fifteen minutes: after that the markets
//! close orders by themselves, and nobody was told.

mod crowd;

use crate::books;
use crate::client::Told;
use crate::control;
use crate::dice::Dice;
use crate::report::Report;
use crate::site::{Engine, Site, Wave};
use crate::wire::Answer;
use crate::world::{Intent, World};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// Requests in all, repetitions included.
    #[arg(long, default_value_t = 20_000)]
    requests: usize,
    /// Of a hundred requests, so many repeat a key.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u8).range(1..=90))]
    duplicates: u8,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Clients at once.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Requests on one database, before the next one is begun.
    #[arg(long, default_value_t = 250_000)]
    wave: usize,
    /// Deaths of the server, in each wave.
    #[arg(long, default_value_t = 4)]
    kills: usize,
}

/// Answers that are remembered, to be asked for again.
const REMEMBERED: usize = 50_000;
/// Units that nobody will ever buy up.
const PLENTY: i64 = 1_000_000;
/// Longest wave; later the markets act by themselves.
const WAVE_MAX: Duration = Duration::from_mins(13);

/// An answer that everybody who repeats the request must get.
#[derive(Debug, Clone)]
struct Given {
    intent: Intent,
    status: u16,
    digest: u64,
}

fn digest(answer: &Answer) -> u64 {
    let mut hasher = DefaultHasher::new();
    answer.body.hash(&mut hasher);
    hasher.finish()
}

/// Counts of a wave, and of all.
#[derive(Debug, Default)]
struct Counts {
    requests: usize,
    duplicates: usize,
    intents: usize,
    bursts: usize,
    at_once: usize,
    later: usize,
    other: usize,
    in_flight: usize,
    unknown: usize,
    unknown_committed: usize,
    kills: usize,
    /// Repetitions with another answer, or taken for new.
    mismatched: usize,
    lost: i64,
    doubled: i64,
}

struct Shared {
    world: World,
    given: Vec<Given>,
    counts: Counts,
    dice: Dice,
    failures: Vec<String>,
}

type Common = Arc<Mutex<Shared>>;

fn lock(common: &Common) -> MutexGuard<'_, Shared> {
    common.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn wrong(&mut self, what: String) {
        self.counts.mismatched += 1;
        self.failures.push(what);
    }

    /// Notes how an answer was come by.
    fn told(&mut self, told: &Told) {
        self.counts.in_flight += told.in_flight;
        self.counts.unknown += usize::from(told.unknown);
    }

    /// Notes the final answer to a new intent, and remembers some of them.
    fn settle(&mut self, intent: Intent, answer: &Answer) {
        self.counts.intents += 1;
        if let Err(wrong) = self.world.settle(&intent, answer) {
            self.failures.push(wrong);
        }
        if !intent.keyed() {
            return;
        }
        let given = Given {
            intent,
            status: answer.status,
            digest: digest(answer),
        };
        if self.given.len() < REMEMBERED {
            self.given.push(given);
        } else {
            let at = self.dice.below(self.counts.intents);
            if let Some(place) = self.given.get_mut(at) {
                *place = given;
            }
        }
    }

    /// Whether a repetition got the first answer.
    fn repeated(&mut self, first: &Given, told: &Told) {
        let answer = &told.answer;
        if !answer.replayed || answer.status != first.status || digest(answer) != first.digest {
            let (key, text) = (&first.intent.key, answer.text());
            let status = first.status;
            self.wrong(format!(
                "{key}: {} {text} instead of the first answer, {status}",
                answer.status
            ));
        }
    }
}

pub(crate) fn run(plan: &Plan) -> Result<Report, String> {
    crate::runtime()?.block_on(all(plan))
}

async fn all(plan: &Plan) -> Result<Report, String> {
    let mut report = Report::new("keys", plan.seed);
    let mut site = Site::new(plan.engine)?;
    let mut sums = Counts::default();
    let mut number = 0;
    while sums.requests < plan.requests {
        number += 1;
        let requests = plan.wave.min(plan.requests - sums.requests);
        let mut dice = Dice::stream(plan.seed, number);
        let units = products();
        let wave = site.wave(Dice::new(dice.next()), &units).await?;
        let launch = wave.launch.clone();
        let shared = one_wave(plan, requests, wave, dice, &mut sums, &mut report).await?;
        if sums.requests >= plan.requests {
            let plenty: Vec<bool> = units.iter().map(|units| *units >= PLENTY).collect();
            let fit = |given: &&Given| control::is_fit(&given.intent, given.status, &plenty);
            let victim = shared.given.iter().find(fit).map(|given| &given.intent);
            control::run(&launch, &shared.world, victim, &mut report).await?;
        }
        site.forget(&launch).await?;
        eprintln!(
            "keys: {} requests, {} intents, {} duplicates, {} lost, {} doubled, {} mismatched",
            sums.requests, sums.intents, sums.duplicates, sums.lost, sums.doubled, sums.mismatched
        );
    }
    report.figure("engine", plan.engine.name());
    let figures = [
        ("requests", sums.requests),
        ("duplicates", sums.duplicates),
        ("intents", sums.intents),
        ("bursts", sums.bursts),
        ("copies_at_once", sums.at_once),
        ("copies_later", sums.later),
        ("other_request_refused", sums.other),
        ("in_flight_409", sums.in_flight),
        ("unknown", sums.unknown),
        ("unknown_committed", sums.unknown_committed),
        ("kills", sums.kills),
        ("mismatched", sums.mismatched),
    ];
    for (name, value) in figures {
        report.figure(name, value);
    }
    report.figure("lost", sums.lost);
    report.figure("doubled", sums.doubled);
    let wrong = sums.lost != 0 || sums.doubled != 0 || sums.mismatched != 0;
    report.demand(!wrong, || "one key did not have one effect".to_owned());
    Ok(report)
}

/// Some that run out, and some that do not.
fn products() -> Vec<i64> {
    let mut units = vec![500; 30];
    units.extend([PLENTY; 10]);
    units
}

async fn one_wave(
    plan: &Plan,
    requests: usize,
    wave: Wave,
    mut dice: Dice,
    sums: &mut Counts,
    report: &mut Report,
) -> Result<Shared, String> {
    let started = Instant::now();
    let Wave {
        launch,
        mut server,
        world,
        ..
    } = wave;
    let common: Common = Arc::new(Mutex::new(Shared {
        world,
        given: Vec::new(),
        counts: Counts::default(),
        dice: Dice::new(dice.next()),
        failures: Vec::new(),
    }));
    let (moved, address) = watch::channel(Some(server.address));
    let share = usize::from(plan.duplicates);
    let mut tasks: Vec<_> = (0..plan.clients)
        .map(|_| {
            let dice = Dice::new(dice.next());
            let task = crowd::client(common.clone(), address.clone(), requests, share, dice);
            tokio::spawn(task)
        })
        .collect();
    let crowd = crowd::burster(
        common.clone(),
        address.clone(),
        requests,
        share,
        dice.next(),
    );
    tasks.push(tokio::spawn(crowd));
    for kill in 1..=plan.kills {
        let target = requests * kill / (plan.kills + 1);
        loop {
            if lock(&common).counts.requests >= target {
                break;
            }
            let pause = u64::try_from(dice.between(1, 10)).unwrap_or(1);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        moved.send_replace(None);
        server.kill();
        server = launch.start()?;
        moved.send_replace(Some(server.address));
        lock(&common).counts.kills += 1;
    }
    for task in tasks {
        task.await.map_err(|e| e.to_string())?;
    }
    report.demand(server.stop(), || "the server did not end well".to_owned());
    report.demand(started.elapsed() < WAVE_MAX, || {
        "a wave took so long that the markets acted by themselves: use a smaller --wave".to_owned()
    });
    let shared = Arc::into_inner(common).ok_or("a client is left")?;
    let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let books = books::compare(&launch.database, &shared.world).await?;
    let texts = books.texts.into_iter().chain(shared.failures.drain(..));
    texts.for_each(|text| report.failed(text));
    let (sound, said) = launch.verify()?;
    report.demand(sound, || format!("torg verify: {said}"));
    sums.add(&shared.counts, books.lost, books.doubled);
    Ok(shared)
}

impl Counts {
    fn add(&mut self, other: &Self, lost: i64, doubled: i64) {
        self.requests += other.requests;
        self.duplicates += other.duplicates;
        self.intents += other.intents;
        self.bursts += other.bursts;
        self.at_once += other.at_once;
        self.later += other.later;
        self.other += other.other;
        self.in_flight += other.in_flight;
        self.unknown += other.unknown;
        self.unknown_committed += other.unknown_committed;
        self.kills += other.kills;
        self.mismatched += other.mismatched;
        self.lost += lost;
        self.doubled += doubled;
    }
}
