//! Stars that go back.

use super::*;
use crate::api::server::refusal;
use std::time::Duration;
use torg_platform::outbound::configured::TransportError;
use torg_platform::payments::RefundState;
use torg_testkit::both_engines;

impl World {
    async fn refunds(&self, id: &str) -> Vec<RefundState> {
        let id = id.to_owned();
        let read = move |tx: &mut Tx<'_>| payments::refunds_of(tx, &id);
        let all = self.app.ctx.db.read("startest.read", read).await.unwrap();
        all.into_iter().map(|refund| refund.state).collect()
    }

    async fn told_back(&self, message: Message) -> bool {
        let desk = self.desk.clone();
        self.write(move |tx| desk.refunded(tx, &message))
            .await
            .unwrap()
    }
}

both_engines! { ALL =>
    async fn a_whole_payment_goes_back_to_whoever_paid(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        // A friend paid from another account, past the check.
        world.till.pay("p", "c", 77, STARS);
        let mut friend = paid("p", "c", STARS);
        friend.from.as_mut().unwrap().id = 77;
        assert_eq!(world.paid(friend).await.unwrap(), Receipt::Applied);
        for part in [1, PRICE - 1] {
            let error = world.give_back("p", part, "part").await.unwrap_err();
            assert_eq!(error.code(), "refund_whole_only");
        }
        world.give_back("p", PRICE, "all").await.unwrap();
        world.give_back("p", PRICE, "all").await.unwrap();
        world.app.settle().await;
        let wanted = json!({"user_id": 77, "telegram_payment_charge_id": "c"});
        assert_eq!(world.till.refunds(), [wanted]);
        assert_eq!(world.refunds("p").await, [RefundState::Done]);
        assert!(!world.told_back(refunded("p", "c")).await, "that was us");
        assert_eq!(world.flagged().await, []);
    }

    async fn a_lost_answer_is_asked_for_again(t: TestDb) {
        let world = World::start(t).await;
        for (id, trouble) in [
            ("cut", Err(TransportError::unknown("no answer in time"))),
            ("failed", refusal(502, "Bad Gateway")),
        ] {
            world.bought(id).await;
            world.give_back(id, PRICE, "all").await.unwrap();
            // Done, and nobody knows.
            world.till.trouble(trouble, true);
            world.app.settle().await;
            assert_eq!(world.refunds(id).await, [RefundState::Pending]);
            world.app.advance(Duration::from_mins(10)).await;
            assert_eq!(world.refunds(id).await, [RefundState::Done], "{id}");
            assert_eq!(world.till.went_back(id), 1, "{id}");
        }
        assert_eq!(world.till.refunds().len(), 4);
    }

    async fn a_refusal_is_final_and_a_full_line_is_not(t: TestDb) {
        let world = World::start(t).await;
        world.bought("slow").await;
        world.give_back("slow", PRICE, "all").await.unwrap();
        world.till.trouble(refusal(429, "Too Many Requests: retry after 600"), false);
        world.app.settle().await;
        world.app.advance(Duration::from_secs(599)).await;
        assert_eq!(world.refunds("slow").await, [RefundState::Pending], "Telegram said when");
        world.app.advance(Duration::from_secs(2)).await;
        assert_eq!(world.refunds("slow").await, [RefundState::Done]);

        world.bought("never").await;
        world.till.forget("never");
        world.give_back("never", PRICE, "all").await.unwrap();
        world.app.settle().await;
        assert_eq!(world.refunds("never").await, [RefundState::Failed]);
        assert_eq!(world.payment("never").await.refunded_minor, 0, "it may be asked for again");
    }

    async fn late_money_goes_back_by_itself(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        world.note("p", "sold out").await;
        world.till.pay("p", "c", ANNA, STARS);
        assert_eq!(world.paid(paid("p", "c", STARS)).await.unwrap(), Receipt::Applied);
        world.app.settle().await;
        assert_eq!(world.till.went_back("c"), 1);
    }

    async fn what_we_did_not_send_back_is_flagged_once(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        assert!(world.told_back(refunded("p", "p")).await);
        assert!(!world.told_back(refunded("p", "p")).await);
        assert!(world.told_back(refunded("nobody's", "x")).await, "we do not even know it");
        let flagged = [("refund:p", "refund_unknown"), ("refund:x", "refund_unknown")];
        assert_eq!(world.flagged().await, pairs(&flagged));
    }
}
