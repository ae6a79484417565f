//! The people of the local Telegram: fixed ids, so that demo data, pages and tests agree.

use torg_platform::rng::Rng;
use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};

/// Somebody who uses the local Telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their Telegram id.
    pub id: UserId,
    /// First name.
    pub first_name: &'static str,
    /// Last name, when they gave one.
    pub last_name: Option<&'static str>,
    /// Public name without `@`, when they have one.
    pub username: Option<&'static str>,
    /// What they do in the demo: `customer`, `executor`, `operator`, `advertiser`,
    /// `channel_owner`, or their role on the operator's staff. A label for the switcher of people;
    /// no right follows from it.
    pub role: &'static str,
    /// Name of their wallet on the development chain.
    pub wallet: &'static str,
}

impl Person {
    /// The same person as Telegram describes them.
    pub fn user(&self) -> User {
        User {
            last_name: self.last_name.map(str::to_owned),
            username: self.username.map(str::to_owned),
            language_code: Some("ru".to_owned()),
            allows_write_to_pm: true,
            ..User::new(self.id, self.first_name)
        }
    }

    /// The initData with which this person opens the Mini App of the bot with `token` at `now`,
    /// perhaps by a link with `start_param`.
    pub fn init_data(&self, token: &str, now: Timestamp, start_param: Option<&str>) -> String {
        let start_param = start_param.map(|value| ("start_param", value));
        self.sign(token, now, start_param.as_slice())
    }

    /// The initData of one opening of the Mini App. Telegram never hands out the same data
    /// twice, and who exchanges it for a session may rely on that; so a query id of `rng` tells
    /// two openings within one second apart. `start_param` is what the link said, if it did.
    pub fn open_app(
        &self,
        token: &str,
        now: Timestamp,
        rng: &Rng,
        start_param: Option<&str>,
    ) -> String {
        let query = format!("AAH{:016x}", rng.next_u64());
        let mut more = vec![("query_id", query.as_str())];
        more.extend(start_param.map(|value| ("start_param", value)));
        self.sign(token, now, &more)
    }

    fn sign(&self, token: &str, now: Timestamp, more: &[(&str, &str)]) -> String {
        let instance = self.id.to_string();
        let mut extra = vec![
            ("chat_instance", instance.as_str()),
            ("chat_type", "sender"),
        ];
        extra.extend(more);
        sign(&self.user(), now, &extra, &SecretKey::from_token(token))
    }

    /// First and last name.
    pub fn name(&self) -> String {
        match self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.to_owned(),
        }
    }
}

/// A customer, four executors and an operator, always in this order.
pub fn demo_people() -> Vec<Person> {
    let person = |id, first_name, last_name, username, role, wallet| Person {
        id: UserId(id),
        first_name,
        last_name: Some(last_name),
        username,
        role,
        wallet,
    };
    vec![
        person(
            1001,
            "Анна",
            "Соколова",
            Some("anna_sokolova"),
            "customer",
            "anna",
        ),
        person(
            2001,
            "Борис",
            "Кузнецов",
            Some("boris_master"),
            "executor",
            "boris",
        ),
        person(
            2002,
            "Вера",
            "Орлова",
            Some("vera_orlova"),
            "executor",
            "vera",
        ),
        person(
            2003,
            "Глеб",
            "Морозов",
            Some("gleb_moroz"),
            "executor",
            "gleb",
        ),
        // Without a public name: every market has to cope with that.
        person(2004, "Дарья", "Ёлкина", None, "executor", "darya"),
        person(
            3001,
            "Елена",
            "Власова",
            Some("elena_operator"),
            "operator",
            "elena",
        ),
    ]
}

/// The operator's staff beside her: one person of each role, always in this order.
pub fn staff() -> Vec<Person> {
    let person = |id, first_name, last_name, username, role, wallet| Person {
        id: UserId(id),
        first_name,
        last_name: Some(last_name),
        username: Some(username),
        role,
        wallet,
    };
    vec![
        person(
            3002,
            "Захар",
            "Монетов",
            "zakhar_money",
            "finance",
            "zakhar",
        ),
        person(3003, "Инна", "Порядкина", "inna_order", "moderator", "inna"),
        person(
            3004,
            "Кирилл",
            "Отзывчивый",
            "kirill_help",
            "support",
            "kirill",
        ),
        person(
            3005,
            "Лариса",
            "Зоркая",
            "larisa_looks",
            "read_only",
            "larisa",
        ),
    ]
}

/// The people of the market, and the two who meet over a channel: an advertiser and the owner of
/// the channel, and the staff. Everybody who has a phone in the local Telegram.
pub fn everybody() -> Vec<Person> {
    let person = |id, first_name, last_name, username, role, wallet| Person {
        id: UserId(id),
        first_name,
        last_name: Some(last_name),
        username: Some(username),
        role,
        wallet,
    };
    let mut people = demo_people();
    people.push(person(
        4001,
        "Фёдор",
        "Громов",
        "fedor_ads",
        "advertiser",
        "advertiser",
    ));
    people.push(person(
        5001,
        "Жанна",
        "Белова",
        "zhanna_channel",
        "channel_owner",
        "owner",
    ));
    people.extend(staff());
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::time::Duration;
    use torg_telegram::init_data::verify;

    const TOKEN: &str = "100:demo";

    #[test]
    fn everybody_signs_in_as_themselves() {
        let now = Timestamp::from_seconds(1_750_000_000);
        let key = SecretKey::from_token(TOKEN);
        for person in demo_people() {
            let raw = person.init_data(TOKEN, now, Some("order_1"));
            let data = verify(&raw, &key, now, Duration::ZERO).unwrap();
            assert_eq!(data.user, person.user());
            assert_eq!(data.start_param.as_deref(), Some("order_1"));
            let plain = person.init_data(TOKEN, now, None);
            assert_eq!(
                verify(&plain, &key, now, Duration::ZERO)
                    .unwrap()
                    .start_param,
                None
            );
        }
    }

    #[test]
    fn the_cast() {
        let people = demo_people();
        let ids: BTreeSet<_> = people.iter().map(|p| p.id).collect();
        assert_eq!(ids.len(), people.len(), "no two people with one id");
        let roles: Vec<_> = people.iter().map(|p| p.role).collect();
        assert_eq!(
            roles,
            [
                "customer", "executor", "executor", "executor", "executor", "operator"
            ]
        );
        let everybody = everybody();
        assert_eq!(everybody[..people.len()], people);
        let ids: BTreeSet<_> = everybody.iter().map(|p| p.id).collect();
        assert_eq!(ids.len(), everybody.len());
    }
}
