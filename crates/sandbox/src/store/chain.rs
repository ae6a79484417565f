//! The chain's file: accounts, transactions and the head, one database transaction per block.
//!
//! Not the product's database and not its layer: one SQLite file that only this chain opens.
//! Cells are kept as bags of cells. Blocks in which nothing happened are not written one by one;
//! the file then holds a number that they have not reached yet, so that after a crash no number
//! is given twice.

use crate::ton::{Block, Head, Ledger, Record, Result};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::Path;
use torg_ton::StdAddr;
use tycho_types::boc::Boc;
use tycho_types::cell::{CellBuilder, HashBytes};
use tycho_types::models::ShardAccount;

/// Empty blocks that one write is good for.
const AHEAD: u32 = 64;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sandbox_head (
        id INTEGER PRIMARY KEY CHECK (id = 1), seqno INTEGER NOT NULL,
        unixtime INTEGER NOT NULL, lt INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sandbox_accounts (
        hash BLOB PRIMARY KEY, seqno INTEGER NOT NULL, state BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sandbox_transactions (
        lt INTEGER PRIMARY KEY, account BLOB NOT NULL, seqno INTEGER NOT NULL, boc BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sandbox_waiting (id INTEGER PRIMARY KEY, boc BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS sandbox_wallets (
        name TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE
    ) STRICT;";

/// The open file.
#[derive(Debug)]
pub(crate) struct Store {
    file: Connection,
    /// The number that the file has.
    written: u32,
}

impl Store {
    /// Opens or makes the file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "FULL")?;
        // One process at a time: two would make two chains in one file.
        file.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        file.execute_batch(SCHEMA)?;
        Ok(Self { file, written: 0 })
    }

    /// What the file holds; `None` for a new one.
    pub(crate) fn load(&mut self) -> Result<Option<Ledger>> {
        let head = self.file.query_row(
            "SELECT seqno, unixtime, lt FROM sandbox_head WHERE id = 1",
            [],
            |row| {
                Ok((
                    row.get::<_, u32>(0)?,
                    row.get::<_, u32>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        );
        let Some((seqno, unixtime, lt)) = head.optional()? else {
            return Ok(None);
        };
        self.written = seqno;
        let mut ledger = Ledger::new(Head {
            seqno,
            unixtime,
            lt: lt.cast_unsigned(),
        });
        let mut query = self
            .file
            .prepare("SELECT hash, seqno, state FROM sandbox_accounts")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let state = Boc::decode(row.get::<_, Vec<u8>>(2)?)?;
            let state = state.parse::<ShardAccount>()?;
            ledger.restore(address(row.get(0)?), row.get(1)?, state);
        }
        let mut query = self
            .file
            .prepare("SELECT account, seqno, boc FROM sandbox_transactions ORDER BY lt")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let root = Boc::decode(row.get::<_, Vec<u8>>(2)?)?;
            ledger.add(Record::new(address(row.get(0)?), row.get(1)?, root)?);
        }
        let mut query = self
            .file
            .prepare("SELECT boc FROM sandbox_waiting ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            ledger.waiting.push(Boc::decode(row.get::<_, Vec<u8>>(0)?)?);
        }
        Ok(Some(ledger))
    }

    /// Keeps a block, whole or not at all.
    pub(crate) fn keep(&mut self, block: &Block) -> Result<()> {
        let tx = self.file.transaction()?;
        {
            let mut insert = tx.prepare_cached(
                "INSERT INTO sandbox_transactions (lt, account, seqno, boc) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for record in &block.records {
                let account = record.account.address.as_slice();
                let boc = Boc::encode(&record.root);
                insert.execute(params![record.lt.cast_signed(), account, record.seqno, boc])?;
            }
            let mut upsert = tx.prepare_cached(
                "INSERT INTO sandbox_accounts (hash, seqno, state) VALUES (?1, ?2, ?3)
                 ON CONFLICT (hash) DO UPDATE SET seqno = excluded.seqno, state = excluded.state",
            )?;
            for (account, state) in &block.accounts {
                let boc = Boc::encode(CellBuilder::build_from(state)?);
                upsert.execute(params![account.address.as_slice(), block.head.seqno, boc])?;
            }
            tx.execute("DELETE FROM sandbox_waiting", [])?;
            let mut insert = tx.prepare_cached("INSERT INTO sandbox_waiting (boc) VALUES (?1)")?;
            for message in &block.waiting {
                insert.execute([Boc::encode(message)])?;
            }
        }
        write_head(&tx, block.head)?;
        tx.commit()?;
        self.written = block.head.seqno;
        Ok(())
    }

    /// Keeps that the head has moved on, if the file does not say so already.
    pub(crate) fn pass(&mut self, head: Head) -> Result<()> {
        if head.seqno <= self.written {
            return Ok(());
        }
        let seqno = head.seqno.saturating_add(AHEAD);
        write_head(&self.file, Head { seqno, ..head })?;
        self.written = seqno;
        Ok(())
    }

    /// Keeps the head as it is.
    pub(crate) fn settle(&mut self, head: Head) -> Result<()> {
        write_head(&self.file, head)?;
        self.written = head.seqno;
        Ok(())
    }

    /// Lets writes fail, or succeed again.
    pub(crate) fn refuse(&self, broken: bool) -> Result<()> {
        Ok(self.file.pragma_update(None, "query_only", broken)?)
    }

    /// Names of wallets, in the order of their making.
    pub(crate) fn wallets(&self) -> Result<Vec<String>> {
        let mut query = self
            .file
            .prepare("SELECT name FROM sandbox_wallets ORDER BY number")?;
        let names = query.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps the name of wallet `number`.
    pub(crate) fn add_wallet(&self, name: &str, number: usize) -> Result<()> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.file.execute(
            "INSERT INTO sandbox_wallets (name, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![name, number],
        )?;
        Ok(())
    }
}

fn write_head(file: &Connection, head: Head) -> Result<()> {
    file.execute(
        "INSERT INTO sandbox_head (id, seqno, unixtime, lt) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET seqno = excluded.seqno, unixtime = excluded.unixtime,
             lt = excluded.lt",
        params![head.seqno, head.unixtime, head.lt.cast_signed()],
    )?;
    Ok(())
}

fn address(hash: [u8; 32]) -> StdAddr {
    StdAddr::new(0, HashBytes(hash))
}
