//! Chats.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::world::{ChatId, Draft, Kind, Member, Need, Status, Viewer, put};
use serde_json::{Value, json};

/// `getChat`: the Bot API's `ChatFullInfo`.
pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Read)?;
    let mut shown = call.world.chat_card(chat, Viewer::Bot);
    put(&mut shown, "accent_color_id", json!(0));
    put(&mut shown, "max_reaction_count", json!(11));
    let gifts = json!({
        "unlimited_gifts": true,
        "limited_gifts": true,
        "unique_gifts": true,
        "premium_subscription": false,
        "gifts_from_channels": true,
    });
    put(&mut shown, "accepted_gift_types", gifts);
    if let Some(username) = shown.get("username").cloned() {
        put(&mut shown, "active_usernames", json!([username]));
    }
    let room = call.world.chat(chat)?;
    if let Some(description) = &room.description {
        put(&mut shown, "description", json!(description));
    }
    if room.protected {
        put(&mut shown, "has_protected_content", json!(true));
    }
    let pinned = room.pinned.and_then(|id| call.world.message(chat, id));
    if let Some(pinned) = pinned {
        let pinned = call.world.render(pinned, Viewer::Bot);
        put(&mut shown, "pinned_message", pinned);
    }
    Ok(shown)
}

/// `leaveChat`.
pub(super) fn leave(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Write)?;
    if chat.is_private() {
        return Err(ApiError::bad(
            "chat member status can't be changed in private chats",
        ));
    }
    let member = Member::new(Status::Left);
    call.world.set_member(chat, call.bot, call.bot, member);
    call.world.tell_chat(chat);
    Ok(json!(true))
}

impl Call<'_> {
    fn may_pin(&self, chat: ChatId) -> Result<(), ApiError> {
        let room = self.world.chat(chat)?;
        let may = match room.kind {
            Kind::Private => true,
            Kind::Channel => room.may(self.bot, "can_edit_messages"),
            Kind::Group | Kind::Supergroup => room.may(self.bot, "can_pin_messages"),
        };
        may.then_some(())
            .ok_or_else(|| ApiError::bad("not enough rights to manage pinned messages in the chat"))
    }

    fn may_change(&self, chat: ChatId, what: &str) -> Result<(), ApiError> {
        if chat.is_private() {
            return Err(ApiError::bad(format!("can't change private chat {what}")));
        }
        let room = self.world.chat(chat)?;
        room.may(self.bot, "can_change_info")
            .then_some(())
            .ok_or_else(|| ApiError::bad(format!("not enough rights to set chat {what}")))
    }
}

/// `pinChatMessage`.
pub(super) fn pin(call: &mut Call<'_>) -> Answer {
    let (id, chat) = (call.params.message()?, call.chat(Need::Write)?);
    if call.world.message(chat, id).is_none() {
        return Err(ApiError::bad("message to pin not found"));
    }
    call.may_pin(chat)?;
    if let Some(room) = call.world.chats.edit(&chat) {
        room.pinned = Some(id);
    }
    let draft = Draft::of("pinned_message", json!(id));
    call.world.post_by_bot(call.bot, chat, draft);
    Ok(json!(true))
}

/// `unpinChatMessage` and `unpinAllChatMessages`: here a chat has one pinned message at most.
pub(super) fn unpin(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Write)?;
    call.may_pin(chat)?;
    if let Some(room) = call.world.chats.edit(&chat) {
        room.pinned = None;
    }
    Ok(json!(true))
}

/// `setChatTitle`.
pub(super) fn set_title(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Write)?;
    call.may_change(chat, "title")?;
    let title = call.params.required("title")?.trim().to_owned();
    if title.chars().count() > 128 {
        return Err(ApiError::bad("CHAT_TITLE_TOO_LONG"));
    }
    if let Some(room) = call.world.chats.edit(&chat) {
        room.title = title;
    }
    call.world.tell_chat(chat);
    Ok(json!(true))
}

/// `setChatDescription`.
pub(super) fn set_description(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Write)?;
    call.may_change(chat, "description")?;
    let description = call.params.text("description").map(str::to_owned);
    let room = call.world.chats.edit(&chat);
    let room = room.ok_or_else(|| ApiError::bad("chat not found"))?;
    if room.description == description {
        return Err(ApiError::bad("chat description is not modified"));
    }
    room.description = description;
    Ok(json!(true))
}

fn may_invite(call: &Call<'_>) -> Result<ChatId, ApiError> {
    let chat = call.chat(Need::Write)?;
    let room = call.world.chat(chat)?;
    if room.may(call.bot, "can_invite_users") {
        Ok(chat)
    } else {
        Err(ApiError::bad(
            "not enough rights to manage chat invite link",
        ))
    }
}

/// `exportChatInviteLink`. Nobody joins by a link here.
pub(super) fn invite_link(call: &mut Call<'_>) -> Answer {
    may_invite(call)?;
    Ok(json!(format!("https://t.me/+{}", call.world.secret())))
}

/// `createChatInviteLink`. Nobody joins by a link here.
pub(super) fn create_invite_link(call: &mut Call<'_>) -> Answer {
    may_invite(call)?;
    let mut link = json!({
        "invite_link": format!("https://t.me/+{}", call.world.secret()),
        "creator": call.world.user(call.bot),
        "creates_join_request": call.params.flag("creates_join_request"),
        "is_primary": false,
        "is_revoked": false,
    });
    if let Some(name) = call.params.text("name") {
        put(&mut link, "name", Value::from(name));
    }
    Ok(link)
}
