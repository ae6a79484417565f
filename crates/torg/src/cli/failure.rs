//! How a command can fail, in words that help.

use super::out::complain;
use std::error::Error as _;
use std::process::ExitCode;
use torg_platform::config::Problems;
use torg_platform::{Kind, db};

/// Why a command did not do what it should.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command or the settings are wrong: exit code 2.
    Usage(String),
    /// It was tried and failed: exit code 1.
    Failed(String),
    /// It failed and everything has been said: exit code 1.
    Told,
}

impl Failure {
    pub(super) fn failed(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    /// Says it on standard error.
    pub(super) fn report(self) -> ExitCode {
        match self {
            Self::Usage(text) => {
                complain(text);
                ExitCode::from(2)
            }
            Self::Failed(text) => {
                complain(text);
                ExitCode::FAILURE
            }
            Self::Told => ExitCode::FAILURE,
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        match problems.0.as_slice() {
            [problem] => Self::Usage(problem.to_string()),
            several => {
                let mut text = format!("{} problems in the settings:", several.len());
                for problem in several {
                    text.push_str("\n  - ");
                    text.push_str(&problem.to_string());
                }
                Self::Usage(text)
            }
        }
    }
}

impl From<torg_platform::Error> for Failure {
    fn from(error: torg_platform::Error) -> Self {
        // The operator may see what a caller may not; the causes say more than the error does.
        let mut text = match error.kind() {
            Kind::Internal if error.source().is_some() => String::new(),
            Kind::Internal
            | Kind::Invalid
            | Kind::Unauthenticated
            | Kind::Unpaid
            | Kind::Denied
            | Kind::Missing
            | Kind::MethodNotAllowed
            | Kind::Timeout
            | Kind::Conflict
            | Kind::Gone
            | Kind::Stale
            | Kind::TooLarge
            | Kind::Unsupported
            | Kind::Malformed
            | Kind::Limited
            | Kind::Unavailable => error.detail().to_owned(),
        };
        let mut next = error.source();
        while let Some(cause) = next {
            let joint = if text.is_empty() { "" } else { ": " };
            text.push_str(&format!("{joint}{cause}"));
            next = cause.source();
        }
        Self::Failed(text)
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        let hint = match &error {
            db::Error::InUse(_) => "; stop that one first (SQLite belongs to one process)",
            db::Error::Overloaded
            | db::Error::Unavailable(_)
            | db::Error::UnknownOutcome
            | db::Error::Panicked(_)
            | db::Error::Stale(_)
            | db::Error::NoRow(_)
            | db::Error::Unique { .. }
            | db::Error::Constraint { .. }
            | db::Error::Refused { .. }
            | db::Error::Contention(_)
            | db::Error::LockTimeout(_)
            | db::Error::Decode { .. }
            | db::Error::Stored { .. }
            | db::Error::ZeroByte(_)
            | db::Error::Migration(_)
            | db::Error::Engine { .. } => "",
        };
        Self::Failed(format!("database: {error}{hint}"))
    }
}
