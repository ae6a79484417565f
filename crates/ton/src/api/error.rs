//! Why the chain's server gave no usable answer, and what that means for the caller.

use std::fmt;
use std::time::Duration;
use torg_platform::resilience::{Again, Open};

/// A server that asks for more patience than this is not waited for inside a call.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Result of a call to the chain's server.
pub type ApiResult<T> = Result<T, ApiError>;

/// A call that brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{method}: {kind}")]
pub struct ApiError {
    /// Which call, as Toncenter names it.
    pub method: &'static str,
    /// What happened.
    pub kind: ErrorKind,
}

/// What happened to a call.
///
/// [`Unavailable`](Self::Unavailable) and [`Malformed`](Self::Malformed) are failures of the
/// server and count for the breaker; the others are answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// No connection, no answer in time, a 5xx. Whether the call had an effect is unknown.
    Unavailable(String),
    /// Too many requests; the server may have said for how long.
    Limited {
        /// What `Retry-After` says.
        after: Option<Duration>,
    },
    /// The server understood and said no.
    Refused {
        /// The status, or the code inside the answer.
        code: u16,
        /// Its words, shortened.
        text: String,
    },
    /// Something was answered that cannot be true: no JSON, a broken cell, a hash that is not the
    /// one of the bytes.
    Malformed(String),
    /// The server has no such thing, not even in its archive.
    NotFound(String),
    /// Not even tried: the server failed again and again.
    Open {
        /// When the next probe may go.
        retry_in: Duration,
    },
}

impl ErrorKind {
    /// Whether the server itself failed, rather than answered.
    pub const fn is_failure(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Malformed(_) => true,
            Self::Limited { .. } | Self::Refused { .. } | Self::NotFound(_) | Self::Open { .. } => {
                false
            }
        }
    }

    /// Its value of the metrics' label `outcome`.
    pub(super) const fn label(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Limited { .. } => "limited",
            Self::Refused { .. } => "refused",
            Self::Malformed(_) => "malformed",
            Self::NotFound(_) => "not_found",
            Self::Open { .. } => "open",
        }
    }

    /// Whether a question may be asked again.
    pub(super) fn again(&self) -> Again {
        match self {
            Self::Unavailable(_) | Self::Malformed(_) => Again::Later,
            Self::Limited { after } => match after {
                None => Again::Later,
                Some(after) if *after <= LONGEST_WAIT => Again::After(*after),
                Some(_) => Again::Never,
            },
            Self::Refused { .. } | Self::NotFound(_) | Self::Open { .. } => Again::Never,
        }
    }
}

impl From<Open> for ErrorKind {
    fn from(open: Open) -> Self {
        Self::Open {
            retry_in: open.retry_in,
        }
    }
}

impl From<crate::Error> for ErrorKind {
    fn from(error: crate::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(text) => write!(f, "unavailable: {text}"),
            Self::Limited { after: None } => f.write_str("too many requests"),
            Self::Limited { after: Some(after) } => {
                write!(f, "too many requests, again in {after:?}")
            }
            Self::Refused { code, text } => write!(f, "refused with {code}: {text}"),
            Self::Malformed(text) => write!(f, "an answer that cannot be: {text}"),
            Self::NotFound(text) => write!(f, "not found: {text}"),
            Self::Open { retry_in } => write!(
                f,
                "left alone after repeated failures, next probe in {retry_in:?}"
            ),
        }
    }
}
