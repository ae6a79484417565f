//! A chain of one rule: `EQname` is how people write `raw:name`.

use serde_json::Value;
use torg_platform::money::{Money, Ton};
use torg_platform::wallet::{Chain, Proven};
use torg_platform::{Error, Kind, Result, Timestamp};

#[derive(Debug)]
pub(super) struct TestChain;

fn refusal(code: &'static str) -> Error {
    Error::new(Kind::Conflict, code, "Not here")
}

impl Chain for TestChain {
    fn name(&self) -> &'static str {
        "ton"
    }

    fn deposit_address(&self) -> String {
        self.show(super::HOT)
    }

    fn deposit_link(&self, memo: &str, amount: Option<Money<Ton>>) -> String {
        let amount = amount.map_or(0, Money::minor);
        format!("test://transfer/{}?text={memo}&amount={amount}", super::HOT)
    }

    fn read_destination(&self, text: &str) -> Result<String> {
        match text.strip_prefix("EQ") {
            Some("hot") => Err(refusal("address_own")),
            Some(name) if !name.is_empty() => Ok(format!("raw:{name}")),
            Some(_) | None => Err(refusal("address_invalid")),
        }
    }

    fn show(&self, canonical: &str) -> String {
        canonical.replace("raw:", "EQ")
    }

    fn verify_proof(&self, body: &[u8], _: Timestamp) -> Result<Proven> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| refusal("proof_invalid").with_source(error))?;
        let text = |key: &str| body[key].as_str().map(str::to_owned);
        let (address, payload) = (text("address"), text("payload"));
        let both = address
            .zip(payload)
            .ok_or_else(|| refusal("proof_invalid"))?;
        Ok(Proven {
            address: self.read_destination(&both.0)?,
            payload: both.1,
        })
    }
}
