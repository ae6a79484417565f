//! The database alone refuses what must not be written: each attempt is raw SQL on a connection
//! of its own. And each refusal is seen to come from the one constraint that is named for it: on
//! a database without that constraint the same SQL passes.

use super::{MIGRATIONS, fund, leg, sound, user};
use torg_platform::db::{Engine, Error};
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency, Rub, Ton};
use torg_platform::{Money, UserId};
use torg_testkit::{TestDb, both_engines};

/// Something that nobody may write.
struct Law {
    name: &'static str,
    sql: String,
    /// What must be taken away on SQLite, on PostgreSQL, for it to pass; `None` when it is the
    /// type of the column or several things together that refuse it.
    without: [Option<&'static str>; 2],
}

const NO_CHECKS: Option<&str> = Some("PRAGMA ignore_check_constraints = ON;");

/// A law that many things uphold together.
fn sql(name: &'static str, sql: &str) -> Law {
    law(name, sql.to_owned(), [None, None])
}

fn law(name: &'static str, sql: String, without: [Option<&'static str>; 2]) -> Law {
    Law { name, sql, without }
}

/// An insert into the transfers; `amount` is SQL.
fn insert(op: &str, state: &str, [debit, credit]: [&str; 2], amount: &str, hold: &str) -> String {
    format!(
        "INSERT INTO platform_transfers (op_id, leg, kind, currency, debit_id, credit_id, amount,
             state, hold_id, meta, created_at)
         SELECT '{op}', 0, 'test', 'RUB', '{debit}', '{credit}', {amount}, '{state}', {hold}, '{{}}',
             created_at
         FROM platform_accounts WHERE id = 'user/1/RUB';"
    )
}

const HELD: &str = "(SELECT id FROM platform_transfers WHERE op_id = 'held')";
const OPEN: &str = "(SELECT id FROM platform_transfers WHERE op_id = 'open')";
const PAY: [&str; 2] = ["user/1/RUB", "user/2/RUB"];

/// The twelve of the design, in its order.
fn twelve(engine: Engine) -> Vec<Law> {
    let mut laws = holds_and_amounts();
    laws.extend(accounts_and_legs());
    laws.extend(history());
    let fraction = match engine {
        Engine::Sqlite => "1.5",
        // A literal with a point is rounded before the column sees it; what a client binds is not.
        Engine::Postgres => "CAST(CAST('1.5' AS TEXT) AS BIGINT)",
    };
    laws.extend([
        law(
            "a fraction",
            insert("x", "posted", PAY, fraction, "NULL"),
            [None, None],
        ),
        law(
            "more than fits",
            insert(
                "x",
                "posted",
                ["platform/clearing/RUB", PAY[0]],
                "9223372036854775807",
                "NULL",
            ),
            [None, None],
        ),
    ]);
    laws
}

fn holds_and_amounts() -> Vec<Law> {
    vec![
        law(
            "overspend past a hold",
            insert("x", "posted", PAY, "2001", "NULL"),
            [
                NO_CHECKS,
                Some(
                    "ALTER TABLE platform_accounts DROP CONSTRAINT platform_accounts_not_overdrawn;",
                ),
            ],
        ),
        law(
            "a second resolution",
            insert("x", "void", PAY, "1000", HELD),
            [
                Some("DROP INDEX platform_transfers_hold;"),
                Some("DROP INDEX platform_transfers_hold;"),
            ],
        ),
        law(
            "more posted than held",
            insert("x", "post", PAY, "7001", OPEN),
            [
                Some(
                    "DROP TRIGGER platform_transfers_resolve; PRAGMA ignore_check_constraints = ON;",
                ),
                None,
            ],
        ),
        law("nothing", insert("x", "posted", PAY, "0", "NULL"), AMOUNT),
        law(
            "less than nothing",
            insert("x", "posted", PAY, "-5", "NULL"),
            AMOUNT,
        ),
    ]
}

fn accounts_and_legs() -> Vec<Law> {
    vec![
        law(
            "to oneself",
            insert("x", "posted", [PAY[0], PAY[0]], "5", "NULL"),
            [
                None,
                Some(
                    "ALTER TABLE platform_transfers DROP CONSTRAINT platform_transfers_two_accounts;",
                ),
            ],
        ),
        law(
            "from roubles to Toncoin",
            insert("x", "posted", [PAY[0], "user/1/TON"], "5", "NULL"),
            [None, None],
        ),
        law(
            "the same leg again",
            insert("held", "posted", PAY, "5", "NULL"),
            [
                None,
                Some(
                    "ALTER TABLE platform_transfers DROP CONSTRAINT platform_transfers_op_id_leg_key;",
                ),
            ],
        ),
    ]
}

fn history() -> Vec<Law> {
    vec![
        law(
            "a change of the past",
            "UPDATE platform_transfers SET amount = 1;".to_owned(),
            [
                Some("DROP TRIGGER platform_transfers_no_update;"),
                Some("DROP TRIGGER platform_transfers_no_update ON platform_transfers;"),
            ],
        ),
        law(
            "a removal from the past",
            "DELETE FROM platform_transfers;".to_owned(),
            [
                Some("DROP TRIGGER platform_transfers_no_delete;"),
                Some("DROP TRIGGER platform_transfers_no_delete ON platform_transfers;"),
            ],
        ),
    ]
}

const AMOUNT: [Option<&str>; 2] = [
    NO_CHECKS,
    Some("ALTER TABLE platform_transfers DROP CONSTRAINT platform_transfers_amount_check;"),
];

/// What else would undo the twelve.
fn more(engine: Engine) -> Vec<Law> {
    let mut laws = stray_transfers();
    laws.extend(match engine {
        Engine::Sqlite => only_sqlite(),
        Engine::Postgres => only_postgres(),
    });
    laws.extend([
        sql(
            "a balance by hand",
            "UPDATE platform_accounts SET credits_posted = credits_posted + 1;",
        ),
        sql(
            "a balance by hand, claiming the newest transfer",
            "UPDATE platform_accounts SET credits_posted = credits_posted + 1, last_transfer_id =
                 (SELECT max(id) FROM platform_transfers) WHERE id = 'user/1/RUB';",
        ),
        sql("an account less", "DELETE FROM platform_accounts;"),
        sql("no bound any more", "UPDATE platform_accounts SET bounded = NOT bounded;"),
        sql("another name", "UPDATE platform_accounts SET id = id || 'x';"),
        sql(
            "an account that starts rich",
            "INSERT INTO platform_accounts (id, currency, kind, owner, credits_posted, bounded, hot,
                 created_at)
             SELECT 'user/9/RUB', currency, kind, 9, 5, bounded, hot, created_at
             FROM platform_accounts WHERE id = 'user/1/RUB';",
        ),
        sql("a line changed", "UPDATE platform_account_lines SET amount = 1;"),
        sql("a line removed", "DELETE FROM platform_account_lines;"),
        sql(
            "a line by hand",
            "INSERT INTO platform_account_lines
             SELECT account_id, seq + 1, transfer_id, amount, balance_after + amount
             FROM platform_account_lines WHERE account_id = 'user/1/RUB';",
        ),
        sql(
            "a line before the first",
            "INSERT INTO platform_account_lines VALUES ('user/1/TON', 0, 1, 5, 5);",
        ),
        sql(
            "a delta by hand",
            "INSERT INTO platform_ledger_deltas VALUES ('platform/clearing/RUB', 0, 5, 0, 0, 0);",
        ),
    ]);
    laws
}

fn stray_transfers() -> Vec<Law> {
    vec![
        law(
            "less returned than held",
            insert("x", "void", PAY, "6999", OPEN),
            [None, None],
        ),
        law(
            "a hold resolved to somebody else",
            insert("x", "post", [PAY[0], "platform/clearing/RUB"], "5", OPEN),
            [None, None],
        ),
        law(
            "a resolution without a hold",
            insert("x", "void", PAY, "5", "NULL"),
            [None, None],
        ),
        law(
            "an account that does not exist",
            insert("x", "posted", [PAY[0], "user/3/RUB"], "5", "NULL"),
            [None, None],
        ),
    ]
}

fn only_sqlite() -> Vec<Law> {
    vec![
        // The clause reaches into the triggers.
        law(
            "overspend, errors ignored",
            insert("x", "posted", PAY, "2001", "NULL").replace("INSERT", "INSERT OR IGNORE"),
            [None, None],
        ),
        law(
            "an unknown account, errors ignored",
            insert("x", "posted", [PAY[0], "user/3/RUB"], "5", "NULL")
                .replace("INSERT", "INSERT OR IGNORE"),
            [None, None],
        ),
        sql(
            "a line replaced",
            "PRAGMA recursive_triggers = ON; INSERT OR REPLACE INTO platform_account_lines
             SELECT account_id, seq, transfer_id, amount + 1, balance_after + 1
             FROM platform_account_lines WHERE account_id = 'user/1/RUB' AND seq = 2;",
        ),
        law(
            "a transfer replaced",
            format!(
                "PRAGMA recursive_triggers = ON; {}",
                insert("held", "posted", PAY, "5", "NULL").replace("INSERT", "INSERT OR REPLACE")
            ),
            [None, None],
        ),
    ]
}

fn only_postgres() -> Vec<Law> {
    vec![
        sql("a clean table", "TRUNCATE platform_transfers;"),
        sql("no statements", "TRUNCATE platform_account_lines;"),
        sql("no deltas", "TRUNCATE platform_ledger_deltas;"),
        sql(
            "deltas changed",
            "UPDATE platform_ledger_deltas SET debits_posted = 0;",
        ),
        sql(
            "the trigger's helper",
            "SELECT platform_account_apply('user/1/RUB', 'RUB', 1, 0, 5, 0, 0);",
        ),
    ]
}

/// User 1 has 10,000, of which 7,000 are held for user 2, and 1,000 were held and posted: 2,000
/// are free.
async fn scene(t: &TestDb) {
    fund(&t.db).await;
    t.db.write("scene", |tx| {
        ledger::open_user::<Ton>(tx, UserId(1))?;
        ledger::hold(tx, &leg("open", &user(1), &user(2), 7_000))?;
        let hold = ledger::hold(tx, &leg("held", &user(1), &user(2), 1_000))?;
        let resolution = ledger::Resolution {
            op: "posted",
            leg: 0,
            kind: "test",
            hold,
            meta: "{}",
        };
        ledger::post(tx, &resolution, Money::<Rub>::from_minor(1_000))?;
        assert_eq!(AccountId::user(UserId(1), Ton::CODE).as_str(), "user/1/TON");
        assert_eq!(AccountId::user(UserId(1), Rub::CODE).currency(), "RUB");
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

both_engines! { MIGRATIONS =>
    async fn the_database_refuses(t: TestDb) {
        scene(&t).await;
        for law in twelve(t.engine()).into_iter().chain(more(t.engine())) {
            let refused = t.raw(&law.sql).await;
            assert!(refused.is_err(), "{} was written", law.name);
        }
        sound(&t.db).await;
        // The scene itself is what is left of all that.
        let left = t.db.read("left", |tx| ledger::account(tx, &user(1))).await.unwrap().unwrap();
        assert_eq!((left.balance(), left.available()), (9_000, 2_000));
        t.raw(&insert("last", "posted", PAY, "2000", "NULL")).await.unwrap();
        sound(&t.db).await;
    }

    async fn each_refusal_comes_from_its_constraint(t: TestDb) {
        let at = match t.engine() {
            Engine::Sqlite => 0,
            Engine::Postgres => 1,
        };
        for law in twelve(t.engine()) {
            let Some(without) = law.without[at] else { continue };
            let t = TestDb::start(t.engine(), MIGRATIONS).await;
            scene(&t).await;
            let written = t.raw(&format!("{without} {}", law.sql)).await;
            assert_eq!(written, Ok(()), "{}: something else refuses it too", law.name);
            let report = t.db.read("verify", ledger::verify).await.unwrap();
            assert!(!report.is_sound(), "{}: nobody noticed", law.name);
        }
    }
}
