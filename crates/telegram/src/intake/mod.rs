//! How updates come in: fetched by [`Fetch`] or brought to [`Webhook`]. Either way they are stored
//! as they came, each once, and handled afterwards in the order of their chat ([`crate::bot`]).

mod fetch;
mod webhook;

pub use fetch::Fetch;
pub use webhook::{PATH as WEBHOOK_PATH, Webhook, secret_of as webhook_secret};

use crate::api::{Update, UpdateKind};
use crate::store::updates;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::jobs::Periodic;
use torg_platform::planted::{self, Plant};
use torg_platform::{Error, Result, outbox};

/// Topic of the event that an update is in the inbox.
pub(crate) const RECEIVED: &str = "telegram.update_received";

/// The kinds of updates that we ask for.
pub const KINDS: [&str; 8] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "pre_checkout_query",
    "my_chat_member",
    "chat_member",
];

/// Which update an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Received {
    pub(crate) bot_id: i64,
    pub(crate) update_id: i64,
}

/// Puts an update into the inbox; `false` when it is there already, handled or not.
///
/// # Errors
/// The database's.
pub fn receive(tx: &mut Tx<'_>, bot_id: i64, update_id: i64, raw: &str) -> Result<bool> {
    let now = tx.now();
    let update_id = if planted::is(Plant::UpdateTwice) {
        planted::fresh()
    } else {
        update_id
    };
    if updates::insert(tx, bot_id, update_id, raw, now)? == 0 {
        return Ok(false);
    }
    let payload = serde_json::to_string(&Received { bot_id, update_id });
    let event = outbox::Event {
        topic: RECEIVED,
        aggregate: &queue_of(update_id, raw),
        payload: &payload.map_err(Error::internal)?,
    };
    outbox::publish(tx, &event)?;
    Ok(true)
}

/// The updates of a chat are handled in their order. Checkouts have a queue of their own, because
/// Telegram waits ten seconds for the answer and no longer; what cannot be read waits for nobody.
fn queue_of(update_id: i64, raw: &str) -> String {
    let chat = match Update::parse(raw).map(|update| update.kind) {
        Ok(
            UpdateKind::Message(message)
            | UpdateKind::EditedMessage(message)
            | UpdateKind::ChannelPost(message)
            | UpdateKind::EditedChannelPost(message),
        ) => message.chat.id,
        Ok(UpdateKind::CallbackQuery(query)) => match query.message {
            Some(message) => message.chat.id,
            None => query.from.id,
        },
        Ok(UpdateKind::MyChatMember(change) | UpdateKind::ChatMember(change)) => change.chat.id,
        Ok(UpdateKind::PreCheckoutQuery(query)) => {
            return format!("telegram_checkout/{}", query.from.id);
        }
        Ok(UpdateKind::Other(_)) | Err(_) => return format!("telegram_update/{update_id}"),
    };
    format!("telegram_chat/{chat}")
}

/// How long a handled update is known: longer than Telegram keeps one, and than it goes on
/// counting after a silence.
const KNOWN: Duration = Duration::from_hours(8 * 24);
/// Rows of one sweep.
const SWEEP: i64 = 5_000;

/// Forgets updates that can no longer come again, and messages that nobody will change.
#[derive(Debug, Clone, Copy)]
pub struct Forget;

impl Periodic for Forget {
    fn name(&self) -> &'static str {
        "telegram.forget"
    }

    fn period(&self) -> Duration {
        Duration::from_mins(10)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let now = tx.now();
        updates::forget(tx, now.minus(KNOWN), SWEEP)?;
        crate::store::people::forget_dialogs(tx, now)?;
        // Telegram lets a bot edit its messages for ever; nobody edits those of last season.
        let season = Duration::from_hours(90 * 24);
        crate::store::messages::forget(tx, now.minus(season), SWEEP)?;
        Ok(())
    }
}
