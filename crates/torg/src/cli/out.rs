//! Standard output and standard error. Somebody who has closed the other end is no failure.

use std::fmt::Display;
use std::io::Write as _;

/// A line for whoever asked.
pub(super) fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line about what went wrong.
pub(super) fn complain(line: impl Display) {
    let _closed = writeln!(std::io::stderr().lock(), "torg: {line}");
}
