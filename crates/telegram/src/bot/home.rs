//! What the bot itself answers: who it is, what it can do, choices.

use super::talk::Talk;
use super::{Bot, support, texts};
use crate::content::{Button, Content};
use crate::people::{self, Side};
use crate::store::people as store;
use crate::texts::Lang;
use torg_platform::Result;
use torg_platform::db::Tx;

/// Buttons of one row.
const ROW: usize = 2;
/// Deep links of people who bring others.
const REFERRAL: &str = "ref_";

impl Bot {
    /// A command or button of the bot's own.
    pub(super) fn own(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        name: &str,
        args: &str,
    ) -> Result<()> {
        match name {
            "start" => self.start(tx, talk, args),
            "home" => {
                let home = self.home(tx, talk)?;
                talk.replace(tx, &home)
            }
            "help" => {
                let help = self.help(talk.lang);
                talk.say(tx, &help)
            }
            "balance" => self.balance(tx, talk),
            "settings" => {
                let settings = self.settings(tx, talk)?;
                talk.replace(tx, &settings)
            }
            "cancel" => {
                talk.end_dialog(tx)?;
                self.tell(tx, talk, "canceled")
            }
            "lang" => match Lang::parse(args) {
                Some(lang) => {
                    store::choose_language(tx, talk.user(), lang.as_str())?;
                    talk.lang = lang;
                    let settings = self.settings(tx, talk)?;
                    talk.replace(tx, &settings)
                }
                None => self.tell(tx, talk, "unknown"),
            },
            "side" => match Side::parse(args) {
                Some(side) => {
                    store::choose_role(tx, talk.user(), side.as_str())?;
                    let home = self.home(tx, talk)?;
                    talk.replace(tx, &home)
                }
                None => self.tell(tx, talk, "unknown"),
            },
            "operators" => self.operators(tx, talk, args),
            _ => self.tell(tx, talk, "unknown"),
        }
    }

    fn start(&self, tx: &mut Tx<'_>, talk: &mut Talk, payload: &str) -> Result<()> {
        if self.become_owner(tx, talk, payload)? {
            return self.tell(tx, talk, "owner");
        }
        if payload.starts_with(REFERRAL) {
            store::refer(tx, talk.user(), payload)?;
        }
        let home = self.home(tx, talk)?;
        talk.say(tx, &home)
    }

    /// Greeting and main menu.
    fn home(&self, tx: &mut Tx<'_>, talk: &Talk) -> Result<Content> {
        let lang = talk.lang;
        let side = people::side(tx, talk.user())?;
        let name = &talk.person.first_name;
        let mut home = Content::html(texts().say(lang, "bot.home", &[("name", name.into())]));
        if let Some(url) = talk.links.app("") {
            home = home.row([Button::web_app(texts().plain(lang, "bot.app", &[]), url)]);
        }
        for market in &self.0.markets {
            let menu = market.menu(lang);
            for row in menu.chunks(ROW) {
                home = home.row(row.to_vec());
            }
        }
        if side.is_none() {
            let choose = |side: Side| {
                let text = texts().plain(lang, &format!("bot.side.{}", side.as_str()), &[]);
                Button::callback(text, format!("bot:side:{}", side.as_str()))
            };
            home = home.row([choose(Side::Customer), choose(Side::Executor)]);
        }
        let button = |name: &str| {
            let text = texts().plain(lang, &format!("bot.button.{name}"), &[]);
            Button::callback(text, format!("bot:{name}"))
        };
        Ok(home.row([button("balance"), button("settings")]))
    }

    fn help(&self, lang: Lang) -> Content {
        let mut lines = vec![texts().say(lang, "bot.help", &[])];
        for market in &self.0.markets {
            let title = market.texts().say(lang, "market.title", &[]);
            lines.push(format!("\n<b>{title}</b>"));
            for name in market.commands() {
                let about = market.texts().say(lang, &format!("command.{name}"), &[]);
                lines.push(format!("/{name} — {about}"));
            }
        }
        lines.push(String::new());
        for name in super::COMMANDS.iter().filter(|name| **name != "start") {
            let about = texts().say(lang, &format!("command.{name}"), &[]);
            lines.push(format!("/{name} — {about}"));
        }
        let contact = self.0.settings.text(&support());
        if !contact.is_empty() {
            lines.push(String::new());
            lines.push(texts().say(lang, "bot.support", &[("contact", (&contact).into())]));
        }
        Content::html(lines.join("\n"))
    }

    fn balance(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let mut lines = vec![texts().say(talk.lang, "bot.balance", &[])];
        let mut content = Content::html("");
        for market in &self.0.markets {
            if let Some((line, buttons)) = market.balance(tx, talk)? {
                lines.push(line);
                for row in buttons.chunks(3) {
                    content = content.row(row.to_vec());
                }
            }
        }
        content.text = lines.join("\n");
        talk.replace(tx, &content)
    }

    fn settings(&self, tx: &mut Tx<'_>, talk: &Talk) -> Result<Content> {
        let lang = talk.lang;
        let side = people::side(tx, talk.user())?;
        let mark = |is_chosen: bool, text: String| {
            if is_chosen {
                format!("✓ {text}")
            } else {
                text
            }
        };
        let languages = Lang::ALL.map(|other| {
            let text = texts().plain(other, "bot.language", &[]);
            Button::callback(
                mark(other == lang, text),
                format!("bot:lang:{}", other.as_str()),
            )
        });
        let sides = [Side::Customer, Side::Executor].map(|other| {
            let text = texts().plain(lang, &format!("bot.side.{}", other.as_str()), &[]);
            let data = format!("bot:side:{}", other.as_str());
            Button::callback(mark(side == Some(other), text), data)
        });
        let mut settings = Content::html(texts().say(lang, "bot.settings", &[]))
            .row(languages)
            .row(sides);
        for market in &self.0.markets {
            for row in market.settings(lang).chunks(ROW) {
                settings = settings.row(row.to_vec());
            }
        }
        let back = texts().plain(lang, "bot.button.home", &[]);
        Ok(settings.row([Button::callback(back, "bot:home")]))
    }
}
