//! Characters that are written as `&…;` in HTML.

/// The character that `&…;` at the beginning stands for, and the bytes that it takes.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    for (name, letter) in [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
    ] {
        if text.starts_with(name) {
            return Some((letter, name.len()));
        }
    }
    let digits = text.strip_prefix("&#")?;
    let (digits, radix, before) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16, 3_usize),
        None => (digits, 10, 2),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let number = u32::from_str_radix(digits.get(..end)?, radix).ok()?;
    let letter = char::from_u32(number).filter(|letter| *letter != '\0')?;
    let semicolon = usize::from(digits.get(end..)?.starts_with(';'));
    Some((letter, before.saturating_add(end).saturating_add(semicolon)))
}

/// A text with all of them replaced.
pub(super) fn decoded(raw: &str) -> String {
    let mut text = String::new();
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        let (letter, length) = entity(rest).unwrap_or((letter, letter.len_utf8()));
        text.push(letter);
        rest = rest.get(length..).unwrap_or_default();
    }
    text
}
