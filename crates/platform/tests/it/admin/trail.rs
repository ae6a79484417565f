//! Who did what, by actor, action, subject and time.

use super::*;
use std::time::Duration;
use torg_platform::audit::By;

async fn ids(world: &World, filter: &str) -> Vec<String> {
    let page = world.get(&format!("audit?{filter}")).await;
    let subjects = column(&page["entries"], "subject");
    subjects
        .iter()
        .map(|s| s.as_str().unwrap().to_owned())
        .collect()
}

both_engines! { ALL =>
    async fn the_trail_is_filtered(t: TestDb) {
        let world = World::start(t, Role::Owner).await;
        let mut moments = Vec::new();
        for n in 0..30 {
            moments.push(world.app.now());
            world.write(move |tx| {
                let by = By { actor: format!("user/{}", n % 3), request_id: format!("r{n}") };
                let action = if n % 2 == 0 { "test.give" } else { "test.take" };
                Ok(by.did(tx, action, &format!("thing/{n}"), r#"{"n":1}"#)?)
            }).await;
            world.app.t.advance(Duration::from_secs(600));
        }
        assert_eq!(ids(&world, "action=test.give&limit=2").await, ["thing/28", "thing/26"]);
        assert_eq!(ids(&world, "action=test.&limit=2").await, ["thing/29", "thing/28"]);
        assert_eq!(ids(&world, "subject=thing/2&limit=3").await, ["thing/29", "thing/28", "thing/27"]);
        assert_eq!(ids(&world, "actor=user/0&action=test.take&limit=2").await, ["thing/27", "thing/21"]);
        assert!(ids(&world, "actor=user").await.is_empty());
        assert!(ids(&world, "action=TEST").await.is_empty());
        for (from, to) in [(0, 30), (3, 4), (0, 1), (29, 30), (10, 25), (5, 5)] {
            // Each in the middle between two acts, and exactly at one.
            for shift in [Duration::ZERO, Duration::from_secs(300)] {
                let begin = moments[from].minus(shift);
                let end = moments.get(to).map_or(world.app.now(), |at| at.minus(shift));
                let found = ids(&world, &format!("from={begin}&to={end}&action=test&limit=100")).await;
                let expected: Vec<String> =
                    (from..to).rev().map(|n| format!("thing/{n}")).collect();
                assert_eq!(found, expected, "{from}..{to} {shift:?}");
            }
        }
        let before = moments[0].minus(Duration::from_hours(24));
        assert!(ids(&world, &format!("to={before}")).await.is_empty());
        let after = world.app.now().plus(Duration::from_hours(24));
        assert!(ids(&world, &format!("from={after}")).await.is_empty());
        let entry = &world.get("audit?limit=1&action=test").await["entries"][0];
        assert_eq!((&entry["details"], &entry["request_id"]), (&json!({ "n": 1 }), &json!("r29")));
    }

    async fn the_trail_goes_on_where_a_page_ends(t: TestDb) {
        let world = World::start(t, Role::Owner).await;
        world.write(|tx| {
            for n in 0..25 {
                By::system("test").did(tx, "test.act", &format!("thing/{n}"), "{}")?;
            }
            Ok(())
        }).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("audit?action=test&limit=10{cursor}")).await;
            seen.extend(column(&page["entries"], "subject"));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let expected: Vec<String> = (0..25).rev().map(|n| format!("thing/{n}")).collect();
        assert_eq!(json!(seen), json!(expected));
        let table = world.ask(Method::GET, "audit.csv?action=test", None).await;
        assert_eq!(table.text.lines().count(), 26);
        assert!(table.text.starts_with("id,at,actor,action,subject,details,request_id\n"));
    }
}
