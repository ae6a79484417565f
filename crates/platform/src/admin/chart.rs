//! Charts: a stretch of time, cut into hours or days.

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// The longest chart, in buckets.
const BUCKETS_MAX: i64 = 400;
/// How long a chart is unless it says so: two days of hours, thirty days.
const HOURS: i64 = 48;
const DAYS: i64 = 30;
const HOUR_MICROS: i64 = 3_600_000_000;

/// What a bar of a chart stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day, as UTC has it.
    #[default]
    Day,
}

/// Which stretch of time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChartQuery {
    /// From the bucket with this moment; a month, or two days of hours, before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// Up to this moment, exclusive; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<String>,
    /// What a bucket is.
    #[param(inline)]
    #[serde(default)]
    bucket: Bucket,
}

/// A stretch of time in whole buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// Number of the first bucket since 1970.
    first: i64,
    /// The number after that of the last one.
    end: i64,
    bucket: Bucket,
}

impl Bucket {
    /// Hours that it lasts.
    pub const fn hours(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
        }
    }

    const fn micros(self) -> i64 {
        HOUR_MICROS.saturating_mul(self.hours())
    }
}

impl ChartQuery {
    /// The chart that is asked for at `now`.
    ///
    /// # Errors
    /// 422 for times that are none, that run backwards, or that make more than 400 buckets.
    pub fn chart(&self, now: Timestamp) -> Result<Chart> {
        let to = read("to", self.to.as_deref())?.unwrap_or(now);
        let width = self.bucket.micros();
        let usual = match self.bucket {
            Bucket::Hour => HOURS,
            Bucket::Day => DAYS,
        };
        let end = to
            .micros()
            .saturating_add(width)
            .saturating_sub(1)
            .div_euclid(width);
        let first = match read("from", self.from.as_deref())? {
            Some(from) => from.micros().div_euclid(width),
            None => end.saturating_sub(usual),
        };
        if first >= end {
            return Err(Error::field("from", "must be before to"));
        }
        if end.saturating_sub(first) > BUCKETS_MAX {
            let text = format!("at most {BUCKETS_MAX} buckets: choose a shorter time or days");
            return Err(Error::field("from", text));
        }
        Ok(Chart {
            first,
            end,
            bucket: self.bucket,
        })
    }
}

fn read(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let parse = |text| {
        // Years of four digits: both databases hold them.
        let time = Timestamp::parse_rfc3339(text).filter(|time| time.micros() >= 0);
        time.ok_or_else(|| Error::field(field, "must be a time as RFC 3339 writes it"))
    };
    text.map(parse).transpose()
}

impl Chart {
    /// When it begins.
    pub fn from(&self) -> Timestamp {
        self.at(self.first)
    }

    /// When it is over, exclusive.
    pub fn to(&self) -> Timestamp {
        self.at(self.end)
    }

    /// Hours of one bucket: hours since 1970 divided by it are the bucket's number.
    pub fn bucket_hours(&self) -> i64 {
        self.bucket.hours()
    }

    /// Every bucket in order with what `rows` have for its number; a default for those without.
    pub fn fill<T: Default>(
        &self,
        rows: impl IntoIterator<Item = (i64, T)>,
    ) -> impl Iterator<Item = (Timestamp, T)> {
        let chart = *self;
        let mut rows: BTreeMap<i64, T> = rows.into_iter().collect();
        (self.first..self.end)
            .map(move |number| (chart.at(number), rows.remove(&number).unwrap_or_default()))
    }

    fn at(&self, number: i64) -> Timestamp {
        Timestamp::from_micros(number.saturating_mul(self.bucket.micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(from: Option<&str>, to: Option<&str>, bucket: Bucket) -> Result<Chart> {
        let now = Timestamp::parse_rfc3339("2026-03-05T10:30:00Z").unwrap();
        let (from, to) = (from.map(str::to_owned), to.map(str::to_owned));
        ChartQuery { from, to, bucket }.chart(now)
    }

    #[test]
    fn charts_have_whole_buckets() {
        let chart = query(Some("2026-03-04T10:20:00Z"), None, Bucket::Hour).unwrap();
        assert_eq!(chart.from().to_rfc3339(), "2026-03-04T10:00:00Z");
        assert_eq!(chart.to().to_rfc3339(), "2026-03-05T11:00:00Z");
        let third = chart.first.saturating_add(2);
        let filled: Vec<(Timestamp, i64)> = chart.fill([(third, 7)]).collect();
        assert_eq!(filled.len(), 25);
        assert_eq!((filled[1].1, filled[2].1), (0, 7));
        assert_eq!(filled[2].0.to_rfc3339(), "2026-03-04T12:00:00Z");
        let month = query(None, None, Bucket::Day).unwrap();
        assert_eq!(month.to().to_rfc3339(), "2026-03-06T00:00:00Z");
        assert_eq!(month.fill(std::iter::empty::<(i64, i64)>()).count(), 30);
        // A bound is exclusive: a day that ends at midnight is one day.
        let day = query(
            Some("2026-03-01T00:00:00Z"),
            Some("2026-03-02T00:00:00Z"),
            Bucket::Day,
        );
        assert_eq!(
            day.unwrap().fill(std::iter::empty::<(i64, i64)>()).count(),
            1
        );
    }

    #[test]
    fn odd_stretches_are_refused() {
        for (from, to) in [
            (Some("yesterday"), None),
            (Some("2026-03-06T00:00:00Z"), None),
            (Some("1969-12-31T00:00:00Z"), None),
            (None, Some("2026")),
            (Some("2020-01-01T00:00:00Z"), None),
            (Some("0000-01-01T00:00:00Z"), Some("9999-12-31T23:59:59Z")),
        ] {
            assert!(query(from, to, Bucket::Day).is_err(), "{from:?} {to:?}");
        }
    }
}
