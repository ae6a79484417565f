//! The racing matrix: every ordered pair of what moves money, at once, about the same person and the
//! same things, with twins that share a key; and then everything must add up. Beside it an algorithm
//! that is known to be wrong, which must fail here.
//!
//! Each pair once with a few requests. A long run is 64-way, as often as somebody says:
//! `TORG_RACE_ROUNDS=3 tools/with-services.sh cargo test -p torg --test it races:: -- --nocapture`
//! (nextest ends what takes minutes). With `TORG_PROVE=1` the figures are a line of JSON.

mod moves;
mod naive;
mod stage;

use crate::party::{Answer, Party};
use moves::{MOVES, Move, NOT_MONEY, ask};
use serde_json::{Value, json};
use stage::{Cast, Stage};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use torg_platform::db::Engine;
use torg_testkit::{TestDb, both_engines};

/// Requests of each side: in short runs, and in long ones.
const FEW: usize = 4;
const MANY: usize = 32;
/// Races at once, each about a person of its own.
const LANES: usize = 4;
/// The first of the people who race.
const FIRST: i64 = 10_000;

/// How often every pair is run when somebody asks for a long run.
fn rounds() -> Option<usize> {
    let rounds = std::env::var("TORG_RACE_ROUNDS").ok()?;
    Some(
        rounds
            .parse()
            .unwrap_or_else(|_| panic!("TORG_RACE_ROUNDS is a number")),
    )
}

/// What was seen.
#[derive(Debug, Default)]
struct Figures {
    pairs: usize,
    requests: usize,
    effects: usize,
    twins: usize,
    /// Takes that the naive algorithm gave for the price of one.
    control: i64,
    problems: Vec<String>,
}

impl Figures {
    fn add(&mut self, lane: Self) {
        self.pairs += lane.pairs;
        self.requests += lane.requests;
        self.effects += lane.effects;
        self.twins += lane.twins;
        self.problems.extend(lane.problems);
    }

    #[expect(
        clippy::print_stdout,
        reason = "figures of a test are for whoever runs it"
    )]
    fn print(&self, engine: Engine, width: usize, seconds: f64) {
        let engine = format!("{engine:?}").to_lowercase();
        let Self {
            pairs,
            requests,
            effects,
            twins,
            control,
            problems,
        } = self;
        println!(
            "races on {engine}: {} moves, {pairs} ordered pairs {width}-way, {requests} requests, \
             {effects} of them good, {twins} twins, {} problems, \
             naive control: {control} takes for the price of one, {seconds:.1} s",
            MOVES.len(),
            problems.len(),
        );
        if std::env::var_os("TORG_PROVE").is_some() {
            let line = json!({
                "part": format!("races-{engine}"), "ok": problems.is_empty(), "seed": 0,
                "figures": {
                    "moves": MOVES.len(), "pairs": pairs, "width": width, "requests": requests,
                    "good": effects, "twins": twins, "control_naive_takes_for_one_price": control,
                    "problems": problems.len(),
                },
                "command": format!(
                    "TORG_PROVE=1 tools/with-services.sh cargo nextest run -p torg --no-capture \
                     -E 'test(races::every_pair::{engine})'"
                ),
                "seconds": seconds,
            });
            println!("{line}");
        }
    }
}

/// Starts all of it and waits for all of it.
async fn at_once<T: Send + 'static>(
    all: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::new();
    for one in running {
        done.push(one.await.unwrap());
    }
    done
}

/// Runs both sides at once; the first side is sent first.
async fn race(party: &Arc<Party>, stage: &Stage, pair: [Move; 2], width: usize) -> Vec<Done> {
    let sides = pair.into_iter().enumerate();
    let requests = sides.flat_map(|(side, a)| (0..width).map(move |n| (side, a, n)));
    let requests = requests.map(|(side, a, n)| {
        // The first half are pairs of twins.
        let intent = if n < width / 2 { n / 2 } else { n };
        let (what, headers, key, body) = ask(stage, a, side, intent);
        let party = party.clone();
        async move {
            let (method, path) = what.split_once(' ').unwrap();
            let answer = party
                .ask_with(method, path, &headers, &key, body.as_ref())
                .await;
            (a, key, answer)
        }
    });
    at_once(requests.collect::<Vec<_>>()).await
}

/// What a request was for, its key, and what it was answered.
type Done = (Move, String, Answer);

/// Nothing fails on our side, and twins hear the same.
fn check_answers(done: &[Done], figures: &mut Figures) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut first: BTreeMap<&str, &Answer> = BTreeMap::new();
    for (a, key, answer) in done {
        figures.requests += 1;
        figures.effects += usize::from(answer.status < 300);
        if answer.status >= 500 || answer.status == 429 {
            wrong.push(format!("{}: {} {}", a.name, answer.status, answer.body));
        }
        if !a.keyed {
            continue;
        }
        let Some(twin) = first.get(key.as_str()) else {
            first.insert(key, answer);
            continue;
        };
        figures.twins += 1;
        if (twin.status, &twin.body) != (answer.status, &answer.body) {
            wrong.push(format!(
                "{}: twins heard {} and {}",
                a.name, twin.body, answer.body
            ));
        }
    }
    wrong
}

#[test]
fn whatever_takes_a_key_races_or_moves_nothing() {
    let (code, document, _) =
        crate::process::run(crate::process::folder().path(), &["openapi"], &[]);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&document).unwrap();
    let known: BTreeSet<_> = MOVES
        .iter()
        .map(|a| a.route)
        .chain(NOT_MONEY.iter().copied())
        .collect();
    let mut there = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let route = format!("{} {path}", method.to_uppercase());
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let keyed = parameters.iter().any(|p| p["name"] == "Idempotency-Key");
            assert!(
                !keyed || known.contains(route.as_str()),
                "{route} is not in races/moves.rs"
            );
            there.insert(route);
        }
    }
    for route in known {
        let page = route == "POST /_fake_payments/balance/{id}";
        assert!(page || there.contains(route), "there is no {route}");
    }
}

/// The pairs of one round. A short run on PostgreSQL, where every commit is a round trip, has each
/// pair in one of its two orders.
fn pairs(engine: Engine, is_long: bool) -> Vec<[Move; 2]> {
    let mut pairs = Vec::new();
    for (n, one) in MOVES.iter().enumerate() {
        for (k, other) in MOVES.iter().enumerate() {
            let chosen = if (n + k) % 2 == 0 { n <= k } else { n > k };
            if is_long || engine == Engine::Sqlite || chosen {
                pairs.push([*one, *other]);
            }
        }
    }
    pairs
}

/// One lane of races: it takes the next pair until there is none.
async fn lane(
    party: Arc<Party>,
    cast: Cast,
    pairs: Arc<Vec<[Move; 2]>>,
    next: Arc<AtomicUsize>,
    (width, rounds): (usize, usize),
) -> Figures {
    let mut figures = Figures::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let (round, pair) = (number / pairs.len(), pairs[number % pairs.len()]);
        if round >= rounds {
            return figures;
        }
        let person = FIRST + i64::try_from(number).unwrap();
        let stage = Stage::set(&party, &cast, person, round, pair).await;
        let done = race(&party, &stage, pair, width).await;
        let mut wrong = check_answers(&done, &mut figures);
        wrong.extend(stage.problems(&party, &done).await);
        figures.pairs += 1;
        let pair = format!("{} with {}", pair[0].name, pair[1].name);
        let wrong = wrong.into_iter().map(|text| format!("{pair}: {text}"));
        figures.problems.extend(wrong);
    }
}

both_engines! { &[] =>
    async fn every_pair(t: TestDb) {
        let began = std::time::Instant::now();
        let party = Arc::new(Party::start(&t, "warn").await);
        let cast = Cast::gather(&party).await;
        let long = rounds();
        let (width, rounds) = (long.map_or(FEW, |_| MANY), long.unwrap_or(1));
        let pairs = Arc::new(pairs(t.engine(), long.is_some()));
        let next = Arc::new(AtomicUsize::new(0));
        let lanes = (0..LANES).map(|_| {
            lane(party.clone(), cast.clone(), pairs.clone(), next.clone(), (width, rounds))
        });
        let mut figures = Figures::default();
        for lane in at_once(lanes).await {
            figures.add(lane);
        }
        let Some(party) = Arc::into_inner(party) else { panic!("somebody still asks") };
        let (_log, wrong) = party.stop_and_verify();
        figures.problems.extend(wrong);
        figures.control = naive::takes_for_the_price_of_one(&t).await;
        if figures.control < 2 {
            figures.problems.push("the control has not double-spent".to_owned());
        }
        figures.print(t.engine(), 2 * width, began.elapsed().as_secs_f64());
        assert!(figures.problems.is_empty(), "{}", figures.problems.join("\n"));
    }
}
