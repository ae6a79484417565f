//! The comment by which deposits of a person are known.

use crate::rng::Rng;
use std::fmt;

/// Letters and digits that nobody mistakes for one another: no I, L, O, 0, 1. There are 31 of
/// them, a prime, so that the weighted sum below notices every single wrong character and every
/// two that changed places.
const ALPHABET: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// Characters, the last of which is computed from the others.
const LENGTH: usize = 10;
/// The number of characters in [`ALPHABET`].
const BASE: u32 = 31;
/// What [`LENGTH`], the weight of the last character, must be multiplied by to give 1 (modulo
/// [`BASE`]): 10 · 28 = 280 = 9 · 31 + 1.
const LAST_INVERSE: u32 = 28;

/// A memo with a right check character, in capitals.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Memo(String);

impl Memo {
    /// A new one that nobody can guess from another: 44 bits.
    pub fn generate(rng: &Rng) -> Self {
        let mut values = Vec::with_capacity(LENGTH);
        while values.len() < LENGTH.saturating_sub(1) {
            let mut bytes = [0_u8; LENGTH];
            rng.fill(&mut bytes);
            // Five bits name 32 things; the one too many is drawn again, so all are equally likely.
            let drawn = bytes.iter().map(|byte| u32::from(byte & 31));
            let missing = LENGTH.saturating_sub(1).saturating_sub(values.len());
            values.extend(drawn.filter(|value| *value < BASE).take(missing));
        }
        let rest = BASE.saturating_sub(weighted(&values));
        values.push(
            rest.saturating_mul(LAST_INVERSE)
                .checked_rem(BASE)
                .unwrap_or(0),
        );
        let letter = |value: &u32| {
            let at = usize::try_from(*value).ok();
            at.and_then(|at| ALPHABET.get(at)).copied().map(char::from)
        };
        Self(values.iter().filter_map(letter).collect())
    }

    /// What somebody has typed into a wallet: blanks around it are cut off, small letters are as
    /// good. `None` when the check character is wrong, or it never was a memo.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let value = |byte: u8| {
            let at = ALPHABET.iter().position(|letter| *letter == byte)?;
            u32::try_from(at).ok()
        };
        let values: Option<Vec<u32>> = text.bytes().map(value).collect();
        let right = values.is_some_and(|v| v.len() == LENGTH && weighted(&v) == 0);
        right.then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sum of the values, each as often as its place says, modulo [`BASE`].
fn weighted(values: &[u32]) -> u32 {
    let sum = (values.iter().zip(1_u32..))
        .map(|(value, weight)| value.saturating_mul(weight))
        .fold(0, u32::saturating_add);
    sum.checked_rem(BASE).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, LENGTH, Memo};
    use crate::rng::Rng;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn what_is_made_is_read_however_it_is_typed() {
        let rng = Rng::from_seed(7);
        for _ in 0..1000 {
            let memo = Memo::generate(&rng);
            assert_eq!(memo.as_str().len(), 10);
            let typed = format!(" \t{}\n", memo.as_str().to_ascii_lowercase());
            assert_eq!(Memo::read(&typed), Some(memo));
        }
        for wrong in [
            "",
            " ",
            "AAAAAAAAA",
            "IIIIIIIIII",
            "ЖЖЖЖЖЖЖЖЖЖ",
            "AAAAAAAAAB",
        ] {
            assert_eq!(Memo::read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_or_two_that_changed_places_are_noticed(
            seed in any::<u64>(), at in 0..LENGTH, other in 0..LENGTH, letter in 0..ALPHABET.len(),
        ) {
            let memo = Memo::generate(&Rng::from_seed(seed));
            let right = memo.as_str().as_bytes().to_vec();
            let mut wrong = right.clone();
            wrong[at] = ALPHABET[letter];
            let mut swapped = right.clone();
            swapped.swap(at, other);
            for changed in [wrong, swapped] {
                let is_same = changed == right;
                let read = Memo::read(std::str::from_utf8(&changed).unwrap());
                prop_assert_eq!(read.is_some(), is_same);
            }
        }
    }
}
