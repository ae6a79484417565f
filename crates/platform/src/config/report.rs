//! All problems at once.

use std::fmt;

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The setting, for example `http.listen`, or the file.
    pub subject: String,
    /// Where its value came from, when it is not the default.
    pub origin: Option<String>,
    /// What is wrong, without the value, which may be secret.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{} ({origin}): {}", self.subject, self.message),
            None => write!(f, "{}: {}", self.subject, self.message),
        }
    }
}

/// Everything that is wrong with the settings; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        if let Some(first) = lines.next() {
            write!(f, "{first}")?;
        }
        lines.try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for Problems {}

/// Collects problems while settings are checked.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Problem>,
}

impl Report {
    /// Notes that `subject` is wrong.
    pub fn add(&mut self, subject: impl Into<String>, message: impl Into<String>) {
        self.found.push(Problem {
            subject: subject.into(),
            origin: None,
            message: message.into(),
        });
    }

    /// Notes that `subject` is wrong unless `holds`.
    pub fn require(&mut self, holds: bool, subject: &str, message: &str) {
        if !holds {
            self.add(subject, message);
        }
    }

    /// Notes that a number is outside of `allowed`.
    pub fn range<T>(&mut self, subject: &str, value: T, allowed: std::ops::RangeInclusive<T>)
    where
        T: PartialOrd + fmt::Display,
    {
        if !allowed.contains(&value) {
            let (from, to) = (allowed.start(), allowed.end());
            self.add(subject, format!("must be from {from} to {to}, not {value}"));
        }
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.found.push(problem);
    }

    /// `value` when nothing is wrong; problems otherwise, each once, sorted, with their origins.
    pub(super) fn finish<T>(
        mut self,
        value: T,
        origin: impl Fn(&str) -> Option<String>,
    ) -> Result<T, Problems> {
        if self.found.is_empty() {
            return Ok(value);
        }
        for problem in &mut self.found {
            if problem.origin.is_none() {
                problem.origin = origin(&problem.subject);
            }
        }
        self.found.sort();
        self.found.dedup();
        Err(Problems(self.found))
    }
}
