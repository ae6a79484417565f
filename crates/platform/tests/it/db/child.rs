//! A test that runs itself again in a child process, to be killed or starved there.

use std::process::Command;

const ROLE: &str = "TORG_TEST_CHILD";

/// In the child: what the parent told it. In the parent: nothing.
pub(crate) fn told() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// A command that runs only `test` (its full path) in a child and tells it `word`. `wrapper`
/// comes in front of it.
pub(crate) fn command(wrapper: &[&str], test: &str, word: &str) -> Command {
    let program = std::env::current_exe().unwrap();
    let mut command = match wrapper {
        [] => Command::new(&program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(&program);
            command
        }
    };
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROLE, word);
    command
}
