//! Single faults, each with what it must not do to others.

use super::MIGRATIONS;
use super::market::dead_letters;
use super::world::{BOT, FIRST, SETUP_CODE, World};
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::auth::{Role, staff};
use torg_platform::db::Tx;
use torg_sandbox::telegram::{Act, Effect, Fault};
use torg_telegram::content::Content;
use torg_telegram::messages::{self, Terms};
use torg_testkit::{TestDb, both_engines};

const MINUTE: Duration = Duration::from_secs(60);

async fn started(t: TestDb, people: i64) -> World {
    let mut world = World::new(t, 7, people).await;
    world.start();
    for person in FIRST..FIRST + people {
        world.telegram.start_bot(person, BOT, None).await.unwrap();
    }
    assert!(
        world.until(MINUTE, async |w| w.is_quiet().await).await,
        "a quiet start"
    );
    world
}

async fn sees(world: &World, person: i64, text: &str, within: Duration) -> bool {
    let has = async |w: &World| w.texts(person).iter().any(|shown| shown == text);
    world.until(within, has).await
}

torg_platform::sql! {
    fn claimed(now: torg_platform::Timestamp) -> Option<i64> =
        "SELECT count(*) FROM telegram_chats WHERE flight IS NOT NULL AND due_at > $1";
}

/// Chats whose message somebody has in hand.
fn in_hand(tx: &mut Tx<'_>) -> torg_platform::Result<i64> {
    let now = tx.now();
    Ok(claimed(tx, now)?.unwrap_or_default())
}

async fn tell(world: &World, person: i64, text: &str) {
    let (text, key) = (text.to_owned(), format!("counter.tell/{person}/{text}"));
    let send = move |tx: &mut Tx<'_>| {
        messages::send(
            tx,
            UserId(person),
            &key,
            &Content::html(text.as_str()),
            Terms::default(),
        )
    };
    world.t.db.write("bottest.tell", send).await.unwrap();
}

both_engines! { MIGRATIONS =>
    async fn a_chat_that_must_wait_for_hours_holds_up_nobody(t: TestDb) {
        let mut world = started(t, 3).await;
        let wait = Effect::TooMany { retry_after: 10_072 };
        let fault = Fault { chat: Some(FIRST), ..Fault::new(wait).of("sendMessage").times(1) };
        world.telegram.set_faults(vec![fault]);
        tell(&world, FIRST, "first").await;
        world.pass(Duration::from_secs(2)).await;
        tell(&world, FIRST, "second").await;
        tell(&world, FIRST + 1, "other").await;
        assert!(sees(&world, FIRST + 1, "other", Duration::from_secs(3)).await);
        world.telegram.send(FIRST + 2, BOT, "/hit a").await.unwrap();
        assert!(sees(&world, FIRST + 2, "done a", Duration::from_secs(5)).await);
        assert!(!sees(&world, FIRST, "first", Duration::from_secs(20)).await, "too early");
        // The wait outlives the process.
        world.kill();
        world.start();
        world.t.advance(Duration::from_secs(10_000));
        assert!(!sees(&world, FIRST, "first", Duration::from_secs(20)).await, "too early");
        assert!(sees(&world, FIRST, "second", Duration::from_secs(120)).await);
        assert!(world.texts(FIRST).ends_with(&["first".to_owned(), "second".to_owned()]));
        assert_eq!(world.telegram.flood().impatient, 0);
        world.kill();
    }

    async fn who_blocks_the_bot_gets_what_still_counts_when_they_come_back(t: TestDb) {
        let mut world = started(t, 1).await;
        world.telegram.act(FIRST, Act::Block { bot: BOT.into() }).await.unwrap();
        tell(&world, FIRST, "while away").await;
        assert!(world.until(MINUTE, async |w| w.is_quiet().await).await);
        assert!(!world.texts(FIRST).iter().any(|text| text == "while away"));
        let can = |tx: &mut Tx<'_>| messages::can_reach(tx, UserId(FIRST));
        assert!(!world.t.db.read("bottest.can", can).await.unwrap());
        world.telegram.start_bot(FIRST, BOT, None).await.unwrap();
        assert!(sees(&world, FIRST, "while away", MINUTE).await);
        assert!(world.t.db.read("bottest.can", can).await.unwrap());
        world.kill();
    }

    async fn poison_is_parked_and_its_chat_goes_on(t: TestDb) {
        let mut world = started(t, 1).await;
        world.telegram.send(FIRST, BOT, "/poison x").await.unwrap();
        world.telegram.send(FIRST, BOT, "/hit after").await.unwrap();
        assert!(sees(&world, FIRST, "done after", Duration::from_secs(90)).await);
        let names: Vec<String> = world.hits().await.into_iter().map(|hit| hit.name).collect();
        assert_eq!(names, ["after"]);
        assert_eq!(dead_letters(&world.t.db).await.len(), 1);
        world.kill();
    }

    async fn a_broken_update_is_parked_at_once(t: TestDb) {
        let mut world = started(t, 1).await;
        world.telegram.set_faults(vec![Fault::new(Effect::Poison).times(1)]);
        world.telegram.send(FIRST, BOT, "/hit a").await.unwrap();
        assert!(sees(&world, FIRST, "done a", Duration::from_secs(10)).await);
        assert!(world.until(MINUTE, async |w| w.is_quiet().await).await);
        assert_eq!(dead_letters(&world.t.db).await.len(), 1);
        world.kill();
    }

    async fn what_must_not_come_twice_is_held_for_a_person(t: TestDb) {
        let mut world = started(t, 1).await;
        let fault = Fault::new(Effect::BadGateway).of("sendMessage").times(1);
        world.telegram.set_faults(vec![fault]);
        let send = |tx: &mut Tx<'_>| {
            let terms = Terms { once: true, ..Terms::default() };
            messages::send(tx, UserId(FIRST), "counter.post", &Content::html("post"), terms)
        };
        world.t.db.write("bottest.post", send).await.unwrap();
        assert!(world.until(MINUTE, async |w| w.is_quiet().await).await);
        assert!(!world.texts(FIRST).iter().any(|text| text == "post"));
        let failed = |tx: &mut Tx<'_>| messages::failed(tx, 0, 10);
        let failed = world.t.db.read("bottest.failed", failed).await.unwrap();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!((failed[0].key.as_str(), failed[0].state.as_str()), ("counter.post", "held"));
        assert_eq!(world.failures.0.lock().len(), 1, "the operator hears of it once");
        let id = failed[0].id;
        let retry = move |tx: &mut Tx<'_>| messages::retry(tx, id);
        assert!(world.t.db.write("bottest.retry", retry).await.unwrap());
        assert!(sees(&world, FIRST, "post", MINUTE).await);
        world.kill();
    }

    async fn who_dies_while_sending_does_not_know_whether_it_arrived(t: TestDb) {
        let mut world = started(t, 2).await;
        world.weather.lock().hangs = 1000;
        let send = |tx: &mut Tx<'_>| {
            let terms = Terms { once: true, ..Terms::default() };
            messages::send(tx, UserId(FIRST), "counter.post", &Content::html("post"), terms)
        };
        world.t.db.write("bottest.post", send).await.unwrap();
        tell(&world, FIRST + 1, "notice").await;
        assert!(sees(&world, FIRST, "post", MINUTE).await);
        assert!(sees(&world, FIRST + 1, "notice", MINUTE).await);
        world.kill();
        world.weather.lock().hangs = 0;
        world.start();
        assert!(world.until(3 * MINUTE, async |w| w.is_quiet().await).await);
        let count = |person: i64, text: &str| {
            world.texts(person).iter().filter(|shown| *shown == text).count()
        };
        assert_eq!((count(FIRST, "post"), count(FIRST + 1, "notice")), (1, 2));
        let failed = |tx: &mut Tx<'_>| messages::failed(tx, 0, 10);
        let failed = world.t.db.read("bottest.failed", failed).await.unwrap();
        assert_eq!(failed.iter().map(|m| m.state.as_str()).collect::<Vec<_>>(), ["held"]);
        world.kill();
    }

    async fn who_blocks_the_bot_in_the_middle_of_it_does_not_get_it_twice(t: TestDb) {
        let mut world = started(t, 1).await;
        world.weather.lock().hangs = 1000;
        let send = |tx: &mut Tx<'_>| {
            let terms = Terms { once: true, ..Terms::default() };
            messages::send(tx, UserId(FIRST), "counter.post", &Content::html("post"), terms)
        };
        world.t.db.write("bottest.post", send).await.unwrap();
        assert!(sees(&world, FIRST, "post", MINUTE).await);
        world.telegram.act(FIRST, Act::Block { bot: BOT.into() }).await.unwrap();
        world.pass(Duration::from_secs(3)).await;
        let can = |tx: &mut Tx<'_>| messages::can_reach(tx, UserId(FIRST));
        assert!(!world.t.db.read("bottest.can", can).await.unwrap());
        world.kill();
        world.weather.lock().hangs = 0;
        world.start();
        // Nobody waits for the answer any more, and they are still away.
        world.pass(2 * MINUTE).await;
        world.telegram.start_bot(FIRST, BOT, None).await.unwrap();
        assert!(world.until(2 * MINUTE, async |w| w.is_quiet().await).await);
        let posts = world.texts(FIRST).iter().filter(|text| *text == "post").count();
        assert_eq!(posts, 1);
        let failed = |tx: &mut Tx<'_>| messages::failed(tx, 0, 10);
        let failed = world.t.db.read("bottest.failed", failed).await.unwrap();
        assert_eq!(failed.iter().map(|m| m.state.as_str()).collect::<Vec<_>>(), ["held"]);
        world.kill();
    }

    async fn a_chat_keeps_its_order_and_what_is_too_late_is_not_sent(t: TestDb) {
        let mut world = started(t, 1).await;
        for number in 0..15 {
            world.telegram.send(FIRST, BOT, &format!("/hit {number}")).await.unwrap();
            if number == 7 {
                let shown = world.shown(FIRST);
                let menu = shown.last().unwrap();
                let rows = menu["reply_markup"]["inline_keyboard"].as_array().unwrap();
                let row = rows.iter().position(|row| row[0]["text"] == "Hit").unwrap();
                let id = menu["message_id"].as_i64().unwrap();
                world.telegram.press(FIRST, BOT, id, row, 0).await.unwrap();
            }
        }
        assert!(world.until(2 * MINUTE, async |w| w.is_quiet().await).await);
        let names: Vec<String> = world.hits().await.into_iter().map(|hit| hit.name).collect();
        let mut expected: Vec<String> = (0..15).map(|number| number.to_string()).collect();
        expected.insert(8, "menu".to_owned());
        assert_eq!(names, expected);
        // Nobody sends until it is of no use any more.
        world.kill();
        let late = |tx: &mut Tx<'_>| {
            let terms = Terms::within(tx, Duration::from_secs(5));
            messages::send(tx, UserId(FIRST), "counter.late", &Content::html("late"), terms)
        };
        world.t.db.write("bottest.late", late).await.unwrap();
        world.t.advance(Duration::from_secs(10));
        world.start();
        assert!(world.until(2 * MINUTE, async |w| w.is_quiet().await).await);
        assert!(!world.texts(FIRST).iter().any(|text| text == "late"));
        world.kill();
    }

    async fn one_message_follows_what_changes_and_skips_what_nobody_saw(t: TestDb) {
        let mut world = started(t, 1).await;
        let before = world.shown(FIRST).len();
        for step in 0..20 {
            let show = move |tx: &mut Tx<'_>| {
                let content = Content::html(format!("step {step}"));
                messages::show(tx, UserId(FIRST), "counter.line", &content)
            };
            world.t.db.write("bottest.show", show).await.unwrap();
        }
        assert!(sees(&world, FIRST, "step 19", MINUTE).await);
        assert_eq!(world.shown(FIRST).len(), before + 1);
        // Gone from the chat: it is sent anew.
        let id = world.shown(FIRST).last().unwrap()["message_id"].as_i64().unwrap();
        let delete = Act::Delete { chat: BOT, message: id };
        world.telegram.act(FIRST, delete).await.unwrap();
        let show = |tx: &mut Tx<'_>| {
            messages::show(tx, UserId(FIRST), "counter.line", &Content::html("step 20"))
        };
        world.t.db.write("bottest.show", show).await.unwrap();
        assert!(sees(&world, FIRST, "step 20", MINUTE).await);
        world.kill();
    }

    async fn the_first_one_with_the_code_is_the_owner_and_nobody_after(t: TestDb) {
        let mut world = started(t, 3).await;
        for person in FIRST..FIRST + 3 {
            let code = Some(SETUP_CODE);
            world.telegram.start_bot(person, BOT, code).await.unwrap();
        }
        assert!(world.until(MINUTE, async |w| w.is_quiet().await).await);
        let list = world.t.db.read("bottest.staff", staff::list).await.unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].role, Role::Owner);
        world.kill();
    }

    async fn a_dead_telegram_costs_a_unit_of_work_nothing(t: TestDb) {
        // Nothing is running at all: the unit is done when the database says so.
        let world = World::new(t, 7, 1).await;
        for number in 0..100 {
            tell(&world, FIRST, &format!("notice {number}")).await;
        }
        assert_eq!(world.log.calls.load(std::sync::atomic::Ordering::Relaxed), 0);
    }

    async fn a_process_that_stood_still_sends_nothing_twice(t: TestDb) {
        // Found by `torg sim`: claimed messages waited for their turn while the process stood
        // still, were claimed by another one after their lease, and went out from both hands.
        let world = World::new(t, 7, 12).await;
        for person in FIRST..FIRST + 12 {
            world.telegram.start_bot(person, BOT, None).await.unwrap();
            tell(&world, person, "once").await;
        }
        let (old, new) = (world.sender(), world.sender());
        // The first one leaves at once; the others wait for their turn, and the clock stands.
        let mut looks = std::pin::pin!(old.send_due());
        let first_is_shown = async {
            while world.t.db.read("bottest.waiting", messages::waiting).await.unwrap() > 11 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            sent = &mut looks => panic!("nobody waited: {sent:?}"),
            () = first_is_shown => {}
        }
        world.t.advance(5 * MINUTE);
        // The other one takes over before time goes on: 12 less what each may have sent by now.
        let mut looks_too = std::pin::pin!(new.send_due());
        let are_claimed = async {
            while world.t.db.read("bottest.in_hand", in_hand).await.unwrap() < 9 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            sent = &mut looks_too => panic!("nobody waited: {sent:?}"),
            () = are_claimed => {}
        }
        let (by_old, by_new) = world.passing(async { tokio::join!(looks, looks_too) }).await;
        by_old.unwrap();
        by_new.unwrap();
        // What both have left alone is sent when its lease is over.
        world.t.advance(2 * MINUTE);
        world.passing(new.send_due()).await.unwrap();
        for person in FIRST..FIRST + 12 {
            let shown = world.texts(person);
            let times = shown.iter().filter(|text| *text == "once").count();
            assert_eq!(times, 1, "{person} sees {shown:?}");
        }
    }
}
