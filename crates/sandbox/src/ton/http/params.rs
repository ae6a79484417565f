//! Reads what callers send: parameters of a query or of a JSON object, in the forms that
//! Toncenter takes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value};
use torg_ton::{Network, StdAddr, address};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, HashBytes};

/// A refusal: status and text.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Refusal {
    /// Something is not what it should be.
    pub(super) fn invalid(text: impl Into<String>) -> Self {
        Self {
            status: 422,
            text: text.into(),
        }
    }

    pub(super) fn address() -> Self {
        Self {
            status: 416,
            text: "Incorrect address".to_owned(),
        }
    }
}

impl From<crate::ton::Error> for Refusal {
    fn from(error: crate::ton::Error) -> Self {
        Self {
            status: 500,
            text: error.to_string(),
        }
    }
}

/// Parameters by name. A query may give one several times.
#[derive(Debug, Default)]
pub(super) struct Params(Map<String, Value>);

impl Params {
    /// Of an URL.
    pub(super) fn of_query(query: &str) -> Self {
        let mut map = Map::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = Value::String(value.into_owned());
            let place = map.entry(name.into_owned()).or_insert(Value::Null);
            if let Value::Array(several) = place {
                several.push(value);
            } else if place.is_null() {
                *place = value;
            } else {
                *place = Value::Array(vec![place.take(), value]);
            }
        }
        Self(map)
    }

    /// Of a JSON object.
    pub(super) fn of_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            Value::Null => Ok(Self::default()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Refusal::invalid("parameters are an object"))
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// Each value of a parameter that may come several times.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        match self.get(name) {
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            Some(value) => value.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let number = match value {
            Value::String(text) if text.is_empty() => return Ok(None),
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(Refusal::invalid(format!("{name}: value is not a number"))),
        }
    }

    /// How many rows, `most` at most.
    pub(super) fn limit(&self, usual: u64, most: u64) -> Result<usize, Refusal> {
        let limit = self.number("limit")?.unwrap_or(usual);
        if limit == 0 || limit > most {
            return Err(Refusal::invalid(format!("limit: between 1 and {most}")));
        }
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_)) | None => {
                false
            }
        }
    }

    pub(super) fn address(&self, name: &str) -> Result<StdAddr, Refusal> {
        parse_address(self.text(name).ok_or_else(Refusal::address)?)
    }

    pub(super) fn hash(&self, name: &str) -> Result<Option<HashBytes>, Refusal> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match parse_hash(text) {
            Some(hash) => Ok(Some(hash)),
            None => Err(Refusal::invalid(format!("{name}: value is not a hash"))),
        }
    }

    pub(super) fn boc(&self, name: &str) -> Result<Cell, Refusal> {
        // Links have the alphabet that is safe in them.
        let text = self.text(name).unwrap_or_default();
        let text = text.replace('-', "+").replace('_', "/").replace(' ', "+");
        match Boc::decode_base64(padded(text)) {
            Ok(cell) => Ok(cell),
            Err(_broken) => Err(Refusal::invalid(format!("{name}: failed to parse BoC"))),
        }
    }
}

/// An address in any form. Toncenter does not look at whether it is for a test network only.
pub(super) fn parse_address(text: &str) -> Result<StdAddr, Refusal> {
    let written = address::parse(text, Network::Testnet);
    written
        .map(|written| written.address)
        .map_err(|_why| Refusal::address())
}

/// A hash in base64 of either alphabet, or in hex.
fn parse_hash(text: &str) -> Option<HashBytes> {
    let bytes = if text.len() == 64 {
        hex::decode(text).ok()?
    } else {
        let text = text.trim_end_matches('=');
        let padded = format!("{text}=");
        URL_SAFE
            .decode(&padded)
            .or_else(|_| STANDARD.decode(&padded))
            .ok()?
    };
    Some(HashBytes(bytes.try_into().ok()?))
}

/// Links leave the end of base64 out.
fn padded(mut text: String) -> String {
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}
