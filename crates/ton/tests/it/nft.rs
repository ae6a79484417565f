//! Which items are ours, and which only say so.

use crate::recorded::{read, records};
use crate::server::{Script, api, v2};
use serde_json::{Value, json};
use torg_ton::StdAddr;
use torg_ton::message::{comment, read_comment};
use torg_ton::nft::{CustodyError, NotHeld, Notification, held, royalty, transfer};
use torg_ton::stack::StackItem;
use torg_ton::tx::{InKind, Tx};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes, Store as _};

fn account(number: u8) -> StdAddr {
    StdAddr::new(0, HashBytes([number; 32]))
}

fn slice(address: &StdAddr) -> Value {
    json!(["cell", {"bytes": Boc::encode_base64(CellBuilder::build_from(address).unwrap())}])
}

fn nobody() -> Value {
    let mut cell = CellBuilder::new();
    cell.store_zeros(2).unwrap();
    json!(["cell", {"bytes": Boc::encode_base64(cell.build().unwrap())}])
}

fn run(exit_code: i32, stack: &[Value]) -> Value {
    json!({"exit_code": exit_code, "stack": stack})
}

/// What the item says of itself.
fn says(init: i32, collection: Value, owner: &StdAddr) -> Value {
    let content = json!(["cell", {"bytes": Boc::encode_base64(Cell::empty_cell())}]);
    let init = json!(["num", init.to_string()]);
    run(
        0,
        &[
            init,
            json!(["num", "0x5"]),
            collection,
            slice(owner),
            content,
        ],
    )
}

/// Item 1, collection 2, vault 3.
async fn judged(answers: &[Value]) -> (Result<torg_ton::nft::Held, CustodyError>, Script) {
    let script = Script::new(answers.iter().map(v2).collect());
    let result = held(
        &api(&script),
        &account(3),
        &[account(8), account(2)],
        &account(1),
    )
    .await;
    (result, script)
}

#[tokio::test]
async fn an_item_is_ours_when_it_and_its_collection_say_so() {
    let confirms = run(0, &[slice(&account(1))]);
    let (result, script) = judged(&[says(-1, slice(&account(2)), &account(3)), confirms]).await;
    let held = result.unwrap();
    assert_eq!((held.item, held.collection), (account(1), account(2)));
    assert_eq!(StackItem::Int(held.index), StackItem::from(5_u64));
    let asked: Value = serde_json::from_str(&script.asked(1).1).unwrap();
    assert_eq!(asked["address"], account(2).to_string());
    assert_eq!(asked["stack"], json!([["num", "5"]]));
}

#[tokio::test]
async fn everything_else_is_refused_for_its_reason() {
    let item = says(-1, slice(&account(2)), &account(3));
    let cases = [
        (vec![run(11, &[])], NotHeld::NoItem),
        (vec![run(-13, &[])], NotHeld::NoItem),
        (vec![run(0, &[json!(["num", "1"])])], NotHeld::NoItem),
        (
            vec![says(0, slice(&account(2)), &account(3))],
            NotHeld::NotInitialised,
        ),
        (
            vec![says(-1, slice(&account(2)), &account(7))],
            NotHeld::NotOurs,
        ),
        (
            vec![says(-1, slice(&account(6)), &account(3))],
            NotHeld::Collection,
        ),
        (vec![says(-1, nobody(), &account(3))], NotHeld::Collection),
        (
            vec![item.clone(), run(0, &[slice(&account(9))])],
            NotHeld::NotConfirmed,
        ),
        (
            vec![item.clone(), run(0, &[nobody()])],
            NotHeld::NotConfirmed,
        ),
        (vec![item, run(11, &[])], NotHeld::NotConfirmed),
    ];
    for (answers, reason) in cases {
        let (result, script) = judged(&answers).await;
        assert_eq!(result, Err(CustodyError::Refused(reason)));
        assert_eq!(script.calls(), answers.len());
    }
}

/// A recorded transaction whose message is replaced.
fn told(body: Cell, bounced: bool) -> Tx {
    let mut txs = records().into_iter().filter_map(|record| read(&record));
    let mut tx = txs
        .find(|tx| {
            tx.in_msg
                .as_ref()
                .is_some_and(|message| message.value() > 0)
        })
        .unwrap();
    let message = tx.in_msg.as_mut().unwrap();
    message.body = body;
    message.kind = InKind::Internal {
        source: account(1),
        value: 1,
        bounce: false,
        bounced,
    };
    tx
}

fn assigned(op: u32, memo: Option<(&str, bool)>) -> Cell {
    let mut body = CellBuilder::new();
    body.store_u32(op).unwrap();
    body.store_u64(77).unwrap();
    account(4)
        .store_into(&mut body, Cell::empty_context())
        .unwrap();
    match memo {
        Some((text, true)) => {
            body.store_bit_one().unwrap();
            body.store_reference(comment(text).unwrap()).unwrap();
        }
        Some((text, false)) => {
            body.store_bit_zero().unwrap();
            body.store_slice(comment(text).unwrap().as_slice().unwrap())
                .unwrap();
        }
        None => body.store_bit_zero().unwrap(),
    }
    body.build().unwrap()
}

#[test]
fn notifications_are_read_with_their_memo() {
    for (memo, expected) in [
        (Some(("u42", true)), Some("u42")),
        (Some(("u42", false)), Some("u42")),
        (None, None),
    ] {
        let told = Notification::read(&told(assigned(0x0513_8d91, memo), false)).unwrap();
        assert_eq!(told.memo.as_deref(), expected);
        assert_eq!(
            (told.item, told.previous_owner),
            (account(1), Some(account(4)))
        );
        assert_eq!(told.query_id, 77);
    }
    let other = assigned(0x0513_8d92, None);
    assert_eq!(Notification::read(&told(other, false)), None, "another op");
    let back = assigned(0x0513_8d91, None);
    assert_eq!(
        Notification::read(&told(back, true)),
        None,
        "one that came back"
    );
    assert_eq!(Notification::read(&told(Cell::default(), false)), None);
}

/// The emulator's items have told their new owners.
#[test]
fn recorded_notifications_are_found() {
    let txs = records().into_iter().filter_map(|record| read(&record));
    let told: Vec<_> = txs.filter_map(|tx| Notification::read(&tx)).collect();
    assert!(!told.is_empty());
}

#[tokio::test]
async fn royalties_are_less_than_the_price() {
    let to = slice(&account(5));
    let answers: Vec<Value> = [
        ("5", "100"),
        ("0", "100"),
        ("1", "1"),
        ("7", "0"),
        ("-1", "10"),
    ]
    .iter()
    .map(|(n, d)| run(0, &[json!(["num", n]), json!(["num", d]), to.clone()]))
    .collect();
    let script = Script::new(answers.iter().map(v2).collect());
    let api = api(&script);
    let first = royalty(&api, &account(2)).await.unwrap().unwrap();
    assert_eq!(first.part(1_999_999_999), 99_999_999);
    assert_eq!(first.part(u64::MAX), u64::MAX / 20);
    assert_eq!(first.destination, account(5));
    for _ in 1..answers.len() {
        assert_eq!(royalty(&api, &account(2)).await.unwrap(), None);
    }
}

#[test]
fn a_transfer_says_whom_it_is_for() {
    let message = transfer(&account(1), &account(6), &account(3), Some("order 5"), 9).unwrap();
    assert_eq!((message.to, message.bounce), (account(1), true));
    let mut body = message.body.as_slice().unwrap();
    assert_eq!(body.load_u32().unwrap(), 0x5fcc_3d14);
    assert_eq!(body.load_u64().unwrap(), 9);
    let mut skipped = body;
    skipped.skip_first(267 * 2 + 1 + 12, 0).unwrap();
    assert!(skipped.load_bit().unwrap());
    let memo = skipped.load_reference_as_slice().unwrap();
    assert_eq!(read_comment(memo, 100).as_deref(), Some("order 5"));
}
