//! `/subscribe`: what an executor wants to hear of, and how often. The same data as in the app.

use crate::app::preferences;
use crate::bot::Bot;
use crate::bot::city::{self, City};
use crate::bot::question::Question;
use crate::bot::words::{Words, press};
use crate::domain::{Category, NoticeSettings, Preferences};
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};

/// Minutes between two notices that can be chosen.
const FREQUENCIES: [i64; 3] = [5, 10, 15];

impl Bot {
    /// The subscription with everything that can be changed.
    pub(in crate::bot) fn subscription(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let user = talk.user();
        let wanted = preferences::get_preferences(tx, user)?;
        let (enabled, frequency) = preferences::get_notice_settings(tx, user)?;
        let content = view(self.words(talk), &wanted, enabled, frequency);
        talk.replace(tx, &content)
    }

    /// A button of it.
    pub(in crate::bot) fn subscription_pressed(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        parts: &[&str],
    ) -> Result<()> {
        let user = talk.user();
        let mut wanted = preferences::get_preferences(tx, user)?;
        let mut settings = NoticeSettings::default();
        match *parts {
            ["cat", slug] => {
                let category = Category::parse(slug).map_err(crate::error::Error::from)?;
                match wanted.categories.contains(&category) {
                    true => wanted.categories.retain(|c| *c != category),
                    false => wanted.categories.push(category),
                }
                preferences::set_preferences(tx, user, &wanted)?;
            }
            ["del", n] => {
                let n: usize = n.parse().unwrap_or(usize::MAX);
                if n < wanted.cities.len() {
                    wanted.cities.remove(n);
                }
                preferences::set_preferences(tx, user, &wanted)?;
            }
            ["city"] => return self.ask_city(tx, talk, Vec::new(), "subscribe.ask_city"),
            ["pick", n] => {
                let Some(Question::City(names)) = Question::of(talk) else {
                    return self.subscription(tx, talk);
                };
                let name = names.get(n.parse().unwrap_or(usize::MAX)).cloned();
                return self.add_city(tx, talk, wanted, name);
            }
            ["freq", minutes] => {
                settings = NoticeSettings::check(None, minutes.parse().ok())?;
                preferences::set_notice_settings(tx, user, settings)?;
            }
            ["on"] | ["off"] => {
                settings.enabled = Some(*parts == ["on"]);
                preferences::set_notice_settings(tx, user, settings)?;
            }
            _ => {}
        }
        self.subscription(tx, talk)
    }

    /// A city in words.
    pub(in crate::bot) fn city_said(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        text: &str,
    ) -> Result<()> {
        match city::read(&self.services.cities, text) {
            City::Known(name) => {
                let wanted = preferences::get_preferences(tx, talk.user())?;
                self.add_city(tx, talk, wanted, Some(name))
            }
            City::OneOf(names) => self.ask_city(tx, talk, names, "draft.which_city"),
            City::Wrong => self.ask_city(tx, talk, Vec::new(), "wrong.city"),
        }
    }

    fn ask_city(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        names: Vec<String>,
        key: &str,
    ) -> Result<()> {
        let words = self.words(talk);
        let content = Content::html(words.say(key, &[]));
        let buttons = names.iter().enumerate();
        let buttons = buttons.map(|(n, name)| [press(name, format_args!("sub:pick:{n}"))]);
        let content = buttons.fold(content, Content::row);
        let content = content.row([words.press("button.back", "subscribe")]);
        Question::City(names).ask(tx, talk)?;
        talk.replace(tx, &content)
    }

    fn add_city(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        mut wanted: Preferences,
        name: Option<String>,
    ) -> Result<()> {
        wanted.cities.extend(name);
        talk.end_dialog(tx)?;
        let slugs: Vec<String> = wanted.categories.iter().map(|c| c.slug().into()).collect();
        match Preferences::check(&slugs, &wanted.cities) {
            Ok(checked) => preferences::set_preferences(tx, talk.user(), &checked)?,
            Err(_too_many) => {
                let text = self.words(talk).say("subscribe.too_many", &[]);
                talk.say(tx, &Content::html(text))?;
            }
        }
        self.subscription(tx, talk)
    }
}

fn mark(is_on: bool, text: &str) -> String {
    match is_on {
        true => format!("✓ {text}"),
        false => text.to_owned(),
    }
}

fn view(words: Words, wanted: &Preferences, enabled: bool, frequency: i64) -> Content {
    let state = match (
        enabled,
        wanted.categories.is_empty() || wanted.cities.is_empty(),
    ) {
        (false, _) => "subscribe.off",
        (true, true) => "subscribe.incomplete",
        (true, false) => "subscribe.on",
    };
    let head = words.say("subscribe.head", &[]);
    let state = words.say(state, &[("minutes", frequency.into())]);
    let categories: Vec<Button> = Category::ALL
        .into_iter()
        .map(|c| {
            let text = mark(wanted.categories.contains(&c), &words.category(c));
            press(text, format_args!("sub:cat:{}", c.slug()))
        })
        .collect();
    let cities: Vec<Button> = wanted
        .cities
        .iter()
        .enumerate()
        .map(|(n, name)| press(format!("✕ {name}"), format_args!("sub:del:{n}")))
        .collect();
    let frequencies = FREQUENCIES.map(|minutes| {
        let text = words.plain("subscribe.frequency", &[("n", minutes.into())]);
        press(
            mark(minutes == frequency, &text),
            format_args!("sub:freq:{minutes}"),
        )
    });
    let switch = match enabled {
        true => words.press("subscribe.switch_off", "sub:off"),
        false => words.press("subscribe.switch_on", "sub:on"),
    };
    let content = Content::html(format!("{head}\n\n{state}"));
    let rows = categories.chunks(2).chain(cities.chunks(2));
    rows.map(<[Button]>::to_vec)
        .fold(content, Content::row)
        .row([words.press("subscribe.add_city", "sub:city")])
        .row(frequencies)
        .row([switch])
}
