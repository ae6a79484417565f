//! Who takes the money for the balance. Telegram Stars will be one more variant.

use torg_platform::{Error, Kind, Result};

/// A way to pay.
#[derive(Debug, Clone)]
pub(crate) enum Provider {
    /// Pays on request, without money: demo, development and tests only.
    Test {
        /// Our own address, where its page is.
        public_url: String,
    },
}

/// Where an invoice can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) pay_url: String,
    /// For `openInvoice` of a Mini App.
    pub(crate) mini_app_url: Option<String>,
}

impl Provider {
    /// Name in the database.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Test { .. } => "test",
        }
    }

    /// The invoice called `id`.
    pub(crate) fn invoice(&self, id: &str) -> Invoice {
        match self {
            Self::Test { public_url } => Invoice {
                pay_url: format!("{public_url}/_fake_payments/balance/{id}"),
                mini_app_url: None,
            },
        }
    }
}

/// The refusal when nothing is set up.
pub(crate) fn not_configured() -> Error {
    Error::new(
        Kind::Unavailable,
        "payments_not_configured",
        "No payment provider is set up",
    )
}

/// The provider, or why there is none.
pub(crate) fn required(provider: Option<&Provider>) -> Result<&Provider> {
    provider.ok_or_else(not_configured)
}
