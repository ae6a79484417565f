//! Lists as tables for spreadsheets (RFC 4180, UTF-8), sent part by part as they are read: the
//! longest list takes no more memory than one part.

use crate::csv::defuse;
use crate::error::{Error, Result};
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use std::future::Future;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// What somebody may have written: no spreadsheet takes it for a formula ([`defuse`]).
    Text(String),
    /// A number, a moment or a word of ours, as it is.
    Plain(String),
}

impl Cell {
    /// A text that may be missing.
    pub fn optional(text: Option<String>) -> Self {
        Self::Text(text.unwrap_or_default())
    }
}

/// Some rows of a table, and from where to read on.
#[derive(Debug, Clone)]
pub struct Part<K> {
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// What the next part is asked for with; none when the table is over.
    pub next: Option<K>,
}

/// Sends the table `name`: the names of its columns, then the parts that `part` reads, the first
/// one with `None`. What fails in the first part is an answer; later it ends the table early.
///
/// # Errors
/// Those of the first part.
pub async fn table<K, P, F>(name: &str, columns: &[&str], part: P) -> Result<Response>
where
    K: Send + 'static,
    P: Fn(Option<K>) -> F + Send + 'static,
    F: Future<Output = Result<Part<K>>> + Send,
{
    let mut head = String::new();
    let names = columns.iter().map(|name| Cell::Plain((*name).to_owned()));
    write_row(&mut head, names.collect());
    let first = part(None).await?;
    let begin = (write_rows(head, first.rows), first.next);
    let rest = stream::try_unfold((begin.1, part), |(next, part)| async move {
        let Some(next) = next else { return Ok(None) };
        let Part { rows, next } = part(Some(next)).await?;
        let text = write_rows(String::new(), rows);
        Ok::<_, Error>(Some((text, (next, part))))
    });
    let all = stream::iter([Ok(begin.0)]).chain(rest);
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let disposition = HeaderValue::try_from(disposition).map_err(Error::internal)?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from_stream(all)).into_response())
}

fn write_rows(mut out: String, rows: Vec<Vec<Cell>>) -> Bytes {
    for row in rows {
        write_row(&mut out, row);
    }
    Bytes::from(out)
}

fn write_row(out: &mut String, row: Vec<Cell>) {
    for (index, cell) in row.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match cell {
            Cell::Text(text) => write_cell(out, &defuse(&text)),
            Cell::Plain(text) => write_cell(out, &text),
        }
    }
    out.push('\n');
}

fn write_cell(out: &mut String, text: &str) {
    if !text.contains([',', '"', '\n', '\r']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_when_they_must_be() {
        let mut out = String::new();
        let text = |text: &str| Cell::Text(text.to_owned());
        let row = vec![
            text("plain"),
            text("a,b"),
            text("say \"hi\""),
            text("two\nlines"),
            text("=1+1"),
            text("@anna"),
            Cell::Plain("-2.50".to_owned()),
        ];
        write_row(&mut out, row);
        let expected = "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'=1+1,'@anna,-2.50\n";
        assert_eq!(out, expected);
    }
}
