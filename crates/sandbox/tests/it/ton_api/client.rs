//! Accounts, pages, getters, orders; and what the server may not get away with.

use super::in_process::RouterTransport;
use super::{State, World, hurried};
use crate::ton::{TON, nobody, wallet};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::ton::{ApiOptions, Faults, router};
use torg_ton::Network;
use torg_ton::api::{ErrorKind, Finality, Options, Sent, TonApi};
use torg_ton::message::{Outgoing, comment, normalized_hash};
use torg_ton::proof::{Expected, Proof, check, sign};
use torg_ton::stack::StackItem;
use torg_ton::tx::{Compute, InKind};
use tycho_types::boc::Boc;

#[tokio::test]
async fn an_account_before_and_after_it_is_deployed() {
    let world = World::new();
    let head = world.api.head().await.unwrap();
    let anna = wallet(1);
    let nothing = world.api.account(anna.address()).await.unwrap();
    assert_eq!(
        (nothing.state, nothing.balance, nothing.last),
        (State::Uninitialized, 0, None)
    );
    let anna = world.rich(1);
    let coins = world.api.account(anna.address()).await.unwrap();
    assert_eq!(
        (coins.state, coins.balance),
        (State::Uninitialized, 1_000 * TON)
    );
    assert_eq!(world.api.seqno(anna.address()).await.unwrap(), 0);
    world.send(&anna, &[Outgoing::coins(nobody(9), TON)]).await;
    let wallet = world.api.account(anna.address()).await.unwrap();
    assert_eq!(wallet.state, State::Active);
    let code = anna.init().code.as_ref().unwrap();
    assert_eq!(wallet.code_hash, Some(*code.repr_hash()));
    assert_eq!(world.api.seqno(anna.address()).await.unwrap(), 1);
    let later = world.api.head().await.unwrap();
    assert!(later.seqno > head.seqno && later.time >= head.time);
    assert_eq!(wallet.time, later.time);
}

#[tokio::test]
async fn pages_are_walked_and_money_adds_up() {
    let world = World::new();
    let anna = world.rich(1);
    for number in 0..5_u32 {
        let text = comment(&format!("order {number}")).unwrap();
        let value = TON + u64::from(number);
        let to = wallet(2).address().clone();
        let message = Outgoing::coins(to, value).with_body(text);
        world
            .send(&anna, &[message, Outgoing::coins(nobody(9), 7)])
            .await;
        world.pass(Duration::from_secs(1000));
    }
    let sent = world.adds_up(anna.address()).await;
    assert_eq!(sent.len(), 6, "the faucet and five orders");
    assert!(sent.iter().skip(1).all(|tx| tx.out_msgs.len() == 2));
    let came = world.adds_up(wallet(2).address()).await;
    assert_eq!(came.len(), 5);
    for (tx, number) in came.iter().zip(0_u32..) {
        let message = tx.in_msg.as_ref().unwrap();
        assert_eq!(
            message.comment.as_deref(),
            Some(format!("order {number}").as_str())
        );
        assert_eq!(message.value(), TON + u64::from(number));
        let InKind::Internal {
            source, bounced, ..
        } = &message.kind
        else {
            panic!("from outside");
        };
        assert_eq!((source, bounced), (anna.address(), &false));
    }
    // The index lists the same, the oldest first, from wherever one was.
    let listed = world
        .api
        .transactions_since(anna.address(), 0, 4)
        .await
        .unwrap();
    let rest = world
        .api
        .transactions_since(anna.address(), listed[3].id.lt, 1000)
        .await
        .unwrap();
    let ids: Vec<_> = listed.iter().chain(&rest).map(|row| row.id).collect();
    assert_eq!(ids, sent.iter().map(|tx| tx.id).collect::<Vec<_>>());
    assert!(
        listed
            .iter()
            .all(|row| row.finality == Finality::Finalized && row.mc_seqno.is_some())
    );
}

#[tokio::test]
async fn bounces_rent_and_deploys_add_up() {
    let world = World::new();
    let (anna, boris) = (world.rich(1), world.rich(2));
    // To nobody who could take it: it comes back, less fees.
    let bouncing = Outgoing {
        bounce: true,
        ..Outgoing::coins(nobody(8), TON)
    };
    world.send(&anna, &[bouncing]).await;
    let history = world.adds_up(anna.address()).await;
    let back = history.last().unwrap();
    let InKind::Internal { bounced, value, .. } = back.in_msg.as_ref().unwrap().kind else {
        panic!("from outside");
    };
    assert!(bounced && value < TON && value > TON - TON / 100);
    let there = world.adds_up(&nobody(8)).await;
    assert!(there.iter().all(|tx| tx.bounced_back && tx.aborted));
    assert!(matches!(there[0].compute, Compute::Skipped(_)));
    // A year of rent.
    world.send(&boris, &[Outgoing::coins(nobody(9), TON)]).await;
    world.pass(Duration::from_secs(365 * 86_400));
    world.send(&boris, &[Outgoing::coins(nobody(9), TON)]).await;
    let history = world.adds_up(boris.address()).await;
    let last = history.last().unwrap();
    assert!(
        last.total_fees > history[history.len() - 2].total_fees,
        "with rent"
    );
    world.adds_up(&nobody(9)).await;
}

#[tokio::test]
async fn an_order_is_found_and_refused_the_second_time() {
    let world = World::new();
    let anna = world.rich(1);
    let until = world.chain.now() + 300;
    let order = anna
        .order(0, until, &[Outgoing::coins(nobody(9), TON)])
        .unwrap();
    let name = normalized_hash(&order).unwrap();
    assert_eq!(world.api.find_external(&name).await.unwrap(), None);
    assert_eq!(
        world.api.send(&Boc::encode(&order)).await.unwrap(),
        Sent::Accepted
    );
    world.chain.mine().unwrap();
    let found = world.api.find_external(&name).await.unwrap().unwrap();
    assert_eq!(found.account, *anna.address());
    let tx = world
        .api
        .transactions_back(anna.address(), found.id, 1)
        .await
        .unwrap();
    let kind = &tx[0].in_msg.as_ref().unwrap().kind;
    assert_eq!(
        *kind,
        InKind::External {
            normalized_hash: name
        }
    );
    let again = world.api.send(&Boc::encode(&order)).await.unwrap();
    assert!(matches!(again, Sent::Refused(text) if text.contains("cannot apply external message")));
    assert!(matches!(
        world.api.send(b"no cells").await.unwrap(),
        Sent::Refused(_)
    ));
}

#[tokio::test]
async fn a_skipped_message_is_seen() {
    let world = World::new();
    let anna = world.rich(1);
    let dear = Outgoing::coins(nobody(7), 1_000_000 * TON);
    world
        .send(&anna, &[Outgoing::coins(nobody(9), TON), dear])
        .await;
    let history = world.adds_up(anna.address()).await;
    let tx = history.last().unwrap();
    assert!(!tx.aborted, "the order was obeyed");
    assert_eq!(tx.actions.unwrap().skipped, 1);
    assert_eq!(tx.out_msgs.len(), 1);
    assert_eq!(tx.out_msgs[0].to, Some(nobody(9)));
}

#[tokio::test]
async fn getters_answer_or_say_why_not() {
    let world = World::new();
    let anna = world.rich(1);
    let missing = world.api.run_get(anna.address(), "seqno", &[]).await;
    assert!(
        !missing.is_ok_and(|result| result.is_success()),
        "not deployed"
    );
    world.send(&anna, &[Outgoing::coins(nobody(9), TON)]).await;
    let key = world
        .api
        .run_get(anna.address(), "get_public_key", &[])
        .await
        .unwrap();
    assert_eq!(key.big_int(0).unwrap().to_bytes_be().1, anna.key().public());
    let unknown = world
        .api
        .run_get(anna.address(), "nothing", &[StackItem::from(1)])
        .await
        .unwrap();
    assert!(!unknown.is_success(), "{unknown:?}");
}

#[tokio::test]
async fn a_proof_without_a_state_is_checked_with_the_accounts_key() {
    let world = World::new();
    let anna = world.rich(1);
    world.send(&anna, &[Outgoing::coins(nobody(9), TON)]).await;
    let now = Timestamp::from_seconds(1_800_000_000);
    let proof = sign(&anna, Network::Mainnet, "torg.example", "nonce", now).unwrap();
    let proof = Proof {
        wallet_state_init: None,
        ..proof
    };
    let domains = ["torg.example".to_owned()];
    let expected = Expected::new(&domains, Network::Mainnet, now);
    let proven = check(&world.api, &proof, &expected).await.unwrap();
    assert_eq!(proven.address, *anna.address());
    // The same proof in the name of a wallet that has another key.
    let boris = world.rich(2);
    world.send(&boris, &[Outgoing::coins(nobody(9), TON)]).await;
    let stolen = Proof {
        address: boris.address().to_string(),
        public_key: None,
        ..proof
    };
    assert!(check(&world.api, &stolen, &expected).await.is_err());
}

/// A client whose delays pass at once.
fn quick(world: &World) -> (TonApi, Clock) {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let options = Options {
        base_url: "http://chain".to_owned(),
        api_key: Secret::default(),
        network: Network::Mainnet,
        requests_per_second: Some(1000),
    };
    let transport = RouterTransport(router(world.chain.clone(), ApiOptions::default()));
    let metrics = Metrics::new(&clock).unwrap();
    let rng = Rng::from_seed(9);
    let api = TonApi::new(&options, Arc::new(transport), clock.clone(), rng, &metrics);
    (api.unwrap(), clock)
}

#[tokio::test]
async fn a_server_that_lies_is_not_believed() {
    let world = World::new();
    let anna = world.rich(1);
    for _ in 0..6 {
        world.send(&anna, &[Outgoing::coins(nobody(9), TON)]).await;
    }
    let truth = world.history(anna.address(), 100).await;
    let from = truth.last().unwrap().id;
    for faults in [
        Faults {
            wrong_bocs: 1000,
            ..Faults::default()
        },
        Faults {
            wrong_amounts: 1000,
            ..Faults::default()
        },
    ] {
        world.chain.set_faults(faults.clone());
        let (api, clock) = quick(&world);
        let page = hurried(&clock, api.transactions_back(anna.address(), from, 100)).await;
        let error = page.unwrap_err();
        assert!(
            matches!(error.kind, ErrorKind::Malformed(_)),
            "{faults:?}: {error}"
        );
    }
    // What is sometimes right is right when it is believed.
    let (mut right, mut wrong) = (0, 0);
    for faults in [
        Faults {
            missing_rows: 150,
            reordered_rows: 300,
            duplicated_rows: 100,
            ..Faults::default()
        },
        Faults {
            status_500: 200,
            truncated: 200,
            html: 100,
            dropped: 200,
            ..Faults::default()
        },
    ] {
        world.chain.set_faults(faults);
        for _ in 0..40 {
            let (api, clock) = quick(&world);
            let page = hurried(&clock, api.transactions_back(anna.address(), from, 100)).await;
            match page {
                // A page may be short; what is there is in order and true.
                Ok(page) => {
                    assert!(
                        truth
                            .iter()
                            .rev()
                            .zip(&page)
                            .all(|(one, other)| one == other)
                    );
                    right += 1;
                }
                Err(_) => wrong += 1,
            }
        }
    }
    assert!(right > 10 && wrong > 5, "{right} {wrong}");
}

#[tokio::test]
async fn what_is_not_final_is_listed_as_such() {
    let world = World::new();
    world.chain.set_faults(Faults {
        finality_blocks: 3,
        ..Faults::default()
    });
    let anna = world.rich(1);
    let listed = world
        .api
        .transactions_since(anna.address(), 0, 10)
        .await
        .unwrap();
    assert!(
        listed.iter().all(|row| row.finality < Finality::Finalized),
        "{listed:?}"
    );
    for _ in 0..3 {
        world.chain.mine().unwrap();
    }
    let listed = world
        .api
        .transactions_since(anna.address(), 0, 10)
        .await
        .unwrap();
    assert_eq!(listed[0].finality, Finality::Finalized);
}

#[tokio::test]
async fn what_is_old_comes_from_the_archive() {
    let world = World::new();
    let anna = world.rich(1);
    let from = world
        .api
        .account(anna.address())
        .await
        .unwrap()
        .last
        .unwrap();
    for _ in 0..10 {
        world.chain.mine().unwrap();
    }
    world.chain.set_faults(Faults {
        recent_blocks: 2,
        ..Faults::default()
    });
    let page = world
        .api
        .transactions_back(anna.address(), from, 10)
        .await
        .unwrap();
    assert_eq!(page[0].id, from);
}
