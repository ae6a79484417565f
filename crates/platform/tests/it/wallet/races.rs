//! Sixty-four at once.

use super::*;
use futures_util::future::{join, join_all};
use std::time::Duration;

const CROWD: usize = 64;

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|a| a.status.as_u16() == status)
        .count()
}

both_engines! { ALL =>
    async fn one_deposit_is_credited_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memo = world.memo(&anna).await;
        let arrival = world.arrival(ton("1"), Some(&memo));
        let taken = join_all((0..CROWD).map(|_| world.take(&arrival))).await;
        let credited = taken.iter().filter(|a| matches!(a, Arrived::Credited { .. })).count();
        let seen = taken.iter().filter(|a| **a == Arrived::Seen).count();
        assert_eq!((credited, seen), (1, CROWD - 1));
        assert_eq!(world.balance(&anna).await.0, "1.000000000");
        world.sound().await;
    }

    async fn one_balance_pays_for_what_it_can(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        // For nine withdrawals with their fees, and not for ten.
        world.fund(&anna, "10.499999999").await;
        let keys: Vec<String> = (0..CROWD).map(|n| format!("k{n}")).collect();
        let body = json!({ "address": "EQb", "amount": "1" });
        let answers = join_all(keys.iter().map(|key| world.ask(&anna, key, body.clone()))).await;
        assert_eq!((count(&answers, 201), count(&answers, 402)), (9, CROWD - 9));
        assert_eq!(world.balance(&anna).await, ("1.049999999".to_owned(), "9.450000000".to_owned()));
        world.sound().await;
    }

    async fn the_limit_of_the_day_holds_for_all_together(t: TestDb) {
        let rules = WalletRules { cool_down: Duration::ZERO, ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10000").await;
        let keys: Vec<String> = (0..CROWD).map(|n| format!("k{n}")).collect();
        let body = json!({ "address": "EQb", "amount": "50" });
        let answers = join_all(keys.iter().map(|key| world.ask(&anna, key, body.clone()))).await;
        let approved = answers.iter().filter(|a| a.ok(201)["state"] == "approved").count();
        assert_eq!(approved, 4);
        world.sound().await;
    }

    async fn twins_are_one_withdrawal(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "100").await;
        let body = json!({ "address": "EQb", "amount": "1" });
        let answers = join_all((0..CROWD).map(|_| world.ask(&anna, "k", body.clone()))).await;
        let first = answers[0].ok(201);
        assert!(answers.iter().all(|answer| answer.ok(201) == first));
        assert_eq!(world.balance(&anna).await.1, "1.050000000");
        world.sound().await;
    }

    async fn taken_back_or_sent_and_never_both(t: TestDb) {
        let rules = WalletRules { cool_down: Duration::ZERO, automatic_day: ton("1000"), ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "100").await;
        let mut ids = Vec::new();
        for n in 0..16 {
            let made = world.withdraw(&anna, &format!("k{n}"), "EQb", "1").await;
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let names: Vec<String> = (0..16).map(|n| format!("b{n}")).collect();
        // In turns, the newest taken back first and the oldest sent first: they meet in the middle.
        let both = names.iter().zip(ids.iter().rev()).map(|(name, id)| {
            join(world.batch_of(name, 3, ton("1000")), world.cancel(&anna, id))
        });
        let (batches, mut canceled): (Vec<_>, Vec<_>) = join_all(both).await.into_iter().unzip();
        canceled.reverse();
        let sent: Vec<String> = batches.iter().flatten().map(|p| p.id.clone()).collect();
        let mut once = sent.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), sent.len(), "each in one batch");
        assert!(!sent.is_empty() && sent.len() < ids.len(), "no race: {} sent", sent.len());
        for (id, answer) in ids.iter().zip(&canceled) {
            let is_canceled = answer.status.as_u16() == 200;
            if !is_canceled {
                answer.refused(409, "withdrawal_step_impossible");
            }
            assert!(is_canceled != sent.contains(id), "{id} {}", answer.text);
        }
        world.sound().await;
        for (name, batch) in names.iter().zip(&batches) {
            for payout in batch {
                world.confirm(name, &payout.id, "h").await.unwrap();
            }
        }
        let gone = i64::try_from(sent.len()).unwrap();
        let left = ton("100").checked_sub(ton("1.05").checked_mul(gone).unwrap()).unwrap();
        assert_eq!(world.balance(&anna).await, (left.to_decimal(), "0.000000000".to_owned()));
        world.sound().await;
    }

    async fn confirmed_sixty_four_times_is_paid_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let id = world.approved(&anna, "a", "4").await;
        world.batch("one").await;
        let done = join_all((0..CROWD).map(|n| {
            let (world, id) = (&world, &id);
            async move {
                match n % 3 {
                    0 => world.confirm("one", id, "h").await.map(|()| "confirmed"),
                    1 => world.again("one", id).await.map(|_| "again"),
                    _ => world.fail("one", id).await.map(|()| "failed"),
                }
            }
        })).await;
        let mut won: Vec<&str> = done.into_iter().flatten().collect();
        won.sort_unstable();
        won.dedup();
        assert!(!(won.contains(&"confirmed") && won.len() > 1), "{won:?}");
        world.sound().await;
    }

    async fn approved_once_by_a_crowd(t: TestDb) {
        let rules = WalletRules { two_people_above: Some(ton("60")), ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "500").await;
        let mut staff = Vec::new();
        for n in 0..8 {
            let person = world.app.person(100 + n);
            world.employ(&person, Role::Finance).await;
            staff.push(person);
        }
        let made = world.withdraw(&anna, "a", "EQb", "100").await;
        let path = format!("/api/admin/wallet/withdrawals/{}/approve", made["id"].as_str().unwrap());
        let ask = |person| world.app.post(&path).by(person).json(json!({})).send();
        let answers = join_all((0..CROWD).map(|n| ask(&staff[n % 8]))).await;
        let ok: Vec<Value> = answers.iter().filter(|a| a.status.as_u16() == 200).map(Answer::json).collect();
        let approved = ok.iter().filter(|v| v["state"] == "approved").count();
        assert_eq!((ok.len(), approved), (2, 1), "the first word and the second");
        world.sound().await;
    }

    async fn a_deposit_is_claimed_or_assigned_and_never_both(t: TestDb) {
        let world = World::start(t).await;
        let (anna, bob) = (world.app.person(1), world.app.person(2));
        world.memo(&bob).await;
        for _ in 0..8 {
            world.take(&world.arrival(ton("1"), None)).await;
        }
        let ids: Vec<i64> = world.suspended().await.iter().map(|d| d["id"].as_i64().unwrap()).collect();
        let challenge = world.app.post("/api/wallet/ton-proof/challenge").by(&anna).send().await.ok(201);
        let proof = json!({ "address": "EQsender", "payload": challenge["payload"] });
        let claim = world.app.post("/api/wallet/ton-proof").by(&anna).json(proof).send();
        let acts = join_all((0..CROWD).map(|n| {
            let (what, body) = match n % 3 {
                0 => ("assign", json!({ "user_id": 2, "note": "his" })),
                1 => ("keep", json!({ "note": "ours" })),
                _ => ("return", json!({ "note": "back" })),
            };
            let path = format!("/deposits/{}/{what}", ids[n % 8]);
            let world = &world;
            async move { world.admin(Method::POST, &path, body).await }
        }));
        let (claim, acts) = join(claim, acts).await;
        let claimed = usize::try_from(claim.ok(200)["claimed"].as_i64().unwrap()).unwrap();
        assert_eq!(claimed + count(&acts, 200), 8);
        assert_eq!(count(&acts, 409), CROWD - count(&acts, 200));
        world.sound().await;
    }

    async fn one_wallet_is_bound_to_one_of_many(t: TestDb) {
        let world = World::start(t).await;
        world.take(&world.arrival(ton("1"), None)).await;
        let people: Vec<Person> = (1..=16).map(|n| world.app.person(n)).collect();
        let mut proofs = Vec::new();
        for person in &people {
            let path = "/api/wallet/ton-proof/challenge";
            let challenge = world.app.post(path).by(person).send().await.ok(201);
            proofs.push(json!({ "address": "EQsender", "payload": challenge["payload"] }));
        }
        let prove = |(person, proof): (&Person, &Value)| {
            world.app.post("/api/wallet/ton-proof").by(person).json(proof.clone()).send()
        };
        let answers = join_all(people.iter().zip(&proofs).map(prove)).await;
        assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 15));
        assert!(world.suspended().await.is_empty());
        world.sound().await;
    }

    async fn everybody_draws_a_memo_at_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memos = join_all((0..CROWD).map(|_| world.memo(&anna))).await;
        assert!(memos.iter().all(|memo| *memo == memos[0]));
    }
}
