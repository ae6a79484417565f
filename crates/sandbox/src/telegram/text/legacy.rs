//! `parse_mode` Markdown, the old one, which clients still send.

use super::link::link;
use super::{Entity, Parsed, units};

/// Reads a text with marks, which cannot be inside of one another.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let mut plain = String::new();
    let mut found = Vec::new();
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let letter = rest.chars().next().unwrap_or_default();
        if letter == '\\'
            && rest
                .get(1..)
                .is_some_and(|r| r.starts_with(['_', '*', '`', '[']))
        {
            plain.extend(rest.chars().nth(1));
            at = at.saturating_add(2);
            continue;
        }
        let (open, close, kind) = match letter {
            '*' => ("*", "*", "bold"),
            '_' => ("_", "_", "italic"),
            '`' if rest.starts_with("```") => ("```", "```", "pre"),
            '`' => ("`", "`", "code"),
            '[' => ("[", "]", "text_link"),
            _ => {
                plain.push(letter);
                at = at.saturating_add(letter.len_utf8());
                continue;
            }
        };
        let inner = rest.get(open.len()..).unwrap_or_default();
        let Some(end) = inner.find(close) else {
            return Err(format!(
                "Can't find end of the entity starting at byte offset {at}"
            ));
        };
        let inside = inner.get(..end).unwrap_or_default();
        let offset = units(&plain);
        plain.push_str(inside);
        at = at
            .saturating_add(open.len())
            .saturating_add(end)
            .saturating_add(close.len());
        let marked = Entity::new(kind, offset, units(inside));
        if kind == "text_link" {
            let behind = text.get(at..).unwrap_or_default();
            let address = behind.strip_prefix('(').and_then(|r| r.split_once(')'));
            let Some((url, _)) = address else { continue };
            at = at.saturating_add(url.len()).saturating_add(2);
            found.extend(link(url).map(|url| marked.with("url", url)));
        } else if marked.length > 0 {
            found.push(marked);
        }
    }
    Ok((plain, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_marks() {
        let (plain, found) = parse("*a* _b_ `c` [d](http://x.org) \\*").unwrap();
        assert_eq!(plain, "a b c d *");
        let kinds: Vec<_> = found.iter().map(|e| (e.kind, e.offset)).collect();
        assert_eq!(
            kinds,
            [("bold", 0), ("italic", 2), ("code", 4), ("text_link", 6)]
        );
        let error = parse("x *y").unwrap_err();
        assert_eq!(
            error,
            "Can't find end of the entity starting at byte offset 2"
        );
    }
}
