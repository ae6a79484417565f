//! What is to be paid, and what became of it.

use super::provider::Providers;
use super::store;
use crate::db::{Locked, Tx};
use crate::ledger::AccountId;
use crate::{Error, Result, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What became of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Can be paid.
    Pending,
    /// The money came in. Nothing undoes that.
    Paid,
    /// The provider has given up; money that comes all the same counts.
    Failed,
    /// Nobody need pay it any more; money that comes all the same counts.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Paid, Self::Failed, Self::Withdrawn];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

crate::text_column!(State);

crate::row! {
    /// A payment as it was read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Payment {
        /// Unguessable.
        pub id: String,
        /// Who is the payee: `shop.order`, `services.balance`.
        pub purpose: String,
        /// What is paid: the id of an order, of a person.
        pub subject: String,
        /// Who pays; guests have no name.
        pub payer: Option<UserId>,
        /// Through whom.
        pub provider: String,
        /// Code of the currency.
        pub currency: String,
        /// How much, in its minor units.
        pub amount_minor: i64,
        /// What became of it.
        pub state: State,
        /// The provider's name for the money that came in.
        pub charge_id: Option<String>,
        /// JSON of a [`Checkout`].
        pub checkout: Option<String>,
        /// What has gone back, or is on its way.
        pub refunded_minor: i64,
        /// When it was opened.
        pub created_at: Timestamp,
        /// From when on it is no longer offered; money that comes later counts all the same.
        pub expires_at: Option<Timestamp>,
        /// When it left [`State::Pending`] for its present state.
        pub settled_at: Option<Timestamp>,
        /// What the payer reads on the invoice; may be empty.
        pub title: String,
        /// How much the provider asks for, when that is in another currency: [`Payment::asked`].
        pub asked_minor: Option<i64>,
        /// In which.
        pub asked_currency: Option<String>,
    }
}

/// What a provider asks the payer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of what.
    pub currency: String,
}

impl Payment {
    /// Where it can be paid, as far as that was saved.
    pub fn saved_checkout(&self) -> Option<Checkout> {
        serde_json::from_str(self.checkout.as_deref()?).ok()
    }

    /// What the provider asks the payer for, as it was when the payment was opened, and what its
    /// notices must say.
    pub fn asked(&self) -> (i64, &str) {
        match (self.asked_minor, &self.asked_currency) {
            (Some(amount), Some(currency)) => (amount, currency),
            (_, _) => (self.amount_minor, &self.currency),
        }
    }

    /// Whether only all of it can go back. Of what was paid in another currency a part is no
    /// amount that anybody has agreed to.
    pub const fn goes_back_whole(&self) -> bool {
        self.asked_minor.is_some()
    }
}

/// Where a payment can be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Checkout {
    /// A page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_url: Option<String>,
    /// For `openInvoice` of a Mini App.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mini_app_invoice_url: Option<String>,
}

impl Checkout {
    /// What [`save_checkout`] takes.
    ///
    /// # Errors
    /// Internal, when it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

/// A payment that is about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// Unguessable; see [`crate::ids::random_token`].
    pub id: String,
    /// [`super::Payee::purpose`] of whoever is paid.
    pub purpose: String,
    /// What is paid.
    pub subject: String,
    /// Who pays.
    pub payer: Option<UserId>,
    /// [`super::Provider::name`].
    pub provider: String,
    /// Code of the currency.
    pub currency: String,
    /// How much; more than nothing.
    pub amount_minor: i64,
    /// From when on it is no longer offered.
    pub expires_at: Option<Timestamp>,
    /// What the payer reads on the invoice: a few words.
    pub title: String,
}

/// Opens a payment through one of `providers`, which says now what it will ask for. Whoever may
/// lock what it is for has done so.
///
/// # Errors
/// What the provider cannot ask for; what the database refuses: an id that exists, an amount that
/// is not positive.
pub fn open(tx: &mut Tx<'_>, providers: &Providers, new: &NewPayment) -> Result<()> {
    let asked = match providers.get(&new.provider) {
        Some(provider) => provider.asks(new.amount_minor, &new.currency)?,
        None => None,
    };
    match insert(tx, new, asked.as_ref())? {
        0 => Err(Error::internal("a payment of this id exists")),
        _ => Ok(()),
    }
}

/// Opens a payment unless there is one of its id; how many were opened.
pub(super) fn insert(tx: &mut Tx<'_>, new: &NewPayment, asked: Option<&Asked>) -> Result<u64> {
    let now = tx.now();
    Ok(store::insert_payment(
        tx,
        &new.id,
        &new.purpose,
        &new.subject,
        new.payer,
        &new.provider,
        &new.currency,
        new.amount_minor,
        now,
        new.expires_at,
        &new.title,
        asked.map(|asked| asked.amount_minor),
        asked.map(|asked| asked.currency.as_str()),
    )?)
}

/// The payment of this id, not locked.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Payment>> {
    Ok(store::find_payment(tx, id)?)
}

/// The payment of this id, locked; what it is for has been locked before.
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut Tx<'_>, id: &str) -> Result<Option<Locked<Payment>>> {
    Ok(store::lock_payment(tx, id)?)
}

/// All payments for one thing, oldest first, not locked.
///
/// # Errors
/// The database's.
pub fn of_subject(tx: &mut Tx<'_>, purpose: &str, subject: &str) -> Result<Vec<Payment>> {
    Ok(store::payments_of(tx, purpose, subject)?)
}

/// What came in for one purpose and has not gone back, in minor units of `currency`: what a
/// market's own books must say as well.
///
/// # Errors
/// The database's.
pub fn net(tx: &mut Tx<'_>, purpose: &str, currency: &str) -> Result<i64> {
    Ok(store::net(tx, purpose, currency)?.0)
}

/// Withdraws every pending payment for one thing, which the caller has locked: nobody need pay
/// them any more. Returns them, oldest first.
///
/// # Errors
/// The database's.
pub fn withdraw_open(tx: &mut Tx<'_>, purpose: &str, subject: &str) -> Result<Vec<Payment>> {
    let now = tx.now();
    let mut withdrawn = Vec::new();
    for payment in store::lock_pending_of(tx, purpose, subject)? {
        store::withdraw(tx, &payment.id, now)?;
        withdrawn.push(Payment {
            state: State::Withdrawn,
            settled_at: Some(now),
            ..Payment::clone(&payment)
        });
    }
    Ok(withdrawn)
}

/// Remembers where a payment can be made: the JSON of a [`Checkout`].
///
/// # Errors
/// The database's; there must be such a payment.
pub fn save_checkout(tx: &mut Tx<'_>, id: &str, json: &str) -> Result<()> {
    store::save_checkout(tx, id, json)?;
    Ok(())
}

/// Where the money of `provider` enters and leaves the books: what it owes us, or has paid us.
/// Hot; the market opens it with its other accounts ([`crate::ledger::ensure_platform_accounts`]).
pub fn clearing_account(provider: &str, currency: &str) -> AccountId {
    AccountId::platform(&format!("clearing_{provider}"), currency)
}
