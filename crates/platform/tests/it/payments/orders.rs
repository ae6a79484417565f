//! News in every order.

use super::*;
use torg_platform::payments::State;
use torg_testkit::both_engines;

/// Every order of `items`.
fn permutations<T: Copy>(items: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = items.split_first() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for tail in permutations(rest) {
        for at in 0..=tail.len() {
            let mut one = tail.clone();
            one.insert(at, *first);
            all.push(one);
        }
    }
    all
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Paid,
    Failed,
    /// The notice of `Paid`, sent again.
    Duplicate,
    /// The charge of `Paid`, under another event.
    Twin,
    OtherCharge,
    WrongAmount,
}

const NEWS: [News; 6] = [
    News::Paid,
    News::Failed,
    News::Duplicate,
    News::Twin,
    News::OtherCharge,
    News::WrongAmount,
];

fn notice(id: &str, news: News) -> Notice {
    match news {
        News::Paid | News::Duplicate => paid(id, "1", "c"),
        News::Twin => paid(id, "2", "c"),
        News::Failed => failed(id, "3"),
        News::OtherCharge => paid(id, "4", "d"),
        News::WrongAmount => Notice {
            amount_minor: Some(99),
            ..paid(id, "5", "e")
        },
    }
}

/// What each of the news must be answered, worked out by hand: a small model.
fn model(order: &[News], withdrawn: bool) -> (Vec<Receipt>, (i64, i64), &'static str) {
    let (mut charge, mut seen_first, mut told) = (None, false, (0, 0));
    let mut state = if withdrawn { "withdrawn" } else { "pending" };
    let receipts = order.iter().map(|news| match news {
        News::WrongAmount => Receipt::Flagged("amount_mismatch"),
        News::Failed if state == "pending" => {
            (state, told.1) = ("failed", 1);
            Receipt::Applied
        }
        News::Failed => Receipt::Seen,
        News::Paid | News::Duplicate if std::mem::replace(&mut seen_first, true) => Receipt::Seen,
        News::Paid | News::Duplicate | News::Twin | News::OtherCharge => {
            let this = if *news == News::OtherCharge { "d" } else { "c" };
            match charge {
                None => {
                    (charge, state, told.0) = (Some(this), "paid", 1);
                    Receipt::Applied
                }
                Some(known) if known == this => Receipt::Seen,
                Some(_) => Receipt::Flagged("second_charge"),
            }
        }
    });
    let receipts = receipts.collect();
    (receipts, told, charge.unwrap())
}

both_engines! { ALL =>
    async fn every_order_of_news_ends_in_the_right_state(t: TestDb) {
        let world = World::start(t).await;
        for (n, order) in permutations(&NEWS).into_iter().enumerate() {
            // Every second one was withdrawn before anything came.
            let (id, withdrawn) = (format!("p{n}"), n % 2 == 1);
            world.open(&id, "test", "").await;
            if withdrawn {
                let subject = id.clone();
                let gone = world.write(move |tx| payments::withdraw_open(tx, ORDER, &subject)).await;
                assert_eq!(gone.unwrap().len(), 1);
            }
            let (expected, told, charge) = model(&order, withdrawn);
            for (news, receipt) in order.iter().zip(expected) {
                let got = world.receive(notice(&id, *news)).await.unwrap();
                assert_eq!(got, receipt, "{news:?} in {order:?}");
            }
            let payment = world.payment(&id).await.unwrap();
            assert_eq!(payment.state, State::Paid, "{order:?}");
            assert_eq!(payment.charge_id, Some(format!("{id}:{charge}")), "{order:?}");
            assert_eq!(world.told(&id).await, told, "{order:?}");
        }
    }

    async fn nothing_but_money_settles_what_was_withdrawn(t: TestDb) {
        let world = World::start(t).await;
        world.open("p", "test", "").await;
        let withdraw = |tx: &mut Tx<'_>| payments::withdraw_open(tx, ORDER, "p");
        let gone = world.write(withdraw).await.unwrap();
        assert_eq!((gone.len(), gone[0].state), (1, State::Withdrawn));
        assert!(world.write(withdraw).await.unwrap().is_empty());
        assert_eq!(world.receive(failed("p", "1")).await.unwrap(), Receipt::Seen);
        assert_eq!(world.payment("p").await.unwrap(), gone[0]);
        assert_eq!(world.receive(paid("p", "2", "c")).await.unwrap(), Receipt::Applied);
        assert!(world.write(withdraw).await.unwrap().is_empty());
        assert_eq!(world.told("p").await, (1, 0));
    }
}
