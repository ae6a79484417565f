//! Who is there.

use super::{Bot, Person, World, put};
use crate::telegram::error::{Error, Result};
use crate::telegram::options::{NewBot, NewPerson};
use serde_json::{Value, json};
use torg_platform::Timestamp;
use torg_telegram::init_data::bot_id;

impl World {
    pub(in crate::telegram) fn add_bot(&mut self, new: NewBot) -> Result<i64> {
        let id = bot_id(&new.token).ok_or(Error::BadToken)?;
        let bot = self.bots.edit_or(&id, || Bot {
            id,
            last_update: id.wrapping_mul(1_009).rem_euclid(1_000_000_000),
            ..Bot::default()
        });
        bot.token = new.token;
        bot.username = new.username;
        bot.names.entry(String::new()).or_insert(new.name);
        bot.web_app = new.web_app;
        bot.apps = new.apps;
        bot.reads_groups = new.reads_groups;
        self.tell_bots();
        Ok(id)
    }

    pub(in crate::telegram) fn add_person(&mut self, new: NewPerson) {
        if self.people.get(&new.id).is_some() {
            return;
        }
        let person = Person {
            id: new.id,
            first_name: new.first_name,
            last_name: new.last_name,
            username: new.username,
            language_code: new.language_code,
            hint: new.hint,
            stars: new.stars,
        };
        self.people.put(new.id, person);
    }

    /// Everybody with what they do in the demo, and how much they have not read.
    pub(in crate::telegram) fn people_cards(&self) -> Value {
        let card = |person: &Person| {
            let mut card = person.card();
            put(&mut card, "hint", json!(person.hint));
            put(&mut card, "unread", json!(self.all_unread(person.id)));
            card
        };
        self.people.values().map(card).collect()
    }

    /// When the next update that is held back may go to a bot.
    pub(in crate::telegram) fn next_due(&self, bot: i64) -> Option<Timestamp> {
        let held = self.waiting(bot).map(|update| update.not_before);
        held.filter(|at| *at > self.now()).min()
    }
}
