//! The operator's side: how the first one comes in, and where alerts go.

use super::talk::Talk;
use super::{Bot, plan, texts};
use crate::api::Message;
use crate::content::Content;
use crate::messages::{self, ChatId, Terms};
use crate::store::people as store;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use torg_platform::audit::By;
use torg_platform::auth::{self, Role, staff};
use torg_platform::config::Secret;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};

/// Name of the setting: the group that alerts go to.
pub(crate) const CHAT: &str = "operators_chat";
/// Name of the setting: who came in by the code. One person can.
const OWNER: &str = "setup_owner";

/// Characters of the setup code.
const CODE_CHARS: usize = 24;

/// What makes the first person who sends it after `/start` the owner. Made from the key of
/// sessions, so that every process knows it and nobody has to keep it; empty without that key.
pub fn setup_code(key: &Secret) -> Secret {
    let key = key.expose().as_bytes();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Secret::default();
    };
    if key.is_empty() {
        return Secret::default();
    }
    mac.update(b"torg setup 1");
    let code = hex::encode(mac.finalize().into_bytes());
    Secret::new(code.chars().take(CODE_CHARS).collect::<String>())
}

impl Bot {
    /// Whether `payload` was the setup code and has made this person the owner: the first one,
    /// while there is no owner.
    pub(super) fn become_owner(&self, tx: &mut Tx<'_>, talk: &Talk, payload: &str) -> Result<bool> {
        let code = self.0.setup_code.expose().as_bytes();
        if code.is_empty() || !bool::from(payload.as_bytes().ct_eq(code)) {
            return Ok(false);
        }
        let (user, now) = (talk.user(), tx.now());
        if staff::list(tx)?
            .iter()
            .any(|grant| grant.role == Role::Owner)
            || store::set_first(tx, OWNER, &user.to_string(), user, now)? == 0
        {
            return Ok(false);
        }
        let by = By {
            actor: format!("user/{user}"),
            request_id: talk.request_id.clone(),
        };
        staff::grant(tx, user, Role::Owner, by)
    }

    /// `/operators` in a private chat: where alerts go; `here` takes them back from the group.
    pub(super) fn operators(&self, tx: &mut Tx<'_>, talk: &mut Talk, args: &str) -> Result<()> {
        if !is_owner(tx, talk.user())? {
            return self.tell(tx, talk, "unknown");
        }
        if args == "here" {
            store::unset(tx, CHAT)?;
            return self.tell(tx, talk, "operators_private");
        }
        let key = match store::setting(tx, CHAT)? {
            Some(_) => "operators_in_group",
            None => "operators_private",
        };
        self.tell(tx, talk, key)
    }

    /// A message in a group: `/operators` by an owner makes it the operators' chat.
    pub(super) fn group(&self, tx: &mut Tx<'_>, message: &Message, request_id: &str) -> Result<()> {
        let (chat, now) = (message.chat.id, tx.now());
        let Some(from) = &message.from else {
            return Ok(());
        };
        let user = UserId(from.id);
        if let Some(to) = message.migrate_to_chat_id {
            if store::setting(tx, CHAT)? == Some(chat.to_string()) {
                store::set(tx, CHAT, &to.to_string(), user, now)?;
            }
            return Ok(());
        }
        let name = message.text.as_deref().and_then(plan::command);
        if name.is_none_or(|(name, _)| name != "operators") || !is_owner(tx, user)? {
            return Ok(());
        }
        store::set(tx, CHAT, &chat.to_string(), user, now)?;
        let by = By {
            actor: format!("user/{user}"),
            request_id: request_id.to_owned(),
        };
        by.did(
            tx,
            "telegram.set_operators_chat",
            &format!("chat/{chat}"),
            "{}",
        )?;
        let lang = crate::people::language(tx, user)?;
        let text = texts().say(lang, "bot.operators_here", &[]);
        let key = format!("telegram.operators/{request_id}");
        messages::send(
            tx,
            ChatId(chat),
            &key,
            &Content::html(text),
            Terms::default(),
        )
        .map(drop)
    }
}

fn is_owner(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    Ok(auth::roles(tx, user)?.cover(Role::Owner))
}
