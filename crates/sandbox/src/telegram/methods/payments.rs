//! Stars and gifts.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::params::number;
use crate::telegram::text;
use crate::telegram::world::{CATALOGUE, Invoice, Kind, Need, on_sale};
use serde_json::{Value, json};

/// Stars that one invoice can be for (core.telegram.org/api/stars, `stars_*_amount_max`; the
/// documentation of the methods names no limit).
const MOST: i64 = 100_000;

/// The invoice of `sendInvoice` and `createInvoiceLink`. Only Stars are money here.
pub(super) fn invoice(call: &Call<'_>) -> Result<Invoice, ApiError> {
    let params = call.params;
    let title = params.required("title")?;
    let description = params.required("description")?;
    let payload = params.required("payload")?;
    let currency = params.required("currency")?;
    if title.chars().count() > 32 {
        return Err(ApiError::bad("INVOICE_TITLE_TOO_LONG"));
    }
    if description.chars().count() > 255 {
        return Err(ApiError::bad("INVOICE_DESCRIPTION_TOO_LONG"));
    }
    if payload.len() > 128 {
        return Err(ApiError::bad("INVOICE_PAYLOAD_INVALID"));
    }
    let prices = params.json("prices", "prices")?;
    let list = prices.as_ref().and_then(Value::as_array);
    let list = list.ok_or_else(|| ApiError::bad("Expected an Array of labeled prices"))?;
    let refused = |why: &str| ApiError::bad(format!("can't parse labeled price: {why}"));
    let mut total = 0_i64;
    for price in list {
        let label = price
            .get("label")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if label.is_empty() {
            return Err(refused("LabeledPrice label must be non-empty"));
        }
        let amount = price.get("amount").and_then(number);
        let amount = amount.ok_or_else(|| refused("Can't find field \"amount\""))?;
        total = total.saturating_add(amount);
    }
    if list.is_empty() {
        return Err(ApiError::bad("There must be at least one price"));
    }
    if currency != "XTR" {
        // Other currencies need a provider, and there is none.
        return Err(ApiError::bad(match params.text("provider_token") {
            Some(_) => "PAYMENT_PROVIDER_INVALID",
            None => "CURRENCY_INVALID",
        }));
    }
    if params.text("provider_token").is_some() {
        return Err(ApiError::bad("PAYMENT_PROVIDER_INVALID"));
    }
    if list.len() != 1 {
        return Err(ApiError::bad("STARS_INVOICE_INVALID"));
    }
    if !(1..=MOST).contains(&total) {
        return Err(ApiError::bad("CURRENCY_TOTAL_AMOUNT_INVALID"));
    }
    Ok(Invoice {
        bot: call.bot,
        title: title.to_owned(),
        description: description.to_owned(),
        payload: payload.to_owned(),
        currency: currency.to_owned(),
        total_amount: total,
        photo_url: params.text("photo_url").map(str::to_owned),
        paid_by: Vec::new(),
        once: false,
    })
}

/// `createInvoiceLink`.
pub(super) fn invoice_link(call: &mut Call<'_>) -> Answer {
    let invoice = invoice(call)?;
    let slug = call.world.add_invoice(invoice);
    Ok(json!(format!("https://t.me/${slug}")))
}

/// `answerPreCheckoutQuery`.
pub(super) fn answer_checkout(call: &mut Call<'_>) -> Answer {
    let id = call.params.required("pre_checkout_query_id")?;
    let answer = if call.params.flag("ok") {
        Ok(())
    } else {
        let message = call.params.text("error_message");
        let missing = || ApiError::bad("parameter \"error_message\" is required");
        Err(message.ok_or_else(missing)?.to_owned())
    };
    call.world.answer_checkout(call.bot, id, answer)?;
    Ok(json!(true))
}

/// `refundStarPayment`.
pub(super) fn refund(call: &mut Call<'_>) -> Answer {
    let user = call.params.user()?;
    let charge = call.params.required("telegram_payment_charge_id")?;
    call.world.refund(call.bot, user, charge)?;
    Ok(json!(true))
}

/// `getStarTransactions`: oldest first, `offset` of them skipped.
pub(super) fn transactions(call: &mut Call<'_>) -> Answer {
    let natural = |name: &str| call.params.int(name).and_then(|n| usize::try_from(n).ok());
    let skipped = natural("offset").unwrap_or(0);
    let most = natural("limit").unwrap_or(100).clamp(1, 100);
    let all = call
        .world
        .transactions
        .range((call.bot, 0)..=(call.bot, u64::MAX));
    let shown: Vec<Value> = all
        .skip(skipped)
        .take(most)
        .map(|(_, transaction)| call.world.transaction(transaction))
        .collect();
    Ok(json!({ "transactions": shown }))
}

/// `getMyStarBalance`.
pub(super) fn balance(call: &mut Call<'_>) -> Answer {
    let bot = call.world.bots.get(&call.bot);
    Ok(json!({ "amount": bot.map_or(0, |bot| bot.stars) }))
}

/// `getAvailableGifts`.
pub(super) fn gifts_on_sale(_call: &mut Call<'_>) -> Answer {
    let gifts: Vec<Value> = CATALOGUE
        .iter()
        .filter_map(|gift| on_sale(gift.0))
        .collect();
    Ok(json!({ "gifts": gifts }))
}

/// `sendGift`, to a person or a channel.
pub(super) fn send_gift(call: &mut Call<'_>) -> Answer {
    let gift = call.params.required("gift_id")?;
    let owner = match call.params.int("user_id") {
        Some(user) => {
            let known = call.world.people.get(&user).is_some();
            known
                .then_some(user)
                .ok_or_else(|| ApiError::bad("user not found"))?
        }
        None => {
            let chat = call.chat(Need::Read)?;
            if !chat.is_private() && call.world.chat(chat)?.kind != Kind::Channel {
                return Err(ApiError::bad("PEER_ID_INVALID"));
            }
            chat.for_bot()
        }
    };
    let given = call.params.json("text_entities", "text_entities")?;
    let raw = call.params.text("text").unwrap_or_default();
    let mode = call.params.text("text_parse_mode");
    let words = text::parse(raw, mode, given.as_ref())?;
    if text::units(&words.0) > 128 {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    let upgrade = call.params.flag("pay_for_upgrade");
    call.world
        .send_gift(call.bot, owner, gift, upgrade, words)?;
    Ok(json!(true))
}

fn owned(call: &Call<'_>, owner: i64) -> Value {
    let natural = |name: &str| call.params.int(name).and_then(|n| usize::try_from(n).ok());
    let (from, most) = (natural("offset").unwrap_or(0), natural("limit"));
    call.world
        .owned_gifts(owner, from, most.unwrap_or(100).clamp(1, 100))
}

/// `getUserGifts`.
pub(super) fn user_gifts(call: &mut Call<'_>) -> Answer {
    let user = call.params.user()?;
    if call.world.people.get(&user).is_none() {
        return Err(ApiError::bad("user not found"));
    }
    Ok(owned(call, user))
}

/// `getChatGifts`.
pub(super) fn chat_gifts(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Read)?;
    Ok(owned(call, chat.for_bot()))
}
