//! Calls that show nothing of their own: answers to buttons and to checkouts, settings of the bot.
//! Written in a unit of work, made afterwards by [`crate::sender`], before any message.

use crate::messages::SIGNAL;
use crate::store::calls;
use serde_json::Value;
use std::time::Duration;
use torg_platform::Result;
use torg_platform::db::Tx;

/// Makes a call once; `key` names the intent. It is tried until `within` is over, after which it
/// is of no use. `false` when this key was used before and its call is still to be made.
///
/// # Errors
/// The database's.
pub fn call(
    tx: &mut Tx<'_>,
    key: &str,
    method: &str,
    params: &Value,
    within: Duration,
) -> Result<bool> {
    let now = tx.now();
    let params = params.to_string();
    let is_new = calls::insert(tx, key, method, &params, now, now.plus(within))? == 1;
    if is_new {
        tx.signal(SIGNAL);
    }
    Ok(is_new)
}
