//! What goes into a contract's getter and what comes out, in Toncenter's second dialect.

use crate::{Error, Result, StdAddr};
use num_bigint::BigInt;
use serde_json::{Value, json};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellSlice, Load as _};
use tycho_types::models::IntAddr;

/// Tuples in tuples, at most.
const DEPTH: u8 = 16;

/// One place of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackItem {
    /// A number of up to 257 bits.
    Int(BigInt),
    /// A cell.
    Cell(Cell),
    /// What is left to read of a cell, as a cell of its own.
    Slice(Cell),
    /// Nothing.
    Null,
    /// Several in one place.
    Tuple(Vec<StackItem>),
}

impl From<u64> for StackItem {
    fn from(number: u64) -> Self {
        Self::Int(number.into())
    }
}

/// What a getter answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetResult {
    /// 0 or 1 when it ran to its end.
    pub exit_code: i32,
    /// What it left, the first value first.
    pub stack: Vec<StackItem>,
}

impl GetResult {
    /// Whether the getter ran to its end.
    pub const fn is_success(&self) -> bool {
        matches!(self.exit_code, 0 | 1)
    }

    fn item(&self, place: usize) -> Result<&StackItem> {
        if !self.is_success() {
            return Err(Error::Unexpected("a getter that ran to its end"));
        }
        let item = self.stack.get(place);
        item.ok_or(Error::Unexpected("so many values of a getter"))
    }

    /// The number in this place.
    ///
    /// # Errors
    /// [`Error::Unexpected`] when the getter failed or something else stands there.
    pub fn big_int(&self, place: usize) -> Result<&BigInt> {
        match self.item(place)? {
            StackItem::Int(number) => Ok(number),
            StackItem::Cell(_) | StackItem::Slice(_) | StackItem::Null | StackItem::Tuple(_) => {
                Err(Error::Unexpected("a number on the stack"))
            }
        }
    }

    /// The number in this place, if `T` holds it.
    ///
    /// # Errors
    /// As [`big_int`](Self::big_int).
    pub fn int<T: for<'a> TryFrom<&'a BigInt>>(&self, place: usize) -> Result<T> {
        let number = T::try_from(self.big_int(place)?);
        number.map_err(|_large| Error::Unexpected("a number within its bounds"))
    }

    /// The cell in this place; some servers say cell where the contract left a slice.
    ///
    /// # Errors
    /// As [`big_int`](Self::big_int).
    pub fn cell(&self, place: usize) -> Result<&Cell> {
        match self.item(place)? {
            StackItem::Cell(cell) | StackItem::Slice(cell) => Ok(cell),
            StackItem::Int(_) | StackItem::Null | StackItem::Tuple(_) => {
                Err(Error::Unexpected("a cell on the stack"))
            }
        }
    }

    /// The account in this place; none for nobody, which contracts write in two ways.
    ///
    /// # Errors
    /// As [`big_int`](Self::big_int); also for an address of a form that nothing uses.
    pub fn address(&self, place: usize) -> Result<Option<StdAddr>> {
        if *self.item(place)? == StackItem::Null {
            return Ok(None);
        }
        let cell = self.cell(place)?;
        let mut slice = cell.as_slice()?;
        let address = load_address(&mut slice)?;
        if !slice.is_empty() {
            return Err(Error::Unexpected("an address and nothing else"));
        }
        Ok(address)
    }
}

/// An address inside a cell, or the two bits that stand for nobody.
///
/// # Errors
/// [`Error::Cell`] for anything else; [`Error::Unexpected`] for a form that nothing uses.
pub(crate) fn load_address(slice: &mut CellSlice<'_>) -> Result<Option<StdAddr>> {
    if slice.get_small_uint(0, 2)? == 0 {
        slice.skip_first(2, 0)?;
        return Ok(None);
    }
    match IntAddr::load_from(slice)? {
        IntAddr::Std(address) => Ok(Some(address)),
        IntAddr::Var(_) => Err(Error::Unexpected("an ordinary address")),
    }
}

/// An argument as v2 takes it; none for what v2 has no way to write.
pub(crate) fn to_json(item: &StackItem) -> Option<Value> {
    match item {
        StackItem::Int(number) => Some(json!(["num", number.to_string()])),
        StackItem::Cell(cell) => Some(json!(["tvm.Cell", Boc::encode_base64(cell)])),
        StackItem::Slice(cell) => Some(json!(["tvm.Slice", Boc::encode_base64(cell)])),
        StackItem::Null | StackItem::Tuple(_) => None,
    }
}

/// A value as v2 writes it at the top: `[kind, value]`.
pub(crate) fn from_json(entry: &Value) -> Result<StackItem> {
    top(entry, DEPTH)
}

fn top(entry: &Value, depth: u8) -> Result<StackItem> {
    let kind = entry.get(0).and_then(Value::as_str);
    let value = entry.get(1).unwrap_or(&Value::Null);
    match kind {
        Some("num") => number(value),
        Some("cell" | "tvm.Cell") => cell(value).map(StackItem::Cell),
        Some("slice" | "tvm.Slice") => cell(value).map(StackItem::Slice),
        Some("null") => Ok(StackItem::Null),
        Some("tuple" | "list") => elements(value, depth),
        Some(_) | None => Err(Error::Unexpected("a kind of value on a stack")),
    }
}

/// A value inside a tuple: `{"@type":"tvm.stackEntryNumber","number":…}`.
fn nested(entry: &Value, depth: u8) -> Result<StackItem> {
    let inner = |name| entry.get(name).unwrap_or(&Value::Null);
    match entry.get("@type").and_then(Value::as_str) {
        Some("tvm.stackEntryNumber") => {
            let outer = inner("number");
            number(outer.get("number").unwrap_or(outer))
        }
        Some("tvm.stackEntryCell") => cell(inner("cell")).map(StackItem::Cell),
        Some("tvm.stackEntrySlice") => cell(inner("slice")).map(StackItem::Slice),
        Some("tvm.stackEntryTuple") => elements(inner("tuple"), depth),
        Some("tvm.stackEntryList") => elements(inner("list"), depth),
        Some("tvm.stackEntryNull") => Ok(StackItem::Null),
        // Some servers nest the short form.
        Some(_) | None if entry.is_array() => top(entry, depth),
        Some(_) | None => Err(Error::Unexpected("a kind of value in a tuple")),
    }
}

/// A list without elements is how this dialect writes nothing.
fn elements(value: &Value, depth: u8) -> Result<StackItem> {
    let depth = depth.checked_sub(1);
    let depth = depth.ok_or(Error::Unexpected("a stack of bearable depth"))?;
    let elements = value.get("elements").unwrap_or(value);
    let elements = elements
        .as_array()
        .ok_or(Error::Unexpected("the elements of a tuple"))?;
    if elements.is_empty() {
        return Ok(StackItem::Null);
    }
    let items = elements.iter().map(|element| nested(element, depth));
    Ok(StackItem::Tuple(items.collect::<Result<_>>()?))
}

/// `0x1f`, `-0x1f`, `31`, or a JSON number.
fn number(value: &Value) -> Result<StackItem> {
    const WRONG: Error = Error::Unexpected("a number");
    if let Some(number) = value.as_i64() {
        return Ok(StackItem::Int(number.into()));
    }
    let text = value.as_str().ok_or(WRONG)?;
    // A number of the machine has 257 bits; more digits are not worth reading.
    if text.len() > 100 {
        return Err(WRONG);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (radix, digits) = match digits.strip_prefix("0x") {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return Err(WRONG);
    }
    let number = BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), radix);
    number.map(StackItem::Int).ok_or(WRONG)
}

fn cell(value: &Value) -> Result<Cell> {
    let text = value.get("bytes").unwrap_or(value).as_str();
    let text = text.ok_or(Error::Unexpected("the bytes of a cell"))?;
    Ok(Boc::decode_base64(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tycho_types::cell::{CellBuilder, HashBytes};

    fn one(entry: &Value) -> GetResult {
        GetResult {
            exit_code: 0,
            stack: vec![from_json(entry).unwrap()],
        }
    }

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("0x1f", 31),
            ("-0x1f", -31),
            ("31", 31),
            ("-1", -1),
            ("0x0", 0),
        ] {
            assert_eq!(one(&json!(["num", text])).int::<i64>(0).unwrap(), expected);
        }
        assert_eq!(one(&json!(["num", 5])).int::<u8>(0).unwrap(), 5);
        let large = one(&json!(["num", format!("0x{}", "f".repeat(64))]));
        assert!(large.int::<i128>(0).is_err());
        assert_eq!(large.big_int(0).unwrap().bits(), 256);
        for text in ["", "0x", "-", "--1", "0x-1", "x", "+1", "1 "] {
            assert!(from_json(&json!(["num", text])).is_err(), "{text:?}");
        }
        assert!(from_json(&json!(["num", "1".repeat(101)])).is_err());
    }

    #[test]
    fn addresses_and_nobody() {
        let address = StdAddr::new(0, HashBytes([7; 32]));
        let cell = CellBuilder::build_from(IntAddr::Std(address.clone())).unwrap();
        for kind in ["cell", "slice"] {
            let entry = json!([kind, {"bytes": Boc::encode_base64(&cell)}]);
            assert_eq!(one(&entry).address(0).unwrap(), Some(address.clone()));
        }
        let mut none = CellBuilder::new();
        none.store_zeros(2).unwrap();
        let none = Boc::encode_base64(none.build().unwrap());
        assert_eq!(
            one(&json!(["cell", {"bytes": none}])).address(0).unwrap(),
            None
        );
        assert_eq!(one(&json!(["null", null])).address(0).unwrap(), None);
        let empty = json!(["list", {"@type": "tvm.list", "elements": []}]);
        assert_eq!(one(&empty).address(0).unwrap(), None);
        let mut longer = CellBuilder::new();
        longer.store_slice(cell.as_slice().unwrap()).unwrap();
        longer.store_bit_one().unwrap();
        let longer = Boc::encode_base64(longer.build().unwrap());
        assert!(one(&json!(["cell", {"bytes": longer}])).address(0).is_err());
        assert!(one(&json!(["num", "1"])).address(0).is_err());
    }

    #[test]
    fn a_failed_getter_has_no_values() {
        let result = GetResult {
            exit_code: 11,
            stack: vec![StackItem::Null],
        };
        assert!(result.address(0).is_err());
    }

    #[test]
    fn tuples_nest_up_to_a_bound() {
        let inner = json!({"@type": "tvm.stackEntryNumber", "number": {"@type": "tvm.numberDecimal", "number": "7"}});
        let entry = json!(["tuple", {"@type": "tvm.tuple", "elements": [inner]}]);
        assert_eq!(
            from_json(&entry).unwrap(),
            StackItem::Tuple(vec![7_u64.into()])
        );
        let mut deep = json!({"@type": "tvm.stackEntryList", "list": {"elements": []}});
        for _ in 0..100 {
            deep = json!({"@type": "tvm.stackEntryTuple", "tuple": {"elements": [deep]}});
        }
        assert!(from_json(&json!(["tuple", {"elements": [deep]}])).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_a_panic(kind in "num|cell|slice|tuple|list|null|x", text in ".{0,80}") {
            let _ = from_json(&json!([kind, text]));
            let _ = from_json(&json!([kind, {"bytes": text}]));
            let _ = from_json(&json!([kind, {"elements": [text]}]));
        }
    }
}
