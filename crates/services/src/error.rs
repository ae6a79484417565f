//! What this market answers when it does not do what was asked.

use crate::domain::Refusal;
use torg_platform::error::{FieldError, Kind};

/// Every way in which a use case of this market ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the market says no.
    #[error("{0}")]
    Refused(Refusal),
    /// Fields of the request have the wrong shape (422).
    #[error("malformed request")]
    Malformed(Vec<FieldError>),
    /// The kernel refused or failed.
    #[error(transparent)]
    Kernel(torg_platform::Error),
}

/// Result with this market's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The refusal inside, if a rule of the market said no.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Malformed(_) | Self::Kernel(_) => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::Malformed(fields)
    }
}

impl From<torg_platform::Error> for Error {
    fn from(error: torg_platform::Error) -> Self {
        Self::Kernel(error)
    }
}

impl From<torg_platform::db::Error> for Error {
    fn from(error: torg_platform::db::Error) -> Self {
        Self::Kernel(error.into())
    }
}

impl From<Error> for torg_platform::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                Self::new(refusal.kind(), refusal.code(), refusal.to_string())
            }
            // An empty list would be a 422 that names nothing; it cannot come from `validate`.
            Error::Malformed(fields) if fields.is_empty() => {
                Self::new(Kind::Malformed, "validation_error", "Malformed request")
            }
            Error::Malformed(fields) => Self::malformed(fields),
            Error::Kernel(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use torg_platform::money::Money;

    #[test]
    fn a_refusal_keeps_its_kind_code_and_text() {
        let price = Money::from_minor(200);
        let error = torg_platform::Error::from(Error::from(Refusal::InsufficientBalance { price }));
        assert_eq!(error.kind(), Kind::Unpaid);
        assert_eq!(error.code(), "insufficient_balance");
        assert_eq!(error.detail(), "Insufficient balance. Need 2₽");
    }

    #[test]
    fn wrong_fields_become_a_list() {
        let field = FieldError {
            field: "city".into(),
            message: "too short".into(),
        };
        let error = torg_platform::Error::from(Error::from(vec![field.clone()]));
        assert_eq!(error.kind(), Kind::Malformed);
        assert_eq!(error.fields(), [field]);
        assert_eq!(
            torg_platform::Error::from(Error::Malformed(Vec::new())).kind(),
            Kind::Malformed
        );
    }

    #[test]
    fn the_kernels_own_errors_pass_through() {
        let kernel = torg_platform::Error::new(Kind::Unavailable, "busy", "Busy");
        assert_eq!(
            torg_platform::Error::from(Error::from(kernel)).code(),
            "busy"
        );
    }
}
