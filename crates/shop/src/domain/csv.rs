//! Tables as text: reading them piece by piece as they arrive, and cells that a spreadsheet would
//! take for formulas.

use std::borrow::Cow;

/// Longest first line, in bytes; before its end nobody knows what separates the cells.
const HEADER_MAX: usize = 4_096;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line in which it begins, from 1.
    pub line: u64,
    /// Its cells, or why they cannot be read.
    pub cells: Result<Vec<String>, &'static str>,
}

/// Reads a table: cells separated by commas, or by semicolons if the first line has them;
/// in quotes where they contain what separates; lines that end as on any system.
#[derive(Debug)]
pub struct Reader {
    /// The first line until it has been seen whole.
    header: Option<Vec<u8>>,
    separator: u8,
    state: State,
    cell: Vec<u8>,
    cells: Vec<Vec<u8>>,
    /// The line that is being read.
    line: u64,
    /// The line in which the record began.
    began: u64,
    after_cr: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the cell has been seen.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote that ends the cell or is the first of two.
    Quote,
    /// Nothing after a mistake can be trusted.
    Broken,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            header: Some(Vec::new()),
            separator: b',',
            state: State::Start,
            cell: Vec::new(),
            cells: Vec::new(),
            line: 1,
            began: 1,
            after_cr: false,
        }
    }
}

impl Reader {
    /// What separates the cells; known when the first line has been read.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// Reads on; rows that are complete go to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Record>) {
        let Some(header) = &mut self.header else {
            return self.read(bytes, out);
        };
        header.extend_from_slice(bytes);
        if header.contains(&b'\n') || header.contains(&b'\r') || header.len() > HEADER_MAX {
            self.begin(out);
        }
    }

    /// The input is over.
    pub fn finish(&mut self, out: &mut Vec<Record>) {
        self.begin(out);
        match self.state {
            State::Quoted => self.give_up("a quote is not closed", out),
            State::Start | State::Bare | State::Quote => self.end_record(out),
            State::Broken => {}
        }
    }

    /// The first line is known: what separates the cells is what it has more of.
    fn begin(&mut self, out: &mut Vec<Record>) {
        let Some(header) = self.header.take() else {
            return;
        };
        let first = header.split(|b| matches!(b, b'\n' | b'\r')).next();
        let count = |byte: u8| {
            first
                .unwrap_or_default()
                .iter()
                .filter(|b| **b == byte)
                .count()
        };
        if count(b';') > count(b',') {
            self.separator = b';';
        }
        let marked = header.strip_prefix("\u{feff}".as_bytes());
        self.read(marked.unwrap_or(&header), out);
    }

    fn read(&mut self, bytes: &[u8], out: &mut Vec<Record>) {
        for byte in bytes {
            self.step(*byte, out);
        }
    }

    fn step(&mut self, byte: u8, out: &mut Vec<Record>) {
        let second = std::mem::replace(&mut self.after_cr, byte == b'\r') && byte == b'\n';
        match (self.state, byte) {
            (State::Broken, _) => {}
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quoted, _) => {
                if matches!(byte, b'\n' | b'\r') && !second {
                    self.line = self.line.saturating_add(1);
                }
                self.cell.push(byte);
            }
            (State::Quote, b'"') => {
                self.cell.push(byte);
                self.state = State::Quoted;
            }
            (State::Start, b'"') => self.state = State::Quoted,
            (State::Start, b'\n') if second => {}
            (State::Start | State::Bare | State::Quote, b'\n' | b'\r') => {
                self.end_record(out);
                self.line = self.line.saturating_add(1);
                self.began = self.line;
            }
            (State::Start | State::Bare | State::Quote, _) if byte == self.separator => {
                self.end_cell();
            }
            (State::Start | State::Bare, _) => {
                self.cell.push(byte);
                self.state = State::Bare;
            }
            (State::Quote, _) => self.give_up("there is text after a closing quote", out),
        }
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.state = State::Start;
    }

    fn end_record(&mut self, out: &mut Vec<Record>) {
        let blank = self.state == State::Start && self.cells.is_empty();
        if blank {
            return;
        }
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        let texts = cells.into_iter().map(|cell| match String::from_utf8(cell) {
            Ok(text) if text.contains('\0') => Err("contains a NUL character"),
            Ok(text) => Ok(text),
            Err(_invalid) => Err("is not valid UTF-8"),
        });
        out.push(Record {
            line: self.began,
            cells: texts.collect(),
        });
    }

    fn give_up(&mut self, why: &'static str, out: &mut Vec<Record>) {
        self.state = State::Broken;
        out.push(Record {
            line: self.began,
            cells: Err(why),
        });
    }
}

/// A cell that a spreadsheet shows and does not compute: what would be a formula gets an
/// apostrophe in front, and so does what already looks as if it had one.
pub fn defuse(text: &str) -> Cow<'_, str> {
    match is_formula(text.trim_start_matches('\'')) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text that [`defuse`] made a cell of.
pub fn undo_defuse(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        Some(_) | None => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pieces: &[&[u8]]) -> Vec<Record> {
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for piece in pieces {
            reader.feed(piece, &mut out);
        }
        reader.finish(&mut out);
        out
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let read = read(&[text.as_bytes()]);
        read.into_iter()
            .map(|r| (r.line, r.cells.unwrap()))
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn lines_end_as_on_any_system() {
        let expected = [row(1, &["a", "b"]), row(2, &["1", ""]), row(4, &["", "2"])];
        for end in ["\n", "\r\n", "\r"] {
            for last in ["", end] {
                let text = ["a,b", "1,", "", &format!(",2{last}")].join(end);
                assert_eq!(rows(&text), expected, "{text:?}");
            }
        }
        assert!(rows("").is_empty() && rows("\n\n").is_empty());
    }

    #[test]
    fn quotes_hold_everything() {
        let text = "\u{feff}a;bc\r\n\"1;\"\"x\"\"\";\"two\r\nlines\"\r\n\"\";3";
        let expected = [
            row(1, &["a", "bc"]),
            row(2, &["1;\"x\"", "two\r\nlines"]),
            row(4, &["", "3"]),
        ];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        for (text, line, why) in [
            ("a\n\"b\nc", 2, "a quote is not closed"),
            ("a\n1\n\"b\"c\nd", 3, "there is text after a closing quote"),
            ("a\nb\0", 2, "contains a NUL character"),
        ] {
            let last = read(&[text.as_bytes()]).pop().unwrap();
            assert_eq!((last.line, last.cells), (line, Err(why)), "{text:?}");
        }
        let last = read(&[b"a\n\xff\nb"]).remove(1);
        assert_eq!((last.line, last.cells), (2, Err("is not valid UTF-8")));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            table in prop::collection::vec(
                prop::collection::vec("([a-z,;\"'\r\n=]|\\PC){0,6}", 2..4), 1..5),
            semicolon: bool,
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let separator = if semicolon { b';' } else { b',' };
            let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(separator)
                .from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let (mut from, mut pieces) = (0, Vec::new());
            for cut in cuts {
                pieces.push(&text[from..cut]);
                from = cut;
            }
            let found = read(&pieces);
            prop_assert_eq!(found.len().checked_sub(1), Some(table.len()));
            for (found, row) in found.iter().skip(1).zip(&table) {
                prop_assert_eq!(found.cells.as_ref().unwrap(), row);
            }
        }

        #[test]
        fn no_cell_is_a_formula_and_every_text_comes_back(text in "['=+@-]{0,3}\\PC{0,5}") {
            let cell = defuse(&text);
            prop_assert!(!is_formula(&cell));
            prop_assert_eq!(undo_defuse(&cell), text.as_str());
        }
    }
}
