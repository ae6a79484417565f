//! `verify` finds what was damaged behind the back of the database.

use super::{MIGRATIONS, fund, leg, user};
use torg_platform::Money;
use torg_platform::db::{Engine, Error};
use torg_platform::ledger::{self, Resolution};
use torg_platform::money::Rub;
use torg_testkit::{TestDb, both_engines};

/// A connection that no constraint of the session stops, as somebody with the file or the
/// superuser's password can have.
pub(super) fn session(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;",
        Engine::Postgres => "SET session_replication_role = replica;",
    }
}

/// Takes the other guards away, for good.
pub(super) fn unguarded(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
             DROP TRIGGER platform_transfers_resolve; DROP TRIGGER platform_transfers_apply;
             DROP TRIGGER platform_transfers_no_update; DROP TRIGGER platform_transfers_no_delete;
             DROP TRIGGER platform_accounts_balances; DROP TRIGGER platform_accounts_no_delete;
             DROP TRIGGER platform_account_lines_insert;
             DROP TRIGGER platform_account_lines_no_update;
             DROP TRIGGER platform_account_lines_no_delete; DROP INDEX platform_transfers_hold;
             DROP TRIGGER platform_audit_no_update; DROP TRIGGER platform_audit_no_delete;
             DROP TRIGGER platform_seals_no_update; DROP TRIGGER platform_seals_no_delete;"
        }
        Engine::Postgres => {
            "SET session_replication_role = replica; DROP INDEX platform_transfers_hold;
             ALTER TABLE platform_accounts DROP CONSTRAINT platform_accounts_not_overdrawn,
                 DROP CONSTRAINT platform_accounts_held;
             ALTER TABLE platform_transfers DROP CONSTRAINT platform_transfers_amount_check,
                 DROP CONSTRAINT platform_transfers_resolution;"
        }
    }
}

/// The rule that is broken, and how.
const DAMAGES: &[(&str, &str)] = &[
    (
        "a transfer is possible",
        "UPDATE platform_transfers SET amount = 0 WHERE op_id = 'b'",
    ),
    (
        "a transfer is possible",
        "UPDATE platform_transfers SET credit_id = 'user/7/RUB' WHERE op_id = 'b'",
    ),
    (
        "a resolution matches its hold",
        "UPDATE platform_transfers SET amount = 701 WHERE op_id = 'posted'",
    ),
    (
        "a hold is resolved once",
        "INSERT INTO platform_transfers (op_id, leg, kind, currency, debit_id, credit_id, amount,
             state, hold_id, meta, created_at)
         SELECT 'again', leg, kind, currency, debit_id, credit_id, amount, state, hold_id, meta,
             created_at
         FROM platform_transfers WHERE op_id = 'posted'",
    ),
    (
        "debits equal credits",
        "UPDATE platform_accounts SET credits_posted = credits_posted + 1 WHERE id = 'user/2/RUB'",
    ),
    (
        "no bounded account is below zero",
        "UPDATE platform_accounts SET debits_held = 20000 WHERE id = 'user/1/RUB'",
    ),
    (
        "an account is the sum of its transfers",
        "UPDATE platform_accounts SET credits_posted = credits_posted + 1,
             debits_posted = debits_posted + 1",
    ),
    (
        "an account is the sum of its transfers",
        "UPDATE platform_transfers SET amount = amount + 1 WHERE op_id = 'a'",
    ),
    (
        "an account is the sum of its transfers",
        "DELETE FROM platform_transfers WHERE op_id = 'a'",
    ),
    (
        "an account is the sum of its transfers",
        "INSERT INTO platform_transfers (op_id, leg, kind, currency, debit_id, credit_id, amount,
             state, meta, created_at)
         SELECT 'new', leg, kind, currency, debit_id, credit_id, amount, state, meta, created_at
         FROM platform_transfers WHERE op_id = 'a'",
    ),
    (
        "an account is the sum of its transfers",
        "UPDATE platform_transfers SET debit_id = credit_id, credit_id = debit_id WHERE op_id = 'a'",
    ),
    (
        "a line follows from the one before",
        "UPDATE platform_account_lines SET balance_after = balance_after + 1
         WHERE account_id = 'user/1/RUB' AND seq = 2",
    ),
    (
        "a line follows from the one before",
        "UPDATE platform_account_lines SET amount = -299 WHERE account_id = 'user/1/RUB' AND seq = 2",
    ),
    (
        "a line follows from the one before",
        "UPDATE platform_account_lines SET transfer_id = 999 WHERE seq = 1",
    ),
    (
        "a line follows from the one before",
        "DELETE FROM platform_account_lines WHERE account_id = 'user/1/RUB' AND seq = 2",
    ),
    (
        "a statement is complete",
        "DELETE FROM platform_account_lines WHERE account_id = 'user/1/RUB' AND seq = 4",
    ),
    (
        "a statement is complete",
        "DELETE FROM platform_account_lines WHERE account_id = 'user/2/RUB'",
    ),
    (
        // Two payments of the same amount: the line of one stands for both.
        "a statement is complete",
        "UPDATE platform_account_lines SET transfer_id = (
             SELECT id FROM platform_transfers WHERE op_id = 'a')
         WHERE transfer_id = (SELECT id FROM platform_transfers WHERE op_id = 'b')",
    ),
];

both_engines! { MIGRATIONS =>
    async fn verify_finds_damage(t: TestDb) {
        for (rule, damage) in DAMAGES {
            let t = TestDb::start(t.engine(), MIGRATIONS).await;
            fund(&t.db).await;
            t.db.write("scene", |tx| {
                ledger::transfer(tx, &leg("a", &user(1), &user(2), 300))?;
                ledger::transfer(tx, &leg("b", &user(1), &user(2), 300))?;
                let hold = ledger::hold(tx, &leg("held", &user(1), &user(2), 700))?;
                let r = Resolution { op: "posted", leg: 0, kind: "test", hold, meta: "{}" };
                ledger::post(tx, &r, Money::<Rub>::from_minor(600))?;
                Ok::<_, Error>(())
            }).await.unwrap();
            super::sound(&t.db).await;
            t.raw(&format!("{} {damage}", unguarded(t.engine()))).await.unwrap();
            let report = t.db.read("verify", ledger::verify).await.unwrap();
            assert!(
                report.differences.iter().any(|d| d.rule == *rule),
                "{damage}\nshould break {rule:?}, found {:?}", report.differences,
            );
        }
    }
}
