//! Transactions of the official emulator: what is read of them, and that money adds up.

use crate::vectors::boc;
use serde::Deserialize;
use torg_ton::tx::{AccountStatus, Compute, InKind, Tx};
use torg_ton::{StdAddr, tx};
use tycho_types::models::{AccountState, ShardAccount};

const VECTORS: &str = include_str!("../../../../contracts/vectors/transactions.json");

#[derive(Deserialize)]
pub(crate) struct Record {
    pub(crate) name: String,
    account: String,
    tx: Option<String>,
    after: Option<String>,
}

impl Record {
    pub(crate) fn tx(&self) -> Option<&str> {
        self.tx.as_deref()
    }

    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }
}

pub(crate) fn records() -> Vec<Record> {
    serde_json::from_str(VECTORS).unwrap()
}

/// Balance and address of a recorded account.
fn state(text: &str) -> (i128, Option<StdAddr>, AccountStatus) {
    let shard = boc(text).parse::<ShardAccount>().unwrap();
    match shard.load_account().unwrap() {
        None => (0, None, AccountStatus::NotExists),
        Some(account) => {
            let balance = i128::try_from(account.balance.tokens.into_inner()).unwrap();
            let address = torg_ton::message::std_addr(&account.address);
            let status = match account.state {
                AccountState::Uninit => AccountStatus::Uninit,
                AccountState::Active(_) => AccountStatus::Active,
                AccountState::Frozen(_) => AccountStatus::Frozen,
            };
            (balance, address, status)
        }
    }
}

/// A record's transaction, if its account is one that can be named.
pub(crate) fn read(record: &Record) -> Option<Tx> {
    let root = boc(record.tx.as_deref()?);
    let after = record.after.as_deref().map(state);
    let address = state(&record.account).1.or(after.and_then(|after| after.1));
    let address = address.unwrap_or_else(|| {
        let hash = root.parse::<tycho_types::models::Transaction>().unwrap();
        StdAddr::new(0, hash.account)
    });
    Some(Tx::parse(&root, &address).unwrap())
}

#[test]
fn balances_change_by_exactly_what_is_said() {
    let (mut seen, mut bounced, mut aborted, mut skipped) = (0, 0, 0, 0);
    for record in records() {
        let Some(tx) = read(&record) else { continue };
        let before = state(&record.account);
        let after = state(record.after.as_deref().unwrap());
        // An account that is deleted takes its last nanotons with it.
        assert_eq!(
            after.0 - before.0,
            tx.balance_change(),
            "{}: {tx:?}",
            record.name
        );
        assert_eq!(after.2, tx.end_status, "{}", record.name);
        seen += 1;
        bounced += i32::from(tx.bounced_back);
        aborted += i32::from(tx.aborted);
        skipped += i32::from(tx.actions.is_some_and(|actions| actions.skipped > 0));
        if let Compute::Ran { success, exit_code } = tx.compute {
            assert_eq!(success, matches!(exit_code, 0 | 1), "{}", record.name);
        }
    }
    assert!(seen > 350, "{seen}");
    assert!(
        bounced > 10 && aborted > 20 && skipped > 0,
        "{bounced} {aborted} {skipped}"
    );
}

#[test]
fn a_transaction_of_somebody_else_is_none_of_ours() {
    let record = records().into_iter().find(|r| r.tx.is_some()).unwrap();
    let root = boc(record.tx.as_deref().unwrap());
    let stranger = StdAddr::new(0, tycho_types::cell::HashBytes([1; 32]));
    assert!(Tx::parse(&root, &stranger).is_err());
}

#[test]
fn orders_from_outside_have_their_normalized_hash() {
    let mut seen = 0;
    for record in records() {
        let Some(tx) = read(&record) else { continue };
        let Some(message) = &tx.in_msg else { continue };
        match &message.kind {
            InKind::External { normalized_hash } => {
                seen += 1;
                assert_ne!(*normalized_hash, message.hash);
                assert_eq!(message.value(), 0);
            }
            InKind::Internal { value, .. } => assert_eq!(message.value(), *value),
        }
        assert!(tx.prev.is_none_or(|prev: tx::TxId| prev.lt < tx.id.lt));
    }
    assert!(seen > 10, "{seen}");
}
