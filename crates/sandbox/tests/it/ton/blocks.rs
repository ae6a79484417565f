//! Blocks: what gets into one, what survives, what the past looks like.

use super::{
    AUTO_REFUND, DEPOSIT, Deal, NOW, RELEASE, TON, built, chain, clock, nobody, number, op, order,
    rich, send, wallet,
};
use std::path::Path;
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{DevChain, DevChainOptions, Error, Head};
use torg_ton::message::Outgoing;
use tycho_types::cell::CellBuilder;

#[test]
fn coins_move_and_a_used_order_is_refused() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let boris = wallet(2);
    let first = order(
        &chain,
        &anna,
        &[Outgoing::coins(boris.address().clone(), TON)],
    );
    let accepted = chain.send(first.clone()).unwrap();
    assert_eq!(chain.pending().len(), 1);
    assert_eq!(
        chain.balance(boris.address()).unwrap(),
        0,
        "not before a block"
    );
    let mined = chain.mine().unwrap();
    assert_eq!((mined.transactions, mined.refused), (2, 0));
    assert_eq!(chain.balance(boris.address()).unwrap(), u128::from(TON));
    assert!(chain.pending().is_empty());
    let again = chain.send(first).unwrap_err();
    assert!(
        again
            .to_string()
            .starts_with("LITE_SERVER_UNKNOWN: cannot apply external message")
    );
    let found = chain.look(0, |view| {
        view.caused_by(&accepted.normalized).next().cloned()
    });
    assert_eq!(found.unwrap().account, *anna.address());
}

#[test]
fn an_order_that_became_void_while_it_waited_is_left_out() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let messages = [Outgoing::coins(nobody(9), TON)];
    let (one, two) = (
        order(&chain, &anna, &messages),
        order(&chain, &anna, &messages),
    );
    chain.send(one.clone()).unwrap();
    chain.send(two).unwrap();
    let mined = chain.mine().unwrap();
    assert_eq!((mined.transactions, mined.refused), (2, 1));
    assert_eq!(chain.balance(&nobody(9)).unwrap(), u128::from(TON));
}

#[test]
fn a_deal_through_all_its_states() {
    let clock = clock();
    let chain = DevChain::open(DevChainOptions::new(clock.clone(), Rng::from_seed(1))).unwrap();
    let (advertiser, controller) = (rich(&chain, 1), rich(&chain, 2));
    let code = built("escrow");
    let deal = |id| Deal {
        id,
        amount: 10 * TON,
        fee_bps: 500,
        deadline: chain.now() + 86_400,
        advertiser: advertiser.address().clone(),
        owner: nobody(3),
        controller: controller.address().clone(),
        fee: nobody(4),
    };
    for (id, end) in [(1, RELEASE), (2, AUTO_REFUND)] {
        let deal = deal(id);
        let escrow = deal.address(code.clone());
        let deposit = Outgoing {
            to: escrow.clone(),
            value: 11 * TON,
            bounce: true,
            init: Some(deal.init(code.clone())),
            body: op(DEPOSIT),
        };
        send(&chain, &advertiser, &[deposit]);
        assert_eq!(number(&chain, &escrow, "get_state"), 1);
        let finish = Outgoing {
            bounce: true,
            ..Outgoing::coins(escrow.clone(), TON / 20).with_body(op(end))
        };
        send(&chain, &advertiser, std::slice::from_ref(&finish));
        assert_eq!(
            number(&chain, &escrow, "get_state"),
            1,
            "not yet, and not he"
        );
        if end == RELEASE {
            send(&chain, &controller, &[finish]);
            assert_eq!(number(&chain, &escrow, "get_state"), 2);
            assert_eq!(
                chain.balance(&nobody(3)).unwrap(),
                u128::from(TON * 95 / 10)
            );
            assert_eq!(chain.balance(&nobody(4)).unwrap(), u128::from(TON / 2));
        } else {
            clock.advance(Duration::from_secs(86_401));
            send(&chain, &advertiser, &[finish]);
            assert_eq!(number(&chain, &escrow, "get_state"), 3);
            assert_eq!(
                chain.balance(&nobody(3)).unwrap(),
                u128::from(TON * 95 / 10)
            );
        }
        let data = chain.get(&escrow, "get_escrow_data", Vec::new()).unwrap();
        assert_eq!((data.exit_code, data.stack.len()), (0, 10));
    }
}

#[test]
fn time_of_blocks_never_goes_back() {
    let clock = clock();
    let chain = DevChain::open(DevChainOptions::new(clock.clone(), Rng::from_seed(1))).unwrap();
    let first = chain.mine().unwrap().head;
    clock.advance(Duration::from_secs(10));
    let second = chain.mine().unwrap().head;
    let third = chain.mine().unwrap().head;
    assert_eq!(second.unixtime, first.unixtime + 10);
    assert_eq!(
        (third.unixtime, third.seqno),
        (second.unixtime, first.seqno + 2)
    );
    assert_eq!(third.lt, first.lt, "nothing happened");
}

fn at(path: &Path, clock: Clock) -> DevChain {
    let options = DevChainOptions::new(clock, Rng::from_seed(7)).at(path.to_owned());
    DevChain::open(options).unwrap()
}

/// Everything that a restart must not change.
fn print(chain: &DevChain) -> Vec<String> {
    chain.look(0, |view| {
        let mut accounts: Vec<_> = view.addresses().cloned().collect();
        accounts.sort();
        let accounts = accounts.iter().map(|a| {
            let state = view.shard_account(a).unwrap();
            format!(
                "{a} {}",
                CellBuilder::build_from(state).unwrap().repr_hash()
            )
        });
        let all = view.all_transactions().map(|r| {
            let (seqno, hash) = (r.seqno, r.hash);
            format!(
                "{} {seqno} {hash} {:?} {:?}",
                r.lt, r.normalized, r.out_hashes
            )
        });
        accounts.chain(all).collect()
    })
}

#[test]
fn a_restart_finds_the_same_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.db");
    let first = at(&path, clock());
    let anna = rich(&first, 1);
    send(&first, &anna, &[Outgoing::coins(nobody(9), TON)]);
    first.mine().unwrap();
    first.settle().unwrap();
    let (head, before) = (first.head(), print(&first));
    assert_eq!(before.len(), 2 + 3);
    drop(first);
    // A clock that is behind changes nothing.
    let behind = Clock::manual(torg_platform::Timestamp::from_seconds(NOW - 500));
    let second = at(&path, behind);
    assert_eq!((second.head(), print(&second)), (head, before));
    send(&second, &anna, &[Outgoing::coins(nobody(9), TON)]);
    assert_eq!(second.head().unixtime, head.unixtime);
    assert_eq!(second.balance(&nobody(9)).unwrap(), u128::from(2 * TON));
}

#[test]
fn after_a_crash_no_number_and_no_time_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.db");
    let chain = at(&path, clock());
    let anna = rich(&chain, 1);
    for _ in 0..100 {
        chain.mine().unwrap();
    }
    let said = chain.head();
    // What was only waiting is gone, as it is anywhere.
    let lost = order(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]);
    chain.send(lost.clone()).unwrap();
    let before = print(&chain);
    // No farewell: the file as it is at this moment.
    let copy = folder.path().join("copy.db");
    for end in ["", "-wal"] {
        let from = folder.path().join(format!("chain.db{end}"));
        if from.exists() {
            std::fs::copy(from, folder.path().join(format!("copy.db{end}"))).unwrap();
        }
    }
    let after = at(&copy, clock());
    assert_eq!(print(&after), before);
    let Head {
        seqno,
        unixtime,
        lt,
    } = after.head();
    assert!(
        seqno >= said.seqno && seqno <= said.seqno + 64,
        "{seqno} {said:?}"
    );
    assert_eq!((unixtime, lt), (said.unixtime, said.lt));
    assert!(after.pending().is_empty());
    after.send(lost).unwrap();
    assert_eq!(after.mine().unwrap().transactions, 2);
}

#[test]
fn a_block_that_cannot_be_kept_did_not_happen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.db");
    let chain = at(&path, clock());
    let anna = rich(&chain, 1);
    chain
        .send(order(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]))
        .unwrap();
    let (head, before) = (chain.head(), print(&chain));
    chain.break_file(true).unwrap();
    assert!(matches!(chain.mine(), Err(Error::File(_))));
    assert_eq!((chain.head(), print(&chain)), (head, before));
    assert_eq!(chain.pending().len(), 1, "it still waits");
    chain.break_file(false).unwrap();
    assert_eq!(chain.mine().unwrap().transactions, 2);
}

#[test]
fn the_past_is_consistent() {
    let chain = chain();
    let anna = rich(&chain, 1);
    for _ in 0..5 {
        send(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]);
    }
    for behind in 0..7_u32 {
        chain.look(behind, |view| {
            let known = view.transactions(&nobody(9)).count();
            let state = view.shard_account(&nobody(9)).unwrap();
            let newest = view.transactions(&nobody(9)).next();
            assert_eq!(
                known,
                5_usize.saturating_sub(usize::try_from(behind).unwrap())
            );
            assert_eq!(state.last_trans_lt, newest.map_or(0, |record| record.lt));
            assert!(newest.is_none_or(|record| record.lt < view.head.lt));
        });
    }
}

#[tokio::test(start_paused = true)]
async fn it_makes_blocks_by_itself_and_faster_when_told() {
    let chain = chain();
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(chain.clone().run(stop.clone()));
    let begin = tokio::time::Instant::now();
    chain.reached(chain.head().seqno + 3).await;
    assert!(begin.elapsed() >= Duration::from_secs(3));
    chain.set_block_time(Duration::from_millis(100));
    let begin = tokio::time::Instant::now();
    chain.reached(chain.head().seqno + 3).await;
    assert!(begin.elapsed() < Duration::from_secs(1));
    stop.cancel();
    running.await.unwrap();
}
