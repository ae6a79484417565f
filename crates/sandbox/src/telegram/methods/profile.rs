//! What a bot is and says of itself.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::world::{Bot, localized, put};
use serde_json::json;
use std::collections::BTreeMap;

/// `getMe`.
pub(super) fn get_me(call: &mut Call<'_>) -> Answer {
    let bot = call.world.bots.get(&call.bot);
    let bot = bot.ok_or_else(|| ApiError::new(401, "Unauthorized"))?;
    let mut me = bot.user();
    let more = [
        ("can_join_groups", true),
        ("can_read_all_group_messages", bot.reads_groups),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", bot.web_app.is_some()),
        ("has_topics_enabled", false),
    ];
    for (name, value) in more {
        put(&mut me, name, json!(value));
    }
    Ok(me)
}

/// What changes nothing here.
pub(super) fn truth(_call: &mut Call<'_>) -> Answer {
    Ok(json!(true))
}

/// `getUserProfilePhotos`: nobody has any.
pub(super) fn photos(call: &mut Call<'_>) -> Answer {
    let user = call.params.user()?;
    if call.world.people.get(&user).is_none() && call.world.bots.get(&user).is_none() {
        return Err(ApiError::bad("user not found"));
    }
    Ok(json!({ "total_count": 0, "photos": [] }))
}

/// Where a text of a bot is kept.
type Texts = fn(&mut Bot) -> &mut BTreeMap<String, String>;

fn set(call: &mut Call<'_>, name: &str, most: usize, texts: Texts) -> Answer {
    let language = call.language()?;
    let text = call.params.text(name).unwrap_or_default().trim().to_owned();
    if text.chars().count() > most {
        let what = name.to_ascii_uppercase();
        return Err(ApiError::bad(format!("BOT_{what}_TOO_LONG")));
    }
    if let Some(bot) = call.world.bots.edit(&call.bot) {
        let texts = texts(bot);
        if !text.is_empty() {
            texts.insert(language, text);
        } else if name != "name" || !language.is_empty() {
            // A bot keeps a name, whatever happens.
            texts.remove(&language);
        }
    }
    call.world.tell_bots();
    Ok(json!(true))
}

fn get(call: &Call<'_>, name: &str, texts: fn(&Bot) -> &BTreeMap<String, String>) -> Answer {
    let language = call.language()?;
    let bot = call.world.bots.get(&call.bot);
    let text = bot.map(|bot| localized(texts(bot), &language));
    Ok(json!({ name: text.unwrap_or_default() }))
}

/// `setMyName`.
pub(super) fn set_name(call: &mut Call<'_>) -> Answer {
    set(call, "name", 64, |bot| &mut bot.names)
}

/// `getMyName`.
pub(super) fn get_name(call: &mut Call<'_>) -> Answer {
    get(call, "name", |bot| &bot.names)
}

/// `setMyDescription`.
pub(super) fn set_description(call: &mut Call<'_>) -> Answer {
    set(call, "description", 512, |bot| &mut bot.descriptions)
}

/// `getMyDescription`.
pub(super) fn get_description(call: &mut Call<'_>) -> Answer {
    get(call, "description", |bot| &bot.descriptions)
}

/// `setMyShortDescription`.
pub(super) fn set_short_description(call: &mut Call<'_>) -> Answer {
    set(call, "short_description", 120, |bot| {
        &mut bot.short_descriptions
    })
}

/// `getMyShortDescription`.
pub(super) fn get_short_description(call: &mut Call<'_>) -> Answer {
    get(call, "short_description", |bot| &bot.short_descriptions)
}
