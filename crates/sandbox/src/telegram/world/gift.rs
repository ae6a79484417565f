//! Gifts that bots buy for people and channels.

use super::render::put;
use super::{ChatId, Draft, World};
use crate::telegram::error::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Gifts on sale: id, emoji, price in Stars, Stars of an upgrade, how many there are in all.
pub(in crate::telegram) const CATALOGUE: [(&str, &str, i64, i64, Option<i64>); 5] = [
    ("5170145012310081615", "💝", 15, 0, None),
    ("5170233102089322756", "🧸", 15, 0, None),
    ("5168103777563050263", "🌹", 25, 0, None),
    ("5170564780938756245", "🚀", 50, 25, None),
    ("6003643167683903930", "🏆", 100, 50, Some(10_000)),
];

/// A gift that somebody has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Gift {
    pub(in crate::telegram) gift: Value,
    pub(in crate::telegram) from: i64,
    pub(in crate::telegram) date: i64,
    pub(in crate::telegram) text: Option<String>,
    pub(in crate::telegram) entities: Vec<Value>,
    /// For a unique gift: `UniqueGift`; only shown.
    pub(in crate::telegram) unique: bool,
}

/// The Bot API's `Gift`.
pub(in crate::telegram) fn on_sale(id: &str) -> Option<Value> {
    let (id, emoji, price, upgrade, total) = CATALOGUE.into_iter().find(|gift| gift.0 == id)?;
    let mut gift = json!({
        "id": id,
        "star_count": price,
        "sticker": {
            "file_id": format!("CAACAgIAAxUAA{id}"),
            "file_unique_id": format!("AgAD{id}"),
            "type": "custom_emoji",
            "width": 512,
            "height": 512,
            "is_animated": true,
            "is_video": false,
            "emoji": emoji,
            "custom_emoji_id": id,
        },
    });
    if upgrade > 0 {
        put(&mut gift, "upgrade_star_count", json!(upgrade));
    }
    if let Some(total) = total {
        put(&mut gift, "total_count", json!(total));
        put(&mut gift, "remaining_count", json!(total));
    }
    Some(gift)
}

impl World {
    /// Puts a unique gift into somebody's hands, from nowhere: unique gifts are only shown here.
    /// `gift` is the Bot API's `UniqueGift`.
    pub(in crate::telegram) fn give_unique_gift(&mut self, owner: i64, gift: Value) -> u64 {
        let number = self.number();
        let owned = Gift {
            gift,
            from: 0,
            date: self.date(),
            text: None,
            entities: Vec::new(),
            unique: true,
        };
        self.gifts.put((owner, number), owned);
        number
    }

    /// `sendGift`: the bot pays, `owner` (a person, or a channel by its negative id) has it.
    pub(in crate::telegram) fn send_gift(
        &mut self,
        bot: i64,
        owner: i64,
        id: &str,
        upgrade: bool,
        text: (String, Vec<Value>),
    ) -> Result<(), ApiError> {
        let gift = on_sale(id).ok_or_else(|| ApiError::bad("STARGIFT_INVALID"))?;
        let number = |name: &str| gift.get(name).and_then(Value::as_i64);
        let price = number("star_count").unwrap_or(0);
        let extra = match (upgrade, number("upgrade_star_count")) {
            (false, _) => 0,
            (true, Some(stars)) => stars,
            (true, None) => return Err(ApiError::bad("STARGIFT_UPGRADE_UNAVAILABLE")),
        };
        let cost = price.saturating_add(extra);
        self.spend_stars(bot, cost)?;
        let mut more = Map::new();
        more.insert("gift".to_owned(), gift.clone());
        let charge = format!("stg{}{}", self.secret(), self.number());
        self.add_transaction(bot, owner, charge, cost, false, "gift_purchase", more);
        let (text, entities) = text;
        let text = Some(text).filter(|text| !text.is_empty());
        let owned = Gift {
            gift: gift.clone(),
            from: bot,
            date: self.date(),
            text: text.clone(),
            entities: entities.clone(),
            unique: false,
        };
        let key = self.number();
        self.gifts.put((owner, key), owned);
        let mut info = json!({ "gift": gift, "owned_gift_id": key.to_string() });
        if let Some(text) = text {
            put(&mut info, "text", json!(text));
            put(&mut info, "entities", json!(entities));
        }
        if owner > 0 {
            // Who never started the bot gets the gift all the same.
            let chat = self.private_chat(bot, owner);
            self.post_by_bot(bot, chat, Draft::of("gift", info));
        } else {
            let chat = ChatId::Shared(owner);
            self.tell_chat(chat);
        }
        Ok(())
    }

    /// The Bot API's `OwnedGifts` of somebody, newest first.
    pub(in crate::telegram) fn owned_gifts(&self, owner: i64, from: usize, most: usize) -> Value {
        let all: Vec<Value> = self
            .gifts
            .range((owner, 0)..=(owner, u64::MAX))
            .rev()
            .map(|((_, number), gift)| self.owned_gift(*number, gift))
            .collect();
        let total = all.len();
        let gifts: Vec<Value> = all.into_iter().skip(from).take(most).collect();
        let next = from.saturating_add(gifts.len());
        let mut shown = json!({ "total_count": total, "gifts": gifts });
        if next < total {
            put(&mut shown, "next_offset", json!(next.to_string()));
        }
        shown
    }

    fn owned_gift(&self, number: u64, gift: &Gift) -> Value {
        let mut shown = json!({
            "type": if gift.unique { "unique" } else { "regular" },
            "gift": gift.gift,
            "owned_gift_id": number.to_string(),
            "send_date": gift.date,
            "is_saved": true,
        });
        if gift.from != 0 {
            put(&mut shown, "sender_user", self.user(gift.from));
        }
        if let Some(text) = &gift.text {
            put(&mut shown, "text", json!(text));
            put(&mut shown, "entities", json!(gift.entities));
        }
        shown
    }
}
