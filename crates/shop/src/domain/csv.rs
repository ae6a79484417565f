//! Tables as text: reading them piece by piece as they arrive.

use csv_core::ReadFieldResult;

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

/// Reads a table: cells separated by commas, or by semicolons if the first line has more of
/// them; in quotes where they contain what separates; lines that end as on any system.
///
/// What a row is, the library says. It reads from slices because the table comes in pieces, and
/// lines between rows are counted here because it counts a `\r\n` too late and a `\r` never.
#[derive(Debug)]
pub struct Reader {
    /// The first line until it has been seen whole.
    header: Option<Vec<u8>>,
    separator: u8,
    core: csv_core::Reader,
    /// The cell and the row that are being read.
    cell: Vec<u8>,
    cells: Vec<Result<String, &'static str>>,
    /// The line in which the row began; none between rows.
    began: Option<u64>,
    after_cr: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            header: Some(Vec::new()),
            separator: b',',
            core: csv_core::Reader::new(),
            cell: Vec::new(),
            cells: Vec::new(),
            began: None,
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
        let Some(mut header) = self.header.take() else {
            return self.read(bytes, out);
        };
        header.extend_from_slice(bytes);
        let end = header.iter().position(is_line_end);
        if end.is_none() && header.len() <= HEADER_MAX {
            self.header = Some(header);
            return;
        }
        let first = header.iter().take(end.unwrap_or(HEADER_MAX));
        let count = |byte: u8| first.clone().filter(|b| **b == byte).count();
        if count(b';') > count(b',') {
            self.separator = b';';
            self.core = csv_core::ReaderBuilder::new().delimiter(b';').build();
        }
        let marked = header.strip_prefix("\u{feff}".as_bytes());
        self.read(marked.unwrap_or(&header), out);
    }

    /// The input is over.
    pub fn finish(&mut self, out: &mut Vec<Record>) {
        // The end of a line is the end of a row, unless it stands between quotes.
        self.feed(b"\n", out);
        if let Some(line) = self.began {
            let cells = Err("a quote is not closed");
            out.push(Record { line, cells });
        }
    }

    fn read(&mut self, mut bytes: &[u8], out: &mut Vec<Record>) {
        let mut room = [0; 1_024];
        while let Some((first, rest)) = bytes.split_first() {
            if self.began.is_none() && is_line_end(first) {
                self.end_line(*first);
                bytes = rest;
                continue;
            }
            let line = *self.began.get_or_insert(self.core.line());
            let (result, read, wrote) = self.core.read_field(bytes, &mut room);
            self.cell.extend(room.iter().take(wrote));
            let (done, rest) = bytes.split_at_checked(read).unwrap_or_default();
            bytes = rest;
            let ReadFieldResult::Field { record_end } = result else {
                continue;
            };
            self.cells.push(text(std::mem::take(&mut self.cell)));
            if record_end {
                let cells = std::mem::take(&mut self.cells).into_iter().collect();
                out.push(Record { line, cells });
                self.began = None;
                self.after_cr = false;
                if done.ends_with(b"\r") {
                    self.end_line(b'\r');
                }
            }
        }
    }

    /// Counts a line that the library has not counted.
    fn end_line(&mut self, byte: u8) {
        let second = std::mem::replace(&mut self.after_cr, byte == b'\r') && byte == b'\n';
        if !second {
            self.core.set_line(self.core.line().saturating_add(1));
        }
    }
}

fn text(cell: Vec<u8>) -> Result<String, &'static str> {
    match String::from_utf8(cell) {
        Ok(text) if text.contains('\0') => Err("contains a NUL character"),
        Ok(text) => Ok(text),
        Err(_invalid) => Err("is not valid UTF-8"),
    }
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
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
        let whole = read(&[text.as_bytes()]);
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), whole, "{text:?}");
        whole
            .into_iter()
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
        for nothing in ["", "\n\n", "\u{feff}", "\u{feff}\r\n"] {
            assert_eq!(rows(nothing), [], "{nothing:?}");
        }
        assert_eq!(rows("\u{feff}\r\n\r\na\r\n"), [row(3, &["a"])]);
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

    /// The library takes what a strict reader would refuse.
    #[test]
    fn quotes_out_of_place_are_text() {
        let text = "a,b\n\"1\"x,2\"\n 3\"4\", \"5\"\n";
        let expected = [
            row(1, &["a", "b"]),
            row(2, &["1x", "2\""]),
            row(3, &[" 3\"4\"", " \"5\""]),
        ];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn a_row_may_be_long_and_have_many_cells() {
        let cell = "ж".repeat(5_000);
        let text = [cell.as_str(); 100].join(",");
        assert_eq!(
            rows(&format!("a\n{text}")),
            [row(1, &["a"]), row(2, &[cell.as_str(); 100])]
        );
        let (long, many) = ("a".repeat(10_000), "a,".repeat(5_000));
        assert_eq!(rows(&long), [row(1, &[long.as_str()])]);
        assert_eq!(rows(&many)[0].1.len(), 5_001);
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        for (text, line, why) in [
            ("a\n\"b\nc", 2, "a quote is not closed"),
            ("a\n\"b\"\n\"", 3, "a quote is not closed"),
            ("a\nb\0", 2, "contains a NUL character"),
        ] {
            let last = read(&[text.as_bytes()]).pop().unwrap();
            assert_eq!((last.line, last.cells), (line, Err(why)), "{text:?}");
        }
        // Neither half of a letter is a letter.
        for text in [&b"a\n\xff\nb"[..], b"a\n\xd0,\xb6\nb"] {
            let second = read(&[text]).remove(1);
            assert_eq!((second.line, second.cells), (2, Err("is not valid UTF-8")));
        }
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
            let mut line = 2;
            for (found, row) in found.iter().skip(1).zip(&table) {
                prop_assert_eq!((found.line, found.cells.as_ref().unwrap()), (line, row));
                let breaks = row.iter().flat_map(|cell| cell.matches('\n'));
                line = breaks.fold(line, |line, _| line.saturating_add(1)).saturating_add(1);
            }
        }
    }
}
