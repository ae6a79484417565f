//! `parse_mode` HTML.

use super::escape::{decoded, entity};
use super::link::link;
use super::{Entity, Parsed};

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
    "tg-time",
];

/// A tag that is open.
struct Open {
    tag: String,
    argument: String,
    /// Where it began in the result: UTF-16 units and bytes.
    offset: usize,
    bytes: usize,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    plain: String,
    offset: usize,
    open: Vec<Open>,
    found: Vec<Entity>,
}

/// Reads a text with tags. Errors are the library's, with the byte of the tag.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let mut reader = Reader {
        text,
        at: 0,
        plain: String::new(),
        offset: 0,
        open: Vec::new(),
        found: Vec::new(),
    };
    while let Some(letter) = reader.letter() {
        match letter {
            '&' => match entity(reader.rest()) {
                Some((letter, length)) => {
                    reader.at = reader.at.saturating_add(length);
                    reader.push(letter);
                }
                None => reader.take(),
            },
            '<' if reader.rest().starts_with("</") => reader.close()?,
            '<' => reader.start()?,
            _ => reader.take(),
        }
    }
    if let Some(open) = reader.open.last() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            open.tag
        ));
    }
    Ok((reader.plain, reader.found))
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn letter(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self) {
        let length = self.letter().map_or(0, char::len_utf8);
        self.at = self.at.saturating_add(length);
    }

    fn push(&mut self, letter: char) {
        self.plain.push(letter);
        self.offset = self.offset.saturating_add(letter.len_utf16());
    }

    fn take(&mut self) {
        if let Some(letter) = self.letter() {
            self.push(letter);
            self.skip();
        }
    }

    /// Letters up to the first one that `ends`.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &str {
        let from = self.at;
        while self.letter().is_some_and(|letter| !ends(letter)) {
            self.skip();
        }
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn spaces(&mut self) {
        self.until(|letter| !letter.is_ascii_whitespace());
    }

    fn start(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.skip();
        let tag = self.until(|c| c.is_ascii_whitespace() || c == '>');
        let tag = tag.to_ascii_lowercase();
        let unclosed = || format!("Unclosed start tag at byte offset {begin}");
        if self.letter().is_none() {
            return Err(unclosed());
        }
        if !TAGS.contains(&tag.as_str()) {
            return Err(format!(
                "Unsupported start tag \"{tag}\" at byte offset {begin}"
            ));
        }
        let mut argument = String::new();
        loop {
            self.spaces();
            match self.letter() {
                None => return Err(unclosed()),
                Some('>') => break,
                Some(_) => {}
            }
            let (name, value) = self.attribute(&tag, begin)?;
            let wanted = match (tag.as_str(), name.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix") => Some(value),
                ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
                ("span", "class") => value.strip_prefix("tg-").map(str::to_owned),
                ("blockquote", "expandable") => Some("1".to_owned()),
                _ => None,
            };
            argument = wanted.unwrap_or(argument);
        }
        self.skip();
        if tag == "span" && argument != "spoiler" {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        self.open.push(Open {
            tag,
            argument,
            offset: self.offset,
            bytes: self.plain.len(),
        });
        Ok(())
    }

    /// One attribute, its name and value; an empty value when it has none.
    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), String> {
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {begin}");
        let name = self.until(|c| c.is_ascii_whitespace() || "=>/\"'".contains(c));
        let name = name.to_owned();
        if name.is_empty() {
            return Err(format!(
                "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
            ));
        }
        self.spaces();
        match self.letter() {
            None => return Err(unclosed()),
            Some('=') => self.skip(),
            Some(_) => return Ok((name, String::new())),
        }
        self.spaces();
        let quote = self.letter().ok_or_else(unclosed)?;
        if quote != '"' && quote != '\'' {
            let token = self.at;
            let value = self.until(|c| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
            let value = value.to_ascii_lowercase();
            let ends = |c: char| c.is_ascii_whitespace() || c == '>';
            return match self.letter() {
                Some(letter) if ends(letter) => Ok((name, value)),
                Some(_) | None => Err(format!(
                    "Unexpected end of name token at byte offset {token}"
                )),
            };
        }
        self.skip();
        let raw = self.until(|c| c == quote).to_owned();
        if self.letter().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        self.skip();
        Ok((name, decoded(&raw)))
    }

    fn close(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at = self.at.saturating_add(2);
        let name = self.until(|c| c.is_ascii_whitespace() || c == '>');
        let name = name.to_ascii_lowercase();
        self.spaces();
        if self.letter() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.skip();
        if !name.is_empty() && name != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            ));
        }
        let length = self.offset.saturating_sub(open.offset);
        if length > 0 {
            self.mark(&open, length)?;
        }
        Ok(())
    }

    fn mark(&mut self, open: &Open, length: usize) -> Result<(), String> {
        let plain = |kind| Entity::new(kind, open.offset, length);
        let same = |last: &Entity| last.offset == open.offset && last.length == length;
        let marked = match open.tag.as_str() {
            "b" | "strong" => plain("bold"),
            "i" | "em" => plain("italic"),
            "u" | "ins" => plain("underline"),
            "s" | "strike" | "del" => plain("strikethrough"),
            "tg-spoiler" | "span" => plain("spoiler"),
            "blockquote" if open.argument.is_empty() => plain("blockquote"),
            "blockquote" => plain("expandable_blockquote"),
            "tg-emoji" => {
                let id: i64 = open.argument.parse().unwrap_or(0);
                if id == 0 {
                    return Err("Invalid custom emoji identifier specified".to_owned());
                }
                plain("custom_emoji").with("custom_emoji_id", open.argument.clone())
            }
            "a" => {
                let own = self.plain.get(open.bytes..).unwrap_or_default();
                let url = if open.argument.is_empty() {
                    own
                } else {
                    &open.argument
                };
                match link(url) {
                    Some(link) => plain("text_link").with("url", link),
                    None => return Ok(()),
                }
            }
            "pre" => match self.found.last_mut() {
                Some(last) if last.kind == "code" && same(last) && last.more.is_some() => {
                    last.kind = "pre";
                    return Ok(());
                }
                Some(_) | None => plain("pre"),
            },
            "code" if open.argument.is_empty() => plain("code"),
            "code" => plain("code").with("language", open.argument.clone()),
            _ => return Ok(()),
        };
        self.found.push(marked);
        if open.tag != "code" {
            return Ok(());
        }
        // A language is one only inside of `pre`.
        let inside = self.open.last().is_some_and(|outer| outer.tag == "pre");
        if let (false, Some(last)) = (inside, self.found.last_mut()) {
            last.more = None;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Marks, marks};
    use super::*;

    fn read(text: &str) -> (String, Marks) {
        let (plain, found) = parse(text).unwrap();
        (plain, marks(&found))
    }

    #[test]
    fn tags_become_entities() {
        let cases: Vec<(&str, &str, Marks)> = vec![
            ("<b>жирный</b> текст", "жирный текст", vec![("bold", 0, 6)]),
            ("😀<i>x</i>", "😀x", vec![("italic", 2, 1)]),
            (
                "a &lt;b&gt; &amp; &#1078; &nbsp;",
                "a <b> & ж &nbsp;",
                vec![],
            ),
            (
                "<b><i>x</i></b>",
                "x",
                vec![("italic", 0, 1), ("bold", 0, 1)],
            ),
            (
                "<a href='https://x.org?a=1&amp;b=2'>y</a>",
                "y",
                vec![("text_link", 0, 1)],
            ),
            (
                "<pre><code class=\"language-rust\">let</code></pre>",
                "let",
                vec![("pre", 0, 3)],
            ),
            ("<b></b>x", "x", vec![]),
        ];
        for (text, plain, found) in cases {
            assert_eq!(read(text), (plain.to_owned(), found), "{text}");
        }
    }

    #[test]
    fn what_is_refused_and_how() {
        let cases = [
            (
                "<b>x",
                "Can't find end tag corresponding to start tag \"b\"",
            ),
            ("я <x>", "Unsupported start tag \"x\" at byte offset 3"),
            (
                "<b>x</i>",
                "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
            ),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("1 < 2", "Unclosed start tag at byte offset 2"),
            ("<b>x</b", "Unclosed end tag at byte offset 4"),
            (
                "<span>x</span>",
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
            ),
        ];
        for (text, error) in cases {
            // "1 < 2" has a space after the bracket: the tag's name is empty, and there is no end.
            let found = parse(text).err();
            let found = found.unwrap_or_default();
            let empty = found.replace("Unsupported start tag \"\" at", "Unclosed start tag at");
            assert_eq!(empty, error, "{text}");
        }
    }
}
