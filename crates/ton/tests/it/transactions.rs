//! Pages of transactions: what a server may not get away with.

use crate::recorded::{read, records};
use crate::server::{START, Script, answer, api, api_at, turn, v2};
use crate::vectors::boc;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use torg_platform::Clock;
use torg_platform::observe::Metrics;
use torg_ton::StdAddr;
use torg_ton::api::ErrorKind;
use torg_ton::tx::{Tx, TxId};
use tycho_types::boc::Boc;
use tycho_types::cell::CellBuilder;
use tycho_types::models::Transaction;

/// Transactions of one account, the newest first, as rows and as what they are.
struct Page {
    account: StdAddr,
    rows: Vec<Value>,
    txs: Vec<Tx>,
}

/// A chain of three: a recorded transaction, and twice the same with another place in the order.
fn page() -> Page {
    let record = records().into_iter().find(|record| {
        let tx = read(record);
        tx.is_some_and(|tx| tx.in_msg.is_some_and(|message| message.value() > 0))
    });
    let record = record.unwrap();
    let first = read(&record).unwrap();
    let root = boc(record.tx().unwrap());
    let mut cells = vec![root.clone()];
    for step in 1..3_u64 {
        let mut tx = root.parse::<Transaction>().unwrap();
        let before = cells.last().unwrap();
        let before_lt = before.parse::<Transaction>().unwrap().lt;
        tx.lt = first.id.lt + step * 1000;
        tx.prev_trans_hash = *before.repr_hash();
        tx.prev_trans_lt = before_lt;
        cells.push(CellBuilder::build_from(&tx).unwrap());
    }
    cells.reverse();
    let account = first.account.clone();
    let txs: Vec<Tx> = cells
        .iter()
        .map(|cell| Tx::parse(cell, &account).unwrap())
        .collect();
    let rows = cells.iter().zip(&txs).map(|(cell, tx)| {
        let value = tx.in_msg.as_ref().unwrap().value().to_string();
        json!({"data": Boc::encode_base64(cell), "in_msg": {"value": value},
            "transaction_id": {"lt": tx.id.lt.to_string(), "hash": STANDARD.encode(tx.id.hash.0)}})
    });
    Page {
        account,
        rows: rows.collect(),
        txs,
    }
}

/// What the client makes of these rows when it asks for the page from its first transaction.
async fn ask(page: &Page, rows: &[Value]) -> Result<Vec<Tx>, ErrorKind> {
    ask_from(page, page.txs[0].id, rows).await
}

async fn ask_from(page: &Page, from: TxId, rows: &[Value]) -> Result<Vec<Tx>, ErrorKind> {
    let answer = v2(&json!(rows));
    let script = Script::new((0..6).map(|_| answer.clone()).collect());
    let clock = Clock::manual(START);
    let api = api_at(&script, &clock, &Metrics::new(&clock).unwrap(), 1000);
    let result = turn(&clock, api.transactions_back(&page.account, from, 10)).await;
    result.map_err(|error| error.kind)
}

fn because(result: Result<Vec<Tx>, ErrorKind>, words: &str) {
    match result {
        Err(ErrorKind::Malformed(text)) => assert!(text.contains(words), "{text}, not {words}"),
        other => panic!("{words}: {other:?}"),
    }
}

#[tokio::test]
async fn a_true_page_is_read_whole_or_in_part() {
    let page = page();
    assert_eq!(ask(&page, &page.rows).await.unwrap(), page.txs);
    assert_eq!(ask(&page, &page.rows[..1]).await.unwrap(), page.txs[..1]);
    let script = Script::new(vec![v2(&json!(page.rows))]);
    let from = page.txs[0].id;
    let two = api(&script)
        .transactions_back(&page.account, from, 2)
        .await
        .unwrap();
    assert_eq!(two, page.txs[..2], "no more than was asked for");
    let (path, _) = script.asked(0);
    assert!(path.contains("limit=2&lt="), "{path}");
    assert!(!path.contains("archival"));
}

#[tokio::test]
async fn the_first_must_be_the_one_that_was_asked_for() {
    let page = page();
    because(ask(&page, &page.rows[1..]).await, "does not follow");
    let mut other = page.txs[0].id;
    other.hash.0[0] ^= 1;
    because(ask_from(&page, other, &page.rows).await, "does not follow");
}

#[tokio::test]
async fn rows_must_follow_each_other() {
    let page = page();
    let gap = [page.rows[0].clone(), page.rows[2].clone()];
    because(ask(&page, &gap).await, "does not follow");
    let twice = [page.rows[0].clone(), page.rows[0].clone()];
    because(ask(&page, &twice).await, "does not follow");
    let turned = [
        page.rows[0].clone(),
        page.rows[2].clone(),
        page.rows[1].clone(),
    ];
    because(ask(&page, &turned).await, "does not follow");
}

#[tokio::test]
async fn bytes_must_be_what_the_row_says() {
    let page = page();
    let mut rows = page.rows.clone();
    rows[1]["transaction_id"]["hash"] = json!(STANDARD.encode([7_u8; 32]));
    because(ask(&page, &rows).await, "the bytes are");
    // The name of one and the bytes of another.
    let mut rows = page.rows.clone();
    rows[0]["data"] = rows[1]["data"].clone();
    because(ask(&page, &rows).await, "the bytes are");
    let mut rows = page.rows.clone();
    rows[0]["transaction_id"]["lt"] = json!("1");
    because(ask(&page, &rows).await, "the bytes are");
    for data in ["", "AAAA", "те6c", "te6cckEBAQEAAgAAAEysuc0="] {
        let mut rows = page.rows.clone();
        rows[0]["data"] = json!(data);
        because(ask(&page, &rows).await, "");
    }
}

#[tokio::test]
async fn a_value_that_is_not_the_bytes_is_a_lie() {
    let page = page();
    for value in [json!("999999999999"), json!(0)] {
        let mut rows = page.rows.clone();
        rows[2]["in_msg"]["value"] = value;
        because(ask(&page, &rows).await, "brought");
    }
}

#[tokio::test]
async fn another_accounts_transactions_are_refused() {
    let mut page = page();
    page.account = StdAddr::new(0, tycho_types::cell::HashBytes([9; 32]));
    because(ask(&page, &page.rows).await, "transaction of this account");
}

#[tokio::test]
async fn what_is_old_is_looked_for_in_the_archive() {
    let page = page();
    let from = page.txs[0].id;
    let gone = || {
        answer(
            500,
            r#"{"ok":false,"error":"LITE_SERVER_UNKNOWN: lt not in db","code":500}"#,
        )
    };
    let script = Script::new(vec![gone(), v2(&json!(page.rows)), gone(), gone()]);
    let api = api(&script);
    assert_eq!(
        api.transactions_back(&page.account, from, 10)
            .await
            .unwrap(),
        page.txs
    );
    assert!(script.asked(1).0.contains("archival=true"));
    let error = api
        .transactions_back(&page.account, from, 10)
        .await
        .unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotFound(_)));
    assert_eq!(script.calls(), 4);
    assert!(matches!(ask(&page, &[]).await, Err(ErrorKind::NotFound(_))));
}
