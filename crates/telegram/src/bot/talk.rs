//! One update of one person, while it is handled.

use crate::content::Content;
use crate::links::Links;
use crate::messages::{self, ChatId, Terms};
use crate::store::people;
use crate::texts::Lang;
use std::time::Duration;
use torg_platform::auth::Person;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};

/// How long a question stays open.
const OPEN: Duration = Duration::from_hours(1);

/// What the bot is told and says in the unit of work of one update. Everything it says has a key
/// that is made from the update, so that nothing is said twice.
#[derive(Debug)]
pub struct Talk {
    /// Who.
    pub person: Person,
    /// In which language they are answered.
    pub lang: Lang,
    /// Where bot and Mini App are.
    pub links: Links,
    /// What the act is called in audit and logs; unique.
    pub request_id: String,
    /// Key of our message whose button was pressed.
    pub pressed_key: Option<String>,
    /// Key of our message that they reply to.
    pub reply_key: Option<String>,
    /// What the market that is being asked wanted to know, as it wrote it down.
    pub dialog: Option<String>,
    pub(super) market: &'static str,
    pub(super) pressed: Option<i64>,
    pub(super) said: u32,
    pub(super) toast: Option<(String, bool)>,
}

impl Talk {
    /// Who.
    pub fn user(&self) -> UserId {
        self.person.id
    }

    /// Answers with a new message.
    ///
    /// # Errors
    /// The database's.
    pub fn say(&mut self, tx: &mut Tx<'_>, content: &Content) -> Result<()> {
        self.said = self.said.saturating_add(1);
        let key = format!("{}.reply/{}/{}", self.market, self.request_id, self.said);
        messages::send(tx, self.user(), &key, content, Terms::default()).map(drop)
    }

    /// Puts `content` in the place of the message whose button was pressed; answers with a new
    /// one when none was.
    ///
    /// # Errors
    /// The database's.
    pub fn replace(&mut self, tx: &mut Tx<'_>, content: &Content) -> Result<()> {
        match self.pressed {
            Some(message_id) => {
                messages::replace(tx, ChatId::from(self.user()), message_id, content)
            }
            None => self.say(tx, content),
        }
    }

    /// A short line over the chat, in answer to a button; plain text of at most 200 characters.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), false));
    }

    /// The same as a box that must be closed.
    pub fn alert(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), true));
    }

    /// Opens a question of this market: the next text goes to it, with `state` as
    /// [`Talk::dialog`]. One question is open at a time.
    ///
    /// # Errors
    /// The database's.
    pub fn ask(&mut self, tx: &mut Tx<'_>, state: &str) -> Result<()> {
        let ends = tx.now().plus(OPEN);
        Ok(people::ask(tx, self.user(), self.market, state, ends)?)
    }

    /// Closes it.
    ///
    /// # Errors
    /// The database's.
    pub fn end_dialog(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        Ok(people::end_dialog(tx, self.user())?)
    }
}
