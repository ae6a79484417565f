//! Money that goes back: once, never more than came, and in the end.

use super::*;
use futures_util::future::join_all;
use std::time::Duration;
use torg_platform::payments::{RefundState, State};
use torg_testkit::both_engines;

impl World {
    async fn refund(&self, id: &str, op: &str, amount_minor: i64) -> Result<Refund> {
        let (id, op) = (id.to_owned(), op.to_owned());
        self.write(move |tx| {
            let payment = payments::lock(tx, &id)?.unwrap();
            let new = NewRefund {
                op: &op,
                amount_minor,
                reason: "changed their mind",
                by: "user/7",
            };
            payments::refund(tx, &payment, &new)
        })
        .await
    }

    /// A payment at the bank that was paid.
    async fn bought(&self, id: &str) {
        self.open(id, "bank", "").await;
        let notice = Notice {
            provider: "bank".to_owned(),
            ..paid(id, "paid", "c")
        };
        assert_eq!(self.receive(notice).await.unwrap(), Receipt::Applied);
    }

    async fn refunds(&self, id: &str) -> Vec<(i64, RefundState)> {
        let id = id.to_owned();
        let read = move |tx: &mut Tx<'_>| payments::refunds_of(tx, &id);
        let all = self.app.ctx.db.read("paytest.read", read).await.unwrap();
        all.into_iter().map(|r| (r.amount_minor, r.state)).collect()
    }

    fn made(&self) -> Vec<(i64, String, i64)> {
        self.bank.made.lock().unwrap().clone()
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().code()
}

both_engines! { ALL =>
    async fn one_name_is_one_refund(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        world.bought("q").await;
        let twins = join_all((0..64).map(|_| world.refund("p", "op", 40))).await;
        let first = twins[0].as_ref().unwrap();
        assert!(twins.iter().all(|twin| twin.as_ref().unwrap() == first));
        assert_eq!(world.payment("p").await.unwrap().refunded_minor, 40);
        assert_eq!(code(world.refund("p", "op", 41).await), "refund_op_reused");
        assert_eq!(code(world.refund("q", "op", 40).await), "refund_op_reused");
        // At the same moment for two payments: one of them has the name.
        let both = [world.refund("p", "same", 10), world.refund("q", "same", 10)];
        assert_eq!(join_all(both).await.iter().filter(|r| r.is_ok()).count(), 1);
        world.app.settle().await;
        assert_eq!(world.refund("p", "op", 40).await.unwrap().state, RefundState::Done);
        world.app.settle().await;
        assert_eq!(world.made().len(), 2);
    }

    async fn never_more_than_was_paid(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        let tries = join_all((0..64).map(|n| {
            let op = format!("op{n}");
            let world = &world;
            async move { world.refund("p", &op, 15).await }
        }))
        .await;
        assert_eq!(tries.iter().filter(|r| r.is_ok()).count(), 6);
        for refused in tries.into_iter().filter(Result::is_err) {
            assert_eq!(code(refused), "refund_exceeds_payment");
        }
        assert_eq!(world.payment("p").await.unwrap().refunded_minor, 90);
        assert_eq!(code(world.refund("p", "rest", 11).await), "refund_exceeds_payment");
        assert_eq!(code(world.refund("p", "all", i64::MAX).await), "refund_exceeds_payment");
        for amount in [0, -1, i64::MIN] {
            assert_eq!(code(world.refund("p", "none", amount).await), "validation_error");
        }
        world.refund("p", "rest", 10).await.unwrap();
        // Two in one unit of work, of which the second is too much: the lock alone would not see it.
        world.bought("q").await;
        let twice = world.write(|tx| {
            let payment = payments::lock(tx, "q")?.unwrap();
            for op in ["q1", "q2"] {
                let new = NewRefund { op, amount_minor: 60, reason: "", by: "" };
                payments::refund(tx, &payment, &new)?;
            }
            Ok(())
        });
        assert_eq!(code(twice.await), "refund_exceeds_payment");
        assert_eq!(world.refunds("q").await, []);
        for damage in [
            "UPDATE platform_payments SET refunded_minor = 101 WHERE id = 'p'",
            "UPDATE platform_payments SET refunded_minor = -1 WHERE id = 'p'",
            "UPDATE platform_payments SET state = 'withdrawn', charge_id = NULL WHERE id = 'p'",
        ] {
            world.app.t.raw(damage).await.unwrap_err();
        }
    }

    async fn only_what_was_paid_goes_back(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "bank", "").await;
        assert_eq!(code(world.refund("p", "op", 1).await), "payment_not_paid");
        world.write(|tx| payments::withdraw_open(tx, ORDER, "p")).await.unwrap();
        assert_eq!(code(world.refund("p", "op", 1).await), "payment_not_paid");
        assert_eq!(world.refunds("p").await, []);
    }

    async fn a_provider_that_is_down_is_asked_until_it_has_done_it(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        *world.bank.trouble.lock().unwrap() = Some(Failure::temporary("connection refused"));
        let refund = world.refund("p", "op", 30).await.unwrap();
        for _ in 0..8 {
            world.app.advance(Duration::from_mins(20)).await;
        }
        assert_eq!(world.bank.asked.load(Ordering::SeqCst), 8);
        assert_eq!(world.refunds("p").await, [(30, RefundState::Pending)]);
        *world.bank.trouble.lock().unwrap() = None;
        for _ in 0..3 {
            world.app.advance(Duration::from_mins(20)).await;
        }
        assert_eq!(world.made(), [(refund.id, "p".to_owned(), 30)]);
        assert_eq!(world.refunds("p").await, [(30, RefundState::Done)]);
        assert_eq!(world.payment("p").await.unwrap().refunded_minor, 30);
    }

    async fn a_refund_that_is_refused_for_good_may_be_tried_by_another(t: TestDb) {
        let world = World::start(t).await;
        world.bought("p").await;
        *world.bank.trouble.lock().unwrap() = Some(Failure::permanent("the card is closed"));
        world.refund("p", "op", 100).await.unwrap();
        world.app.settle().await;
        assert_eq!(world.refunds("p").await, [(100, RefundState::Failed)]);
        assert_eq!(world.payment("p").await.unwrap().refunded_minor, 0);
        world.app.advance(Duration::from_hours(1)).await;
        assert_eq!(world.bank.asked.load(Ordering::SeqCst), 1);
        *world.bank.trouble.lock().unwrap() = None;
        world.refund("p", "by hand", 100).await.unwrap();
        world.app.settle().await;
        let states = [(100, RefundState::Failed), (100, RefundState::Done)];
        assert_eq!(world.refunds("p").await, states);
    }

    async fn money_for_what_is_gone_goes_back_by_itself(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "bank", "gone").await;
        let notice = Notice { provider: "bank".into(), ..paid("p", "1", "c") };
        for receipt in [Receipt::Applied, Receipt::Seen] {
            assert_eq!(world.receive(notice.clone()).await.unwrap(), receipt);
            world.app.settle().await;
        }
        assert_eq!(world.made().len(), 1);
        let payment = world.payment("p").await.unwrap();
        assert_eq!((payment.state, payment.refunded_minor), (State::Paid, 100));
    }
}
