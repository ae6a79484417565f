//! What is allowed without asking, and what it costs.

use crate::config;
use crate::money::{Money, Ton};
use std::time::Duration;

/// The rules of money in and out, from `[ton]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletRules {
    /// The least that can be withdrawn.
    pub min: Money<Ton>,
    /// Deposits below it are dust.
    pub floor: Money<Ton>,
    /// What a withdrawal costs, on top of what arrives.
    pub fee: Money<Ton>,
    /// The most that one withdrawal may be without the operator.
    pub automatic_each: Money<Ton>,
    /// The most that a person may withdraw in 24 hours without the operator.
    pub automatic_day: Money<Ton>,
    /// Above it two different members of the staff must agree.
    pub two_people_above: Option<Money<Ton>>,
    /// How long a new address waits.
    pub cool_down: Duration,
    /// The longest comment of a withdrawal, in bytes of UTF-8.
    pub comment_max: usize,
}

impl Default for WalletRules {
    /// As `torg.default.toml` says.
    fn default() -> Self {
        let nano = Money::from_minor;
        Self {
            min: nano(1_000_000_000),
            floor: nano(10_000_000),
            fee: nano(50_000_000),
            automatic_each: nano(50_000_000_000),
            automatic_day: nano(200_000_000_000),
            two_people_above: None,
            cool_down: Duration::from_hours(24),
            comment_max: 120,
        }
    }
}

impl From<&config::Ton> for WalletRules {
    fn from(ton: &config::Ton) -> Self {
        Self {
            min: ton.min_withdrawal,
            floor: ton.deposit_floor,
            fee: ton.withdrawal_fee,
            automatic_each: ton.automatic_withdrawal,
            automatic_day: ton.automatic_withdrawals_per_day,
            two_people_above: ton.two_people_above,
            cool_down: ton.new_address_cool_down,
            comment_max: ton.withdrawal_comment_max_bytes,
        }
    }
}
