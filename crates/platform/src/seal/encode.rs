//! The canonical bytes; the format is described in [`super`].

use super::{AuditRow, Chain, TransferRow};
use crate::Timestamp;
use crate::planted::{self, Plant};
use sha2::{Digest as _, Sha256};

/// The header of a block.
pub(super) struct Block<'a> {
    pub(super) chain: Chain,
    pub(super) number: i64,
    pub(super) first_id: i64,
    pub(super) last_id: i64,
    pub(super) rows: i64,
    pub(super) previous: &'a str,
    pub(super) sealed_at: Timestamp,
}

impl Block<'_> {
    /// The hash of this header over the canonical `rows`.
    pub(super) fn hash(&self, rows: &[u8]) -> String {
        let mut head = Vec::new();
        text(&mut head, "torg-seal-1");
        text(&mut head, self.chain.as_str());
        int(&mut head, self.number);
        int(&mut head, self.first_id);
        int(&mut head, self.last_id);
        int(&mut head, self.rows);
        if !planted::is(Plant::SealUnchained) {
            text(&mut head, self.previous);
        }
        int(&mut head, self.sealed_at.micros());
        hex::encode(
            Sha256::new()
                .chain_update(head)
                .chain_update(rows)
                .finalize(),
        )
    }
}

pub(super) fn transfer(out: &mut Vec<u8>, row: &TransferRow) {
    int(out, row.id);
    text(out, &row.op_id);
    int(out, row.leg);
    text(out, &row.kind);
    text(out, &row.currency);
    text(out, &row.debit_id);
    text(out, &row.credit_id);
    int(out, row.amount);
    text(out, &row.state);
    match row.hold_id {
        Some(hold) => int(out, hold),
        None => out.push(b'n'),
    }
    text(out, &row.meta);
    int(out, row.created_at.micros());
}

pub(super) fn audit(out: &mut Vec<u8>, row: &AuditRow) {
    int(out, row.id);
    int(out, row.at.micros());
    text(out, &row.actor);
    text(out, &row.action);
    text(out, &row.subject);
    text(out, &row.details);
    text(out, &row.request_id);
}

fn int(out: &mut Vec<u8>, value: i64) {
    out.push(b'i');
    out.extend_from_slice(&value.to_be_bytes());
}

fn text(out: &mut Vec<u8>, value: &str) {
    out.push(b't');
    // No text is longer than 64 bits can say.
    let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's struct and hashlib from the description in the module above, so
    /// that the format cannot change by accident.
    #[test]
    fn the_format_is_the_documented_one() {
        let mut rows = Vec::new();
        audit(
            &mut rows,
            &AuditRow {
                id: 7,
                at: Timestamp::from_micros(-1),
                actor: "user/1".to_owned(),
                action: "a".to_owned(),
                subject: "ё".to_owned(),
                details: "{}".to_owned(),
                request_id: String::new(),
            },
        );
        let block = Block {
            chain: Chain::Audit,
            number: 1,
            first_id: 7,
            last_id: 7,
            rows: 1,
            previous: "",
            sealed_at: Timestamp::from_micros(1),
        };
        assert_eq!(
            block.hash(&rows),
            "ab38f7ca265a5a83660a2c40eac68a2ac47cbfafd91078ea8e2161ea572f198d"
        );
        let row = |hold_id| TransferRow {
            id: 1,
            op_id: "o".to_owned(),
            leg: 0,
            kind: "k".to_owned(),
            currency: "RUB".to_owned(),
            debit_id: "a".to_owned(),
            credit_id: "b".to_owned(),
            amount: 5,
            state: "posted".to_owned(),
            hold_id,
            meta: "{}".to_owned(),
            created_at: Timestamp::from_micros(2),
        };
        let mut rows = Vec::new();
        transfer(&mut rows, &row(None));
        transfer(&mut rows, &row(Some(3)));
        let block = Block {
            chain: Chain::Transfers,
            number: 2,
            first_id: 1,
            last_id: 1,
            rows: 2,
            previous: "ab",
            sealed_at: Timestamp::from_micros(1),
        };
        assert_eq!(
            block.hash(&rows),
            "f3aadbbc73bf9371b52aecad2428b40d8b742da00d5aa6c657e25c5935a65c2b"
        );
    }
}
