//! What updates say of payments.

use super::*;
use futures_util::future::join_all;
use std::time::Duration;
use torg_platform::payments::State;
use torg_testkit::both_engines;

both_engines! { ALL =>
    async fn each_reason_not_to_charge(t: TestDb) {
        let world = World::start(t).await;
        for id in ["good", "late", "withdrawn", "gone"] {
            world.open(id).await;
        }
        world.bought("paid").await;
        world.write(|tx| payments::withdraw_open(tx, ORDER, "withdrawn").map(drop)).await.unwrap();
        world.note("gone", "sold out").await;
        let (anna, xtr) = (ANNA, "XTR");
        for (query, why) in [
            (query("good", anna, STARS, xtr), None),
            (query("nothing", anna, STARS, xtr), Some("payment_unknown")),
            (query("", anna, STARS, xtr), Some("payment_unknown")),
            (query("paid", anna, STARS, xtr), Some("payment_paid")),
            (query("withdrawn", anna, STARS, xtr), Some("payment_withdrawn")),
            (query("good", anna, STARS + 1, xtr), Some("payment_changed")),
            (query("good", anna, STARS - 1, xtr), Some("payment_changed")),
            (query("good", anna, STARS, "RUB"), Some("payment_changed")),
            (query("good", anna, PRICE, "RUB"), Some("payment_changed")),
            (query("good", 77, STARS, xtr), Some("payment_not_yours")),
            (query("gone", anna, STARS, xtr), Some("order_over")),
        ] {
            let said = format!("{query:?}");
            assert_eq!(world.pre_checkout(query).await, why, "{said}");
        }
        world.app.advance(Duration::from_mins(15)).await;
        let late = query("late", anna, STARS, xtr);
        assert_eq!(world.pre_checkout(late).await, Some("payment_expired"));
        // Nothing of this was written down, and the money counts whenever it comes.
        assert_eq!(world.payment("late").await.state, State::Pending);
        assert_eq!(world.paid(paid("late", "c", STARS)).await.unwrap(), Receipt::Applied);
    }

    async fn a_charge_pays_once_whatever_comes_twice(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        let all = join_all((0..64).map(|_| world.paid(paid("p", "c", STARS)))).await;
        let count = |wanted: Receipt| all.iter().filter(|r| *r.as_ref().unwrap() == wanted).count();
        assert_eq!((count(Receipt::Applied), count(Receipt::Seen)), (1, 63));
        assert_eq!(world.told("p").await, 1);
        let payment = world.payment("p").await;
        assert_eq!((payment.state, payment.charge_id.as_deref()), (State::Paid, Some("c")));
        let second = world.paid(paid("p", "d", STARS)).await.unwrap();
        assert_eq!(second, Receipt::Flagged("second_charge"));
        assert_eq!(world.told("p").await, 1);
    }

    async fn what_does_not_fit_is_for_the_operator(t: TestDb) {
        let world = World::start(t).await;
        for id in ["p", "q"] {
            world.open(id).await;
        }
        let less = world.paid(paid("p", "less", STARS - 1)).await.unwrap();
        assert_eq!(less, Receipt::Flagged("amount_mismatch"));
        assert_eq!(world.told("p").await, 0);
        assert_eq!(world.paid(paid("p", "c", STARS)).await.unwrap(), Receipt::Applied);
        let reused = world.paid(paid("q", "c", STARS)).await.unwrap();
        assert_eq!(reused, Receipt::Seen, "one charge is one report, whatever it says");
        assert_eq!(world.told("q").await, 0);
        // Unknown so far: it waits, and counts when the payment is there.
        assert_eq!(world.paid(paid("r", "early", STARS)).await.unwrap(), Receipt::Kept);
        world.open("r").await;
        world.app.advance(Duration::from_secs(2)).await;
        assert_eq!(world.told("r").await, 1);
        assert_eq!(world.flagged().await, pairs(&[("less", "amount_mismatch")]));
    }

    async fn a_unit_that_fails_has_done_nothing(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        world.note("p", "broken").await;
        world.paid(paid("p", "c", STARS)).await.unwrap_err();
        assert_eq!((world.told("p").await, world.payment("p").await.state), (0, State::Pending));
        world.note("p", "").await;
        assert_eq!(world.paid(paid("p", "c", STARS)).await.unwrap(), Receipt::Applied);
        assert_eq!(world.told("p").await, 1);
    }

    async fn other_messages_are_none_of_ours(t: TestDb) {
        let world = World::start(t).await;
        let desk = world.desk.clone();
        let text = message(ANNA, "text", json!("paid!"));
        let mut roubles = paid("p", "c", STARS);
        roubles.successful_payment.as_mut().unwrap().currency = "RUB".to_owned();
        let nothing = world.write(move |tx| {
            desk.settled(tx, &text)?;
            Ok((desk.paid(tx, &text)?, desk.paid(tx, &roubles)?, desk.refunded(tx, &text)?))
        });
        assert_eq!(nothing.await.unwrap(), (None, None, false));
    }
}
