//! Who is in a chat.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::world::{ChatId, Member, Need, Rights, Status};
use serde_json::{Map, Value, json};

impl Call<'_> {
    /// The chat whose members are asked for. Of a public channel that it is not in, a bot learns
    /// what it is itself and no more.
    fn members_of(&self, about: Option<i64>) -> Result<ChatId, ApiError> {
        let chat = self.chat(Need::Read)?;
        let own = about == Some(self.bot);
        let is_in = self.world.chat(chat)?.status(self.bot).is_in();
        if own || is_in || chat.is_private() {
            return Ok(chat);
        }
        Err(ApiError::bad("member list is inaccessible"))
    }
}

/// `getChatMember`.
pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let user = call.params.user()?;
    let chat = call.members_of(Some(user))?;
    let known = call.world.people.get(&user).is_some() || call.world.bots.get(&user).is_some();
    if !known {
        return Err(ApiError::bad("PARTICIPANT_ID_INVALID"));
    }
    let room = call.world.chat(chat)?;
    Ok(call.world.member(room, user))
}

/// `getChatMemberCount`.
pub(super) fn count(call: &mut Call<'_>) -> Answer {
    let chat = call.chat(Need::Read)?;
    let room = call.world.chat(chat)?;
    Ok(json!(room.present().count()))
}

/// `getChatAdministrators`: other bots are left out.
pub(super) fn administrators(call: &mut Call<'_>) -> Answer {
    let chat = call.members_of(None)?;
    if chat.is_private() {
        return Err(ApiError::bad(
            "there are no administrators in the private chat",
        ));
    }
    let room = call.world.chat(chat)?;
    let is_other_bot = |id: &i64| *id != call.bot && call.world.bots.get(id).is_some();
    let admins = room.present().filter(|id| room.status(*id).is_admin());
    let shown: Vec<Value> = admins
        .filter(|id| !is_other_bot(id))
        .map(|id| call.world.member(room, id))
        .collect();
    Ok(json!(shown))
}

/// The chat and the person of a call that puts somebody out or lets them in again.
fn restricting(call: &Call<'_>) -> Result<(ChatId, i64), ApiError> {
    let user = call.params.user()?;
    let chat = call.chat(Need::Write)?;
    let room = call.world.chat(chat)?;
    if chat.is_private() {
        return Err(ApiError::bad(
            "chat member status can't be changed in private chats",
        ));
    }
    if !room.may(call.bot, "can_restrict_members") {
        return Err(ApiError::bad(
            "not enough rights to restrict/unrestrict chat member",
        ));
    }
    match room.status(user) {
        Status::Creator => Err(ApiError::bad("can't remove chat owner")),
        Status::Administrator => Err(ApiError::bad("user is an administrator of the chat")),
        Status::Member | Status::Left | Status::Kicked => Ok((chat, user)),
    }
}

fn set(call: &mut Call<'_>, chat: ChatId, user: i64, status: Status) {
    call.world
        .set_member(chat, call.bot, user, Member::new(status));
    call.world.tell_chat(chat);
    call.world.tell_chat_to(chat, user);
}

/// `banChatMember`.
pub(super) fn ban(call: &mut Call<'_>) -> Answer {
    let (chat, user) = restricting(call)?;
    set(call, chat, user, Status::Kicked);
    Ok(json!(true))
}

/// `unbanChatMember`: whoever is in the chat leaves it, unless only the banned are meant.
pub(super) fn unban(call: &mut Call<'_>) -> Answer {
    let (chat, user) = restricting(call)?;
    let status = call.world.chat(chat)?.status(user);
    if status == Status::Kicked || !call.params.flag("only_if_banned") {
        set(call, chat, user, Status::Left);
    }
    Ok(json!(true))
}

/// `promoteChatMember`.
pub(super) fn promote(call: &mut Call<'_>) -> Answer {
    let user = call.params.user()?;
    let chat = call.chat(Need::Write)?;
    let room = call.world.chat(chat)?;
    if !room.may(call.bot, "can_promote_members") {
        return Err(ApiError::bad("not enough rights"));
    }
    match room.status(user) {
        Status::Creator => return Err(ApiError::bad("can't remove chat owner")),
        Status::Left | Status::Kicked => return Err(ApiError::bad("USER_NOT_PARTICIPANT")),
        Status::Administrator | Status::Member => {}
    }
    let mut given = Map::new();
    for name in room.rights(&Map::new()).into_keys() {
        let has = call.params.flag(&name);
        given.insert(name, json!(has));
    }
    let any = given.values().any(|value| *value == json!(true));
    let (status, rights) = if any {
        (Status::Administrator, room.rights(&given))
    } else {
        (Status::Member, Rights::new())
    };
    let member = Member { status, rights };
    call.world.set_member(chat, call.bot, user, member);
    call.world.tell_chat(chat);
    Ok(json!(true))
}
