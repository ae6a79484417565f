//! A balance that is topped up with Stars.

use super::MIGRATIONS;
use super::world::{FIRST, PEOPLE, STARS, World};
use serde_json::json;
use std::time::Duration;
use torg_sandbox::telegram::{Effect, Fault};
use torg_testkit::{TestDb, both_engines};

const ANNA: i64 = FIRST;
const BORIS: i64 = FIRST + 1;

both_engines! { MIGRATIONS =>
    async fn stars_become_roubles_once(t: TestDb) {
        let world = World::start(t).await;
        let (id, link) = world.invoice(ANNA, 100).await;
        // Nobody else pays it, and nobody pays twice.
        let other = world.pay_and_tell(BORIS, &link).await;
        assert_eq!(other, json!({"status": "failed", "error": "Это чужой счёт"}));
        let outcome = world.pay_and_tell(ANNA, &link).await;
        assert_eq!(outcome["status"], "paid", "{outcome}");
        assert_eq!((world.stars(ANNA), world.stars(BORIS), world.till()), (STARS - 56, STARS, 56));
        assert_eq!(world.balance(ANNA).await, 100);
        let path = format!("/api/balance/payment/{id}/status");
        let anna = world.app.person(ANNA);
        let status = world.app.get(&path).by(&anna).send().await.ok(200);
        assert_eq!(status["status"], "paid");
        let again = world.pay_and_tell(ANNA, &link).await;
        assert_eq!(again, json!({"status": "failed", "error": "Этот счёт уже оплачен"}));
        assert_eq!((world.stars(ANNA), world.balance(ANNA).await), (STARS - 56, 100));
        let late = world.invoice(ANNA, 50).await.1;
        world.app.advance(Duration::from_mins(15)).await;
        let outcome = world.pay_and_tell(ANNA, &late).await;
        assert_eq!(outcome["status"], "failed");
        assert_eq!((world.stars(ANNA), world.till()), (STARS - 56, 56));
        world.assert_books().await;
    }

    async fn another_way_is_refused_and_telegrams_refusal_is_told(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(ANNA);
        let ask = async |body| {
            world.app.post("/api/balance/create-invoice").by(&anna).json(body).send().await
        };
        ask(json!({"amount": 5, "provider": "test"})).await.refused(400, "payment_method_unavailable");
        ask(json!({"amount": 5, "provider": 5})).await.refused(422, "validation_error");
        // Without a wish it is the only one that there is.
        let made = ask(json!({"amount": 5})).await.ok(200);
        assert!(made["mini_app_invoice_url"].is_string(), "{made}");
        let fault = |effect| vec![Fault::new(effect).of("createInvoiceLink").times(1)];
        world.telegram.set_faults(fault(Effect::ServerError));
        ask(json!({"amount": 5})).await.refused(503, "payment_provider_away");
        world.telegram.set_faults(fault(Effect::Refused {
            code: 400,
            description: "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID".to_owned(),
        }));
        ask(json!({"amount": 5})).await.refused(409, "payment_refused");
    }

    async fn whatever_telegram_does_with_its_updates(t: TestDb) {
        let world = World::start(t).await;
        let half = |effect| Fault { share: 500, ..Fault::new(effect) };
        let bad = vec![
            half(Effect::Duplicate),
            half(Effect::Poison),
            half(Effect::UnknownKind),
            half(Effect::Reorder { window: 3 }),
            half(Effect::CutAfter).of("getUpdates"),
            half(Effect::CutAfter).of("answerPreCheckoutQuery"),
        ];
        let mut paid = 0;
        for person in FIRST..FIRST + 8 {
            let link = world.invoice(person, 100).await.1;
            world.telegram.set_faults(bad.clone());
            let outcome = world.pay(person, &link).await;
            world.telegram.set_faults(Vec::new());
            paid += i64::from(outcome["status"] == "paid");
            world.app.advance(Duration::from_mins(2)).await;
            world.turn().await;
        }
        assert!(paid > 0, "somebody got through");
        assert_eq!(world.till(), paid * 56);
        let mut credited = 0;
        for person in FIRST..FIRST + 8 {
            let balance = world.balance(person).await;
            assert_eq!(balance * 56, (STARS - world.stars(person)) * 100, "{person}");
            credited += balance;
        }
        assert_eq!(credited, paid * 100);
        assert!(world.flagged().await.is_empty());
        world.assert_books().await;
    }

    async fn everybody_at_once(t: TestDb) {
        let world = World::start(t).await;
        world.telegram.set_faults(vec![Fault::new(Effect::Duplicate)]);
        let mut links = Vec::new();
        for person in FIRST..FIRST + PEOPLE {
            links.push((person, world.invoice(person, 10).await.1));
        }
        for outcome in world.pay_all(&links).await {
            assert_eq!(outcome["status"], "paid", "{outcome}");
        }
        world.turn().await;
        for person in FIRST..FIRST + PEOPLE {
            assert_eq!(world.balance(person).await, 10, "{person}");
        }
        assert_eq!(world.till(), PEOPLE * 6);
        world.assert_books().await;
    }

    async fn a_payment_whose_update_is_late_is_found_in_the_list(t: TestDb) {
        let world = World::start(t).await;
        let link = world.invoice(ANNA, 100).await.1;
        let late = Fault { kind: Some("message".to_owned()), ..Fault::new(Effect::Late { seconds: 7_200 }) };
        world.telegram.set_faults(vec![late]);
        assert_eq!(world.pay_and_tell(ANNA, &link).await["status"], "paid");
        assert_eq!((world.stars(ANNA), world.balance(ANNA).await), (STARS - 56, 0));
        let report = world.reconcile.compare().await.unwrap();
        assert_eq!((report.missed, report.flagged), (1, 0));
        assert_eq!(world.balance(ANNA).await, 100);
        // It comes after all.
        world.telegram.set_faults(Vec::new());
        world.app.advance(Duration::from_hours(3)).await;
        world.turn().await;
        assert_eq!(world.telegram.pending_updates(super::world::BOT), 0);
        assert_eq!(world.balance(ANNA).await, 100);
        world.assert_books().await;
    }
}
