//! Each part once, as small as it still shows something: it holds, and its control run fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail loudly"
)]

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use torg_testkit::skipped;

/// Runs a part of `torg-prove` on the `torg` that was built beside it.
fn part(arguments: &[&str]) -> Value {
    let own = Path::new(env!("CARGO_BIN_EXE_torg-prove"));
    let torg = own.with_file_name("torg");
    assert!(
        torg.exists(),
        "{} is missing: cargo build -p torg",
        torg.display()
    );
    let output = Command::new(own)
        .args(arguments)
        .env("TORG_BIN", torg)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    let last = out.lines().last().unwrap_or_default();
    let report: Value = serde_json::from_str(last).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
    assert!(output.status.success(), "{last}");
    assert_eq!(report["ok"], true, "{last}");
    report
}

fn figure(report: &Value, name: &str) -> i64 {
    report["figures"][name]
        .as_i64()
        .unwrap_or_else(|| panic!("no {name}: {report}"))
}

/// CI never skips.
fn has(tool: &str, arguments: &[&str]) -> bool {
    let there = Command::new(tool).args(arguments).output();
    if there.is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no {tool}");
    skipped(&format!("{tool} does not work here"));
    false
}

#[test]
fn acknowledged_is_kept_when_the_server_is_killed() {
    let report = part(&["kill", "--engine", "sqlite", "--kills", "12"]);
    assert!(figure(&report, "kills") >= 12);
    assert!(figure(&report, "acknowledged") > 100);
    assert_eq!(figure(&report, "lost"), 0);
    assert!(figure(&report, "control_forgotten_doubled") > 0);
}

#[test]
fn acknowledged_is_kept_when_the_database_is_killed() {
    if std::env::var("TORG_TEST_POSTGRES").is_err() {
        return skipped("there is no PostgreSQL");
    }
    let report = part(&[
        "kill", "--engine", "postgres", "--victim", "database", "--kills", "6",
    ]);
    assert!(figure(&report, "kills") >= 6);
    assert!(figure(&report, "acknowledged") > 50);
    assert_eq!(figure(&report, "lost"), 0);
}

#[test]
fn acknowledged_is_durable_when_the_power_goes() {
    if !has("strace", &["-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let report = part(&["power", "--cuts", "150", "--requests", "120"]);
    assert_eq!(figure(&report, "lost"), 0);
    assert!(figure(&report, "acknowledged_checked") > 100);
    assert!(figure(&report, "control_normal_lost") > 0);
}

#[test]
fn one_key_has_one_effect() {
    let report = part(&["keys", "--requests", "3000", "--kills", "2"]);
    assert!(figure(&report, "duplicates") > 500);
    assert!(figure(&report, "bursts") > 1);
    assert_eq!(figure(&report, "doubled"), 0);
    assert!(figure(&report, "other_request_refused") > 1);
}
