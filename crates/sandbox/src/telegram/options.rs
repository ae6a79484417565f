//! Who and what is there from the beginning.

use super::world::FloodLimits;
use crate::people;
use std::collections::BTreeMap;
use std::path::PathBuf;
use torg_platform::Clock;
use torg_platform::rng::Rng;

/// A bot that is there from the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewBot {
    /// Its token: id, colon, secret.
    pub token: String,
    /// Its public name, without `@`.
    pub username: String,
    /// Its name.
    pub name: String,
    /// Address of its main Mini App.
    pub web_app: Option<String>,
    /// Addresses of further Mini Apps by their short names.
    pub apps: BTreeMap<String, String>,
    /// Whether it gets everything that is written in groups.
    pub reads_groups: bool,
}

impl NewBot {
    /// A bot without a Mini App.
    pub fn new(token: &str, username: &str, name: &str) -> Self {
        Self {
            token: token.to_owned(),
            username: username.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// A person who is there from the beginning, or comes later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Their Telegram id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without `@`.
    pub username: Option<String>,
    /// Language of their Telegram.
    pub language_code: String,
    /// What they do in the demo.
    pub hint: String,
    /// Their Stars.
    pub stars: i64,
}

impl From<people::Person> for NewPerson {
    fn from(person: people::Person) -> Self {
        Self {
            id: person.id.0,
            first_name: person.first_name.to_owned(),
            last_name: person.last_name.map(str::to_owned),
            username: person.username.map(str::to_owned),
            language_code: "ru".to_owned(),
            hint: person.role.to_owned(),
            stars: 0,
        }
    }
}

/// How a local Telegram begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its file; in memory without one.
    pub path: Option<PathBuf>,
    /// Time of everything that has a date.
    pub clock: Clock,
    /// What secrets and faults are drawn from.
    pub rng: Rng,
    /// Bots. One that the file knows keeps what it has set and gets this token and name.
    pub bots: Vec<NewBot>,
    /// People. One whom the file knows stays as they are there.
    pub people: Vec<NewPerson>,
    /// What is too fast.
    pub limits: FloodLimits,
}

impl Options {
    /// In memory, with [`people::everybody`] and no bot.
    pub fn new(clock: Clock, rng: Rng) -> Self {
        Self {
            path: None,
            clock,
            rng,
            bots: Vec::new(),
            people: people::everybody()
                .into_iter()
                .map(NewPerson::from)
                .collect(),
            limits: FloodLimits::default(),
        }
    }

    /// The same in a file.
    #[must_use]
    pub fn at(self, path: PathBuf) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }

    /// The same with one more bot.
    #[must_use]
    pub fn with_bot(mut self, bot: NewBot) -> Self {
        self.bots.push(bot);
        self
    }
}
