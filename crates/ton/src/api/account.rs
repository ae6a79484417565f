//! Accounts and their getters.

use super::answer::{Balance, Hash, Num, cell, v2};
use super::{ApiError, ApiResult, Call, ErrorKind, TonApi};
use crate::StdAddr;
use crate::stack::{self, GetResult, StackItem};
use crate::tx::TxId;
use serde::Deserialize;
use serde_json::{Value, json};
use torg_platform::Timestamp;
use tycho_types::cell::{Cell, HashBytes};

/// Whether there is a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Code and data are there.
    Active,
    /// Nothing was deployed; there may be coins.
    Uninitialized,
    /// It owed rent for too long; its state can be brought back.
    Frozen,
}

/// An account, as the server sees it: nothing of it is proven but that the code has this hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Whether there is a contract.
    pub state: State,
    /// Nanotons.
    pub balance: u64,
    /// Its last transaction; none for an account that never had one.
    pub last: Option<TxId>,
    /// Hash of `code`, computed here.
    pub code_hash: Option<HashBytes>,
    /// The contract.
    pub code: Option<Cell>,
    /// What it keeps.
    pub data: Option<Cell>,
    /// The chain's time when this was so.
    pub time: Timestamp,
}

#[derive(Deserialize)]
struct Information {
    balance: Balance,
    state: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    data: Option<String>,
    last_transaction_id: Id,
    sync_utime: Num,
}

#[derive(Deserialize)]
pub(super) struct Id {
    pub(super) lt: Num,
    pub(super) hash: Option<Hash>,
}

impl Id {
    /// The name; none for the zero that stands for nothing.
    pub(super) fn tx(&self) -> Result<Option<TxId>, ErrorKind> {
        match (self.lt.0, self.hash) {
            (0, _) => Ok(None),
            (lt, Some(hash)) => Ok(Some(TxId { lt, hash: hash.0 })),
            (_, None) => Err(ErrorKind::Malformed("a transaction without a hash".into())),
        }
    }
}

#[derive(Deserialize)]
struct Run {
    exit_code: i32,
    #[serde(default)]
    stack: Vec<Value>,
}

impl TonApi {
    /// The account as it is now.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn account(&self, address: &StdAddr) -> ApiResult<AccountView> {
        let address = address.to_string();
        let call = Call::get("getAddressInformation", "v2", &[("address", &address)]);
        self.ask(&call, |answer| view(&v2::<Information>(answer)?))
            .await
    }

    /// Runs a getter.
    ///
    /// # Errors
    /// See [`ErrorKind`]. A getter that fails is no error: look at the exit code.
    pub async fn run_get(
        &self,
        address: &StdAddr,
        method: &str,
        arguments: &[StackItem],
    ) -> ApiResult<GetResult> {
        const NAME: &str = "runGetMethod";
        let arguments: Option<Vec<Value>> = arguments.iter().map(stack::to_json).collect();
        let arguments = arguments.ok_or_else(|| ApiError {
            method: NAME,
            kind: ErrorKind::Refused {
                code: 0,
                text: "arguments are numbers, cells and slices".to_owned(),
            },
        })?;
        let body = json!({"address": address.to_string(), "method": method, "stack": arguments});
        self.ask(&Call::post(NAME, &body), |answer| {
            let run = v2::<Run>(answer)?;
            let stack: crate::Result<_> = run.stack.iter().map(stack::from_json).collect();
            Ok(GetResult {
                exit_code: run.exit_code,
                stack: stack?,
            })
        })
        .await
    }

    /// The number that a wallet's next order must have; 0 for a wallet that is not deployed.
    ///
    /// # Errors
    /// See [`ErrorKind`]; also for an account that is no wallet.
    pub async fn seqno(&self, wallet: &StdAddr) -> ApiResult<u32> {
        // By the state, and not by an error's words, which are different for every server.
        match self.account(wallet).await?.state {
            State::Active => {}
            State::Uninitialized => return Ok(0),
            State::Frozen => {
                return Err(ApiError {
                    method: "seqno",
                    kind: ErrorKind::Refused {
                        code: 0,
                        text: "the wallet is frozen".to_owned(),
                    },
                });
            }
        }
        let result = self.run_get(wallet, "seqno", &[]).await?;
        result.int(0).map_err(|error| ApiError {
            method: "seqno",
            kind: error.into(),
        })
    }
}

fn view(info: &Information) -> Result<AccountView, ErrorKind> {
    let state = match info.state.as_str() {
        "active" => State::Active,
        "uninitialized" | "uninit" | "nonexist" => State::Uninitialized,
        "frozen" => State::Frozen,
        other => return Err(ErrorKind::Malformed(format!("state {other:?}"))),
    };
    let code = cell(info.code.as_deref().unwrap_or_default())?;
    let data = cell(info.data.as_deref().unwrap_or_default())?;
    if state == State::Active && code.is_none() {
        return Err(ErrorKind::Malformed("active without code".to_owned()));
    }
    let time = i64::try_from(info.sync_utime.0)
        .map_err(|_late| ErrorKind::Malformed("a time after the end of time".to_owned()))?;
    Ok(AccountView {
        state,
        balance: info.balance.0,
        last: info.last_transaction_id.tx()?,
        code_hash: code.as_ref().map(|code| *code.repr_hash()),
        code,
        data,
        time: Timestamp::from_seconds(time),
    })
}
