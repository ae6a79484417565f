//! A Rust file split into what the rules look at: code without comments, strings and unit tests,
//! and the strings by themselves.

/// One file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    /// The code, line for line; comments, contents of strings and unit tests are blank.
    pub(crate) code: String,
    /// Contents of the strings outside unit tests, with their lines.
    pub(crate) strings: Vec<(usize, String)>,
    /// Lines in the file.
    pub(crate) lines: usize,
}

impl Source {
    /// Splits `text`.
    pub(crate) fn new(text: &str) -> Self {
        let (code, strings) = Lexer::new(text).run();
        let (code, tests) = without_unit_tests(&code);
        let strings = strings
            .into_iter()
            .filter(|(line, _)| !tests.iter().any(|(from, to)| (from..=to).contains(&line)))
            .collect();
        Self {
            code,
            strings,
            lines: text.lines().count(),
        }
    }

    /// Words of the code with their lines; `::`, `!` and braces are words too.
    pub(crate) fn words(&self) -> Vec<(usize, &str)> {
        let mut words = Vec::new();
        for (number, line) in (1..).zip(self.code.lines()) {
            let mut rest = line.trim_start();
            while let Some(first) = rest.chars().next() {
                let end = if is_word(first) {
                    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
                } else if rest.starts_with("::") {
                    2
                } else {
                    first.len_utf8()
                };
                let (word, tail) = rest.split_at(end);
                words.push((number, word));
                rest = tail.trim_start();
            }
        }
        words
    }
}

pub(crate) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

struct Lexer {
    text: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    strings: Vec<(usize, String)>,
}

impl Lexer {
    fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
            line: 1,
            code: String::with_capacity(text.len()),
            strings: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> char {
        let at = self.at.saturating_add(ahead);
        self.text.get(at).copied().unwrap_or('\0')
    }

    /// Steps over one character and returns it; a line's end always reaches the code.
    fn skip(&mut self) -> char {
        let c = self.peek(0);
        self.at = self.at.saturating_add(1);
        if c == '\n' {
            self.line = self.line.saturating_add(1);
            self.code.push('\n');
        }
        c
    }

    fn copy(&mut self) {
        let c = self.skip();
        if c != '\n' {
            self.code.push(c);
        }
    }

    fn run(mut self) -> (String, Vec<(usize, String)>) {
        while self.at < self.text.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '/') => self.line_comment(),
                ('/', '*') => self.block_comment(),
                ('"', _) => self.string(),
                ('\'', _) => self.quote(),
                ('r', '"' | '#') | ('b' | 'c', 'r') if self.raw_string() => {}
                (c, _) if is_word(c) => {
                    while is_word(self.peek(0)) {
                        self.copy();
                    }
                }
                _ => self.copy(),
            }
        }
        (self.code, self.strings)
    }

    fn line_comment(&mut self) {
        while self.at < self.text.len() && self.peek(0) != '\n' {
            self.skip();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth = depth.saturating_add(1),
                ('*', '/') => depth = depth.saturating_sub(1),
                _ => {
                    self.skip();
                    continue;
                }
            }
            self.skip();
            self.skip();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        self.copy();
        let mut content = String::new();
        while self.at < self.text.len() && self.peek(0) != '"' {
            let c = self.skip();
            if c == '\\' {
                self.skip();
                content.push(' ');
            } else {
                content.push(c);
            }
        }
        self.copy();
        self.strings.push((line, content));
    }

    /// `r"…"`, `r#"…"#`, `br"…"`; false when it is an ordinary word or a raw name.
    fn raw_string(&mut self) -> bool {
        let mut ahead = if self.peek(0) == 'r' { 1 } else { 2 };
        let mut hashes = 0_usize;
        while self.peek(ahead) == '#' {
            ahead = ahead.saturating_add(1);
            hashes = hashes.saturating_add(1);
        }
        if self.peek(ahead) != '"' {
            return false;
        }
        let line = self.line;
        for _ in 0..=ahead {
            self.skip();
        }
        let end: Vec<char> = std::iter::once('"')
            .chain(std::iter::repeat_n('#', hashes))
            .collect();
        let mut content = String::new();
        while self.at < self.text.len() && !self.text[self.at..].starts_with(&end) {
            content.push(self.skip());
        }
        for _ in &end {
            self.skip();
        }
        self.code.push_str("\"\"");
        self.strings.push((line, content));
        true
    }

    /// A character (`'"'`, `'\n'`) or a lifetime.
    fn quote(&mut self) {
        if self.peek(1) == '\\' {
            self.skip();
            self.skip();
            self.skip();
            while self.at < self.text.len() && self.peek(0) != '\'' {
                self.skip();
            }
            self.skip();
        } else if self.peek(2) == '\'' {
            self.skip();
            self.skip();
            self.skip();
        } else {
            self.copy();
        }
    }
}

/// Blanks every item under `#[cfg(test)]`; also returns the lines that it covered.
fn without_unit_tests(code: &str) -> (String, Vec<(usize, usize)>) {
    const MARK: &str = "#[cfg(test)]";
    let line_of = |at: usize| code[..at].matches('\n').count().saturating_add(1);
    let mut kept = String::with_capacity(code.len());
    let mut covered = Vec::new();
    let mut from = 0;
    while let Some(start) = code[from..].find(MARK).map(|at| at.saturating_add(from)) {
        kept.push_str(&code[from..start]);
        let end = end_of_item(code, start.saturating_add(MARK.len()));
        kept.extend(code[start..end].chars().filter(|c| *c == '\n'));
        covered.push((line_of(start), line_of(end)));
        from = end;
    }
    kept.push_str(&code[from..]);
    (kept, covered)
}

/// Where the item that begins at `from` ends: at its `;` or its closing brace.
fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[from..].char_indices() {
        let after = from.saturating_add(at).saturating_add(c.len_utf8());
        match c {
            '{' => depth = depth.saturating_add(1),
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return after;
                }
            }
            ';' if depth == 0 => return after,
            _ => {}
        }
    }
    code.len()
}
