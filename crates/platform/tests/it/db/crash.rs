//! kill -9 of a writing process: what was answered is there, and nothing is there in halves.

use super::child;
use super::schema::{self, MIGRATIONS};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use torg_platform::Clock;
use torg_platform::db::{Db, Error, Options};
use torg_platform::rng::Rng;

fn open(path: &str) -> Db {
    let options = Options::new(format!("sqlite://{path}"));
    Db::open(&options, Clock::manual(torg_testkit::START), MIGRATIONS).unwrap()
}

/// Writes for ever; prints each row once it was answered.
async fn write_until_killed(path: &str) {
    let db = open(path);
    let first = db.read("count", schema::count).await.unwrap().0;
    let next = Arc::new(AtomicI64::new(first));
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let (db, next) = (db.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    db.write("row", move |tx| {
                        schema::add(tx, &format!("row {n:06}"), n)?;
                        schema::bump(tx, "total", 1)?;
                        schema::add_child(tx, &format!("child {n:06}"), &format!("row {n:06}"))
                    })
                    .await
                    .unwrap();
                    #[expect(clippy::print_stdout, reason = "the parent reads it")]
                    {
                        println!("answered row {n:06}");
                    }
                }
            })
        })
        .collect();
    futures_util::future::join_all(writers).await;
}

/// Starts a writer and kills it after `lines` answers; returns all rows that it reported.
fn kill_after(path: &Path, lines: usize) -> Vec<String> {
    let test = "db::crash::what_was_answered_survives_kill_dash_nine";
    let mut child = child::command(&[], test, path.to_str().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut answered = Vec::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        // Half a line was cut by the kill.
        if let Some(row) = line
            .strip_suffix('\n')
            .and_then(|l| l.strip_prefix("answered "))
        {
            answered.push(row.to_owned());
        }
        if answered.len() == lines {
            child.kill().unwrap();
        }
        line.clear();
    }
    child.wait().unwrap();
    assert!(
        answered.len() >= lines,
        "the child ended by itself after {} rows",
        answered.len()
    );
    answered
}

#[tokio::test]
async fn what_was_answered_survives_kill_dash_nine() {
    if let Some(path) = child::told() {
        return write_until_killed(&path).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("torg.db");
    let db = open(path.to_str().unwrap());
    db.write("total", |tx| schema::add(tx, "total", 0))
        .await
        .unwrap();
    db.close().await;
    let (rng, mut answered) = (Rng::from_seed(9), Vec::new());
    for round in 0..8 {
        let lines = 20 + usize::try_from(rng.next_u64() % 300).unwrap();
        let file = path.clone();
        answered.extend(
            tokio::task::spawn_blocking(move || kill_after(&file, lines))
                .await
                .unwrap(),
        );
        let db = open(path.to_str().unwrap());
        let (ids, total) = db
            .read("look", |tx| {
                Ok::<_, Error>((schema::ids(tx)?, schema::item(tx, "total")?.unwrap().n))
            })
            .await
            .unwrap();
        for row in &answered {
            assert!(
                ids.contains(row),
                "round {round}: {row} was answered and is gone"
            );
        }
        // The row and the sum were written by one unit.
        assert_eq!(
            usize::try_from(total).unwrap() + 1,
            ids.len(),
            "round {round}: half a unit"
        );
        db.close().await;
    }
}
