//! One form for texts that people write in many ways.

/// The form in which names are compared and searched: lower case, outer blanks gone, inner runs of
/// blanks one space, `ё` as `е`. Letters typed as base and combining mark (some keyboards send
/// `и` + breve for `й`) count as the letter. Folding twice changes nothing, so a stored folded
/// column can be compared with a folded query.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            blank = !out.is_empty();
            continue;
        }
        if !blank && merges(&mut out, c) {
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        out.push(if c == 'ё' { 'е' } else { c });
    }
    out
}

/// Joins a combining mark to the letter before it; says whether it did.
fn merges(out: &mut String, mark: char) -> bool {
    match (out.chars().next_back(), mark) {
        // Diaeresis over `е` is `ё`, which is `е`.
        (Some('е'), '\u{308}') => true,
        // Breve over `и`.
        (Some('и'), '\u{306}') => {
            out.pop();
            out.push('й');
            true
        }
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ways_of_writing_one_name_meet() {
        for text in ["Королёв", " КОРОЛЕВ ", "королЁв", "Короле\u{308}в"]
        {
            assert_eq!(fold(text), "королев", "{text}");
        }
        assert_eq!(fold("\tНижний \u{a0}\n Новгород "), "нижний новгород");
        assert_eq!(fold("И\u{306}ошкар-Ола"), fold("Йошкар-Ола"));
        assert_eq!(fold(" \n"), "");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "[\\PC \u{308}\u{306}\n\tёЁеиЙ]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_and_outer_blanks_do_not_matter(text in "[а-яё]{1,9}( [а-яё]{1,9}){0,2}") {
            prop_assert_eq!(fold(&format!("  {} ", text.to_uppercase())), fold(&text));
        }
    }
}
