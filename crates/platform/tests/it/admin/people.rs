//! Who came, found by name.

use super::*;
use torg_platform::clock::Timestamp;
use torg_platform::db::One;

torg_platform::sql! {
    fn insert(id: i64, name: &str, at: Timestamp) -> () =
        "INSERT INTO platform_users (id, first_name, created_at, seen_at) VALUES ($1, $2, $3, $3)";
    fn unfolded() -> One<i64> = "SELECT count(*) FROM platform_users WHERE folded IS NULL";
}

async fn found(world: &World, q: &str) -> Vec<i64> {
    let page = world.get(&format!("users?q={q}")).await;
    let ids = column(&page["users"], "id");
    ids.iter().map(|id| id.as_i64().unwrap()).collect()
}

both_engines! { ALL =>
    async fn people_are_found_by_id_username_and_parts_of_names(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        world.comes(11, "Анна", Some("Соколова"), Some("Anna_S")).await;
        world.app.t.advance(std::time::Duration::from_secs(1));
        world.comes(12, "Алёна", Some("ЁЛКИНА"), None).await;
        world.comes(13, "100%", None, Some("per_cent")).await;
        for (q, expected) in [
            ("11", vec![11]),
            ("%40anna_s", vec![11]),
            ("@ANNA", vec![11]),
            ("соколов", vec![11]),
            ("СОКОЛ", vec![11]),
            ("анна%20сок", vec![11]),
            ("елки", vec![12]),
            ("алена", vec![12]),
            ("%25", vec![13]),
            ("r_c", vec![13]),
            ("a_n", vec![]),
            ("999", vec![]),
            ("nobody", vec![]),
        ] {
            assert_eq!(found(&world, q).await, expected, "{q}");
        }
        let page = world.get("users?q=11").await;
        let anna = &page["users"][0];
        assert_eq!(anna["last_name"], "Соколова");
        assert_eq!((&anna["blocked"], &anna["roles"]), (&json!(false), &json!([])));
        let me = world.get(&format!("users?q={STAFF}")).await;
        assert_eq!(me["users"][0]["roles"], json!(["read_only"]));
        // A renamed person is found by the new name only.
        world.app.t.advance(std::time::Duration::from_secs(1));
        world.comes(11, "Мария", None, None).await;
        assert_eq!(found(&world, "мари").await, [11]);
        assert!(found(&world, "соколов").await.is_empty());
        let long = "a".repeat(101);
        let refused = world.ask(Method::GET, &format!("users?q={long}"), None).await;
        refused.refused(422, "validation_error");
    }

    async fn the_list_goes_through_everybody_once(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        let at = world.app.now();
        world.write(move |tx| {
            for id in 1..=25 {
                // All at one moment: the id decides.
                insert(tx, id, &format!("Name {id}"), at)?;
            }
            Ok(())
        }).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("users?limit=10{cursor}")).await;
            seen.extend(column(&page["users"], "id"));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut expected: Vec<i64> = (1..=25).rev().collect();
        expected.insert(0, STAFF);
        assert_eq!(json!(seen), json!(expected));
        let refused = world.ask(Method::GET, "users?cursor=AVtd", None).await;
        refused.refused(422, "cursor_invalid");
    }

    async fn names_from_before_are_folded_by_themselves(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        let at = world.app.now();
        world.write(move |tx| {
            for id in 1..=600 {
                insert(tx, id, &format!("ЖЁНЯ {id}"), at)?;
            }
            Ok(())
        }).await;
        assert!(found(&world, "женя").await.is_empty());
        world.app.settle().await;
        let One(left) = world.write(|tx| Ok(unfolded(tx)?)).await;
        assert_eq!(left, 0);
        assert_eq!(found(&world, "женя%20600").await, [600]);
    }

    async fn the_table_of_people_computes_nothing(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        world.comes(11, "=cmd|' /C calc'!A0", Some("a \"b\", c"), Some("x")).await;
        let answer = world.ask(Method::GET, "users.csv?q=11", None).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        let lines: Vec<&str> = answer.text.lines().collect();
        let head = "id,first_name,last_name,username,language,created_at,last_seen_at,blocked,roles";
        assert_eq!(lines[0], head);
        assert!(lines[1].starts_with("11,'=cmd|' /C calc'!A0,\"a \"\"b\"\", c\",x,"), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
        // More than one part.
        let at = world.app.now();
        world.write(move |tx| {
            for id in 20_000..22_500 {
                insert(tx, id, "Many", at)?;
            }
            Ok(())
        }).await;
        let answer = world.ask(Method::GET, "users.csv", None).await;
        let ids: std::collections::BTreeSet<&str> =
            answer.text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!((ids.len(), answer.text.lines().count()), (2_502, 2_503));
    }
}
