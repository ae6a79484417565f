//! Where in a log a moment is. Logs are numbered as they are written and have no index by time: it
//! would cost every write, and a person asks seldom. The number is found by halving instead.

use crate::clock::Timestamp;
use crate::db::{Result, Tx};
use std::time::Duration;

/// Numbers are given out while units of work run, moments are those of their beginnings; no unit
/// lasts as long as this.
const SLACK: Duration = Duration::from_secs(60);

/// Rows that one request looks at. A page may therefore hold less than asked for although another
/// follows.
pub(super) const SCAN: i64 = 100_000;

/// The newest row of a log up to a number: its number and its moment.
pub(super) type Newest = fn(&mut Tx<'_>, i64) -> Result<Option<(i64, Timestamp)>>;

/// A span of time; without an end where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// The first moment.
    pub(super) from: Option<Timestamp>,
    /// The first moment after it.
    pub(super) to: Option<Timestamp>,
}

impl Span {
    /// Both ends, for statements.
    pub(super) fn ends(self) -> (Timestamp, Timestamp) {
        (
            self.from.unwrap_or(Timestamp::from_micros(0)),
            self.to.unwrap_or(super::people::END_OF_TIME),
        )
    }

    /// Numbers between which all rows of the span are, neither end included, and not much else.
    pub(super) fn numbers(self, tx: &mut Tx<'_>, newest: Newest) -> Result<(i64, i64)> {
        let low = match self.from {
            Some(from) => last_before(tx, from.minus(SLACK), newest)?,
            None => 0,
        };
        let high = match self.to {
            Some(to) => last_before(tx, to.plus(SLACK), newest)?.saturating_add(1),
            None => i64::MAX,
        };
        Ok((low, high))
    }
}

/// The greatest number up to which every row is from before `moment`, as far as the log is in the
/// order of time.
fn last_before(tx: &mut Tx<'_>, moment: Timestamp, newest: Newest) -> Result<i64> {
    let mut high = newest(tx, i64::MAX)?.map_or(0, |(number, _)| number);
    let mut low = 0_i64;
    while low < high {
        let half = high.saturating_sub(low).saturating_add(1).div_euclid(2);
        let middle = low.saturating_add(half);
        match newest(tx, middle)? {
            Some((number, at)) if at >= moment && number > low => {
                high = number.saturating_sub(1);
            }
            Some(_) | None => low = middle,
        }
    }
    Ok(low)
}
/// A page of at most `limit` of the rows that a scan has found, and where to read on: behind its last
/// row if there are more, else at the `end` of what was looked through, if that was not all.
pub(super) fn cut_scan<T>(
    mut rows: Vec<T>,
    limit: i64,
    number: impl Fn(&T) -> i64,
    end: Option<i64>,
) -> (Vec<T>, Option<i64>) {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= wanted {
        return (rows, end);
    }
    rows.truncate(wanted);
    let last = rows.last().map(number);
    (rows, last)
}
