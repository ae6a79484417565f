//! Stars and their average.

/// One to five stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Rating(u8);

impl Rating {
    /// `None` outside of 1 to 5.
    pub fn from_stars(stars: i64) -> Option<Self> {
        u8::try_from(stars)
            .ok()
            .filter(|s| (1..=5).contains(s))
            .map(Self)
    }

    /// 1 to 5.
    pub const fn stars(self) -> u8 {
        self.0
    }
}

/// All the reviews of an executor as two whole numbers, so that the average never drifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RatingSum {
    /// Sum of the stars.
    pub sum: i64,
    /// Number of the reviews.
    pub count: i64,
}

impl RatingSum {
    /// With one more review.
    #[must_use]
    pub fn with(self, rating: Rating) -> Self {
        Self {
            sum: self.sum.saturating_add(i64::from(rating.0)),
            count: self.count.saturating_add(1),
        }
    }

    /// The average in hundredths of a star, rounded half up: 4.67 is 467. `None` without reviews.
    pub fn average_hundredths(self) -> Option<u16> {
        if self.count <= 0 {
            return None;
        }
        let (sum, count) = (i128::from(self.sum), i128::from(self.count));
        let half = count.div_euclid(2);
        let average = sum
            .saturating_mul(100)
            .saturating_add(half)
            .checked_div_euclid(count)?;
        u16::try_from(average).ok()
    }

    /// The average with two decimals, for the wire.
    #[expect(
        clippy::float_arithmetic,
        reason = "a number for people; the sum is what is kept"
    )]
    pub fn average(self) -> Option<f64> {
        self.average_hundredths()
            .map(|hundredths| f64::from(hundredths) / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(stars: &[i64]) -> RatingSum {
        stars.iter().fold(RatingSum::default(), |sum, s| {
            sum.with(Rating::from_stars(*s).unwrap())
        })
    }

    #[test]
    fn stars_are_one_to_five() {
        let good: Vec<i64> = (-300..300)
            .filter(|s| Rating::from_stars(*s).is_some())
            .collect();
        assert_eq!(good, [1, 2, 3, 4, 5]);
        assert_eq!(Rating::from_stars(256 + 3), None);
    }

    #[test]
    fn averages_have_two_decimals() {
        assert_eq!(sum(&[]).average(), None);
        assert_eq!(sum(&[5]).average(), Some(5.0));
        assert_eq!(sum(&[5, 5, 4]).average(), Some(4.67));
        assert_eq!(sum(&[4, 5, 4]).average(), Some(4.33));
        // Exactly between two hundredths: 1.125.
        assert_eq!(
            sum(&[1, 1, 1, 1, 1, 1, 1, 2]).average_hundredths(),
            Some(113)
        );
    }

    #[test]
    fn broken_sums_have_no_average() {
        assert_eq!(RatingSum { sum: 5, count: -1 }.average(), None);
        assert_eq!(
            RatingSum {
                sum: i64::MAX,
                count: 1
            }
            .average(),
            None
        );
    }

    proptest! {
        #[test]
        fn an_average_lies_between_the_extremes(stars in proptest::collection::vec(1_i64..=5, 1..50)) {
            let average = i64::from(sum(&stars).average_hundredths().unwrap());
            let (least, most) = (stars.iter().min().unwrap(), stars.iter().max().unwrap());
            prop_assert!((least.saturating_mul(100)..=most.saturating_mul(100)).contains(&average));
        }
    }
}
