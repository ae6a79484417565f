//! Words as they are searched: stems, so that "красные кружки" finds "красная кружка" and "mugs"
//! finds "mug". The same rules fill the index and read the query, on every engine.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use torg_platform::fold;

/// Most words of a query that are looked at.
pub const TERMS_MAX: usize = 6;
/// Words longer than this are cut: nobody types them.
const WORD_CHARS: usize = 40;

/// The stems of the words in `text`, each once, sorted. Cyrillic words are stemmed as Russian,
/// Latin ones as English, everything else (articles, sizes) stands as it is.
pub fn stems(text: &str) -> Vec<String> {
    let russian = Stemmer::create(Algorithm::Russian);
    let english = Stemmer::create(Algorithm::English);
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let stems: BTreeSet<String> = words
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS).collect::<String>())
        .map(|word| {
            let stemmer = match word.chars().next() {
                Some('а'..='я') => &russian,
                Some(_) | None => &english,
            };
            if word.chars().all(char::is_alphabetic) {
                stemmer.stem(&word).into_owned()
            } else {
                word
            }
        })
        .collect();
    stems.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_word_meet() {
        assert_eq!(stems("красные кружки"), stems("Красная КРУЖКА"));
        assert_eq!(stems("зелёный чай"), stems("зеленого чая"));
        assert_eq!(stems("running shoes"), stems("run shoe"));
        assert_eq!(stems("Mugs"), stems("mug"));
        assert_ne!(stems("кружка"), stems("тарелка"));
    }

    #[test]
    fn numbers_and_articles_stand_as_they_are() {
        assert_eq!(stems("iPhone 15, A-320s"), ["15", "320s", "a", "iphon"]);
        assert!(stems(" ,.!— ").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_stems_without_blanks(text in "\\PC{0,80}") {
            for stem in stems(&text) {
                prop_assert!(!stem.is_empty() && !stem.contains(char::is_whitespace));
            }
        }
    }
}
