//! Lists as tables for a spreadsheet: CSV that leaves part by part, each part read by a unit of
//! work of its own, so that a long table neither waits nor fills the memory.

use crate::error::{Error, Result};
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");

/// Lines of a table.
#[derive(Debug, Clone, Default)]
pub struct Lines(Vec<u8>);

/// Lines of a table, and after which row the next ones begin; none when the table is over.
#[derive(Debug, Clone)]
pub struct Part<K> {
    /// The lines.
    pub lines: Lines,
    /// Where the next part begins.
    pub next: Option<K>,
}

impl Lines {
    /// Adds a line. What a spreadsheet would take for a formula has an apostrophe in front.
    pub fn push<I: IntoIterator<Item: AsRef<str>>>(&mut self, cells: I) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(b',');
            }
            self.cell(cell.as_ref());
        }
        self.0.extend_from_slice(b"\r\n");
    }

    fn cell(&mut self, text: &str) {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) && !is_number(text);
        let quoted = text.contains(['"', ',', '\n', '\r']) || text.is_empty();
        if quoted {
            self.0.push(b'"');
        }
        if formula {
            self.0.push(b'\'');
        }
        for byte in text.bytes() {
            if byte == b'"' {
                self.0.push(b'"');
            }
            self.0.push(byte);
        }
        if quoted {
            self.0.push(b'"');
        }
    }
}

/// A negative amount is no formula.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// The table `name` (`orders.csv`) with these columns. `part` reads the part after a row, or the
/// first one.
///
/// # Errors
/// Those of the first part; when a later one fails the answer ends before its end.
pub async fn csv<K, F, P>(name: &'static str, columns: &[&str], part: P) -> Result<Response>
where
    K: Clone + Send + 'static,
    F: Future<Output = Result<Part<K>>> + Send,
    P: Fn(Option<K>) -> F + Clone + Send + 'static,
{
    let mut head = Lines::default();
    head.push(columns);
    let first = part(None).await?;
    let head = [head.0, first.lines.0].concat();
    let rest = stream::try_unfold(first.next, move |next| {
        let part = part.clone();
        async move {
            let Some(next) = next else { return Ok(None) };
            let part = part(Some(next)).await?;
            Ok::<_, Error>(Some((Bytes::from(part.lines.0), part.next)))
        }
    });
    let all = stream::iter([Ok(Bytes::from(head))]).chain(rest);
    let name = format!("attachment; filename=\"{name}\"");
    let name = HeaderValue::try_from(name).map_err(Error::internal)?;
    let headers = [(CONTENT_TYPE, CSV), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(all)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_defused() {
        let mut lines = Lines::default();
        lines.push([
            "1",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "=1+1",
            "-5.20",
            "-a",
            "@x",
            "",
        ]);
        let text = String::from_utf8(lines.0).unwrap();
        assert_eq!(
            text,
            "1,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'=1+1,-5.20,'-a,'@x,\"\"\r\n"
        );
    }
}
