//! `torg sim`: a few days of a simulated world, twice.

use crate::process;

fn live(seed: &str) -> String {
    let folder = process::folder();
    let arguments = [
        "sim", "--seed", seed, "--days", "3", "--world", "1", "--shrink", "5",
    ];
    let (code, out, err) = process::run(folder.path(), &arguments, &[]);
    assert_eq!(code, 0, "{out}{err}");
    let hash = out.lines().find_map(|line| line.strip_prefix("hash "));
    hash.unwrap_or_else(|| panic!("no hash: {out}")).to_owned()
}

#[test]
fn the_same_seed_is_the_same_history_and_another_one_is_not() {
    // Worlds 5 to 7; the sixth has a chain.
    let first = live("5");
    assert_eq!(first, live("5"));
    assert_ne!(first, live("6"));
}
