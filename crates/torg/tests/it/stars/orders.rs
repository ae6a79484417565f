//! Orders of the shop that are paid with Stars.

use super::MIGRATIONS;
use super::world::{FIRST, STARS, World};
use serde_json::{Value, json};
use std::time::Duration;
use torg_sandbox::telegram::{Effect, Fault};
use torg_testkit::{ADMIN_SECRET, TestDb, both_engines};

const ANNA: i64 = FIRST;
const BORIS: i64 = FIRST + 1;

impl World {
    /// A product at 100 roubles; its id.
    async fn product(&self, stock: i64) -> String {
        let body = json!({"name": "Mug", "price": "100.00", "stock": stock});
        let request = self
            .app
            .post("/admin/products")
            .header("x-admin-secret", ADMIN_SECRET);
        let made = request.key("mug").json(body).send().await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// An order of one; its id.
    async fn order(&self, person: i64, product: &str) -> String {
        let body = json!({"items": [{"product_id": product, "quantity": 1}]});
        let who = self.app.person(person);
        let request = self
            .app
            .post("/orders")
            .by(&who)
            .key(&format!("order-{person}"));
        let made = request.json(body).send().await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Says that an order is to be paid with Stars, and waits for the link.
    async fn link(&self, person: i64, order: &str) -> String {
        let path = format!("/orders/{order}/pay");
        let who = self.app.person(person);
        let ask = async || {
            let request = self.app.post(&path).by(&who);
            request
                .json(json!({"pay_with": "stars"}))
                .send()
                .await
                .ok(200)
        };
        let begun = ask().await;
        assert_eq!(begun["amount"], "100.00", "the shop's books are in roubles");
        self.app.settle().await;
        let again = ask().await;
        assert_eq!(again["payment_id"], begun["payment_id"]);
        again["mini_app_invoice_url"].as_str().unwrap().to_owned()
    }

    async fn look(&self, person: i64, order: &str) -> Value {
        let who = self.app.person(person);
        self.app
            .get(&format!("/orders/{order}"))
            .by(&who)
            .send()
            .await
            .ok(200)
    }

    async fn refund(&self, order: &str, key: &str, body: Value) -> torg_testkit::Answer {
        let request = self.app.post(&format!("/admin/orders/{order}/refund"));
        let request = request.header("x-admin-secret", ADMIN_SECRET).key(key);
        request.json(body).send().await
    }
}

both_engines! { MIGRATIONS =>
    async fn an_order_is_paid_and_goes_back_whole(t: TestDb) {
        let world = World::start(t).await;
        let mug = world.product(3).await;
        let order = world.order(ANNA, &mug).await;
        let link = world.link(ANNA, &order).await;
        assert_eq!(world.pay_and_tell(ANNA, &link).await["status"], "paid");
        assert_eq!(world.look(ANNA, &order).await["status"], "paid");
        assert_eq!((world.stars(ANNA), world.till()), (STARS - 56, 56));
        world.assert_books().await;
        let part = json!({"amount": "40.00", "reason": "a scratch"});
        world.refund(&order, "part", part).await.refused(409, "refund_whole_only");
        assert_eq!(world.look(ANNA, &order).await["status"], "paid", "nothing has happened");
        world.refund(&order, "all", json!({"reason": "broken"})).await.ok(200);
        // Telegram does it, and its answer is lost.
        let lost = Fault::new(Effect::CutAfter).of("refundStarPayment").times(1);
        world.telegram.set_faults(vec![lost]);
        world.app.settle().await;
        assert_eq!(world.stars(ANNA), STARS);
        world.app.advance(Duration::from_mins(10)).await;
        world.turn().await;
        assert_eq!((world.stars(ANNA), world.till()), (STARS, 0), "once");
        assert_eq!(world.look(ANNA, &order).await["status"], "refunded");
        assert!(world.flagged().await.is_empty());
        world.assert_books().await;
    }

    async fn what_can_no_longer_be_bought_is_not_charged(t: TestDb) {
        let world = World::start(t).await;
        let mug = world.product(3).await;
        let canceled = world.order(ANNA, &mug).await;
        let link = world.link(ANNA, &canceled).await;
        let anna = world.app.person(ANNA);
        world.app.post(&format!("/orders/{canceled}/cancel")).by(&anna).send().await.ok(200);
        let outcome = world.pay_and_tell(ANNA, &link).await;
        assert_eq!(outcome, json!({"status": "failed", "error": "Этот счёт отменён"}));
        let late = world.order(BORIS, &mug).await;
        let link = world.link(BORIS, &late).await;
        // Expired at this moment, whether or not anybody has written it down.
        world.app.advance_asleep(Duration::from_mins(15));
        let outcome = world.pay_and_tell(BORIS, &link).await;
        assert_eq!(outcome["status"], "failed", "{outcome}");
        assert_eq!((world.stars(ANNA), world.stars(BORIS), world.till()), (STARS, STARS, 0));
        world.assert_books().await;
    }

    async fn stars_that_come_too_late_go_back(t: TestDb) {
        let world = World::start(t).await;
        let mug = world.product(1).await;
        let order = world.order(ANNA, &mug).await;
        let link = world.link(ANNA, &order).await;
        let kind = Some("message".to_owned());
        let late = Fault { kind, ..Fault::new(Effect::Late { seconds: 3_600 }) };
        world.telegram.set_faults(vec![late]);
        assert_eq!(world.pay(ANNA, &link).await["status"], "paid");
        world.telegram.set_faults(Vec::new());
        // Before we hear of it, the order expires and Boris buys the only mug.
        world.app.advance(Duration::from_mins(16)).await;
        let other = world.order(BORIS, &mug).await;
        let link = world.link(BORIS, &other).await;
        assert_eq!(world.pay(BORIS, &link).await["status"], "paid");
        world.turn().await;
        assert_eq!(world.look(BORIS, &other).await["status"], "paid");
        world.app.advance(Duration::from_mins(50)).await;
        world.turn().await;
        assert_eq!((world.stars(ANNA), world.till()), (STARS, 56), "goods or the money back");
        assert_eq!(world.look(ANNA, &order).await["status"], "expired");
        world.assert_books().await;
    }
}
