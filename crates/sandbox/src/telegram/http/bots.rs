//! Bots of one's own beside the ones that were there from the beginning: for tests of the phone, and
//! for whoever tries a bot of theirs on the local Telegram.

use crate::telegram::error::Refusal;
use crate::telegram::world::World;
use crate::telegram::{LocalTelegram, NewBot};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

/// Ids of bots made here begin after this one; people and Torg's own bots are elsewhere.
const FIRST: u64 = 8_000_000_000;

/// What a bot is called.
#[derive(Deserialize)]
struct Asked {
    username: String,
    first_name: String,
}

/// `POST bots` with `{username, first_name}` → `{id, token}`, as BotFather would do it. The name
/// ends in `bot`, as all names of bots do.
pub(super) async fn make(State(telegram): State<LocalTelegram>, body: Bytes) -> Response {
    let asked = match serde_json::from_slice::<Asked>(&body) {
        Ok(asked) => asked,
        Err(error) => {
            return super::phone::reply(Err(Refusal::new("bad_request", error.to_string())));
        }
    };
    match telegram.change(|world| added(world, &asked)) {
        Ok((id, token)) => Json(json!({ "id": id, "token": token })).into_response(),
        Err(refusal) => super::phone::reply(Err(refusal)),
    }
}

fn added(world: &mut World, asked: &Asked) -> Result<(i64, String), Refusal> {
    let Asked {
        username,
        first_name,
    } = asked;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = (5..=32).contains(&username.len()) && username.chars().all(good);
    if !is_name || !username.to_ascii_lowercase().ends_with("bot") {
        let rule = "from 5 to 32 of the characters A-Z, a-z, 0-9 and _, and `bot` at the end";
        return Err(Refusal::new("bad_username", rule));
    }
    if first_name.trim().is_empty() || first_name.chars().count() > 64 {
        return Err(Refusal::new("bad_name", "from 1 to 64 letters"));
    }
    if world.by_username(username).is_some() || world.chat_by_username(username).is_some() {
        return Err(Refusal::new("username_taken", "somebody has this name"));
    }
    let id = FIRST.saturating_add(world.number());
    let token = format!("{id}:{}", world.secret());
    let bot = NewBot::new(&token, username, first_name.trim());
    let id = world.add_bot(bot);
    let id = id.map_err(|error| Refusal::new("bad_token", error.to_string()))?;
    Ok((id, token))
}
