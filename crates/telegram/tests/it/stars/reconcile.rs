//! Telegram's list beside our books.

use super::*;
use crate::api::server::refusal;
use futures_util::future::join_all;
use std::time::Duration;
use torg_platform::payments::State;
use torg_testkit::both_engines;

/// Longer than the list may lag.
const LATER: Duration = Duration::from_mins(20);

fn report(read: u64, missed: u64, flagged: u64) -> Report {
    Report {
        read,
        missed,
        flagged,
        failed: 0,
    }
}

both_engines! { ALL =>
    async fn books_that_agree_are_left_alone(t: TestDb) {
        let world = World::start(t).await;
        assert_eq!(world.compare().await, report(0, 0, 0));
        for id in ["a", "b", "c"] {
            world.bought(id).await;
        }
        world.give_back("b", PRICE, "all").await.unwrap();
        world.app.settle().await;
        // Not ours to look after.
        world.till.row(json!({"id": "w", "amount": 5, "date": 1, "receiver": {"type": "fragment"}}));
        world.till.row(json!({"id": "g", "amount": 5, "date": 1, "receiver": {"type": "user",
            "transaction_type": "gift_purchase", "user": {"id": 1, "is_bot": false, "first_name": "A"}}}));
        world.till.row(json!({"id": "m", "amount": 5, "date": 1, "source": {"type": "user",
            "transaction_type": "paid_media_payment", "user": {"id": 1, "is_bot": false, "first_name": "A"}}}));
        world.till.row(json!({"id": "f", "amount": 5, "date": 1, "source": {"type": "of the future"}}));
        world.app.advance(LATER).await;
        assert_eq!(world.compare().await, report(8, 0, 0));
        assert_eq!(world.compare().await, report(0, 0, 0), "only what is new is read");
        world.bought("d").await;
        assert_eq!(world.compare().await, report(1, 0, 0));
        assert_eq!(world.flagged().await, []);
    }

    async fn a_payment_of_which_nobody_told_us_is_booked(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        world.till.pay("p", "c", ANNA, STARS);
        assert_eq!(world.compare().await, report(1, 1, 0));
        let payment = world.payment("p").await;
        assert_eq!((payment.state, payment.charge_id.as_deref()), (State::Paid, Some("c")));
        // The update comes after all.
        assert_eq!(world.paid(paid("p", "c", STARS)).await.unwrap(), Receipt::Seen);
        assert_eq!(world.told("p").await, 1);
        // And it can go back like any other.
        world.give_back("p", PRICE, "all").await.unwrap();
        world.app.settle().await;
        assert_eq!(world.till.went_back("c"), 1);
        // One that no payment of ours explains ends with the operator.
        world.till.pay("nothing", "x", ANNA, 3);
        assert_eq!(world.compare().await, report(2, 1, 0));
        world.app.advance(Duration::from_hours(25)).await;
        assert_eq!(world.flagged().await, pairs(&[("x", "unknown_payment")]));
    }

    async fn every_difference_is_found_once(t: TestDb) {
        let world = World::start(t).await;
        for id in ["amount", "missing", "their refund", "our refund", "back amount", "fine"] {
            world.bought(id).await;
        }
        world.open("wrong").await;
        world.till.pay("wrong", "wrong", ANNA, STARS - 1);
        world.till.forget("amount");
        world.till.pay("amount", "amount", ANNA, STARS - 6);
        world.till.forget("missing");
        world.till.back("their refund", ANNA, STARS);
        world.till.back("unheard of", ANNA, STARS);
        for id in ["our refund", "back amount"] {
            world.give_back(id, PRICE, "all").await.unwrap();
        }
        world.app.settle().await;
        world.till.forget("our refund");
        world.till.pay("our refund", "our refund", ANNA, STARS);
        world.till.forget("back amount");
        world.till.pay("back amount", "back amount", ANNA, STARS);
        world.till.back("back amount", ANNA, STARS - 1);

        // What may still come to the list is not missing yet.
        let first = world.compare().await;
        assert_eq!((first.missed, first.flagged), (1, 5));
        world.app.advance(LATER).await;
        let second = world.compare().await;
        assert_eq!((second.read, second.flagged), (0, 2));
        let found = [
            ("amount:amount", "amount_mismatch"),
            ("missing:missing", "missing_at_provider"),
            ("refund:their refund", "refund_unknown"),
            ("refund:unheard of", "refund_unknown"),
            ("refund_amount:back amount", "amount_mismatch"),
            ("unrefunded:our refund", "refund_missing"),
            ("wrong", "amount_mismatch"),
        ];
        assert_eq!(world.flagged().await, pairs(&found));
        assert_eq!(world.compare().await.flagged, 0, "once");
    }

    async fn a_long_list_is_read_by_pages_and_by_many(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        for n in 0..250 {
            world.till.pay(&format!("order{n}"), &format!("charge{n}"), ANNA, 1);
        }
        let all = join_all((0..4).map(|_| world.compare())).await;
        let missed: u64 = all.iter().map(|report| report.missed).sum();
        assert!(missed >= 250, "{missed}");
        assert_eq!(all.iter().map(|report| report.failed).sum::<u64>(), 0);
        assert_eq!(world.compare().await, report(0, 0, 0));
        assert_eq!(world.told("p").await, 1);
    }

    async fn another_list_is_read_from_its_beginning(t: TestDb) {
        let world = World::start(t).await;
        for id in ["a", "b"] {
            world.bought(id).await;
        }
        assert_eq!(world.compare().await.read, 2);
        world.till.forget("a");
        world.app.advance(LATER).await;
        assert_eq!(world.compare().await.read, 1);
        // `a` was there once.
        assert_eq!(world.flagged().await, []);
    }

    async fn a_row_that_cannot_be_booked_holds_up_no_other(t: TestDb) {
        let world = World::start(t).await;
        for id in ["broken", "good"] {
            world.open(id).await;
            world.till.pay(id, id, ANNA, STARS);
        }
        world.note("broken", "broken").await;
        assert_eq!(world.compare().await, Report { failed: 1, ..report(2, 1, 0) });
        assert_eq!((world.told("broken").await, world.told("good").await), (0, 1));
        world.note("broken", "").await;
        assert_eq!(world.compare().await, report(2, 1, 0));
        assert_eq!(world.told("broken").await, 1);
    }

    async fn telegrams_silence_proves_nothing(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        world.app.advance(LATER).await;
        world.till.trouble(refusal(502, "Bad Gateway"), false);
        let error = world.reconcile.compare().await.unwrap_err();
        assert_eq!(error.code(), "telegram_unavailable");
        assert_eq!(world.flagged().await, []);
    }
}
