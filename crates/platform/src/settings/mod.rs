//! What the operator sets while the program runs: settings with a history, and the pause of a
//! market.
//!
//! Whoever needs a value reads it from a copy in memory, never from the database: the copy holds
//! what was changed, the declaration ([`Setting`]) holds what is configured. Whoever changes a
//! value puts it into the copy of his process before he is answered; the other processes look
//! every second ([`Settings::watch`]).
//!
//! A market that is paused begins nothing new ([`Settings::open`]) and finishes what has begun.

mod api;
mod change;
mod declared;
mod pause_api;
mod store;

pub use api::api;
pub use declared::{Setting, SettingKind, Value};

use crate::audit::By;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::FieldError;
use crate::money::{Currency, Money};
use crate::{Error, Kind, Result};
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::Stored;
use tokio::sync::Notify;

/// Wakes the look at what was changed.
const SIGNAL: &str = "platform.settings";
/// How often the changes of other processes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a pause waits for units of work that have begun before it.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// Why nothing new is begun in a market.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Pause {
    /// What the operator tells people.
    pub reason: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// The settings as this process knows them. Clones share them.
#[derive(Debug, Clone)]
pub struct Settings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What was changed, as of the last look.
    copy: RwLock<Arc<Changed>>,
    /// Copies that units of work may still stand on.
    former: Mutex<Vec<Weak<Changed>>>,
    /// Somebody has let go of a former copy.
    left: Arc<Notify>,
}

/// What was changed, at one moment.
#[derive(Debug)]
struct Changed {
    entries: BTreeMap<String, Entry>,
    /// By market.
    pauses: BTreeMap<String, Pause>,
    left: Arc<Notify>,
}

#[derive(Debug, Clone)]
struct Entry {
    version: i64,
    value: Option<serde_json::Value>,
}

impl Drop for Changed {
    fn drop(&mut self) {
        self.left.notify_waiters();
    }
}

/// What the pauses of a market are called in the history ends like this.
const PAUSED: &str = ".paused";

/// The name that the pauses of a market have in the history.
fn pause_name(market: &str) -> String {
    format!("{market}{PAUSED}")
}

/// The pauses among the entries, by market.
fn pauses(entries: &BTreeMap<String, Entry>) -> Result<BTreeMap<String, Pause>> {
    let mut pauses = BTreeMap::new();
    for (name, entry) in entries {
        if let (Some(market), Some(value)) = (name.strip_suffix(PAUSED), &entry.value) {
            let pause = serde_json::from_value(value.clone()).map_err(Error::internal)?;
            pauses.insert(market.to_owned(), pause);
        }
    }
    Ok(pauses)
}

impl Default for Settings {
    /// Everything as configured, until it is looked at what was changed.
    fn default() -> Self {
        let left = Arc::new(Notify::new());
        let nothing = Changed {
            entries: BTreeMap::new(),
            pauses: BTreeMap::new(),
            left: left.clone(),
        };
        Self(Arc::new(Inner {
            copy: RwLock::new(Arc::new(nothing)),
            former: Mutex::default(),
            left,
        }))
    }
}

impl Settings {
    /// The value of a setting now.
    pub fn value(&self, setting: &Setting) -> Value {
        let copy = self.0.copy.read();
        let changed = copy.entries.get(setting.name);
        let changed = changed.and_then(|entry| entry.value.as_ref());
        changed
            .and_then(|json| setting.read(json))
            .unwrap_or_else(|| setting.default.clone())
    }

    /// The value of a setting that is a number.
    pub fn integer(&self, setting: &Setting) -> i64 {
        match self.value(setting) {
            Value::Integer(number) | Value::Amount(number) => number,
            Value::Text(_) | Value::Switch(_) => 0,
        }
    }

    /// The value of a setting that is an amount of `C`.
    pub fn amount<C: Currency>(&self, setting: &Setting) -> Money<C> {
        Money::from_minor(self.integer(setting))
    }

    /// The value of a setting that is a text.
    pub fn text(&self, setting: &Setting) -> String {
        match self.value(setting) {
            Value::Text(text) => text,
            Value::Integer(_) | Value::Amount(_) | Value::Switch(_) => String::new(),
        }
    }

    /// Whether a setting is switched on.
    pub fn is_on(&self, setting: &Setting) -> bool {
        self.value(setting) == Value::Switch(true)
    }

    /// Why nothing new is begun in `market`; none while it is open.
    pub fn paused(&self, market: &str) -> Option<Pause> {
        self.0.copy.read().pauses.get(market).cloned()
    }

    /// Lets the unit of work begin something new in `market`, unless that is paused. Costs no
    /// statement. Whoever pauses the market is answered when this unit has ended, so after the
    /// answer nothing new is begun in this process.
    ///
    /// # Errors
    /// 503 `market_paused`.
    pub fn open(&self, tx: &mut Tx<'_>, market: &str) -> Result<()> {
        let copy = self.0.copy.read().clone();
        let refused = copy.pauses.get(market).map(market_paused);
        tx.hold(copy);
        refused.map_or(Ok(()), Err)
    }

    /// The door of `market`, for commands of its use cases.
    pub fn gate(&self, market: &'static str) -> Gate {
        Gate {
            settings: self.clone(),
            market,
        }
    }

    /// Looks at what is changed by now.
    ///
    /// # Errors
    /// The database's; then the copy stays as it is.
    pub async fn refresh(&self, db: &Db) -> Result<()> {
        let all = |tx: &mut Tx<'_>| Ok::<_, Error>(store::all(tx)?);
        self.learn(db.read("platform.read_settings", all).await?)
    }

    /// Looks again and again, until it is dropped.
    pub async fn watch(self, db: Db) {
        let wake = db.signals().of(SIGNAL);
        loop {
            if let Err(error) = self.refresh(&db).await {
                tracing::warn!(%error, "the settings could not be read, they stay as they are");
            }
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Takes in what is news.
    fn learn(&self, stored: Vec<Stored>) -> Result<()> {
        let mut copy = self.0.copy.write();
        let mut entries = None;
        for row in stored {
            let known = copy.entries.get(&row.name).map_or(0, |entry| entry.version);
            if row.version <= known {
                continue;
            }
            let value = row.value.as_deref().map(serde_json::from_str).transpose();
            let entry = Entry {
                version: row.version,
                value: value.map_err(Error::internal)?,
            };
            let entries = entries.get_or_insert_with(|| copy.entries.clone());
            entries.insert(row.name, entry);
        }
        let Some(entries) = entries else {
            return Ok(());
        };
        let (pauses, left) = (pauses(&entries)?, self.0.left.clone());
        let former = std::mem::replace(
            &mut *copy,
            Arc::new(Changed {
                entries,
                pauses,
                left,
            }),
        );
        let mut all = self.0.former.lock();
        all.retain(|copy| copy.strong_count() > 0);
        all.push(Arc::downgrade(&former));
        Ok(())
    }

    /// Waits until no unit of work stands on what was true before, or for a few seconds.
    async fn settled(&self) {
        let gone = async {
            loop {
                let left = self.0.left.notified();
                tokio::pin!(left);
                // From here on nobody leaves unheard.
                left.as_mut().enable();
                if self.0.former.lock().iter().all(|c| c.strong_count() == 0) {
                    return;
                }
                left.await;
            }
        };
        if tokio::time::timeout(LEAVE_WITHIN, gone).await.is_err() {
            tracing::warn!("units of work that began before a change of the settings still run");
        }
    }

    /// Changes something and answers when it acts in this process.
    async fn change(
        &self,
        db: &Db,
        name: &'static str,
        change: impl Fn(&mut Tx<'_>) -> Result<Option<Stored>> + Send + 'static,
    ) -> Result<Option<Stored>> {
        let changed = db
            .write(name, move |tx| {
                let changed = change(tx)?;
                tx.signal(SIGNAL);
                Ok::<_, Error>(changed)
            })
            .await?;
        if let Some(row) = &changed {
            self.learn(vec![row.clone()])?;
            self.settled().await;
        }
        Ok(changed)
    }

    /// Sets `setting` to `value`, which it must allow, or back to what is configured. `seen` is
    /// the version that the caller has looked at, 0 when it was never changed. Acts in this
    /// process when this returns, in the others within a second. Returns the new version.
    ///
    /// # Errors
    /// 422; 412 `stale_version` when somebody else has changed it since.
    pub async fn set(
        &self,
        db: &Db,
        setting: &Setting,
        (seen, value): (i64, Option<Value>),
        by: By,
        reason: &str,
    ) -> Result<i64> {
        let row = self.put(db, setting, (seen, value), by, reason).await?;
        Ok(row.map_or(seen, |row| row.version))
    }

    async fn put(
        &self,
        db: &Db,
        setting: &Setting,
        (seen, value): (i64, Option<Value>),
        by: By,
        reason: &str,
    ) -> Result<Option<Stored>> {
        if let Some(value) = &value {
            setting.check(value)?;
        }
        let value = value.map(|value| value.to_json().to_string());
        let (name, reason) = (setting.name, reason.to_owned());
        let set = move |tx: &mut Tx<'_>| {
            change::set(tx, name, seen, value.as_deref(), &by, &reason).map(Some)
        };
        self.change(db, "platform.change_setting", set).await
    }

    /// Begins nothing new in `market` from now on: in this process when this returns, in the
    /// others within a second. Again only changes the reason.
    ///
    /// # Errors
    /// The database's.
    pub async fn pause(&self, db: &Db, market: &str, by: By, reason: &str) -> Result<()> {
        let (name, reason) = (pause_name(market), reason.to_owned());
        let pause = move |tx: &mut Tx<'_>| change::pause(tx, &name, &by, &reason).map(Some);
        self.change(db, "platform.pause_market", pause).await?;
        Ok(())
    }

    /// Lets a paused market go on; nothing when it is open.
    ///
    /// # Errors
    /// The database's.
    pub async fn resume(&self, db: &Db, market: &str, by: By) -> Result<()> {
        let name = pause_name(market);
        let resume = move |tx: &mut Tx<'_>| change::resume(tx, &name, &by);
        self.change(db, "platform.resume_market", resume).await?;
        Ok(())
    }
}

/// The door of a market: a use case that begins something new goes through it.
#[derive(Debug, Clone)]
pub struct Gate {
    settings: Settings,
    market: &'static str,
}

impl Gate {
    /// See [`Settings::open`].
    ///
    /// # Errors
    /// 503 `market_paused`.
    pub fn open(&self, tx: &mut Tx<'_>) -> Result<()> {
        self.settings.open(tx, self.market)
    }
}

/// The code of what is refused while a market is paused.
pub const MARKET_PAUSED: &str = "market_paused";

/// The refusal while a market is paused; the reason is also its one field.
fn market_paused(pause: &Pause) -> Error {
    let text = format!("Closed for a while: {}", pause.reason);
    let reason = FieldError {
        field: "reason".to_owned(),
        message: pause.reason.clone(),
    };
    Error::new(Kind::Unavailable, MARKET_PAUSED, text).with_fields(vec![reason])
}
