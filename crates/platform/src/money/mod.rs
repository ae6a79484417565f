//! Amounts of money: whole minor units of one currency, checked arithmetic, no floats.

mod decimal;

pub use decimal::{Decimal, DecimalRub, DecimalTon, DecimalXtr, show};

use std::fmt;
use std::marker::PhantomData;

/// A currency known at compile time, so that adding roubles to TON does not compile.
pub trait Currency: Copy + Send + Sync + 'static {
    /// Code in the ledger and on the wire.
    const CODE: &'static str;
    /// Decimal digits after the point: minor units are `10^-EXPONENT`.
    const EXPONENT: u32;
}

/// Russian rouble; the minor unit is the kopeck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rub;
/// Toncoin; the minor unit is the nanoton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ton;
/// Telegram Stars; indivisible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Xtr;

impl Currency for Rub {
    const CODE: &'static str = "RUB";
    const EXPONENT: u32 = 2;
}
impl Currency for Ton {
    const CODE: &'static str = "TON";
    const EXPONENT: u32 = 9;
}
impl Currency for Xtr {
    const CODE: &'static str = "XTR";
    const EXPONENT: u32 = 0;
}

/// An amount in minor units of `C`.
///
/// ```compile_fail
/// use torg_platform::money::{Money, Rub, Ton};
/// let _ = Money::<Rub>::from_minor(1).checked_add(Money::<Ton>::from_minor(1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money<C> {
    minor: i64,
    currency: PhantomData<C>,
}

impl<C: Currency> Money<C> {
    /// Nothing.
    pub const ZERO: Self = Self::from_minor(0);

    /// From minor units (kopecks, nanotons, Stars).
    pub const fn from_minor(minor: i64) -> Self {
        Self {
            minor,
            currency: PhantomData,
        }
    }

    /// From whole units (roubles, Toncoins); `None` when it does not fit.
    pub const fn from_major(major: i64) -> Option<Self> {
        match major.checked_mul(10_i64.pow(C::EXPONENT)) {
            Some(minor) => Some(Self::from_minor(minor)),
            None => None,
        }
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Whole units, rounded towards minus infinity.
    pub const fn major_floor(self) -> i64 {
        self.minor.div_euclid(10_i64.pow(C::EXPONENT))
    }

    /// Sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.minor.checked_add(other.minor).map(Self::from_minor)
    }

    /// Difference; `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.minor.checked_sub(other.minor).map(Self::from_minor)
    }

    /// `n` times as much; `None` on overflow.
    pub fn checked_mul(self, n: i64) -> Option<Self> {
        self.minor.checked_mul(n).map(Self::from_minor)
    }

    /// Whether this is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Splits off a share of `bps` hundredths of a percent, rounded down, and the rest:
    /// `share + rest` is always the whole. `None` for more than 10,000 or a negative amount.
    pub fn split_bps(self, bps: u16) -> Option<(Self, Self)> {
        if bps > 10_000 || self.minor < 0 {
            return None;
        }
        let share = i128::from(self.minor)
            .checked_mul(i128::from(bps))?
            .div_euclid(10_000);
        let share = Self::from_minor(i64::try_from(share).ok()?);
        Some((share, self.checked_sub(share)?))
    }
}

impl<C: Currency> fmt::Display for Money<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), C::CODE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_minor_units_with_all_digits() {
        assert_eq!(Money::<Rub>::from_minor(-205).to_string(), "-2.05 RUB");
        assert_eq!(Money::<Ton>::from_minor(1).to_string(), "0.000000001 TON");
        assert_eq!(Money::<Xtr>::from_minor(7).to_string(), "7 XTR");
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(Money::<Rub>::from_major(i64::MAX), None);
        assert_eq!(
            Money::<Rub>::from_minor(i64::MAX).checked_add(Money::from_minor(1)),
            None
        );
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing(minor in 0..i64::MAX, bps in 0_u16..=10_000) {
            let whole = Money::<Ton>::from_minor(minor);
            let (share, rest) = whole.split_bps(bps).unwrap();
            prop_assert_eq!(share.checked_add(rest).unwrap(), whole);
            prop_assert!(share.minor() >= 0 && rest.minor() >= 0);
        }
    }
}
