//! What the operator decides, and who may.

use super::*;
use std::time::Duration;
use torg_platform::outbox::stream;

const SECRET_NOTE: &str = "Ivan Petrov has called";

both_engines! { ALL =>
    async fn above_the_limit_one_approves_or_rejects(t: TestDb) {
        let rules = WalletRules { cool_down: Duration::ZERO, ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "500").await;
        let first = world.withdraw(&anna, "a", "EQb", "100").await;
        let second = world.withdraw(&anna, "b", "EQb", "100").await;
        assert!(world.batch("none").await.is_empty());
        let listed = world.admin(Method::GET, "/withdrawals", Value::Null).await.ok(200);
        let listed = listed["withdrawals"].as_array().unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!((&listed[0]["user_id"], &listed[0]["approvals_needed"]), (&json!(1), &json!(1)));
        let path = |made: &Value, what: &str| format!("/withdrawals/{}/{what}", made["id"].as_str().unwrap());
        let note = json!({ "note": SECRET_NOTE });
        let yes = world.admin(Method::POST, &path(&first, "approve"), note.clone()).await.ok(200);
        assert_eq!((&yes["state"], &yes["decided_by"], &yes["note"]),
            (&json!("approved"), &json!("admin-secret"), &json!(SECRET_NOTE)));
        world.admin(Method::POST, &path(&first, "approve"), json!({})).await
            .refused(409, "withdrawal_step_impossible");
        world.admin(Method::POST, &path(&second, "reject"), json!({})).await.refused(422, "validation_error");
        world.admin(Method::POST, &path(&second, "reject"), json!({ "note": " " })).await
            .refused(422, "validation_error");
        let no = world.admin(Method::POST, &path(&second, "reject"), note.clone()).await.ok(200);
        assert_eq!((&no["state"], &no["returned_for"]), (&json!("returned"), &json!("rejected")));
        world.admin(Method::POST, &path(&second, "reject"), note.clone()).await
            .refused(409, "withdrawal_step_impossible");
        world.admin(Method::POST, "/withdrawals/00000000-0000-0000-0000-000000000000/reject", note).await
            .refused(404, "withdrawal_not_found");
        assert_eq!(world.balance(&anna).await, ("399.950000000".to_owned(), "100.050000000".to_owned()));
        assert_eq!(world.batch("one").await.len(), 1);
        let path = format!("/api/wallet/withdrawals/{}", second["id"].as_str().unwrap());
        let own = world.app.get(&path).by(&anna).send().await;
        own.ok(200);
        assert!(!own.text.contains("Petrov"), "{}", own.text);
        world.sound().await;
        spoken_nowhere(&world).await;
    }

    async fn above_another_two_people_must(t: TestDb) {
        let rules = WalletRules {
            cool_down: Duration::ZERO,
            two_people_above: Some(ton("100")),
            ..WalletRules::default()
        };
        let world = World::start_with(t, rules, true).await;
        let (anna, one, two) = (world.app.person(1), world.app.person(2), world.app.person(3));
        world.employ(&one, Role::Finance).await;
        world.employ(&two, Role::Finance).await;
        world.employ(&anna, Role::Finance).await;
        world.fund(&anna, "500").await;
        let exactly = world.withdraw(&anna, "a", "EQb", "100").await;
        let above = world.withdraw(&anna, "b", "EQb", "100.000000001").await;
        let approve = async |who: &Person, made: &Value| {
            let path = format!("/api/admin/wallet/withdrawals/{}/approve", made["id"].as_str().unwrap());
            world.app.post(&path).by(who).json(json!({})).send().await
        };
        approve(&anna, &exactly).await.refused(403, "own_withdrawal");
        assert_eq!(approve(&one, &exactly).await.ok(200)["state"], "approved");
        let half = approve(&one, &above).await.ok(200);
        assert_eq!((&half["state"], &half["approvals"], &half["approvals_needed"]),
            (&json!("requested"), &json!(1), &json!(2)));
        approve(&one, &above).await.refused(409, "second_person_needed");
        approve(&anna, &above).await.refused(403, "own_withdrawal");
        assert_eq!(world.batch("one").await.len(), 1);
        assert_eq!(approve(&two, &above).await.ok(200)["state"], "approved");
        assert_eq!(world.batch("two").await.len(), 1);
        world.sound().await;
    }

    async fn a_deposit_that_waits_is_assigned_kept_or_sent_back(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.memo(&anna).await;
        for _ in 0..4 {
            world.take(&world.arrival(ton("3"), None)).await;
        }
        let ids: Vec<i64> = world.suspended().await.iter().map(|d| d["id"].as_i64().unwrap()).collect();
        let act = async |id: i64, what: &str, body: Value| {
            world.admin(Method::POST, &format!("/deposits/{id}/{what}"), body).await
        };
        let note = json!({ "note": SECRET_NOTE });
        let to = |user: i64| json!({ "user_id": user, "note": SECRET_NOTE });
        act(ids[0], "assign", json!({ "user_id": 1 })).await.refused(422, "validation_error");
        act(ids[0], "assign", to(77)).await.refused(404, "user_not_found");
        act(999, "assign", to(1)).await.refused(404, "deposit_not_found");
        let assigned = act(ids[0], "assign", to(1)).await.ok(200);
        assert_eq!((&assigned["state"], &assigned["user_id"], &assigned["note"]),
            (&json!("assigned"), &json!(1), &json!(SECRET_NOTE)));
        assert_eq!(act(ids[1], "keep", note.clone()).await.ok(200)["state"], "kept");
        for (id, what) in [(ids[0], "keep"), (ids[1], "return"), (ids[0], "return"), (ids[1], "keep")] {
            act(id, what, note.clone()).await.refused(409, "deposit_step_impossible");
        }
        assert_eq!(act(ids[2], "return", note.clone()).await.ok(200)["state"], "returning");
        act(ids[2], "return", note.clone()).await.refused(409, "deposit_step_impossible");
        act(ids[2], "assign", to(1)).await.refused(409, "deposit_step_impossible");
        world.sound().await;
        let batch = world.batch("one").await;
        assert_eq!((batch.len(), batch[0].destination.as_str(), batch[0].amount), (1, "raw:sender", ton("2.95")));
        world.confirm("one", &batch[0].id, "h").await.unwrap();
        let gone = world.admin(Method::GET, "/deposits?state=returned", Value::Null).await.ok(200);
        assert_eq!(gone["deposits"][0]["id"], ids[2]);
        assert_eq!(world.balance(&anna).await.0, "3.000000000");
        let position = world.position().await;
        assert_eq!((&position["capital"], &position["suspense"], &position["fees"]),
            (&json!("3.000000000"), &json!("3.000000000"), &json!("0.050000000")));
        assert_eq!(world.observe("9.05").await, nano(0));
        world.sound().await;
        spoken_nowhere(&world).await;
    }

    async fn a_return_that_fails_waits_again(t: TestDb) {
        let world = World::start(t).await;
        world.take(&world.arrival(ton("3"), None)).await;
        let nobody = Arrival { sender: None, ..world.arrival(ton("3"), None) };
        world.take(&nobody).await;
        world.take(&world.arrival(ton("0.05"), None)).await;
        let ids: Vec<i64> = world.suspended().await.iter().map(|d| d["id"].as_i64().unwrap()).collect();
        let back = async |id: i64| {
            world.admin(Method::POST, &format!("/deposits/{id}/return"), json!({ "note": "wrong coin" })).await
        };
        back(ids[1]).await.refused(409, "sender_unknown");
        back(ids[2]).await.refused(409, "too_small_to_return");
        back(ids[0]).await.ok(200);
        let batch = world.batch("one").await;
        world.fail("one", &batch[0].id).await.unwrap();
        world.app.settle().await;
        assert_eq!(world.suspended().await.len(), 3);
        world.sound().await;
        back(ids[0]).await.ok(200);
        assert_eq!(world.batch("two").await.len(), 1);
        world.sound().await;
    }

    async fn only_finance_moves_money_and_all_the_staff_may_look(t: TestDb) {
        let world = World::start(t).await;
        let person = world.app.person(7);
        let none = "00000000-0000-0000-0000-000000000000";
        let looks = ["", "/withdrawals", "/deposits"];
        let moves = [
            format!("/withdrawals/{none}/approve"),
            format!("/withdrawals/{none}/reject"),
            "/deposits/1/assign".to_owned(),
            "/deposits/1/keep".to_owned(),
            "/deposits/1/return".to_owned(),
            "/halt".to_owned(),
            "/resume".to_owned(),
        ];
        let ask = async |method: Method, path: &str| {
            let path = format!("/api/admin/wallet{path}");
            world.app.request(method, &path).by(&person).json(json!({})).send().await
        };
        for path in looks {
            ask(Method::GET, path).await.refused(403, "role_required");
        }
        for role in Role::ALL {
            world.employ(&person, role).await;
            for path in looks {
                ask(Method::GET, path).await.ok(200);
            }
            for path in &moves {
                let answer = ask(Method::POST, path).await;
                if role.covers(Role::Finance) {
                    let status = answer.status.as_u16();
                    assert!(status == 404 || status == 422, "{}: {}", answer.what, answer.text);
                } else {
                    answer.refused(403, "role_required");
                }
            }
            let id = person.id();
            let revoke = move |tx: &mut Tx<'_>| staff::revoke(tx, id, role, "test");
            world.app.t.db.write("test.revoke", revoke).await.unwrap();
            world.app.forget(id);
        }
    }

    async fn halting_twice_is_refused(t: TestDb) {
        let world = World::start(t).await;
        let note = json!({ "note": SECRET_NOTE });
        world.admin(Method::POST, "/halt", note.clone()).await.ok(204);
        world.admin(Method::POST, "/halt", note).await.refused(409, "halted_already");
        assert_eq!(world.position().await["halts"][0]["note"], SECRET_NOTE);
        spoken_nowhere(&world).await;
    }
}

torg_platform::sql! {
    fn audited() -> Vec<String> = "SELECT details FROM platform_audit";
    fn published() -> Vec<String> = "SELECT payload FROM platform_outbox";
}

/// What the operator has written is neither published nor sealed.
async fn spoken_nowhere(world: &World) {
    let read = |tx: &mut Tx<'_>| Ok::<_, Error>([audited(tx)?, published(tx)?].concat());
    let mut all = world.app.t.db.read("test.spoken", read).await.unwrap();
    assert!(!all.is_empty());
    world.app.settle().await;
    let streamed = |tx: &mut Tx<'_>| Ok::<_, Error>(stream::after(tx, 0, 1000)?);
    let streamed = world.app.t.db.read("test.stream", streamed).await.unwrap();
    all.extend(streamed.into_iter().map(|event| event.data.to_string()));
    for text in all {
        assert!(!text.contains("Petrov"), "{text}");
    }
}
