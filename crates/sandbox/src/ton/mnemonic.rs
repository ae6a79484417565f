//! New words for a wallet that pays with coins that cost nothing.

use torg_platform::rng::Rng;
use torg_ton::key::Key;

/// The words that wallets know (BIP-39, English), one per line.
const WORDS: &str = include_str!("../../assets/ton/bip39-english.txt");
/// Words of a wallet.
const LENGTH: usize = 24;
/// One in 256 tries passes the check, so this many fail together less than once in 10^20 times.
const TRIES: usize = 12_000;

/// 24 words that every wallet of the chain takes; none if `rng` is no randomness.
pub fn mnemonic(rng: &Rng) -> Option<String> {
    let words: Vec<&str> = WORDS.lines().collect();
    let count = u64::try_from(words.len()).ok()?;
    let draw = || {
        let place = rng.next_u64().checked_rem(count)?;
        words.get(usize::try_from(place).ok()?).copied()
    };
    for _ in 0..TRIES {
        let drawn: Vec<&str> = (0..LENGTH).map(|_| draw()).collect::<Option<_>>()?;
        let text = drawn.join(" ");
        if Key::is_mnemonic(&text) {
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wallet_takes_them() {
        let rng = Rng::from_seed(7);
        let (one, other) = (mnemonic(&rng).unwrap(), mnemonic(&rng).unwrap());
        assert_eq!(one.split(' ').count(), LENGTH);
        assert_ne!(one, other);
        for words in [one, other] {
            assert!(Key::from_mnemonic(&words).is_ok());
        }
    }

    #[test]
    fn the_list_is_the_one_that_everybody_has() {
        let words: Vec<_> = WORDS.lines().collect();
        assert_eq!(words.len(), 2048, "so that a remainder is no bias");
        assert!(words.is_sorted());
        assert_eq!((words[0], words[2047]), ("abandon", "zoo"));
    }
}
