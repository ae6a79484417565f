//! The seals find every change of a sealed row.

use super::corruption::{session, unguarded};
use super::{MIGRATIONS, fund, leg, user};
use torg_platform::audit;
use torg_platform::db::{Engine, Error};
use torg_platform::jobs::Step;
use torg_platform::ledger;
use torg_platform::seal;
use torg_testkit::{TestDb, both_engines};

/// Ten transfers and ten entries of the audit, from `first` on.
async fn write(t: &TestDb, first: i64) {
    t.db.write("write", move |tx| {
        for n in first..first + 10 {
            let op = format!("op/{n}");
            ledger::transfer(tx, &leg(&op, &user(1), &user(2), n))?;
            let subject = format!("order/{n}");
            let entry = audit::Entry {
                actor: "user/1",
                action: "test.pay",
                subject: &subject,
                details: "{}",
                request_id: "r",
            };
            audit::record(tx, &entry)?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

async fn run(t: &TestDb) -> seal::Report {
    while t.db.write("seal", seal::step).await.unwrap() == Step::More {}
    t.db.read("verify", seal::verify).await.unwrap()
}

/// Two blocks in each chain.
async fn sealed(engine: Engine) -> TestDb {
    let t = TestDb::start(engine, MIGRATIONS).await;
    fund(&t.db).await;
    for first in [1, 11] {
        write(&t, first).await;
        run(&t).await;
        t.advance(seal::SETTLE);
    }
    let report = run(&t).await;
    assert_eq!(report.differences, []);
    let numbers: Vec<_> = report.heads.iter().map(|h| h.number).collect();
    assert_eq!(numbers, [2, 2]);
    t
}

/// Every column of the three tables, with another value of its type.
fn edits(engine: Engine) -> Vec<String> {
    let columns = [
        (
            "platform_transfers",
            "op_id kind currency debit_id credit_id meta",
            "leg amount hold_id",
            "created_at",
        ),
        (
            "platform_audit",
            "actor action subject details request_id",
            "",
            "at",
        ),
        (
            "platform_seals",
            "previous hash",
            "number first_id last_id rows",
            "sealed_at",
        ),
    ];
    let later = match engine {
        Engine::Sqlite => "+ 1",
        Engine::Postgres => "+ INTERVAL '1 microsecond'",
    };
    let mut edits = Vec::new();
    for (table, texts, ints, time) in columns {
        let row = if table == "platform_seals" {
            "chain = 'audit' AND number = 1"
        } else {
            "id = 7"
        };
        let texts = texts
            .split_whitespace()
            .map(|c| format!("{c} = {c} || 'x'"));
        let ints = ints
            .split_whitespace()
            .map(|c| format!("{c} = coalesce({c}, 0) + 40"));
        let time = std::iter::once(format!("{time} = {time} {later}"));
        edits.extend(
            texts
                .chain(ints)
                .chain(time)
                .map(|set| format!("UPDATE {table} SET {set} WHERE {row}")),
        );
    }
    edits.push("UPDATE platform_transfers SET state = 'hold' WHERE id = 7".to_owned());
    edits
}

/// What lets an insert choose the id.
fn system_value(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "OVERRIDING SYSTEM VALUE",
    }
}

const STRUCTURE: &[&str] = &[
    "DELETE FROM platform_transfers WHERE id = 7",
    "DELETE FROM platform_audit WHERE id = 1",
    "DELETE FROM platform_audit WHERE id = 20",
    // Truncation: the end of what is sealed.
    "DELETE FROM platform_audit WHERE id > 14",
    "DELETE FROM platform_transfers WHERE id > 5",
    "DELETE FROM platform_audit",
    // One row more, before and between.
    "INSERT INTO platform_audit (id, at, actor, action, subject, details, request_id)
     OVERRIDING SYSTEM VALUE
     SELECT -1, at, actor, action, subject, details, request_id FROM platform_audit WHERE id = 7",
    // Two rows change places.
    "UPDATE platform_audit SET subject =
         CASE id WHEN 3 THEN 'order/4' ELSE 'order/3' END WHERE id IN (3, 4)",
    "DELETE FROM platform_seals WHERE chain = 'audit' AND number = 1",
    "DELETE FROM platform_audit WHERE id = 7; INSERT INTO platform_audit
         (id, at, actor, action, subject, details, request_id) OVERRIDING SYSTEM VALUE
     SELECT 7, at, actor, action, subject, details, request_id FROM platform_audit WHERE id = 8",
];

both_engines! { MIGRATIONS =>
    async fn only_settled_rows_are_sealed(t: TestDb) {
        fund(&t.db).await;
        write(&t, 1).await;
        assert_eq!(run(&t).await.heads, []);
        // Seen by nobody yet, though older than the next run: an id below may be on its way.
        write(&t, 11).await;
        t.advance(seal::SETTLE / 2);
        assert_eq!(run(&t).await.heads, []);
        t.advance(seal::SETTLE / 2);
        let heads: Vec<_> = run(&t).await.heads.iter().map(|h| (h.number, h.last_id)).collect();
        assert_eq!(heads, [(1, 11), (1, 10)]);
        t.advance(seal::SETTLE);
        let heads: Vec<_> = run(&t).await.heads.iter().map(|h| (h.number, h.last_id)).collect();
        assert_eq!(heads, [(2, 21), (2, 20)]);
        // Nothing new: the chain rests.
        t.advance(seal::SETTLE);
        assert_eq!(run(&t).await.heads[0].number, 2);
    }

    async fn sealed_rows_cannot_be_touched_unseen(t: TestDb) {
        let t = sealed(t.engine()).await;
        let (session, system) = (session(t.engine()), system_value(t.engine()));
        let mut keep = unguarded(t.engine()).to_owned();
        let mut restore = session.to_owned();
        for table in ["transfers", "audit", "seals"] {
            let system = if table == "seals" { "" } else { system };
            keep += &format!("CREATE TABLE kept_{table} AS SELECT * FROM platform_{table};");
            restore += &format!(
                "DELETE FROM platform_{table};
                 INSERT INTO platform_{table} {system} SELECT * FROM kept_{table};"
            );
        }
        t.raw(&keep).await.unwrap();
        let mut damages = edits(t.engine());
        damages.extend(STRUCTURE.iter().map(|s| s.replace("OVERRIDING SYSTEM VALUE", system)));
        for damage in damages {
            t.raw(&format!("{session} {damage}")).await.unwrap();
            let report = t.db.read("verify", seal::verify).await.unwrap();
            assert!(!report.is_sound(), "unseen: {damage}");
            t.raw(&restore).await.unwrap();
            assert_eq!(run(&t).await.differences, [], "restored after {damage}");
        }
    }

    async fn a_chain_cut_at_its_end_differs_from_its_published_head(t: TestDb) {
        let t = sealed(t.engine()).await;
        let published = run(&t).await.heads;
        t.raw(&format!(
            "{} DELETE FROM platform_audit WHERE id > 10;
             DELETE FROM platform_seals WHERE chain = 'audit' AND number = 2",
            unguarded(t.engine()),
        )).await.unwrap();
        let report = t.db.read("verify", seal::verify).await.unwrap();
        assert_eq!(report.differences, []);
        assert_ne!(report.heads, published);
    }
}
