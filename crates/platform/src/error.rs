//! The kernel's error: what a caller is told, with a stable code, and what only the log may know.
//!
//! Markets have an enum of their own and convert it into this type; [`crate::http`] is the one
//! place that turns a [`Kind`] into a status.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// Result with the kernel's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// What sort of refusal or failure this is. The HTTP edge maps each kind to one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 400: the request contradicts itself or names something that cannot exist.
    Invalid,
    /// 401: nobody, or a credential that does not hold.
    Unauthenticated,
    /// 402: not enough money.
    Unpaid,
    /// 403: known, but not allowed.
    Denied,
    /// 404: no such thing, or none that this caller may know of.
    Missing,
    /// 405: the path exists, the method does not.
    MethodNotAllowed,
    /// 408: the request did not arrive in time.
    Timeout,
    /// 409: collides with the present state.
    Conflict,
    /// 410: was possible once, is over for good.
    Gone,
    /// 412: the state is not the one that the caller has seen.
    Stale,
    /// 413: more bytes than this endpoint takes.
    TooLarge,
    /// 415: not a content type that this endpoint reads.
    Unsupported,
    /// 422: the shape of the request is wrong; [`Error::fields`] lists where.
    Malformed,
    /// 429: too often; see [`Error::retry_after`].
    Limited,
    /// 500: our fault. The detail never reaches the caller.
    Internal,
    /// 503: overloaded or a part is away; nothing happened, trying again is safe.
    Unavailable,
}

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field, for example `items[0].quantity`.
    pub field: String,
    /// What is wrong with it, for a human.
    pub message: String,
}

/// A refusal or failure with a stable machine code and a human text.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    code: &'static str,
    detail: Cow<'static, str>,
    fields: Vec<FieldError>,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

impl Error {
    /// A refusal of `kind`; `code` is part of the API's contract, `detail` is for people.
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// Our own failure: the caller sees a fixed text, the log sees `source`.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::new(Kind::Internal, "internal", "Internal server error").with_source(source)
    }

    /// One field of the request has the wrong shape (422).
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::malformed(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// Fields of the request have the wrong shape (422).
    pub fn malformed(fields: Vec<FieldError>) -> Self {
        let detail = fields
            .iter()
            .map(|f| format!("{}: {}", f.field, f.message))
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            fields,
            ..Self::new(Kind::Malformed, "validation_error", detail)
        }
    }

    /// Names the parts of the request that a refusal is about, for example each line of an order
    /// that is short of stock.
    #[must_use]
    pub fn with_fields(self, fields: Vec<FieldError>) -> Self {
        Self { fields, ..self }
    }

    /// Adds the cause, which is logged and never shown.
    #[must_use]
    pub fn with_source(self, source: impl Into<Source>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Tells the caller when trying again makes sense (`Retry-After`).
    #[must_use]
    pub fn with_retry_after(self, after: Duration) -> Self {
        Self {
            retry_after: Some(after),
            ..self
        }
    }

    /// Kind, and through it the status.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Stable machine code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Text for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The wrong fields of a [`Kind::Malformed`] request, or the parts that a refusal is about.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// How long to wait before trying again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether this is a decision about the request (a refusal that may be remembered and
    /// replayed), not a failure of ours, of the moment or of the request's shape.
    pub fn is_refusal(&self) -> bool {
        match self.kind {
            Kind::Unpaid | Kind::Denied | Kind::Missing | Kind::Conflict | Kind::Gone => true,
            Kind::Invalid
            | Kind::Unauthenticated
            | Kind::MethodNotAllowed
            | Kind::Timeout
            | Kind::Stale
            | Kind::TooLarge
            | Kind::Unsupported
            | Kind::Malformed
            | Kind::Limited
            | Kind::Internal
            | Kind::Unavailable => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.detail, self.code)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.source.as_deref()?;
        Some(source)
    }
}
