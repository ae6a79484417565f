//! The routes: who is believed, what is readable, what the operator sees.

use super::*;
use serde_json::json;
use std::time::Duration;
use torg_platform::auth::{Role, staff};
use torg_platform::jobs::Worker;
use torg_testkit::{ADMIN_SECRET, both_engines};

const FLAGGED: &str = "/api/admin/payments/flagged";

both_engines! { ALL =>
    async fn only_a_good_signature_is_believed(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "").await;
        let body = json!({"event_id": "e", "payment_id": "p", "status": "success"}).to_string();
        let secret = Secret::new(SECRET);
        let now = world.app.now();
        let sign = |secret: &Secret, at, body: &str| signature::sign(secret, at, body.as_bytes()).unwrap();
        let good = sign(&secret, now, &body);
        let (at, mac) = good.split_once(',').unwrap();
        for (signature, code) in [
            (None, "signature_invalid"),
            (Some(String::new()), "signature_invalid"),
            (Some("nonsense".to_owned()), "signature_invalid"),
            (Some(at.to_owned()), "signature_invalid"),
            (Some(mac.to_owned()), "signature_invalid"),
            (Some(signature::hex(&secret, body.as_bytes()).unwrap()), "signature_invalid"),
            (Some(sign(&Secret::new("another"), now, &body)), "signature_invalid"),
            (Some(sign(&secret, now, &format!("{body} "))), "signature_invalid"),
            (Some(good.replace("t=", "t=1")), "signature_invalid"),
            (Some(sign(&secret, now.minus(Duration::from_secs(301)), &body)), "signature_expired"),
            (Some(sign(&secret, now.plus(Duration::from_secs(301)), &body)), "signature_expired"),
        ] {
            let mut request = world.app.post("/payments/webhook/test").body("application/json", body.clone());
            if let Some(signature) = &signature {
                request = request.header("x-signature", signature);
            }
            request.send().await.refused(401, code);
        }
        assert_eq!(world.told("p").await, (0, 0));
        let to = |path: &str, signature: &str| {
            let request = world.app.post(path).body("application/json", body.clone());
            request.header("x-signature", signature)
        };
        to("/payments/webhook/nobody", &good).send().await.refused(404, "provider_unknown");
        // A provider without a key can be spoken for by nobody.
        let empty = sign(&Secret::default(), now, &body);
        to("/payments/webhook/bank", &empty).send().await.refused(401, "signature_invalid");
        let late = sign(&secret, now.minus(Duration::from_secs(300)), &body);
        let done = to("/payments/webhook/test", &late).send().await;
        assert_eq!(done.ok(200), json!({"status": "ok", "message": "applied"}));
        assert_eq!(world.told("p").await, (1, 0));
    }

    async fn what_cannot_be_read_is_refused(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "").await;
        let long = "x".repeat(256);
        for (body, field) in [
            (json!([1]), "body"),
            (json!({"payment_id": "p", "status": "success"}), "event_id"),
            (json!({"event_id": "", "payment_id": "p", "status": "success"}), "event_id"),
            (json!({"event_id": long, "payment_id": "p", "status": "success"}), "event_id"),
            (json!({"event_id": "e\u{0}", "payment_id": "p", "status": "success"}), "body"),
            (json!({"event_id": "e", "status": "success"}), "payment_id"),
            (json!({"event_id": "e", "payment_id": "p", "status": "maybe"}), "status"),
            (json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": "-1"}), "amount"),
            (json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": "1e2"}), "amount"),
            (json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": 1.005}), "amount"),
            (json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": "1", "currency": "EUR"}), "currency"),
            (json!({"event_id": "e", "payment_id": "p", "status": "success", "charge_id": ""}), "charge_id"),
        ] {
            let refused = world.send(body.clone()).await.refused(422, "validation_error");
            assert_eq!(refused["fields"][0]["field"], field, "{body}: {refused}");
        }
        let huge = json!({"event_id": "e", "payment_id": "p", "status": "success", "x": "y".repeat(256 * 1024)});
        world.send(huge).await.refused(413, "body_too_large");
        assert_eq!(world.told("p").await, (0, 0));
        // Far more than other routes take, and a number for the amount, are fine.
        let large = json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": 1.0, "x": "y".repeat(200 * 1024)});
        assert_eq!(world.send(large).await.ok(200)["message"], "applied");
    }

    async fn the_operator_sees_and_resolves_what_was_flagged(t: TestDb) {
        let world = World::start(t).await;
        let (clerk, cashier) = (world.app.person(1), world.app.person(2));
        for (who, role) in [(&clerk, Role::Support), (&cashier, Role::Finance)] {
            let id = who.id();
            world.write(move |tx| staff::grant(tx, id, role, "test")).await.unwrap();
            world.app.forget(id);
        }
        for n in 0..3 {
            let id = format!("p{n}");
            world.open(&id, "test", "").await;
            let wrong = json!({"event_id": format!("e/{n}"), "payment_id": id, "status": "success", "amount": "0.01"});
            assert_eq!(world.send(wrong.clone()).await.ok(200)["message"], "kept for the operator");
            assert_eq!(world.send(wrong).await.ok(200)["message"], "already seen");
            assert_eq!(world.told(&id).await, (0, 0));
            world.app.advance(Duration::from_secs(1)).await;
        }
        world.app.get(FLAGGED).send().await.refused(401, "missing_credentials");
        world.app.get(FLAGGED).by(&world.app.person(3)).send().await.refused(403, "role_required");
        let first = world.app.get(&format!("{FLAGGED}?limit=2")).by(&clerk).send().await.ok(200);
        let events = |page: &Value| -> Vec<String> {
            let list = page["notices"].as_array().unwrap().iter();
            list.map(|n| n["event_id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(events(&first), ["e/0", "e/1"]);
        let notice = &first["notices"][0];
        assert_eq!((&notice["reason"], &notice["amount_minor"], &notice["payment_id"]),
            (&json!("amount_mismatch"), &json!(1), &json!("p0")));
        let next = format!("{FLAGGED}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = world.app.get(&next).header("x-admin-secret", ADMIN_SECRET).send().await.ok(200);
        assert_eq!((events(&second), second.get("next_cursor")), (vec!["e/2".to_owned()], None));
        world.app.get(&format!("{FLAGGED}?cursor=x")).by(&clerk).send().await.refused(422, "cursor_invalid");

        let resolve = |who, id: &str, note: &str| {
            let path = format!("{FLAGGED}/test/{id}/resolve");
            world.app.post(&path).by(who).json(json!({ "note": note })).send()
        };
        resolve(&clerk, "e%2F1", "mine").await.refused(403, "role_required");
        resolve(&cashier, "e%2F1", " ").await.refused(422, "validation_error");
        resolve(&cashier, "e%2F9", "?").await.refused(404, "notice_not_found");
        resolve(&cashier, "e%2F1", "paid back by hand").await.ok(204);
        resolve(&cashier, "e%2F1", "again").await.refused(404, "notice_not_found");
        let left = world.app.get(FLAGGED).by(&clerk).send().await.ok(200);
        assert_eq!(events(&left), ["e/0", "e/2"]);
        let audited = "SELECT 1 / CASE WHEN count(*) = 1 THEN 1 ELSE 0 END FROM platform_audit
            WHERE action = 'platform.resolve_notice' AND actor = 'user/2'
              AND subject = 'notice/test/e/1'";
        world.app.t.raw(audited).await.unwrap();
    }

    async fn what_was_flagged_is_told(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "").await;
        let ear = Arc::new(Ear::default());
        let sinks: torg_platform::outbox::Sinks = Arc::new(vec![ear.clone()]);
        let ctx = &world.app.ctx;
        let worker = Worker::new(ctx.db.clone(), ctx.live.clone(), ctx.rng.clone(), sinks, ctx.metrics.clone());
        let wrong = json!({"event_id": "e", "payment_id": "p", "status": "success", "amount": "0.01"});
        for _ in 0..2 {
            world.send(wrong.clone()).await.ok(200);
        }
        worker.run_due().await.unwrap();
        assert_eq!(*ear.heard.lock().unwrap(), [json!({"provider": "test", "event_id": "e",
            "payment_id": "p", "charge_id": "p", "reason": "amount_mismatch", "about": null})]);
    }
}

/// Hears of flagged payments.
#[derive(Default)]
struct Ear {
    heard: Mutex<Vec<Value>>,
}

impl torg_platform::outbox::Sink for Ear {
    fn name(&self) -> &'static str {
        "ear"
    }

    fn wants(&self, topic: &str) -> bool {
        topic == payments::PAYMENT_FLAGGED
    }

    fn deliver<'a>(
        &'a self,
        delivery: &'a torg_platform::outbox::Delivery,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        let payload = serde_json::from_str(&delivery.payload).unwrap();
        self.heard.lock().unwrap().push(payload);
        Box::pin(async { Ok(()) })
    }
}
