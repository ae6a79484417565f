//! A full disk: only the unit that needs the space fails, and nothing of it is stored.

use super::Held;
use super::child;
use super::schema::{self, MIGRATIONS};
use futures_util::future::join_all;
use torg_platform::db::{Engine, Error, Tx};
use torg_testkit::TestDb;

/// More than the limits below allow, and more than SQLite's page cache holds back until COMMIT.
fn fill(tx: &mut Tx<'_>, first: i64) -> Result<(), Error> {
    let block = vec![7_u8; 1 << 20];
    for id in first..first + 80 {
        schema::put_values(tx, id, None, None, None, Some(&block), None, None)?;
    }
    Ok(())
}

async fn on_a_small_disk() {
    let t = TestDb::start(Engine::Sqlite, MIGRATIONS).await;
    t.db.write("before", |tx| schema::add(tx, "before", 1))
        .await
        .unwrap();
    let held = Held::start(&t.db).await;
    let small = |n: i64| {
        let db = t.db.clone();
        Box::pin(async move {
            db.write("small", move |tx| {
                schema::add(tx, &format!("small {n:02}"), n)
            })
            .await
        })
    };
    let mut units = Vec::new();
    let mut ask = async |n| {
        let mut unit = small(n);
        assert!(futures_util::poll!(&mut unit).is_pending());
        units.push(unit);
    };
    for n in 0..10 {
        ask(n).await;
    }
    let mut big = Box::pin(t.db.write("big", |tx| {
        schema::add(tx, "big", 1)?;
        fill(tx, 1000)
    }));
    assert!(futures_util::poll!(&mut big).is_pending());
    for n in 10..20 {
        ask(n).await;
    }
    // Goes on as if nothing had happened; SQLite would by now store each statement by itself.
    let mut careless = Box::pin(t.db.write("careless", |tx| {
        fill(tx, 2000).ok();
        schema::add(tx, "careless", 1).ok();
        tx.nested(|tx| schema::add(tx, "careless, nested", 1)).ok();
        Ok::<_, Error>(())
    }));
    assert!(futures_util::poll!(&mut careless).is_pending());
    for n in 20..30 {
        ask(n).await;
    }
    held.let_go().await;
    for (n, answer) in join_all(units).await.into_iter().enumerate() {
        answer.unwrap_or_else(|e| panic!("small unit {n}: {e}"));
    }
    let (big, careless) = (big.await, careless.await);
    assert!(matches!(big, Err(Error::Unavailable(_))), "{big:?}");
    assert!(
        matches!(careless, Err(Error::Unavailable(_))),
        "{careless:?}"
    );
    assert!(
        t.db.stats().reruns > 0,
        "the shared transaction was lost at least once"
    );
    check_what_is_left(t).await;
    #[expect(clippy::print_stdout, reason = "the parent reads it")]
    {
        println!("everything was checked");
    }
}

/// The small units and nothing else, in this process and after a restart.
async fn check_what_is_left(mut t: TestDb) {
    t.db.write("after", |tx| schema::add(tx, "after", 1))
        .await
        .unwrap();
    t.reopen().await;
    let mut expected = vec!["after".to_owned(), "before".to_owned()];
    expected.extend((0..30).map(|n| format!("small {n:02}")));
    assert_eq!(t.db.read("ids", schema::ids).await.unwrap(), expected);
    let left =
        t.db.read("blocks", |tx| {
            Ok::<_, Error>((schema::get_values(tx, 1000)?, schema::get_values(tx, 2000)?))
        })
        .await
        .unwrap();
    assert_eq!(left, (None, None));
}

/// Runs `test` in a child below `wrapper`; `None` when the wrapper itself cannot start it.
fn run(wrapper: &[&str], test: &str) -> Option<bool> {
    let folder = tempfile::tempdir().unwrap();
    let output = child::command(wrapper, test, "child")
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    if !text.contains("running 1 test") {
        torg_testkit::skipped(&errors);
        return None;
    }
    assert!(output.status.success(), "{text}\n{errors}");
    Some(text.contains("everything was checked"))
}

#[tokio::test]
async fn a_file_that_may_not_grow_fails_only_the_unit_that_needs_it() {
    if child::told().is_some() {
        return on_a_small_disk().await;
    }
    // An I/O error: files of this process may not exceed 40 MB.
    let limit = "trap '' XFSZ; ulimit -f 40960; exec \"$@\"";
    let test = "db::disk::a_file_that_may_not_grow_fails_only_the_unit_that_needs_it";
    assert_eq!(run(&["bash", "-c", limit, "bash"], test), Some(true));
}

#[tokio::test]
async fn a_full_disk_fails_only_the_unit_that_needs_it() {
    if child::told().is_some() {
        return on_a_small_disk().await;
    }
    // A disk of 48 MB that only the child sees. Not every machine lets its users mount one.
    let mount = "mount -t tmpfs -o size=48m tmpfs \"$TMPDIR\" && exec \"$@\"";
    let test = "db::disk::a_full_disk_fails_only_the_unit_that_needs_it";
    let done = run(
        &[
            "unshare",
            "--map-root-user",
            "--mount",
            "bash",
            "-c",
            mount,
            "bash",
        ],
        test,
    );
    assert_ne!(done, Some(false));
}
