//! Values of getters as v2 and v3 write them.

use super::params::Refusal;
use crate::ton::StackItem;
use num_bigint::BigInt;
use serde_json::{Value, json};
use tycho_types::boc::Boc;
use tycho_types::cell::Cell;

/// Values in one call, nested ones included.
const MOST: usize = 256;

/// `0x…`, with the sign before it.
fn hex_number(number: &BigInt) -> String {
    let digits = number.to_str_radix(16);
    match digits.strip_prefix('-') {
        Some(digits) => format!("-0x{digits}"),
        None => format!("0x{digits}"),
    }
}

/// Decimal or `0x…`.
fn parse_number(text: &str) -> Option<BigInt> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (radix, digits) = match digits.strip_prefix("0x") {
        Some(hex) => (16, hex),
        None => (10, digits),
    };
    if digits.len() > 80 || digits.starts_with(['-', '+']) {
        return None;
    }
    BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), radix)
}

fn bytes(cell: &Cell) -> Value {
    json!({ "bytes": Boc::encode_base64(cell) })
}

/// A result in v2.
pub(super) fn show_v2(item: &StackItem) -> Value {
    match item {
        StackItem::Null => json!(["list", { "@type": "tvm.list", "elements": [] }]),
        StackItem::Int(number) => json!(["num", hex_number(number)]),
        // Toncenter calls both so.
        StackItem::Cell(cell) | StackItem::Slice(cell) => json!(["cell", bytes(cell)]),
        StackItem::Tuple(items) => {
            let elements: Vec<Value> = items.iter().map(entry_v2).collect();
            json!(["tuple", { "@type": "tvm.tuple", "elements": elements }])
        }
    }
}

/// A value inside a tuple of v2, which is written in another way.
fn entry_v2(item: &StackItem) -> Value {
    match item {
        StackItem::Null => json!({
            "@type": "tvm.stackEntryList",
            "list": { "@type": "tvm.list", "elements": [] },
        }),
        StackItem::Int(number) => json!({
            "@type": "tvm.stackEntryNumber",
            "number": { "@type": "tvm.numberDecimal", "number": number.to_string() },
        }),
        StackItem::Cell(cell) => json!({
            "@type": "tvm.stackEntryCell",
            "cell": { "@type": "tvm.cell", "bytes": Boc::encode_base64(cell) },
        }),
        StackItem::Slice(cell) => json!({
            "@type": "tvm.stackEntrySlice",
            "slice": { "@type": "tvm.slice", "bytes": Boc::encode_base64(cell) },
        }),
        StackItem::Tuple(items) => {
            let elements: Vec<Value> = items.iter().map(entry_v2).collect();
            json!({
                "@type": "tvm.stackEntryTuple",
                "tuple": { "@type": "tvm.tuple", "elements": elements },
            })
        }
    }
}

/// A result in v3.
pub(super) fn show_v3(item: &StackItem) -> Value {
    match item {
        StackItem::Null => json!({ "type": "list", "value": [] }),
        StackItem::Int(number) => json!({ "type": "num", "value": hex_number(number) }),
        StackItem::Cell(cell) => json!({ "type": "cell", "value": Boc::encode_base64(cell) }),
        StackItem::Slice(cell) => json!({ "type": "slice", "value": Boc::encode_base64(cell) }),
        StackItem::Tuple(items) => {
            let value: Vec<Value> = items.iter().map(show_v3).collect();
            json!({ "type": "tuple", "value": value })
        }
    }
}

/// The arguments of a call in v2: `["num", "0x…"]`, `["tvm.Cell", "<boc>"]` and so on.
pub(super) fn read_v2(stack: Option<&Value>) -> Result<Vec<StackItem>, Refusal> {
    let Some(Value::Array(items)) = stack else {
        return Ok(Vec::new());
    };
    if items.len() > MOST {
        return Err(Refusal::invalid("stack: too many values"));
    }
    let read = |item: &Value| {
        let kind = item.get(0).and_then(Value::as_str);
        read(kind, item.get(1))
    };
    items.iter().map(read).collect()
}

/// The arguments of a call in v3: `{"type": "num", "value": "0x…"}` and so on.
pub(super) fn read_v3(stack: Option<&Value>) -> Result<Vec<StackItem>, Refusal> {
    let Some(Value::Array(items)) = stack else {
        return Ok(Vec::new());
    };
    if items.len() > MOST {
        return Err(Refusal::invalid("stack: too many values"));
    }
    let read = |item: &Value| {
        let kind = item.get("type").and_then(Value::as_str);
        read(kind, item.get("value"))
    };
    items.iter().map(read).collect()
}

fn read(kind: Option<&str>, value: Option<&Value>) -> Result<StackItem, Refusal> {
    let bad = || Refusal::invalid("stack: a value that cannot be read");
    let text = match value {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        // An object with the bytes of a cell, as results have it.
        Some(Value::Object(object)) => {
            let bytes = object.get("bytes").and_then(Value::as_str);
            bytes.ok_or_else(bad)?.to_owned()
        }
        Some(Value::Null | Value::Bool(_) | Value::Array(_)) | None => String::new(),
    };
    match kind {
        Some("num" | "int") => Ok(StackItem::Int(parse_number(&text).ok_or_else(bad)?)),
        Some("cell" | "tvm.Cell") => {
            let cell = Boc::decode_base64(&text).map_err(|_broken| bad())?;
            Ok(StackItem::Cell(cell))
        }
        Some("slice" | "tvm.Slice") => {
            let cell = Boc::decode_base64(&text).map_err(|_broken| bad())?;
            Ok(StackItem::Slice(cell))
        }
        Some("null") => Ok(StackItem::Null),
        Some(_) | None => Err(bad()),
    }
}
