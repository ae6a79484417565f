//! Telegram's own list of Stars, compared with our books.

use super::compare::{Found, book, flag_missing};
use super::desk::StarDesk;
use crate::api::{ApiError, BotApi, GetStarTransactions, StarTransaction};
use crate::store::stars as store;
use serde::Serialize;
use std::time::Duration;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs::{Look, Poller, Step};
use torg_platform::{Error, Kind, Result};
use utoipa::ToSchema;

/// Rows of a page.
const PAGE: i64 = 100;
/// Time between two looks.
const PERIOD: Duration = Duration::from_hours(1);
/// How long what we know of may be missing from the list before that means something.
const SETTLES: Duration = Duration::from_mins(10);

/// Compares from time to time, and when it is asked to ([`Reconcile::compare`]). Clones share what
/// they know, which is in the database: how far the list was read, and what it has said.
#[derive(Debug, Clone)]
pub struct Reconcile {
    api: BotApi,
    db: Db,
    desk: StarDesk,
}

/// What a comparison found that was not known before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Report {
    /// Rows of Telegram's list that were read.
    pub read: u64,
    /// Payments that no update had told of; they are booked now.
    pub missed: u64,
    /// Differences that are new on the operator's list.
    pub flagged: u64,
    /// Rows that could not be booked; the log says why, and the next comparison tries again.
    pub failed: u64,
}

impl Report {
    fn add(&mut self, found: Found) {
        self.missed = self.missed.saturating_add(u64::from(found.missed));
        self.flagged = self.flagged.saturating_add(u64::from(found.flagged));
    }
}

impl Reconcile {
    /// Name of the poller, and of the signal that wakes it.
    pub const NAME: &'static str = "telegram.reconcile_stars";

    /// Compares the list of `api`'s bot with the books behind `desk`, which is the same bot's.
    pub const fn new(api: BotApi, db: Db, desk: StarDesk) -> Self {
        Self { api, db, desk }
    }

    /// Reads the list from where the last comparison ended to its end, and looks for what is not
    /// there.
    ///
    /// # Errors
    /// `telegram_unavailable` when Telegram does not answer; what the database refuses. What was
    /// found until then stays found, and the next comparison goes on from there.
    pub async fn compare(&self) -> Result<Report> {
        let mut report = Report::default();
        let before = self.db.clock().now().minus(SETTLES);
        let mut seen = self.begin().await?;
        let mut end = String::new();
        loop {
            let rows = self.rows(seen, PAGE).await?;
            // A server that does not know where its list ends says the same again and again.
            let Some(last) = rows.last().map(name).filter(|last| *last != end) else {
                break;
            };
            for row in &rows {
                report.read = report.read.saturating_add(1);
                match self.book(row).await {
                    Ok(found) => report.add(found),
                    // It must not hold up those behind it.
                    Err(error) => {
                        tracing::error!(transaction = row.id, %error,
                            "a row of Telegram's list of Stars could not be booked");
                        report.failed = report.failed.saturating_add(1);
                    }
                }
            }
            seen = seen.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            // What failed is read again by the next comparison.
            if report.failed == 0 {
                self.move_to(seen, last.clone()).await?;
            }
            end = last;
        }
        let desk = self.desk.clone();
        let write = move |tx: &mut Tx<'_>| flag_missing(tx, &desk, before);
        let missing = self.db.write("telegram.flag_missing_stars", write).await?;
        report.flagged = report.flagged.saturating_add(missing);
        if report.missed > 0 || report.flagged > 0 {
            tracing::warn!(
                missed = report.missed,
                flagged = report.flagged,
                "Telegram's list of Stars was not what our books say"
            );
        }
        Ok(report)
    }

    /// How many rows need not be read again. The list only grows at its end; where that is not so,
    /// another list is behind this bot, and it is read from its beginning.
    async fn begin(&self) -> Result<i64> {
        let bot = self.desk.bot_id;
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(store::place(tx, bot)?);
        let place = self.db.read("telegram.star_list_place", read).await?;
        let Some(place) = place.filter(|place| place.seen > 0) else {
            return Ok(0);
        };
        let rows = self.rows(place.seen.saturating_sub(1), 1).await?;
        if rows.first().map(name).as_ref() == Some(&place.last) {
            return Ok(place.seen);
        }
        tracing::warn!("Telegram's list of Stars is another one than before, reading it anew");
        Ok(0)
    }

    async fn rows(&self, offset: i64, limit: i64) -> Result<Vec<StarTransaction>> {
        let request = GetStarTransactions {
            offset: Some(offset),
            limit: Some(limit),
        };
        let page = self.api.get_star_transactions(&request).await;
        Ok(page.map_err(away)?.transactions)
    }

    async fn book(&self, row: &StarTransaction) -> Result<Found> {
        let (desk, row) = (self.desk.clone(), row.clone());
        let write = move |tx: &mut Tx<'_>| book(tx, &desk, &row);
        self.db.write("telegram.book_star_transaction", write).await
    }

    async fn move_to(&self, seen: i64, last: String) -> Result<()> {
        let bot = self.desk.bot_id;
        let write = move |tx: &mut Tx<'_>| {
            store::move_to(tx, bot, seen, &last)?;
            Ok::<_, Error>(())
        };
        self.db.write("telegram.move_star_list_place", write).await
    }
}

/// A row's name: a refund has its payment's id.
fn name(row: &StarTransaction) -> String {
    let way = if row.source.is_some() { "in" } else { "out" };
    format!("{way}:{}", row.id)
}

fn away(error: ApiError) -> Error {
    let text = "Telegram does not say which Stars came and went";
    Error::new(Kind::Unavailable, "telegram_unavailable", text).with_source(error)
}

impl Poller for Reconcile {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    fn look(&self) -> Look<'_> {
        Box::pin(async {
            self.compare().await?;
            Ok(Step::Done)
        })
    }
}
