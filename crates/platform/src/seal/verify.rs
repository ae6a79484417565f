//! Recomputes the chains.

use super::{Chain, Seal, encode::Block, rows, seals_after};
use crate::db::{Result, Tx};
use crate::ledger::Difference;
use crate::planted::{self, Plant};

/// Blocks that are read at once.
const PAGE: i64 = 200;
/// Differences listed per chain, at most.
const LISTED_MAX: usize = 100;

/// The end of a chain: whoever knows it can tell later whether the chain was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which chain.
    pub chain: Chain,
    /// Blocks so far.
    pub number: i64,
    /// The newest sealed id.
    pub last_id: i64,
    /// Hash of the newest block.
    pub hash: String,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The end of each chain that has begun.
    pub heads: Vec<Head>,
    /// Nothing when all sealed rows are as they were; at most 100 per chain.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether nothing was touched.
    pub fn is_sound(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Recomputes every block of every chain. Reads all sealed rows, a block at a time.
///
/// # Errors
/// What the database refuses.
pub fn verify(tx: &mut Tx<'_>) -> Result<Report> {
    let mut report = Report::default();
    for chain in Chain::ALL {
        verify_chain(tx, chain, &mut report)?;
    }
    Ok(report)
}

fn verify_chain(tx: &mut Tx<'_>, chain: Chain, report: &mut Report) -> Result<()> {
    let mut before: Option<Seal> = None;
    let mut listed = 0_usize;
    loop {
        let number = before.as_ref().map_or(i64::MIN, |s| s.number);
        let page = seals_after(tx, chain, number, PAGE)?;
        if page.is_empty() {
            break;
        }
        for seal in page {
            for rule in broken(tx, chain, before.as_ref(), &seal)? {
                listed = listed.saturating_add(1);
                if listed <= LISTED_MAX {
                    let subject = format!("{} block {}", chain.as_str(), seal.number);
                    report.differences.push(Difference { rule, subject });
                }
            }
            before = Some(seal);
        }
    }
    if let Some(seal) = before {
        report.heads.push(Head {
            chain,
            number: seal.number,
            last_id: seal.last_id,
            hash: seal.hash,
        });
    }
    Ok(())
}

/// The rules that one block breaks.
fn broken(
    tx: &mut Tx<'_>,
    chain: Chain,
    before: Option<&Seal>,
    seal: &Seal,
) -> Result<Vec<&'static str>> {
    let mut rules = Vec::new();
    let number = before.map_or(0, |s| s.number).saturating_add(1);
    let previous = before.map_or("", |s| &s.hash);
    let is_next = seal.previous == previous || planted::is(Plant::SealUnchained);
    if seal.number != number || !is_next {
        rules.push("a block follows the one before");
    }
    // One more than there should be is enough to see that there are too many.
    let limit = seal.rows.max(0).saturating_add(1);
    let after = before.map_or(i64::MIN, |s| s.last_id);
    let rows = rows(tx, chain, after, seal.last_id, limit)?;
    let hash = Block {
        chain,
        number: seal.number,
        first_id: seal.first_id,
        last_id: seal.last_id,
        rows: rows.count,
        previous: &seal.previous,
        sealed_at: seal.sealed_at,
    }
    .hash(&rows.bytes);
    if hash != seal.hash || rows.count != seal.rows {
        rules.push("sealed rows are as they were");
    }
    Ok(rules)
}
