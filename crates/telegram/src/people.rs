//! What people have chosen in the bot.

use crate::store::people;
use crate::texts::Lang;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId, auth};

/// As what somebody uses the markets; a wish of theirs, no right follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Orders and buys.
    Customer,
    /// Works and sells.
    Executor,
}

impl Side {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Executor => "executor",
        }
    }

    /// The side of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Customer, Self::Executor]
            .into_iter()
            .find(|side| side.as_str() == name)
    }
}

/// The language that a person is written to in: chosen in the bot, else that of their Telegram.
///
/// # Errors
/// The database's.
pub fn language(tx: &mut Tx<'_>, user: UserId) -> Result<Lang> {
    match chosen(tx, user)? {
        Some(chosen) => Ok(chosen),
        None => {
            let person = auth::person(tx, user)?;
            let telegrams = person.and_then(|person| person.language);
            Ok(Lang::of_telegram(telegrams.as_deref()))
        }
    }
}

/// As [`language`], of somebody whose Telegram is known to speak `telegrams`.
pub(crate) fn of_person(tx: &mut Tx<'_>, user: UserId, telegrams: Option<&str>) -> Result<Lang> {
    let chosen = chosen(tx, user)?;
    Ok(chosen.unwrap_or_else(|| Lang::of_telegram(telegrams)))
}

fn chosen(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Lang>> {
    let choices = people::choices(tx, user)?;
    let language = choices.and_then(|choices| choices.language);
    Ok(language.as_deref().and_then(Lang::parse))
}

/// As what a person uses the markets, if they have said so.
///
/// # Errors
/// The database's.
pub fn side(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Side>> {
    let role = people::choices(tx, user)?.and_then(|choices| choices.role);
    Ok(role.as_deref().and_then(Side::parse))
}
