//! Commands and the menu button.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::keyboard;
use crate::telegram::world::{ChatId, Commands, Need};
use serde_json::{Value, json};

impl Call<'_> {
    /// The scope of commands as the key under which the bot keeps them.
    fn scope(&self) -> Result<String, ApiError> {
        let Some(scope) = self.params.json("scope", "BotCommandScope")? else {
            return Ok("default".to_owned());
        };
        let refused = |why: &str| ApiError::bad(format!("can't parse BotCommandScope: {why}"));
        let text = |name: &str| {
            scope.get(name).map(|value| {
                let text = value.as_str().map(str::to_owned);
                text.unwrap_or_else(|| value.to_string())
            })
        };
        let kind = text("type").ok_or_else(|| refused("Can't find field \"type\""))?;
        match kind.as_str() {
            "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => {
                return Ok(kind);
            }
            "chat" | "chat_administrators" | "chat_member" => {}
            _ => return Err(refused("Unsupported type specified")),
        }
        let chat = text("chat_id").ok_or_else(|| refused("Empty chat_id specified"))?;
        let chat = match self.world.reach(self.bot, &chat, Need::Read)? {
            ChatId::Private { user, .. } => user,
            ChatId::Shared(id) => id,
        };
        if kind != "chat_member" {
            return Ok(format!("{kind}:{chat}"));
        }
        let user = text("user_id").and_then(|id| id.parse::<i64>().ok());
        let user = user.ok_or_else(|| refused("Invalid user_id specified"))?;
        Ok(format!("{kind}:{chat}:{user}"))
    }

    /// `language_code`: none, or two letters.
    pub(super) fn language(&self) -> Result<String, ApiError> {
        let code = self.params.text("language_code").unwrap_or_default();
        let good = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
        if code.is_empty() || good {
            Ok(code.to_owned())
        } else {
            Err(ApiError::bad("invalid language code specified"))
        }
    }
}

fn read(value: &Value) -> Result<Commands, ApiError> {
    let list = value.as_array();
    let list = list.ok_or_else(|| ApiError::bad("Expected an Array of BotCommand"))?;
    if list.len() > 100 {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    let one = |command: &Value| {
        let text = |name: &str| {
            let text = command.get(name).and_then(Value::as_str);
            text.ok_or_else(|| {
                ApiError::bad(format!(
                    "can't parse BotCommand: Can't find field \"{name}\""
                ))
            })
        };
        let name = text("command")?.trim_start_matches('/');
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(good) {
            return Err(ApiError::bad("BOT_COMMAND_INVALID"));
        }
        let description = text("description")?.trim();
        if description.is_empty() || description.chars().count() > 256 {
            return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
        Ok((name.to_owned(), description.to_owned()))
    };
    list.iter().map(one).collect()
}

/// `setMyCommands`.
pub(super) fn set(call: &mut Call<'_>) -> Answer {
    let (scope, language) = (call.scope()?, call.language()?);
    let list = call.params.json("commands", "commands")?;
    let commands = list.as_ref().map(read).transpose()?.unwrap_or_default();
    if let Some(bot) = call.world.bots.edit(&call.bot) {
        let by_language = bot.commands.entry(scope).or_default();
        if commands.is_empty() {
            by_language.remove(&language);
        } else {
            by_language.insert(language, commands);
        }
    }
    call.world.tell_bots();
    Ok(json!(true))
}

/// `deleteMyCommands`.
pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let (scope, language) = (call.scope()?, call.language()?);
    if let Some(bot) = call.world.bots.edit(&call.bot) {
        bot.commands.entry(scope).or_default().remove(&language);
    }
    call.world.tell_bots();
    Ok(json!(true))
}

/// `getMyCommands`: of exactly this scope and language.
pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let (scope, language) = (call.scope()?, call.language()?);
    let bot = call.world.bots.get(&call.bot);
    let lists = bot.and_then(|bot| bot.commands.get(&scope));
    let commands = lists.and_then(|lists| lists.get(&language));
    let shown: Vec<Value> = commands
        .into_iter()
        .flatten()
        .map(|(name, text)| json!({ "command": name, "description": text }))
        .collect();
    Ok(json!(shown))
}

impl Call<'_> {
    /// The person whose menu button it is; 0 for everybody's.
    fn menu_of(&self) -> Result<i64, ApiError> {
        let Some(chat) = self.params.text("chat_id") else {
            return Ok(0);
        };
        match self.world.reach(self.bot, chat, Need::Read)? {
            ChatId::Private { user, .. } => Ok(user),
            ChatId::Shared(_) => Err(ApiError::bad("chat_id must be of a private chat")),
        }
    }
}

/// `setChatMenuButton`.
pub(super) fn set_menu_button(call: &mut Call<'_>) -> Answer {
    let person = call.menu_of()?;
    let button = call.params.json("menu_button", "menu button")?;
    let button = button.unwrap_or_else(|| json!({ "type": "default" }));
    let refused = |why: &str| ApiError::bad(format!("can't parse menu button: {why}"));
    match button.get("type").and_then(Value::as_str) {
        Some("default" | "commands") => {}
        Some("web_app") => {
            let text = button
                .get("text")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if text.is_empty() {
                return Err(refused("Can't find field \"text\""));
            }
            let url = button.pointer("/web_app/url").and_then(Value::as_str);
            let url = url.ok_or_else(|| refused("Can't find field \"web_app\""))?;
            keyboard::web_app(url).map_err(|why| {
                ApiError::bad(format!("Menu button Web App URL '{url}' is invalid: {why}"))
            })?;
        }
        Some(_) | None => return Err(refused("MenuButton has unsupported type")),
    }
    if let Some(bot) = call.world.bots.edit(&call.bot) {
        bot.menu_buttons.insert(person, button);
    }
    call.world.tell_bots();
    Ok(json!(true))
}

/// `getChatMenuButton`.
pub(super) fn get_menu_button(call: &mut Call<'_>) -> Answer {
    let person = call.menu_of()?;
    let bot = call.world.bots.get(&call.bot);
    Ok(bot.map_or(json!({ "type": "commands" }), |bot| bot.menu_button(person)))
}
