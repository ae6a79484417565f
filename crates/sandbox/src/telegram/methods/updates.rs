//! How a bot gets its updates.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::world::{Webhook, put};
use serde_json::{Value, json};

/// Every kind that Telegram knows; others in a list are ignored.
const KINDS: [&str; 24] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
];

impl Call<'_> {
    /// Keeps the list of kinds that the bot wants, if the call has one: it counts for what
    /// happens from now on. An empty list is the usual one.
    pub(in crate::telegram) fn allow_updates(&mut self) {
        let list = self.params.json("allowed_updates", "allowed_updates");
        let Some(list) = list.ok().flatten() else {
            return;
        };
        let Some(list) = list.as_array() else { return };
        let known = |kind: &str| KINDS.contains(&kind).then(|| kind.to_owned());
        let kinds = list.iter().filter_map(Value::as_str);
        let kinds: std::collections::BTreeSet<String> = kinds.filter_map(known).collect();
        if let Some(bot) = self.world.bots.edit(&self.bot) {
            bot.allowed_updates = (!kinds.is_empty()).then_some(kinds);
        }
    }

    fn drop_pending(&mut self) {
        if self.params.flag("drop_pending_updates") {
            self.world.confirm(self.bot, i64::MAX);
        }
    }
}

/// `setWebhook`; an empty address deletes it. Any address with a scheme is taken: the real
/// server wants HTTPS, and this one stands beside the bot.
pub(super) fn set_webhook(call: &mut Call<'_>) -> Answer {
    let Some(url) = call.params.text("url").map(str::to_owned) else {
        return delete_webhook(call);
    };
    let has_host = ["http://", "https://"].iter().any(|scheme| {
        let rest = url.strip_prefix(scheme);
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    if !has_host {
        return Err(ApiError::bad("invalid webhook URL specified"));
    }
    let secret = call.params.text("secret_token").map(str::to_owned);
    if let Some(secret) = &secret {
        if secret.len() > 256 {
            return Err(ApiError::bad("secret token is too long"));
        }
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !secret.bytes().all(good) {
            return Err(ApiError::bad("secret token contains unallowed characters"));
        }
    }
    let connections = call.params.int("max_connections").unwrap_or(40);
    let webhook = Webhook {
        url,
        secret_token: secret,
        max_connections: u32::try_from(connections.clamp(1, 100)).unwrap_or(40),
        ip_address: call.params.text("ip_address").map(str::to_owned),
        last_error: None,
    };
    call.allow_updates();
    call.drop_pending();
    let Some(bot) = call.world.bots.edit(&call.bot) else {
        return Err(ApiError::new(401, "Unauthorized"));
    };
    bot.webhook = Some(webhook);
    Ok(json!(true))
}

/// `deleteWebhook`.
pub(super) fn delete_webhook(call: &mut Call<'_>) -> Answer {
    call.drop_pending();
    if let Some(bot) = call.world.bots.edit(&call.bot) {
        bot.webhook = None;
    }
    Ok(json!(true))
}

/// `getWebhookInfo`.
pub(super) fn webhook_info(call: &mut Call<'_>) -> Answer {
    let pending = call.world.waiting(call.bot).count();
    let bot = call.world.bots.get(&call.bot);
    let bot = bot.ok_or_else(|| ApiError::new(401, "Unauthorized"))?;
    let url = bot.webhook.as_ref().map(|webhook| webhook.url.as_str());
    let mut info = json!({
        "url": url.unwrap_or_default(),
        "has_custom_certificate": false,
        "pending_update_count": pending,
    });
    if let Some(kinds) = &bot.allowed_updates {
        put(&mut info, "allowed_updates", json!(kinds));
    }
    if let Some(webhook) = &bot.webhook {
        put(&mut info, "max_connections", json!(webhook.max_connections));
        if let Some(address) = &webhook.ip_address {
            put(&mut info, "ip_address", json!(address));
        }
        if let Some((date, text)) = &webhook.last_error {
            put(&mut info, "last_error_date", json!(date));
            put(&mut info, "last_error_message", json!(text));
        }
    }
    Ok(info)
}
