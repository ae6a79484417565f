//! `torg-prove kill`: kill -9 of the server, or of the whole database, at moments drawn by chance,
//! under load of clients that repeat what was not answered with the same key.
//!
//! In waves: each on a fresh database, so that a cycle stays short. After each kill some answers
//! are asked for again; at the end of a wave all of them are, byte for byte, and rows, balances and
//! stock are what the answers say, and `torg verify` finds nothing.

use crate::books;
use crate::client::{Address, Client};
use crate::control;
use crate::dice::Dice;
use crate::report::Report;
use crate::server::{Launch, Server};
use crate::site::{Engine, Site, Wave, ask_again};
use crate::wire::Answer;
use crate::world::{Intent, World};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Victim {
    Server,
    /// The PostgreSQL of a private cluster: postmaster and all children.
    Database,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How many times.
    #[arg(long, default_value_t = 40)]
    kills: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, value_enum, default_value = "server")]
    victim: Victim,
    /// Kills on one database, before the next one is begun.
    #[arg(long, default_value_t = 25)]
    wave: usize,
    /// Clients at once.
    #[arg(long, default_value_t = 12)]
    clients: usize,
}

/// Units of the products: three that run out, and one that does not.
const UNITS: [i64; 4] = [60, 60, 60, PLENTY];
/// More than anybody asks for.
const PLENTY: i64 = 1_000_000;
/// Longest load between two kills.
const LOAD_MAX_MS: usize = 250;
/// Of a hundred kills, so many hit a server that is still starting.
const STARTING: usize = 15;
/// Answers asked for again after each kill.
const SAMPLE: usize = 6;

/// What the clients of a wave share.
struct Shared {
    world: World,
    given: Vec<(Intent, Answer)>,
    unknown: usize,
    unknown_committed: usize,
    failures: Vec<String>,
}

type Common = Arc<Mutex<Shared>>;

fn lock(common: &Common) -> MutexGuard<'_, Shared> {
    common.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sums over all waves.
#[derive(Default)]
struct Sums {
    kills: usize,
    starting: usize,
    acknowledged: usize,
    unknown: usize,
    unknown_committed: usize,
    lost: i64,
    doubled: i64,
    /// Milliseconds from a kill until some earlier answers have been given again.
    back: Vec<u128>,
}

pub(crate) fn run(plan: &Plan) -> Result<Report, String> {
    if plan.victim == Victim::Database && plan.engine == Engine::Sqlite {
        return Err("SQLite lives in the server: --victim server".to_owned());
    }
    crate::runtime()?.block_on(all(plan))
}

async fn all(plan: &Plan) -> Result<Report, String> {
    let mut report = Report::new("kill", plan.seed);
    let mut site = Site::new(plan.engine)?;
    let mut sums = Sums::default();
    let mut number = 0_u64;
    while sums.kills < plan.kills {
        number += 1;
        let kills = plan.wave.min(plan.kills - sums.kills);
        let last = sums.kills + kills >= plan.kills;
        let mut dice = Dice::stream(plan.seed, number);
        let wave = site.wave(Dice::new(dice.next()), &UNITS).await?;
        let ended = one_wave(plan, &site, wave, kills, dice, &mut sums, &mut report).await?;
        eprintln!(
            "kill: {} kills, {} acknowledged, {} unknown, {} lost, {} doubled",
            sums.kills, sums.acknowledged, sums.unknown, sums.lost, sums.doubled
        );
        if last {
            let Shared { world, given, .. } = &ended.shared;
            let plenty = UNITS.map(|units| units >= PLENTY);
            let fit = |(intent, answer): &&(Intent, Answer)| {
                control::is_fit(intent, answer.status, &plenty)
            };
            let victim = given.iter().find(fit).map(|(intent, _)| intent);
            control::run(&ended.launch, world, victim, &mut report).await?;
        }
        site.forget(&ended.launch).await?;
    }
    report.figure("engine", plan.engine.name());
    report.figure("victim", format!("{:?}", plan.victim).to_lowercase());
    report.figure("waves", number);
    report.figure("kills", sums.kills);
    report.figure("kills_while_starting", sums.starting);
    report.figure("acknowledged", sums.acknowledged);
    report.figure("unknown", sums.unknown);
    report.figure("unknown_committed", sums.unknown_committed);
    report.figure("lost", sums.lost);
    report.figure("doubled", sums.doubled);
    sums.back.sort_unstable();
    for (name, at) in [
        ("back_ms_median", sums.back.len() / 2),
        ("back_ms_max", sums.back.len().saturating_sub(1)),
    ] {
        let ms = sums.back.get(at).copied().unwrap_or(0);
        report.figure(name, u64::try_from(ms).unwrap_or(u64::MAX));
    }
    report.demand(sums.lost == 0 && sums.doubled == 0, || {
        "acknowledged effects were lost or doubled".to_owned()
    });
    Ok(report)
}

/// A wave that is over: where its database is, and what was promised.
struct Ended {
    launch: Launch,
    shared: Shared,
}

async fn one_wave(
    plan: &Plan,
    site: &Site,
    wave: Wave,
    kills: usize,
    mut dice: Dice,
    sums: &mut Sums,
    report: &mut Report,
) -> Result<Ended, String> {
    let Wave {
        launch,
        server,
        world,
        given,
    } = wave;
    let common: Common = Arc::new(Mutex::new(Shared {
        world,
        given,
        unknown: 0,
        unknown_committed: 0,
        failures: Vec::new(),
    }));
    let (moved, address) = watch::channel(Some(server.address));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..plan.clients)
        .map(|_| tokio::spawn(client(common.clone(), address.clone(), stop.clone())))
        .collect();
    let mut server = server;
    for _ in 0..kills {
        let load = Duration::from_millis(u64::try_from(dice.between(5, LOAD_MAX_MS)).unwrap_or(5));
        tokio::time::sleep(load).await;
        let died = Instant::now();
        match (plan.victim, &site.cluster) {
            (Victim::Database, Some(cluster)) => {
                cluster.kill()?;
                cluster.launch()?;
            }
            (Victim::Server, _) | (Victim::Database, None) => {
                server = replace(server, &launch, &moved, &mut dice, sums)?;
            }
        }
        sums.kills += 1;
        let wrong = sample(&common, &address, &mut dice).await;
        sums.back.push(died.elapsed().as_millis());
        sums.lost += i64::try_from(wrong.len()).unwrap_or(i64::MAX);
        wrong.into_iter().for_each(|text| report.failed(text));
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.map_err(|e| e.to_string())?;
    }
    let shared = Arc::into_inner(common).ok_or("a client is left")?;
    let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let wrong = ask_again(&address, &shared.world, &shared.given).await;
    sums.lost += i64::try_from(wrong.len()).unwrap_or(i64::MAX);
    wrong.into_iter().for_each(|text| report.failed(text));
    report.demand(server.stop(), || "the server did not end well".to_owned());
    let books = books::compare(&launch.database, &shared.world).await?;
    sums.lost += books.lost;
    sums.doubled += books.doubled;
    books.texts.into_iter().for_each(|text| report.failed(text));
    let (sound, said) = launch.verify()?;
    report.demand(sound, || format!("torg verify: {said}"));
    shared
        .failures
        .drain(..)
        .for_each(|text| report.failed(text));
    sums.acknowledged += shared.given.len();
    sums.unknown += shared.unknown;
    sums.unknown_committed += shared.unknown_committed;
    Ok(Ended { launch, shared })
}

/// Kills the server, sometimes its successor too while that one starts, and starts the next.
fn replace(
    server: Server,
    launch: &Launch,
    moved: &watch::Sender<Option<SocketAddr>>,
    dice: &mut Dice,
    sums: &mut Sums,
) -> Result<Server, String> {
    moved.send_replace(None);
    server.kill();
    while dice.chance(STARTING) {
        let successor = launch.begin()?;
        let micros = u64::try_from(dice.between(0, 120_000)).unwrap_or(0);
        pause(Duration::from_micros(micros));
        successor.kill();
        sums.kills += 1;
        sums.starting += 1;
    }
    let server = launch.start()?;
    moved.send_replace(Some(server.address));
    Ok(server)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the killer waits for its moment; no unit of work does"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Asks for some earlier answers again.
async fn sample(common: &Common, address: &Address, dice: &mut Dice) -> Vec<String> {
    let (work, picked) = {
        let shared = lock(common);
        let mut pick = || shared.given.get(dice.below(shared.given.len())).cloned();
        let picked: Vec<_> = (0..SAMPLE).filter_map(|_| pick()).collect();
        let bytes = |(intent, _): &(Intent, Answer)| shared.world.bytes(intent, false);
        (picked.iter().map(bytes).collect::<Vec<_>>(), picked)
    };
    let mut client = Client::new(address.clone());
    let mut wrong = Vec::new();
    for (bytes, (intent, before)) in work.iter().zip(picked) {
        match client.ask(bytes).await {
            Ok(told) if intent.same(&before, &told.answer) => {}
            Ok(told) => wrong.push(format!(
                "{}: after a kill {} instead of {}",
                intent.key,
                told.answer.text(),
                before.text()
            )),
            Err(error) => wrong.push(error),
        }
    }
    wrong
}

/// One client: wants something, asks until it is answered, and goes on.
async fn client(common: Common, address: Address, stop: Arc<AtomicBool>) {
    let mut client = Client::new(address);
    while !stop.load(Ordering::Relaxed) {
        let (intent, bytes) = {
            let mut shared = lock(&common);
            let intent = shared.world.draw();
            let bytes = shared.world.bytes(&intent, false);
            (intent, bytes)
        };
        let told = client.ask(&bytes).await;
        let mut shared = lock(&common);
        match told {
            Err(error) => shared.failures.push(format!("{}: {error}", intent.key)),
            Ok(told) => {
                shared.unknown += usize::from(told.unknown);
                shared.unknown_committed += usize::from(told.unknown && told.answer.replayed);
                if told.answer.replayed && !told.unknown {
                    let key = &intent.key;
                    shared
                        .failures
                        .push(format!("{key}: asked once, and called a repetition"));
                }
                if let Err(wrong) = shared.world.settle(&intent, &told.answer) {
                    shared.failures.push(wrong);
                }
                shared.given.push((intent, told.answer));
            }
        }
    }
}
