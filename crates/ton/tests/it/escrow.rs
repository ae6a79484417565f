//! The escrow without a chain: addresses, messages, and which account is believed.

use crate::recorded::records;
use crate::server::{Script, api, v2};
use crate::vectors::boc;
use serde_json::{Value, json};
use torg_ton::StdAddr;
use torg_ton::api::ErrorKind;
use torg_ton::escrow::{Found, GAS, Parts, Stage, Terms, code, read};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, HashBytes};
use tycho_types::models::{AccountState, ShardAccount};

const NOW: u32 = 1_800_000_000;

fn party(number: u8) -> StdAddr {
    StdAddr::new(0, HashBytes([number; 32]))
}

fn terms() -> Terms {
    Terms {
        deal_id: 42,
        amount: 1_000_000_007,
        fee_bps: 500,
        deadline: NOW + 86_400,
        controller: party(1),
        fee_address: party(2),
        advertiser: party(3),
        owner: party(4),
    }
}

/// The contract's data with these first two fields.
fn data(terms: &Terms, stage: u8, owner_bps: u16) -> Cell {
    let init = terms.init().unwrap().data.unwrap();
    let mut rest = init.as_slice().unwrap();
    rest.skip_first(24, 0).unwrap();
    let mut data = CellBuilder::new();
    data.store_u8(stage).unwrap();
    data.store_u16(owner_bps).unwrap();
    data.store_slice(rest).unwrap();
    data.build().unwrap()
}

fn account(state: &str, code: Option<&Cell>, data: Option<&Cell>) -> Value {
    let text = |cell: Option<&Cell>| cell.map(Boc::encode_base64).unwrap_or_default();
    json!({"state": state, "balance": "1030000007", "code": text(code), "data": text(data),
        "sync_utime": NOW, "last_transaction_id": {"lt": "5", "hash": hex::encode([5; 32])}})
}

async fn found(account: &Value, address: &StdAddr) -> Found {
    let script = Script::new(vec![v2(account)]);
    let found = read(&api(&script), address).await.unwrap();
    assert_eq!(script.calls(), 1, "nothing is asked of getters");
    found
}

#[tokio::test]
async fn every_stage_is_read_from_the_data() {
    let (terms, code) = (terms(), code().unwrap());
    let address = terms.address().unwrap();
    for (stage, bps, expected) in [
        (0, 0, Stage::Init),
        (1, 0, Stage::Funded),
        (2, 10_000, Stage::Released),
        (3, 0, Stage::Refunded),
        (4, 2500, Stage::Settled),
    ] {
        let data = data(&terms, stage, bps);
        let Found::Escrow(view) =
            found(&account("active", Some(&code), Some(&data)), &address).await
        else {
            panic!("no escrow");
        };
        assert_eq!(
            (view.stage, view.owner_bps, &view.terms),
            (expected, bps, &terms)
        );
        assert_eq!(view.balance, 1_030_000_007);
        assert_eq!(view.last.unwrap().lt, 5);
    }
}

#[tokio::test]
async fn another_contract_is_not_believed_whatever_it_says() {
    let (terms, code) = (terms(), code().unwrap());
    let address = terms.address().unwrap();
    let funded = data(&terms, 1, 0);
    let other_code = boc(include_str!("../../code/wallet_v4r2.b64").trim());
    let foreign = account("active", Some(&other_code), Some(&funded));
    assert_eq!(found(&foreign, &address).await, Found::Foreign);
    // Our code, but a deal that does not belong to this address.
    let other = Terms {
        owner: party(9),
        ..terms.clone()
    };
    let swapped = account("active", Some(&code), Some(&data(&other, 1, 0)));
    assert_eq!(found(&swapped, &address).await, Found::Foreign);
    let balance = 1_030_000_007;
    let nothing = account("uninitialized", None, None);
    assert_eq!(found(&nothing, &address).await, Found::Nothing { balance });
    assert_eq!(
        found(&account("frozen", None, None), &address).await,
        Found::Frozen
    );
    for broken in [data(&terms, 5, 0), Cell::default(), other_code] {
        let script = Script::new(vec![v2(&account("active", Some(&code), Some(&broken)))]);
        let error = read(&api(&script), &address).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Malformed(_)), "{error}");
    }
}

/// Accounts of the emulator with our code have exactly the address that their data give.
#[test]
fn recorded_escrows_have_our_address() {
    let ours = *code().unwrap().repr_hash();
    let mut seen = 0;
    for record in records() {
        let Some(after) = record.after() else {
            continue;
        };
        let shard = boc(after).parse::<ShardAccount>().unwrap();
        let Some(account) = shard.load_account().unwrap() else {
            continue;
        };
        let AccountState::Active(init) = account.state else {
            continue;
        };
        if init.code.as_ref().map(|code| *code.repr_hash()) != Some(ours) {
            continue;
        }
        let address = torg_ton::message::std_addr(&account.address).unwrap();
        // As it was first: state and share are 0.
        let now = init.data.unwrap();
        let mut rest = now.as_slice().unwrap();
        rest.skip_first(24, 0).unwrap();
        let mut first = CellBuilder::new();
        first.store_zeros(24).unwrap();
        first.store_slice(rest).unwrap();
        let init = torg_ton::wallet::state_init(code().unwrap(), first.build().unwrap());
        assert_eq!(torg_ton::wallet::address_of(&init).unwrap(), address);
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn messages_say_what_the_contract_obeys() {
    let terms = terms();
    let deposit = terms.deposit(7).unwrap();
    assert_eq!(deposit.to, terms.address().unwrap());
    assert_eq!(deposit.value, terms.amount + 30_000_000);
    assert!(deposit.bounce && deposit.init.is_some());
    let hex = |cell: &Cell| {
        let mut slice = cell.as_slice().unwrap();
        let mut bytes = Vec::new();
        while slice.size_bits() > 0 {
            bytes.push(slice.load_u8().unwrap());
        }
        hex::encode(bytes)
    };
    assert_eq!(hex(&deposit.body), "544700010000000000000007");
    for (message, body) in [
        (terms.release(7), "544700020000000000000007"),
        (terms.refund(7), "544700030000000000000007"),
        (terms.auto_refund(7), "544700040000000000000007"),
        (terms.close(7), "544700050000000000000007"),
        (terms.settle(7, 2500), "54470006000000000000000709c4"),
    ] {
        let message = message.unwrap();
        assert_eq!(hex(&message.body), body);
        assert_eq!((message.value, message.bounce), (GAS, true));
        assert!(message.init.is_none());
    }
    assert!(terms.settle(7, 0).is_err());
    assert!(terms.settle(7, 10_000).is_err());
}

#[test]
fn parts_add_up_and_bad_terms_are_refused() {
    let terms = terms();
    for bps in [0, 1, 3333, 5000, 9999, 10_000, u16::MAX] {
        let Parts {
            owner,
            fee,
            advertiser,
        } = terms.parts(bps);
        assert_eq!(owner + fee + advertiser, terms.amount, "{bps}");
    }
    let whole = terms.parts(10_000);
    assert_eq!(
        (whole.owner, whole.fee, whole.advertiser),
        (950_000_007, 50_000_000, 0)
    );
    terms.check(NOW).unwrap();
    for bad in [
        Terms {
            amount: 0,
            ..terms.clone()
        },
        Terms {
            amount: u64::MAX,
            ..terms.clone()
        },
        Terms {
            fee_bps: 2001,
            ..terms.clone()
        },
        Terms {
            deadline: NOW,
            ..terms.clone()
        },
        Terms {
            deadline: NOW + 367 * 86_400,
            ..terms.clone()
        },
        Terms {
            owner: StdAddr::new(-1, HashBytes([4; 32])),
            ..terms.clone()
        },
    ] {
        assert!(bad.check(NOW).is_err(), "{bad:?}");
    }
}
