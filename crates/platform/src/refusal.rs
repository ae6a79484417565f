//! What a market answers when it does not do what was asked: its own refusals, beside what every
//! market shares.

use crate::error::{Error, FieldError, Kind};
use std::fmt;

/// A rule of a market that was not met. Its text is for people; the code is part of the API's
/// contract.
pub trait Refusal: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Kind, and through it the status.
    fn kind(&self) -> Kind;
    /// Stable machine code.
    fn code(&self) -> &'static str;
    /// The parts of the request that it is about, for example each short line of an order.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

/// Every way in which a use case of a market with refusals `R` ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum MarketError<R> {
    /// A rule of the market says no.
    #[error("{0}")]
    Refused(R),
    /// Fields of the request have the wrong shape (422).
    #[error("malformed request")]
    Malformed(Vec<FieldError>),
    /// The kernel refused or failed.
    #[error(transparent)]
    Kernel(Error),
}

impl<R> MarketError<R> {
    /// The refusal inside, if a rule of the market said no.
    pub fn refusal(&self) -> Option<&R> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Malformed(_) | Self::Kernel(_) => None,
        }
    }
}

impl<R: Refusal> From<R> for MarketError<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R> From<Vec<FieldError>> for MarketError<R> {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::Malformed(fields)
    }
}

impl<R> From<Error> for MarketError<R> {
    fn from(error: Error) -> Self {
        Self::Kernel(error)
    }
}

impl<R> From<crate::db::Error> for MarketError<R> {
    fn from(error: crate::db::Error) -> Self {
        Self::Kernel(error.into())
    }
}

impl<R: Refusal> From<MarketError<R>> for Error {
    fn from(error: MarketError<R>) -> Self {
        match error {
            MarketError::Refused(refusal) => {
                Self::new(refusal.kind(), refusal.code(), refusal.to_string())
                    .with_fields(refusal.fields())
            }
            // An empty list would be a 422 that names nothing; no check makes one.
            MarketError::Malformed(fields) if fields.is_empty() => {
                Self::new(Kind::Malformed, "validation_error", "Malformed request")
            }
            MarketError::Malformed(fields) => Self::malformed(fields),
            MarketError::Kernel(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Closed;

    impl fmt::Display for Closed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Closed on Sundays")
        }
    }

    impl Refusal for Closed {
        fn kind(&self) -> Kind {
            Kind::Gone
        }
        fn code(&self) -> &'static str {
            "closed"
        }
    }

    #[test]
    fn a_refusal_keeps_its_kind_code_and_text() {
        let error = Error::from(MarketError::from(Closed));
        assert_eq!(error.kind(), Kind::Gone);
        assert_eq!(error.code(), "closed");
        assert_eq!(error.detail(), "Closed on Sundays");
    }

    #[test]
    fn wrong_fields_become_a_list() {
        let field = FieldError {
            field: "city".into(),
            message: "too short".into(),
        };
        let error = Error::from(MarketError::<Closed>::from(vec![field.clone()]));
        assert_eq!(error.kind(), Kind::Malformed);
        assert_eq!(error.fields(), [field]);
        let nothing = Error::from(MarketError::<Closed>::Malformed(Vec::new()));
        assert_eq!(nothing.kind(), Kind::Malformed);
    }

    #[test]
    fn the_kernels_own_errors_pass_through() {
        let kernel = Error::new(Kind::Unavailable, "busy", "Busy");
        assert_eq!(
            Error::from(MarketError::<Closed>::from(kernel)).code(),
            "busy"
        );
    }
}
