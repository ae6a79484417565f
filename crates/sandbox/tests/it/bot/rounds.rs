//! Seeded worlds in which everything goes wrong at once. What must hold at the end: each act has
//! had its effect once, each answer and notice stands in its chat, twice at most where nobody knew
//! whether it was sent, no limit was broken, and what was parked is what was poison.

use super::MIGRATIONS;
use super::market::dead_letters;
use super::wire::Weather;
use super::world::{BOT, FIRST, World};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::db::{Engine, Tx};
use torg_sandbox::telegram::{Act, Effect, Fault};
use torg_telegram::content::Content;
use torg_telegram::messages::{self, Terms};
use torg_testkit::{TestDb, both_engines};

const PEOPLE: i64 = 40;
const HOUR: Duration = Duration::from_hours(1);

/// What was asked for, and so what must have come of it.
#[derive(Default)]
struct Expected {
    /// Effects, by name.
    hits: BTreeSet<String>,
    /// Acts that undo themselves: parked.
    poison: usize,
    /// Texts that must stand in a person's chat.
    texts: BTreeMap<i64, Vec<String>>,
    /// Notices that must not be sent twice.
    once: BTreeMap<i64, Vec<String>>,
    /// The last state of messages that change.
    shown: BTreeMap<i64, String>,
}

impl Expected {
    fn text(&mut self, person: i64, text: String) {
        self.texts.entry(person).or_default().push(text);
    }
}

/// One world: `acts` things happen, then the weather clears and all must come right.
async fn round(engine: Engine, seed: u64, acts: usize) -> u64 {
    let t = TestDb::start(engine, MIGRATIONS).await;
    let mut world = World::new(t, seed, PEOPLE).await;
    let mut expected = Expected::default();
    world.start();
    for person in FIRST..FIRST + PEOPLE {
        world.telegram.start_bot(person, BOT, None).await.unwrap();
    }
    assert!(
        world.until(HOUR, async |w| w.is_quiet().await).await,
        "seed {seed}: a quiet start"
    );
    *world.weather.lock() = Weather::BAD;
    world.telegram.set_faults(update_faults());
    for number in 0..acts {
        act(&world, &mut expected, number).await;
        match world.rng.next_u64() % 100 {
            0..=49 => {}
            50..=97 => world.pass(Duration::from_millis(250)).await,
            _ => {
                world.kill();
                world.start();
            }
        }
    }
    *world.weather.lock() = Weather::default();
    world.telegram.set_faults(Vec::new());
    for person in FIRST..FIRST + PEOPLE {
        // Whoever has blocked the bot comes back.
        world.telegram.start_bot(person, BOT, None).await.unwrap();
    }
    let done = world.until(HOUR * 4, async |w| w.is_quiet().await).await;
    assert!(done, "seed {seed}: something never ends");
    check(&world, &expected, seed).await;
    world.kill();
    u64::try_from(acts).unwrap()
}

fn update_faults() -> Vec<Fault> {
    let share = |effect, share| Fault {
        share,
        ..Fault::new(effect)
    };
    vec![
        share(Effect::Duplicate, 150),
        share(Effect::UnknownKind, 30),
        share(Effect::Poison, 5),
        share(Effect::Reorder { window: 4 }, 100),
    ]
}

/// Something that a person, or a market, does.
async fn act(world: &World, expected: &mut Expected, number: usize) {
    let person = FIRST + i64::try_from(world.rng.next_u64() % 40).unwrap();
    let say = async |text: String| {
        // Who has blocked the bot cannot write to it.
        world.telegram.send(person, BOT, &text).await.is_ok()
    };
    match world.rng.next_u64() % 100 {
        0..=54 => {
            if say(format!("/hit {number}")).await {
                expected.hits.insert(number.to_string());
                expected.text(person, format!("done {number}"));
            }
        }
        55..=69 => press(world, expected, person).await,
        70..=73 => {
            if say(format!("/refused {number}")).await {
                expected.text(person, "never".to_owned());
            }
        }
        74 => {
            if say(format!("/poison {number}")).await {
                expected.poison += 1;
            }
        }
        75..=76 => {
            let block = Act::Block { bot: BOT.into() };
            let _already = world.telegram.act(person, block).await;
            if world.rng.next_u64().is_multiple_of(2) {
                world.pass(Duration::from_secs(2)).await;
            }
            world.telegram.start_bot(person, BOT, None).await.unwrap();
        }
        77..=86 => notice(world, expected, person, number).await,
        87..=91 => {
            let text = format!("once {number}");
            write(world, person, number, text.clone(), true).await;
            expected.once.entry(person).or_default().push(text);
        }
        _ => {
            let text = format!("state {number}");
            let content = Content::html(text.clone());
            let key = format!("counter.state/{person}");
            let show = move |tx: &mut Tx<'_>| messages::show(tx, UserId(person), &key, &content);
            world.t.db.write("bottest.show", show).await.unwrap();
            expected.shown.insert(person, text);
        }
    }
}

async fn notice(world: &World, expected: &mut Expected, person: i64, number: usize) {
    let text = format!("notice {number}");
    write(world, person, number, text.clone(), false).await;
    // The same event again says nothing new.
    write(world, person, number, text.clone(), false).await;
    expected.text(person, text);
}

async fn write(world: &World, person: i64, number: usize, text: String, once: bool) {
    let terms = Terms {
        once,
        ..Terms::default()
    };
    let key = format!("counter.notice/{number}");
    let send = move |tx: &mut Tx<'_>| {
        messages::send(
            tx,
            UserId(person),
            &key,
            &Content::html(text.as_str()),
            terms,
        )
    };
    world.t.db.write("bottest.send", send).await.unwrap();
}

/// Presses a button of the newest message that has one.
async fn press(world: &World, expected: &mut Expected, person: i64) {
    let shown = world.shown(person);
    let with_button = shown.iter().rev().find(|message| {
        message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
            .as_str()
            .is_some_and(|data| data.ends_with("-again"))
    });
    let Some(message) = with_button else { return };
    let data = &message["reply_markup"]["inline_keyboard"][0][0]["callback_data"];
    let name = data
        .as_str()
        .unwrap()
        .trim_start_matches("counter:hit:")
        .to_owned();
    if !expected.hits.insert(name.clone()) {
        // Pressing it twice would count twice; here each act has a name of its own.
        return;
    }
    let id = message["message_id"].as_i64().unwrap();
    if world.telegram.press(person, BOT, id, 0, 0).await.is_err() {
        expected.hits.remove(&name);
    }
}

async fn check(world: &World, expected: &Expected, seed: u64) {
    let hits = world.hits().await;
    let twice: Vec<_> = hits.iter().filter(|hit| hit.times != 1).collect();
    assert!(twice.is_empty(), "seed {seed}: twice {twice:?}");
    let had: BTreeSet<String> = hits.into_iter().map(|hit| hit.name).collect();
    assert_eq!(had, expected.hits, "seed {seed}: effects");
    let dead = dead_letters(&world.t.db).await;
    let own = dead.iter().filter(|text| text.contains("given up")).count();
    assert_eq!(own, expected.poison, "seed {seed}: {dead:?}");
    let doubtful = world.log.doubtful.lock().clone();
    let doubts = |text: &str| doubtful.iter().filter(|other| *other == text).count();
    for (person, expected) in &expected.texts {
        let texts = world.texts(*person);
        for text in expected {
            let wanted = expected.iter().filter(|other| *other == text).count();
            let count = texts.iter().filter(|shown| shows(shown, text)).count();
            let most = wanted + doubts(text);
            assert!(
                (wanted..=most).contains(&count),
                "seed {seed}: {person} has {text:?} {count} times, not {wanted} to {most}: {texts:?}"
            );
        }
    }
    check_once(world, expected, seed).await;
    for (person, text) in &expected.shown {
        let texts = world.texts(*person);
        assert!(
            texts.contains(text),
            "seed {seed}: {person} does not see {text:?}: {texts:?}"
        );
    }
    let flood = world.telegram.flood();
    assert_eq!(
        (flood.over_second, flood.over_chat, flood.over_group),
        (0, 0, 0),
        "seed {seed}: too fast"
    );
}

/// What must not come twice came once, or is held for a person; nothing was refused.
async fn check_once(world: &World, expected: &Expected, seed: u64) {
    let failed = |tx: &mut Tx<'_>| messages::failed(tx, 0, 10_000);
    let failed = world.t.db.read("bottest.failed", failed).await.unwrap();
    for (person, expected) in &expected.once {
        let texts = world.texts(*person);
        for text in expected {
            let count = texts.iter().filter(|shown| *shown == text).count();
            assert!(count <= 1, "seed {seed}: {text:?} was sent twice");
        }
    }
    let missing = expected.once.iter().flat_map(|(person, all)| {
        let texts = world.texts(*person);
        all.iter()
            .filter(move |text| !texts.contains(text))
            .cloned()
            .collect::<Vec<_>>()
    });
    for text in missing {
        let number = text.trim_start_matches("once ");
        let key = format!("counter.notice/{number}");
        assert!(
            failed.iter().any(|message| message.key == key),
            "seed {seed}: {text:?} is lost"
        );
    }
    let dead = failed
        .iter()
        .filter(|message| message.state == "dead")
        .count();
    assert_eq!(dead, 0, "seed {seed}: {failed:?}");
}

/// A message whose button was pressed says something else now.
fn shows(shown: &str, text: &str) -> bool {
    match text.strip_prefix("done ") {
        Some(name) => shown == text || shown == format!("pressed {name}-again"),
        None => shown == text,
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

async fn rounds(engine: Engine, default: u64) {
    let (first, worlds) = (
        number("TORG_BOT_SEED", 1),
        number("TORG_BOT_WORLDS", default),
    );
    let acts = usize::try_from(number("TORG_BOT_ACTS", 300)).unwrap();
    let mut total = 0;
    for seed in first..first + worlds {
        total += round(engine, seed, acts).await;
        if worlds > default {
            eprintln!("seed {seed}: {total} acts so far");
        }
    }
}

both_engines! { MIGRATIONS =>
    async fn everything_goes_wrong_and_comes_right(t: TestDb) {
        rounds(t.engine(), 1).await;
    }
}
