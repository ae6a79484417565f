//! The bot: what people do in their chat with it, and what it answers.
//!
//! An update is handled in one unit of work: what it causes, what the bot says and the mark that
//! it was handled are committed together, so it has its effect once, whatever is repeated.

mod handle;
mod home;
mod market;
mod operators;
mod person;
mod plan;
mod refusal;
mod sink;
mod talk;

pub use market::{Act, Market};
pub use operators::setup_code;
pub use talk::Talk;

pub(crate) use operators::CHAT as OPERATORS_CHAT;

use crate::links::Links;
use crate::texts::{Lang, Texts};
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Tx};
use torg_platform::limits::Limiter;
use torg_platform::payments::Payees;
use torg_platform::settings::{Setting, Settings};
use torg_platform::{Error, Result};

/// What the bot itself says.
pub(crate) fn texts() -> &'static Texts {
    crate::texts!()
}

/// The test's view of [`texts`].
#[doc(hidden)]
pub fn own_texts() -> &'static Texts {
    texts()
}

/// Its own commands.
const COMMANDS: [&str; 5] = ["start", "balance", "settings", "help", "cancel"];

/// Whom people turn to, as `/help` says it; empty for nobody.
fn support() -> Setting {
    Setting::text("telegram.support_contact", 200, "")
}

/// What the operator can set of the bot while the program runs.
pub fn declared_settings() -> Vec<Setting> {
    vec![support()]
}

/// The bot. Clones share it.
#[derive(Clone)]
pub struct Bot(Arc<Inner>);

struct Inner {
    db: Db,
    limits: Limiter,
    settings: Settings,
    links: Links,
    markets: Vec<Arc<dyn Market>>,
    payees: Payees,
    /// With it the first person becomes the owner; empty when nobody can.
    setup_code: Secret,
}

impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot")
            .field("links", &self.0.links)
            .finish_non_exhaustive()
    }
}

impl Bot {
    /// The bot of these markets, in the order of its menu.
    ///
    /// # Errors
    /// Internal, when two markets claim the same name, command or link.
    pub fn new(
        ctx: &Ctx,
        links: Links,
        markets: Vec<Arc<dyn Market>>,
        payees: Payees,
        setup_code: Secret,
    ) -> Result<Self> {
        let mut seen = std::collections::BTreeSet::new();
        let own = COMMANDS.into_iter().map(|name| format!("/{name}"));
        let of_markets = markets.iter().flat_map(|market| {
            let commands = market.commands().iter().map(|name| format!("/{name}"));
            let links = market.links().iter().map(|link| format!("?{link}"));
            commands.chain(links).chain([market.name().to_owned()])
        });
        for name in own.chain(of_markets) {
            if !seen.insert(name.clone()) {
                return Err(Error::internal(format!(
                    "two parts of the bot claim {name}"
                )));
            }
        }
        Ok(Self(Arc::new(Inner {
            db: ctx.db.clone(),
            limits: ctx.limits.clone(),
            settings: ctx.settings.clone(),
            links,
            markets,
            payees,
            setup_code,
        })))
    }

    /// Tells Telegram the bot's commands and its menu button, in every language.
    ///
    /// # Errors
    /// The database's.
    pub fn introduce(&self, tx: &mut Tx<'_>) -> Result<()> {
        const WITHIN: Duration = Duration::from_hours(24);
        let mut scopes = vec![("", Lang::En)];
        scopes.extend(Lang::ALL.map(|lang| (lang.as_str(), lang)));
        for (code, lang) in scopes {
            let key = format!("telegram.commands/{code}");
            let params = json!({"commands": self.commands(lang), "language_code": code});
            crate::calls::call(tx, &key, "setMyCommands", &params, WITHIN)?;
            let about = texts().plain(lang, "bot.about", &[]);
            let params = json!({"description": about, "language_code": code});
            let key = format!("telegram.description/{code}");
            crate::calls::call(tx, &key, "setMyDescription", &params, WITHIN)?;
        }
        let button = match self.0.links.app("") {
            Some(url) => json!({"type": "web_app", "text": "Torg", "web_app": {"url": url}}),
            None => json!({"type": "commands"}),
        };
        let params = json!({"menu_button": button});
        crate::calls::call(tx, "telegram.menu", "setChatMenuButton", &params, WITHIN)?;
        Ok(())
    }

    fn commands(&self, lang: Lang) -> Vec<serde_json::Value> {
        let describe = |texts: &Texts, name: &str| {
            let about = texts.plain(lang, &format!("command.{name}"), &[]);
            json!({"command": name, "description": about})
        };
        let of_markets = self.0.markets.iter().flat_map(|market| {
            let commands = market.commands().iter();
            commands.map(|name| describe(market.texts(), name))
        });
        let own = COMMANDS.iter().filter(|name| **name != "start");
        of_markets
            .chain(own.map(|name| describe(texts(), name)))
            .collect()
    }

    fn market(&self, name: &str) -> Option<&Arc<dyn Market>> {
        self.0.markets.iter().find(|market| market.name() == name)
    }
}
