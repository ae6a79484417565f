//! Roubles in Stars.

use torg_platform::money::{Money, Rub, Xtr};

/// `amount` in whole Stars of this price, rounded up: nobody pays less than what a thing costs.
/// `None` for amounts and prices that are not above zero.
pub fn in_stars(amount: Money<Rub>, price: Money<Rub>) -> Option<Money<Xtr>> {
    let positive = |money: Money<Rub>| u64::try_from(money.minor()).ok().filter(|n| *n > 0);
    let stars = positive(amount)?.div_ceil(positive(price)?);
    i64::try_from(stars).ok().map(Money::from_minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_star_is_a_star() {
        let stars = |amount, price| {
            let stars = in_stars(Money::from_minor(amount), Money::from_minor(price));
            stars.map(Money::minor)
        };
        for (amount, price, expected) in [
            (10_000, 180, Some(56)),
            (180, 180, Some(1)),
            (181, 180, Some(2)),
            (1, 180, Some(1)),
            (10_000_000, 180, Some(55_556)),
            (i64::MAX, 1, Some(i64::MAX)),
            (0, 180, None),
            (-1, 180, None),
            (100, 0, None),
            (100, -1, None),
        ] {
            assert_eq!(stars(amount, price), expected, "{amount} at {price}");
        }
    }
}
