//! Transactions with their contents, each checked against its name and its neighbours.

use super::account::Id;
use super::answer::{Num, cell, hash_base64, v2};
use super::{ApiError, ApiResult, Call, ErrorKind, TonApi};
use crate::StdAddr;
use crate::tx::{Tx, TxId};
use serde::Deserialize;

/// Most transactions in one answer.
pub const BACK_MAX: u32 = 100;

#[derive(Deserialize)]
struct Row {
    transaction_id: Id,
    data: String,
    #[serde(default)]
    in_msg: Option<RowMessage>,
}

#[derive(Deserialize)]
struct RowMessage {
    #[serde(default)]
    value: Option<Num>,
}

impl TonApi {
    /// The transaction `from` and those before it, at most `limit` (1 to 100) and the newest first.
    ///
    /// Each is read from its bytes. What is returned is whole and in order: the first is `from`,
    /// and each names the next.
    ///
    /// # Errors
    /// See [`ErrorKind`]: `NotFound` when there is no such transaction, `Malformed` when bytes and
    /// names do not fit each other.
    pub async fn transactions_back(
        &self,
        address: &StdAddr,
        from: TxId,
        limit: u32,
    ) -> ApiResult<Vec<Tx>> {
        match self.page_back(address, from, limit, false).await {
            Err(ApiError {
                kind: ErrorKind::NotFound(_),
                ..
            }) => self.page_back(address, from, limit, true).await,
            result => result,
        }
    }

    async fn page_back(
        &self,
        address: &StdAddr,
        from: TxId,
        limit: u32,
        archival: bool,
    ) -> ApiResult<Vec<Tx>> {
        let account = address.to_string();
        let limit = limit.clamp(1, BACK_MAX);
        let (count, lt, hash) = (
            limit.to_string(),
            from.lt.to_string(),
            hash_base64(&from.hash),
        );
        let mut query = vec![
            ("address", account.as_str()),
            ("limit", &count),
            ("lt", &lt),
            ("hash", &hash),
        ];
        if archival {
            query.push(("archival", "true"));
        }
        let call = Call::get("getTransactions", "v2", &query);
        self.ask(&call, |answer| {
            let rows = v2::<Vec<Row>>(answer)?;
            chain(&rows, address, from, limit)
        })
        .await
    }
}

/// The rows as transactions, if they are what was asked for.
fn chain(rows: &[Row], address: &StdAddr, from: TxId, limit: u32) -> Result<Vec<Tx>, ErrorKind> {
    if rows.is_empty() {
        return Err(ErrorKind::NotFound(format!("transaction {from}")));
    }
    let mut txs: Vec<Tx> = Vec::with_capacity(rows.len());
    let mut expected = Some(from);
    for row in rows
        .iter()
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
    {
        let tx = read(row, address)?;
        if expected != Some(tx.id) {
            let text = format!("{} does not follow, {expected:?} does", tx.id);
            return Err(ErrorKind::Malformed(text));
        }
        if tx.prev.is_some_and(|prev| prev.lt >= tx.id.lt) {
            let text = format!("{} comes before what it follows", tx.id);
            return Err(ErrorKind::Malformed(text));
        }
        expected = tx.prev;
        txs.push(tx);
    }
    Ok(txs)
}

fn read(row: &Row, address: &StdAddr) -> Result<Tx, ErrorKind> {
    let id = row.transaction_id.tx()?;
    let root = cell(&row.data)?;
    let (Some(id), Some(root)) = (id, root) else {
        return Err(ErrorKind::Malformed("a row without a transaction".into()));
    };
    let tx = Tx::parse(&root, address)?;
    if tx.id != id {
        let text = format!("the bytes are {}, the row says {id}", tx.id);
        return Err(ErrorKind::Malformed(text));
    }
    let said = row.in_msg.as_ref().and_then(|message| message.value);
    let value = tx.in_msg.as_ref().map_or(0, crate::tx::InMsg::value);
    if said.is_some_and(|said| said.0 != value) {
        let text = format!("{id} brought {value}, the row says {said:?}");
        return Err(ErrorKind::Malformed(text));
    }
    Ok(tx)
}
