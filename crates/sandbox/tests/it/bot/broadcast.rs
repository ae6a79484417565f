//! A broadcast on its way, with everything that can happen to it.

use super::MIGRATIONS;
use super::wire::Weather;
use super::world::{BOT, FIRST, World};
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::db::Tx;
use torg_sandbox::telegram::{Effect, Fault};
use torg_telegram::content::Content;
use torg_telegram::messages::{self, Terms};
use torg_testkit::{TestDb, both_engines};

const MINUTE: Duration = Duration::from_secs(60);
const NEWS: &str = "news for all";

torg_platform::sql! {
    /// As the route starts it.
    fn begin(text: &str, people: i64, at: torg_platform::Timestamp) -> u64 =
        "INSERT INTO telegram_broadcasts
             (state, text_ru, text_en, audience, people, position, fanned_out, sent, failed,
              look_at, created_at, created_by, started_at)
         VALUES ('sending', $1, $1, 'everyone', $2, 0, FALSE, 0, 0, $3, $3, 'test', $3)";
    fn result() -> Option<(String, i64, i64)> =
        "SELECT state, sent, failed FROM telegram_broadcasts";
}

async fn started(t: TestDb, people: i64) -> World {
    let mut world = World::new(t, 11, people).await;
    world.start();
    for person in FIRST..FIRST + people {
        world.telegram.start_bot(person, BOT, None).await.unwrap();
    }
    assert!(world.until(MINUTE, async |w| w.is_quiet().await).await);
    world
}

async fn broadcast(world: &World, people: i64) {
    let begin = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        Ok::<_, torg_platform::Error>(begin(tx, NEWS, people, now)?)
    };
    world.t.db.write("bottest.broadcast", begin).await.unwrap();
}

/// Sent and failed, once it is over.
async fn over(world: &World) -> Option<(i64, i64)> {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(result(tx)?);
    let row = world.t.db.read("bottest.result", read).await.unwrap();
    let (state, sent, failed) = row.unwrap();
    (state == "done").then_some((sent, failed))
}

fn count(world: &World, person: i64) -> usize {
    world
        .texts(person)
        .iter()
        .filter(|text| *text == NEWS)
        .count()
}

both_engines! { MIGRATIONS =>
    async fn an_orders_notice_goes_first(t: TestDb) {
        let mut world = started(t, 2).await;
        let wait = Effect::TooMany { retry_after: 30 };
        let fault = Fault { chat: Some(FIRST), ..Fault::new(wait).of("sendMessage").times(1) };
        world.telegram.set_faults(vec![fault]);
        broadcast(&world, 2).await;
        assert!(world.until(MINUTE, async |w| count(w, FIRST + 1) == 1).await);
        assert_eq!(count(&world, FIRST), 0, "it has to wait");
        let notice = |tx: &mut Tx<'_>| {
            let content = Content::html("your order");
            messages::send(tx, UserId(FIRST), "counter.notice", &content, Terms::default())
        };
        world.t.db.write("bottest.notice", notice).await.unwrap();
        assert!(world.until(2 * MINUTE, async |w| count(w, FIRST) == 1).await);
        assert!(world.texts(FIRST).ends_with(&["your order".to_owned(), NEWS.to_owned()]));
        assert!(world.until(MINUTE, async |w| over(w).await == Some((2, 0))).await);
        world.kill();
    }

    async fn whatever_dies_nobody_gets_it_twice(t: TestDb) {
        const PEOPLE: i64 = 60;
        let mut world = started(t, PEOPLE).await;
        *world.weather.lock() = Weather::BAD;
        broadcast(&world, PEOPLE).await;
        for _ in 0..12 {
            world.pass(Duration::from_millis(400)).await;
            world.kill();
            world.start();
        }
        let all = 40 * MINUTE;
        assert!(world.until(all, async |w| over(w).await.is_some()).await, "it comes to its end");
        let (sent, failed) = over(&world).await.unwrap();
        assert_eq!(sent + failed, PEOPLE);
        let counts: Vec<usize> = (FIRST..FIRST + PEOPLE).map(|who| count(&world, who)).collect();
        assert!(counts.iter().all(|count| *count <= 1), "{counts:?}");
        let shown = i64::try_from(counts.iter().sum::<usize>()).unwrap();
        // Of some who have it nobody knows.
        assert!(shown >= sent && sent > 0, "{shown} {sent} {failed}");
        world.kill();
    }
}
