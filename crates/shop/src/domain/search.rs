//! Words as they are searched: stems, so that "красные кружки" finds "красная кружка" and "mugs"
//! finds "mug". The same rules fill the index and read the query, on every engine.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use torg_platform::fold;

/// Most words of a query that are looked at.
pub const TERMS_MAX: usize = 6;
/// Words longer than this are cut: nobody types them.
const WORD_CHARS: usize = 40;

/// Fewest letters of a word that is still being typed, so that the first two do not find half of
/// the shop.
const PREFIX_CHARS: usize = 3;

/// The stems of the words in `text`, each once, sorted. Cyrillic words are stemmed as Russian,
/// Latin ones as English, everything else (articles, sizes) stands as it is.
pub fn stems(text: &str) -> Vec<String> {
    let stems: BTreeSet<String> = words(&fold(text)).map(stem).collect();
    stems.into_iter().collect()
}

/// Stems from the first to the second, both included.
pub type TermRange = (String, String);

/// What a product must have to be found by `query`: a stem in each of the ranges, of which there
/// are at most [`TERMS_MAX`]. The last word counts as the beginning of one. None when the query has
/// no word at all.
pub fn wanted(query: &str) -> Vec<TermRange> {
    let folded = fold(query);
    let mut words = words(&folded);
    let mut ranges: Vec<TermRange> = Vec::new();
    for word in words.by_ref().take(TERMS_MAX) {
        let stem = stem(word);
        if ranges.iter().all(|(known, _)| *known != stem) {
            ranges.push((stem.clone(), stem));
        }
    }
    // A word that was passed over because of the limit would have been the last.
    let whole = words.next().is_some();
    if let Some((from, to)) = ranges.last_mut().filter(|_| !whole)
        && from.chars().count() >= PREFIX_CHARS
    {
        *to = format!("{from}{}", char::MAX);
    }
    ranges
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

fn stem(word: &str) -> String {
    let word: String = word.chars().take(WORD_CHARS).collect();
    if !word.chars().all(char::is_alphabetic) {
        return word;
    }
    let language = match word.chars().next() {
        Some('а'..='я') => Algorithm::Russian,
        Some(_) | None => Algorithm::English,
    };
    Stemmer::create(language).stem(&word).into_owned()
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

    #[test]
    fn the_last_word_may_be_unfinished() {
        let range = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(wanted("круж"), [range("круж", "круж\u{10FFFF}")]);
        let two = [range("красн", "красн"), range("круж", "круж\u{10FFFF}")];
        assert_eq!(wanted("Красные круж"), two);
        assert_eq!(wanted("red t"), [range("red", "red"), range("t", "t")]);
        assert_eq!(wanted("mug mugs"), [range("mug", "mug\u{10FFFF}")]);
        assert!(wanted(" - ").is_empty());
        let many = wanted("one two three four five six seven");
        assert_eq!(many.len(), TERMS_MAX);
        assert!(many.iter().all(|(from, to)| from == to));
    }

    proptest! {
        #[test]
        fn whatever_is_indexed_is_found(text in "\\PC{0,60}") {
            let stems = stems(&text);
            for (from, to) in wanted(&text) {
                prop_assert!(stems.iter().any(|stem| from <= *stem && *stem <= to));
            }
        }

        #[test]
        fn any_text_has_stems_without_blanks(text in "\\PC{0,80}") {
            for stem in stems(&text) {
                prop_assert!(!stem.is_empty() && !stem.contains(char::is_whitespace));
            }
        }
    }
}
