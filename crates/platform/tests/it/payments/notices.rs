//! The inbox: once, whenever it comes.

use super::*;
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use torg_platform::payments::State;
use torg_testkit::both_engines;

fn success(event: &str, payment: &str) -> Value {
    json!({"event_id": event, "payment_id": payment, "status": "success", "amount": "1.00",
        "currency": "RUB", "charge_id": format!("ch-{payment}")})
}

/// Answers by their message.
fn count(answers: &[Answer], message: &str) -> usize {
    let is = |a: &&Answer| a.json()["message"] == message;
    answers.iter().filter(is).count()
}

both_engines! { ALL =>
    async fn sixty_four_identical_notices_pay_once(t: TestDb) {
        let world = World::start(t).await;
        for round in 0..4 {
            let id = format!("p{round}");
            world.open(&id, "test", "").await;
            let answers = join_all((0..64).map(|_| world.send(success(&id, &id)))).await;
            for answer in &answers {
                assert_eq!(answer.ok(200)["status"], "ok");
            }
            assert_eq!((count(&answers, "applied"), count(&answers, "already seen")), (1, 63));
            assert_eq!(world.told(&id).await, (1, 0));
        }
    }

    async fn sixty_four_events_about_one_charge_pay_once(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "").await;
        let send = |n: i32| {
            let failed = json!({"event_id": format!("e{n}"), "payment_id": "p", "status": "failed"});
            world.send(if n % 2 == 0 { success(&format!("e{n}"), "p") } else { failed })
        };
        let answers = join_all((0..64).map(send)).await;
        let applied = count(&answers, "applied");
        let (paid, failed) = world.told("p").await;
        // A failure may have come before the money, once.
        assert_eq!((paid, failed), (1, i64::try_from(applied).unwrap() - 1));
        assert_eq!(applied + count(&answers, "already seen"), 64);
        assert_eq!(world.payment("p").await.unwrap().state, State::Paid);
    }

    async fn a_payment_that_nobody_opened_is_opened_once(t: TestDb) {
        let world = World::start(t).await;
        world.order("o", "").await;
        world.order("q", "").await;
        let body = json!({"event_id": "e", "payment_id": "theirs", "order_id": "o", "status": "success"});
        let send = |n: i32| {
            let mut body = body.clone();
            // Half of them is the same event, half is not.
            if n % 2 == 0 {
                body["event_id"] = json!(format!("e{n}"));
            }
            world.send(body)
        };
        let answers = join_all((0..64).map(send)).await;
        assert_eq!((count(&answers, "applied"), count(&answers, "already seen")), (1, 63));
        let payment = world.payment("theirs").await.unwrap();
        assert_eq!((payment.amount_minor, payment.state), (100, State::Paid));
        assert_eq!((payment.payer, payment.subject.as_str()), (Some(UserId(7)), "o"));
        assert_eq!(world.told("o").await, (1, 0));
        // The same without any name but the order's, and with another amount than what is due.
        let wrong = json!({"event_id": "w", "order_id": "q", "status": "success", "amount": "0.99"});
        assert_eq!(world.send(wrong).await.ok(200)["message"], "kept for the operator");
        let bare = json!({"event_id": "b", "order_id": "q", "status": "success", "charge_id": "x"});
        assert_eq!(world.send(bare.clone()).await.ok(200)["message"], "applied");
        assert_eq!(world.told("q").await, (1, 0));
        let mut again = bare.clone();
        again["event_id"] = json!("b2");
        assert_eq!(world.send(again.clone()).await.ok(200)["message"], "already seen");
        again["charge_id"] = json!("y");
        again["event_id"] = json!("b3");
        assert_eq!(world.send(again).await.ok(200)["message"], "kept for the operator");
        let mut reasons = world.flagged().await;
        reasons.sort();
        assert_eq!(reasons, ["amount_mismatch", "second_charge"]);
    }

    async fn a_notice_by_the_order_alone_finds_the_open_payment(t: TestDb) {
        let world = World::start(t).await;
        world.open("o", "test", "").await;
        let body = json!({"event_id": "e", "order_id": "o", "status": "success", "charge_id": "x"});
        assert_eq!(world.send(body).await.ok(200)["message"], "applied");
        assert_eq!(world.payment("o").await.unwrap().charge_id.as_deref(), Some("x"));
        let all = world.write(|tx| payments::of_subject(tx, ORDER, "o")).await.unwrap();
        assert_eq!(all.len(), 1);
    }

    async fn a_notice_that_comes_first_waits_for_its_order(t: TestDb) {
        let world = World::start(t).await;
        let body = json!({"event_id": "e", "payment_id": "p", "order_id": "o", "status": "success"});
        let kept = world.send(body.clone()).await;
        assert_eq!(kept.ok(202), json!({"status": "ok", "message": "kept until its payment is known"}));
        let named = success("e2", "later");
        world.send(named).await.ok(202);
        world.app.settle().await;
        assert_eq!(world.payment("p").await, None);
        world.order("o", "").await;
        world.app.advance(Duration::from_millis(999)).await;
        assert_eq!(world.told("o").await, (0, 0), "its time has not come");
        world.app.advance(Duration::from_millis(1)).await;
        assert_eq!(world.told("o").await, (1, 0));
        assert_eq!(world.payment("p").await.unwrap().state, State::Paid);
        assert_eq!(world.send(body).await.ok(200)["message"], "already seen");
        // The other one still waits: the second attempt was in vain, the third is two seconds on.
        world.open("later", "test", "").await;
        world.app.advance(Duration::from_millis(1_999)).await;
        assert_eq!(world.told("later").await, (0, 0));
        world.app.advance(Duration::from_millis(1)).await;
        assert_eq!(world.told("later").await, (1, 0));
    }

    async fn sending_again_what_waits_tries_it_at_once(t: TestDb) {
        let world = World::start(t).await;
        world.send(success("e", "p")).await.ok(202);
        world.send(success("e", "p")).await.ok(202);
        world.open("p", "test", "").await;
        let answers = join_all((0..64).map(|_| world.send(success("e", "p")))).await;
        assert_eq!((count(&answers, "applied"), count(&answers, "already seen")), (1, 63));
        assert_eq!(world.told("p").await, (1, 0));
    }

    async fn what_stays_unknown_for_a_day_is_for_the_operator(t: TestDb) {
        let world = World::start(t).await;
        world.send(success("e", "p")).await.ok(202);
        // The last attempt is made when the day is over, not before.
        for _ in 0..24 * 6 {
            assert!(world.flagged().await.is_empty());
            world.app.advance(Duration::from_mins(10)).await;
        }
        assert_eq!(world.flagged().await, ["unknown_payment"]);
        world.open("p", "test", "").await;
        world.app.advance(Duration::from_hours(48)).await;
        assert_eq!(world.told("p").await, (0, 0), "a person decides now");
        assert_eq!(world.send(success("e", "p")).await.ok(200)["message"], "already seen");
    }

    async fn a_payee_that_fails_loses_nothing_and_holds_up_nobody(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "broken").await;
        world.send(success("e", "p")).await.refused(500, "internal");
        assert_eq!(world.payment("p").await.unwrap().state, State::Pending);
        // Two that wait, the broken one in front.
        for id in ["w1", "w2"] {
            let body = json!({"event_id": id, "payment_id": id, "order_id": id, "status": "success"});
            world.send(body).await.ok(202);
        }
        world.order("w1", "broken").await;
        world.order("w2", "").await;
        world.app.advance(Duration::from_secs(1)).await;
        assert_eq!((world.told("w1").await, world.told("w2").await), ((0, 0), (1, 0)));
        assert_eq!(world.payment("w1").await, None);
        for id in ["p", "w1"] {
            world.write(move |tx| Ok(schema::set_note(tx, id, "")?)).await.unwrap();
        }
        world.app.advance(Duration::from_mins(15)).await;
        assert_eq!(world.told("w1").await, (1, 0));
        assert_eq!(world.send(success("e", "p")).await.ok(200)["message"], "applied");
    }

    async fn one_charge_pays_one_thing_and_one_provider_its_own(t: TestDb) {
        let world = World::start(t).await;
        for id in ["p", "q", "r"] {
            world.open(id, "test", "").await;
        }
        world.open("b", "bank", "").await;
        let charge = |id: &str| Notice { charge_id: "c".into(), ..paid(id, "1", "") };
        assert_eq!(world.receive(charge("p")).await.unwrap(), Receipt::Applied);
        assert_eq!(world.receive(charge("q")).await.unwrap(), Receipt::Flagged("charge_reused"));
        let foreign = world.receive(paid("b", "1", "c")).await.unwrap();
        assert_eq!(foreign, Receipt::Flagged("provider_mismatch"));
        let other = Notice { subject: Some((ORDER.into(), "p".into())), ..paid("r", "1", "c") };
        assert_eq!(world.receive(other).await.unwrap(), Receipt::Flagged("subject_mismatch"));
        let twins = ["t1", "t2"];
        for id in twins {
            world.open(id, "test", "").await;
        }
        // At the same moment, too.
        let race = twins.map(|id| world.receive(Notice { charge_id: "d".into(), ..paid(id, "1", "") }));
        let mut got: Vec<_> = join_all(race).await.into_iter().map(Result::unwrap).collect();
        got.sort_by_key(|receipt| *receipt != Receipt::Applied);
        assert_eq!(got, [Receipt::Applied, Receipt::Flagged("charge_reused")]);
        for id in ["q", "b", "r"] {
            assert_eq!((world.told(id).await, world.payment(id).await.unwrap().state), ((0, 0), State::Pending));
        }
    }
}
