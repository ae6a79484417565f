//! `parse_mode` MarkdownV2.

use super::link::link;
use super::{Entity, Parsed};

/// These mean something or must be escaped.
const RESERVED: &str = "_*[]()~`>#+-=|{}.!\n";

struct Open {
    kind: &'static str,
    /// Language of `pre`.
    argument: String,
    /// Where it began: in the result in UTF-16 units and bytes, and in what is read.
    offset: usize,
    bytes: usize,
    at: usize,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    plain: String,
    offset: usize,
    open: Vec<Open>,
    found: Vec<Entity>,
    /// Only spaces since the line's beginning or the last quotation.
    line_start: bool,
    quote: bool,
}

/// Reads a text with marks. Errors are the library's.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let mut reader = Reader {
        text,
        at: 0,
        plain: String::new(),
        offset: 0,
        open: Vec::new(),
        found: Vec::new(),
        line_start: true,
        quote: false,
    };
    while let Some(letter) = reader.letter() {
        reader.step(letter)?;
    }
    reader.finish()?;
    let mut found = reader.found;
    found.sort_by_key(|e| (e.offset, usize::MAX.saturating_sub(e.length)));
    Ok((reader.plain, found))
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn letter(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, letters: usize) {
        for _ in 0..letters {
            let length = self.letter().map_or(0, char::len_utf8);
            self.at = self.at.saturating_add(length);
        }
    }

    fn push(&mut self, letter: char) {
        self.plain.push(letter);
        self.offset = self.offset.saturating_add(letter.len_utf16());
    }

    fn inside(&self) -> &'static str {
        self.open.last().map_or("", |open| open.kind)
    }

    fn step(&mut self, letter: char) -> Result<(), String> {
        if letter == '\\' {
            let next = self.rest().chars().nth(1);
            if let Some(next) = next.filter(|next| ('\u{1}'..='~').contains(next)) {
                self.push(next);
                self.skip(2);
                self.line_start = false;
                return Ok(());
            }
        }
        let in_code = matches!(self.inside(), "code" | "pre");
        let reserved = if in_code {
            letter == '`'
        } else {
            RESERVED.contains(letter)
        };
        if !reserved {
            self.push(letter);
            self.skip(1);
            self.line_start = self.line_start && letter == '\r';
            return Ok(());
        }
        if letter == '\n' {
            return self.new_line();
        }
        if self.ends(letter) {
            return self.close();
        }
        self.start(letter)
    }

    /// Whether what is open ends here.
    fn ends(&self, letter: char) -> bool {
        let rest = self.rest();
        match self.inside() {
            "bold" => letter == '*',
            "italic" => letter == '_' && !rest.starts_with("__"),
            "code" => letter == '`',
            "pre" => rest.starts_with("```"),
            "text_link" | "custom_emoji" => letter == ']',
            "underline" => rest.starts_with("__"),
            "strikethrough" => letter == '~',
            "spoiler" => rest.starts_with("||"),
            _ => false,
        }
    }

    fn start(&mut self, letter: char) -> Result<(), String> {
        let reserved = || {
            Err(format!(
                "Character '{letter}' is reserved and must be escaped with the preceding '\\'"
            ))
        };
        let (kind, letters) = match letter {
            '_' if self.rest().starts_with("__") => ("underline", 2),
            '_' => ("italic", 1),
            '*' => ("bold", 1),
            '~' => ("strikethrough", 1),
            '|' if self.rest().starts_with("||") => ("spoiler", 2),
            '[' => ("text_link", 1),
            '!' if self.rest().starts_with("![") => ("custom_emoji", 2),
            '`' if self.rest().starts_with("```") => ("pre", 3),
            '`' => ("code", 1),
            '>' if self.line_start && self.quote => {
                self.skip(1);
                self.line_start = false;
                return Ok(());
            }
            '>' if self.line_start => ("blockquote", 1),
            _ => return reserved(),
        };
        let at = self.at;
        self.skip(letters);
        self.line_start = false;
        let argument = if kind == "pre" {
            self.language()
        } else {
            String::new()
        };
        self.quote = self.quote || kind == "blockquote";
        self.open.push(Open {
            kind,
            argument,
            offset: self.offset,
            bytes: self.plain.len(),
            at,
        });
        Ok(())
    }

    /// The language behind three backquotes, and one line break.
    fn language(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '`');
        let end =
            end.filter(|end| *end > 0 && !rest.get(*end..).is_some_and(|r| r.starts_with('`')));
        let language = end.and_then(|end| rest.get(..end)).unwrap_or_default();
        let language = language.to_owned();
        self.at = self.at.saturating_add(language.len());
        if self.rest().starts_with("\r\n") || self.rest().starts_with("\n\r") {
            self.skip(2);
        } else if self.rest().starts_with(['\n', '\r']) {
            self.skip(1);
        }
        language
    }

    fn new_line(&mut self) -> Result<(), String> {
        let next = self.rest().get(1..).unwrap_or_default();
        if self.quote && !next.starts_with('>') {
            self.end_quote()?;
        }
        self.push('\n');
        self.skip(1);
        self.line_start = true;
        Ok(())
    }

    /// The quotation ends with its line; two bars at its end make it one that unfolds.
    fn end_quote(&mut self) -> Result<(), String> {
        let mut kind = "blockquote";
        let bars = self
            .open
            .last()
            .is_some_and(|open| open.kind == "spoiler" && open.at.saturating_add(2) == self.at);
        if bars {
            self.open.pop();
            kind = "expandable_blockquote";
        }
        let Some(open) = self.open.pop().filter(|open| open.kind == "blockquote") else {
            return Err(self.unfinished());
        };
        self.quote = false;
        let length = self.offset.saturating_sub(open.offset);
        if length > 0 {
            self.found.push(Entity::new(kind, open.offset, length));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let letters = match open.kind {
            "underline" | "spoiler" => 2,
            "pre" => 3,
            _ => 1,
        };
        self.skip(letters);
        let length = self.offset.saturating_sub(open.offset);
        let marked = Entity::new(open.kind, open.offset, length);
        let marked = match open.kind {
            "text_link" => {
                let own = self.plain.get(open.bytes..).unwrap_or_default().to_owned();
                let url = self.address()?.unwrap_or(own);
                link(&url).map(|url| marked.with("url", url))
            }
            "custom_emoji" => {
                let url = self.address()?;
                let url = url.ok_or("The entity must contain a tg://emoji or tg://time URL")?;
                let id = url.strip_prefix("tg://emoji?id=");
                let id = id.ok_or("Invalid tg://emoji or tg://time URL specified")?;
                Some(marked.with("custom_emoji_id", id))
            }
            "pre" if !open.argument.is_empty() => Some(marked.with("language", open.argument)),
            _ => Some(marked),
        };
        if length > 0 {
            self.found.extend(marked);
        }
        Ok(())
    }

    /// What stands in parentheses behind a link's text, if they are there.
    fn address(&mut self) -> Result<Option<String>, String> {
        if self.letter() != Some('(') {
            return Ok(None);
        }
        self.skip(1);
        let begin = self.at;
        let mut url = String::new();
        loop {
            match self.letter() {
                None => return Err(format!("Can't find end of a URL at byte offset {begin}")),
                Some(')') => break,
                Some('\\') => {
                    self.skip(1);
                    url.extend(self.letter());
                    self.skip(1);
                }
                Some(letter) => {
                    url.push(letter);
                    self.skip(1);
                }
            }
        }
        self.skip(1);
        Ok(Some(url))
    }

    fn finish(&mut self) -> Result<(), String> {
        if self.quote {
            self.end_quote()?;
        }
        if self.open.is_empty() {
            return Ok(());
        }
        Err(self.unfinished())
    }

    fn unfinished(&self) -> String {
        let (name, at) = self.open.last().map_or(("", 0), |open| {
            let name = match open.kind {
                "bold" => "Bold",
                "italic" => "Italic",
                "underline" => "Underline",
                "strikethrough" => "Strikethrough",
                "spoiler" => "Spoiler",
                "code" => "Code",
                "pre" if open.argument.is_empty() => "Pre",
                "pre" => "PreCode",
                "text_link" => "TextUrl",
                "custom_emoji" => "CustomEmoji",
                _ => "BlockQuote",
            };
            (name, open.at)
        });
        format!("Can't find end of {name} entity at byte offset {at}")
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
    fn marks_become_entities() {
        let cases: Vec<(&str, &str, Marks)> = vec![
            ("*жирный* текст", "жирный текст", vec![("bold", 0, 6)]),
            (
                "_i_ __u__ ~s~ ||p||",
                "i u s p",
                vec![
                    ("italic", 0, 1),
                    ("underline", 2, 1),
                    ("strikethrough", 4, 1),
                    ("spoiler", 6, 1),
                ],
            ),
            ("1\\.5 \\- ok", "1.5 - ok", vec![]),
            ("`a_b` x", "a_b x", vec![("code", 0, 3)]),
            ("```rust\nlet x;```", "let x;", vec![("pre", 0, 6)]),
            ("[t](https://x.org/a\\)b)", "t", vec![("text_link", 0, 1)]),
            (">a\n>b\nc", "a\nb\nc", vec![("blockquote", 0, 3)]),
            (">a||", "a", vec![("expandable_blockquote", 0, 1)]),
        ];
        for (text, plain, found) in cases {
            assert_eq!(read(text), (plain.to_owned(), found), "{text}");
        }
    }

    #[test]
    fn what_is_refused_and_how() {
        let reserved = "Character '.' is reserved and must be escaped with the preceding '\\'";
        let cases = [
            ("1.5", reserved),
            ("*x", "Can't find end of Bold entity at byte offset 0"),
            ("я _x", "Can't find end of Italic entity at byte offset 3"),
            ("[x](y", "Can't find end of a URL at byte offset 4"),
            ("`x", "Can't find end of Code entity at byte offset 0"),
        ];
        for (text, error) in cases {
            assert_eq!(parse(text).err().as_deref(), Some(error), "{text}");
        }
    }
}
