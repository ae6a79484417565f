//! Writes what `power` cuts when it must be able to choose how durable a commit is: the real writer
//! thread with its group commit, transfers under keys, and answers on standard output in the form
//! in which the server gives them. Production has no such choice.

use std::io::Write as _;
use torg_platform::db::{Db, Options, Synchronous, Tx};
use torg_platform::idempotency::{self, Request};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Clock, Error, UserId};

/// How durable a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Durable {
    /// As in production.
    Full,
    /// The last commits may be lost: for the control run.
    Normal,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    /// File of the database.
    #[arg(long)]
    pub(crate) database: std::path::PathBuf,
    #[arg(long, value_enum)]
    pub(crate) synchronous: Durable,
    /// Number of the first transfer.
    #[arg(long)]
    pub(crate) first: usize,
    /// How many.
    #[arg(long)]
    pub(crate) count: usize,
}

/// Transfers under way at once.
const AT_ONCE: usize = 16;
/// People between whom money goes round.
const PEOPLE: usize = 8;
/// What the ledger calls these transfers.
pub(crate) const KIND: &str = "prove.transfer";

pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let mut options = Options::new(format!("sqlite://{}", plan.database.display()));
    options.pool_size = 1;
    options.synchronous = match plan.synchronous {
        Durable::Full => Synchronous::Full,
        Durable::Normal => Synchronous::Normal,
    };
    let migrations = [
        torg_platform::MIGRATIONS,
        torg_services::MIGRATIONS,
        torg_shop::MIGRATIONS,
    ];
    let db = Db::open(&options, Clock::Real, &migrations).map_err(|e| e.to_string())?;
    let (first, end) = (plan.first, plan.first + plan.count);
    let done: Result<(), String> = runtime.block_on(async {
        db.write("prove.accounts", accounts).await.map_err(told)?;
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|lane| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in (first + lane..end).step_by(AT_ONCE) {
                        db.write("prove.transfer", move |tx| transfer(tx, n))
                            .await
                            .map_err(told)?;
                        let answer = format!("HTTP/1.1 200 OK\r\nx-request-id: {}\r\n\r\n", key(n));
                        std::io::stdout()
                            .write_all(answer.as_bytes())
                            .and_then(|()| std::io::stdout().flush())
                            .map_err(|e| e.to_string())?;
                    }
                    Ok::<_, String>(())
                })
            })
            .collect();
        for task in tasks {
            task.await.map_err(|e| e.to_string())??;
        }
        Ok(())
    });
    // Without a close: the log of writes is still there for whoever comes next.
    done
}

fn told(error: Error) -> String {
    error.to_string()
}

fn key(n: usize) -> String {
    format!("intent-{n}")
}

fn person(n: usize) -> AccountId {
    let id = i64::try_from(n % PEOPLE).unwrap_or(0);
    AccountId::user(UserId(1_000_000 + id), Rub::CODE)
}

fn accounts(tx: &mut Tx<'_>) -> Result<(), Error> {
    let bank = AccountId::platform("prove", Rub::CODE);
    ledger::ensure_platform_accounts(tx, &[(&bank, false, true)])?;
    for n in 0..PEOPLE {
        let id = i64::try_from(n).unwrap_or(0);
        ledger::open_user::<Rub>(tx, UserId(1_000_000 + id))?;
        let op = format!("prove:purse:{n}:{}", tx.now().micros());
        pay(tx, &op, "prove.purse", &bank, &person(n), 1_000_000)?;
    }
    Ok(())
}

/// One transfer under its key.
fn transfer(tx: &mut Tx<'_>, n: usize) -> Result<(), Error> {
    let request = Request::new("prove", key(n), &n)?;
    idempotency::run(tx, Some(&request), 200, |tx| {
        let (from, to) = (person(n), person(n * 7 + n / PEOPLE + 1));
        let to = if from == to { person(n + 1) } else { to };
        let op = format!("prove:{n}");
        pay(tx, &op, KIND, &from, &to, 1)?;
        // As long as what a market answers.
        Ok(serde_json::json!({ "transfer": n, "text": "done ".repeat(60) }))
    })?;
    Ok(())
}

fn pay(
    tx: &mut Tx<'_>,
    op: &str,
    kind: &str,
    debit: &AccountId,
    credit: &AccountId,
    kopecks: i64,
) -> Result<(), Error> {
    ledger::transfer(
        tx,
        &Transfer {
            op,
            leg: 0,
            kind,
            debit,
            credit,
            amount: Money::<Rub>::from_minor(kopecks),
            meta: "{}",
        },
    )?;
    Ok(())
}
