//! What a market does in the chat.

use super::talk::Talk;
use crate::broadcasts::Audience;
use crate::content::Button;
use crate::texts::{Lang, Texts};
use torg_platform::db::Tx;
use torg_platform::limits::Rule;
use torg_platform::{Result, UserId};

/// Something that a person has done in their chat with the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A command of the market's, without its slash.
    Command {
        /// Its name.
        name: String,
        /// What follows it.
        args: String,
    },
    /// Came by a deep link of the market's, for example `order_AbC…`.
    Link(String),
    /// Pressed one of the market's buttons: its data without the market's name and colon.
    Press(String),
    /// Wrote a text while a question of the market's is open ([`Talk::dialog`]), or as a reply to
    /// a message of the market's ([`Talk::reply_key`]).
    Said(String),
}

/// A market's part of the bot. Everything happens in the unit of work that handles the update:
/// it happens once, with the update, or not at all.
pub trait Market: Send + Sync + 'static {
    /// Prefix of its buttons, message keys and dialogs.
    fn name(&self) -> &'static str;
    /// What it says. `command.NAME` describes each command, `refusal.CODE` says what the error
    /// with that code means (without one its own text is shown).
    fn texts(&self) -> &'static Texts;
    /// Its commands, without slash.
    fn commands(&self) -> &'static [&'static str];
    /// What its deep links begin with.
    fn links(&self) -> &'static [&'static str];
    /// Its buttons in the main menu.
    fn menu(&self, lang: Lang) -> Vec<Button>;
    /// How often a person may do this, beyond the limits of every chat.
    fn rule(&self, act: &Act) -> Option<Rule> {
        let _of_all = act;
        None
    }
    /// Does it and answers.
    ///
    /// # Errors
    /// A refusal undoes what was done and is told to the person; what is our own fault is tried
    /// again with the whole update.
    fn act(&self, tx: &mut Tx<'_>, talk: &mut Talk, act: &Act) -> Result<()>;
    /// Lines for `/balance`, if the market has to do with money of the person.
    ///
    /// # Errors
    /// The database's.
    fn balance(&self, tx: &mut Tx<'_>, talk: &Talk) -> Result<Option<(String, Vec<Button>)>> {
        let _nothing = (tx, talk);
        Ok(None)
    }
    /// Up to `limit` people who belong to `audience` because of what they do in this market, with
    /// numbers above `after`, each once and in the order of their numbers.
    ///
    /// # Errors
    /// The database's.
    fn audience(
        &self,
        tx: &mut Tx<'_>,
        audience: Audience,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>> {
        let _nobody = (tx, audience, after, limit);
        Ok(Vec::new())
    }
    /// Buttons for `/settings`.
    fn settings(&self, lang: Lang) -> Vec<Button> {
        let _nothing = lang;
        Vec::new()
    }
}
