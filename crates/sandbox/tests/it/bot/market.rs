//! A market that only counts: enough to see whether each act had its effect once.

use serde_json::{Value, json};
use std::sync::Arc;
use torg_platform::db::{Db, Migrations, Tx};
use torg_platform::outbox::{Delivery, Failure, Sink};
use torg_platform::{Error, Kind, Result};
use torg_telegram::bot::{Act, Market, Talk};
use torg_telegram::content::{Button, Content};
use torg_telegram::texts::{Lang, Texts};

const TABLES: &[(&str, &str)] = &[(
    "0001_hits",
    "CREATE TABLE bottest_hits (name TEXT NOT NULL PRIMARY KEY, user_id BIGINT NOT NULL, \
     times BIGINT NOT NULL, place BIGINT NOT NULL)",
)];
const TABLES_SQLITE: &[(&str, &str)] = &[(
    "0001_hits",
    "CREATE TABLE bottest_hits (name TEXT NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, \
     times INTEGER NOT NULL, place INTEGER NOT NULL) STRICT",
)];

pub(crate) const MIGRATIONS: Migrations = Migrations {
    package: "bottest",
    sqlite: TABLES_SQLITE,
    postgres: TABLES,
};

torg_platform::row! {
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(super) struct Hit {
        pub(super) name: String,
        pub(super) user_id: i64,
        pub(super) times: i64,
        pub(super) place: i64,
    }
}

mod sql {
    use super::Hit;
    torg_platform::sql! {
        pub(super) fn hit(name: &str, user_id: i64) -> u64 =
            "INSERT INTO bottest_hits (name, user_id, times, place)
             VALUES ($1, $2, 1, (SELECT COUNT(*) FROM bottest_hits WHERE user_id = $2))
             ON CONFLICT (name) DO UPDATE SET times = bottest_hits.times + 1";
        pub(super) fn hits() -> Vec<Hit> =
            "SELECT name, user_id, times, place FROM bottest_hits ORDER BY user_id, place";
    }
}

/// Every act that had an effect.
pub(super) fn hits(tx: &mut Tx<'_>) -> Result<Vec<Hit>> {
    Ok(sql::hits(tx)?)
}

/// `/hit NAME`, `/refused NAME`, `/poison NAME`, the button `hit:NAME`, and any text while a
/// question is open.
#[derive(Debug)]
pub(super) struct Counter;

impl Counter {
    fn hit(tx: &mut Tx<'_>, talk: &mut Talk, name: &str) -> Result<()> {
        sql::hit(tx, name, talk.user().0)?;
        let button = Button::callback("Again", format!("counter:hit:{name}-again"));
        talk.say(tx, &Content::html(format!("done {name}")).row([button]))
    }
}

impl Market for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn texts(&self) -> &'static Texts {
        static TEXTS: std::sync::LazyLock<Texts> = std::sync::LazyLock::new(|| {
            let texts = r#"{"market.title": "Counter", "command.hit": "hits", "command.ask": "asks",
                "command.refused": "refuses", "command.poison": "breaks",
                "refusal.never": "never"}"#;
            Texts::new(texts, texts)
        });
        &TEXTS
    }

    fn commands(&self) -> &'static [&'static str] {
        &["hit", "ask", "refused", "poison"]
    }

    fn links(&self) -> &'static [&'static str] {
        &["hit_"]
    }

    fn menu(&self, _: Lang) -> Vec<Button> {
        vec![Button::callback("Hit", "counter:hit:menu")]
    }

    fn act(&self, tx: &mut Tx<'_>, talk: &mut Talk, act: &Act) -> Result<()> {
        match act {
            Act::Command { name, args } => match name.as_str() {
                "hit" => Self::hit(tx, talk, args),
                "ask" => {
                    talk.ask(tx, args)?;
                    talk.say(tx, &Content::html("say something"))
                }
                "refused" => {
                    // Undone with the refusal.
                    Self::hit(tx, talk, args)?;
                    Err(Error::new(Kind::Conflict, "never", "Never"))
                }
                _ => {
                    Self::hit(tx, talk, args)?;
                    Err(Error::internal("poison"))
                }
            },
            Act::Link(link) => Self::hit(tx, talk, link),
            Act::Press(data) => {
                let name = data.strip_prefix("hit:").unwrap_or(data);
                sql::hit(tx, name, talk.user().0)?;
                talk.toast(format!("done {name}"));
                talk.replace(tx, &Content::html(format!("pressed {name}")))
            }
            Act::Said(text) => {
                let asked = talk.dialog.clone().unwrap_or_default();
                talk.end_dialog(tx)?;
                sql::hit(tx, &format!("{asked}={text}"), talk.user().0)?;
                talk.say(tx, &Content::html("heard"))
            }
        }
    }
}

/// Remembers alerts of messages that were given up.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures(pub(super) Arc<parking_lot::Mutex<Vec<Value>>>);

impl Sink for Failures {
    fn name(&self) -> &'static str {
        "bottest.failures"
    }

    fn wants(&self, topic: &str) -> bool {
        topic == torg_telegram::FAILED
    }

    fn deliver<'a>(
        &'a self,
        delivery: &'a Delivery,
    ) -> futures_util::future::BoxFuture<'a, Result<(), Failure>> {
        let payload = serde_json::from_str(&delivery.payload).unwrap_or(json!(null));
        self.0.lock().push(payload);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Rows of dead letters, with what they say.
pub(super) async fn dead_letters(db: &Db) -> Vec<String> {
    let read = |tx: &mut Tx<'_>| torg_platform::outbox::dead::list(tx, 0, 100_000);
    let letters = db.read("bottest.dead", read).await.unwrap();
    letters
        .into_iter()
        .map(|letter| letter.last_error.unwrap_or_default())
        .collect()
}
