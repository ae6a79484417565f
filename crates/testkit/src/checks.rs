//! Checks that every package runs over its own statements and migrations.

use crate::TestDb;
use std::path::Path;
use torg_platform::db::{Migrations, check_statements};

/// Prepares every statement linked into this test binary on the database of `t` and fails with
/// the list of those that do not fit their Rust types.
pub async fn assert_statements(t: &TestDb) {
    let (db, options, all) = (t.db.clone(), t.options.clone(), t.migrations.clone());
    let wrong = tokio::task::spawn_blocking(move || check_statements(&db, &options, &all))
        .await
        .expect("no panic")
        .expect("the database answers");
    assert!(wrong.is_empty(), "wrong statements:\n{}", wrong.join("\n"));
}

/// Compares the files in `migrations/{sqlite,postgres}` of the package in `manifest_dir`
/// (`env!("CARGO_MANIFEST_DIR")`) with what `migrations` embeds: a file that nobody listed, a
/// pair with one half missing, an order that is not the order of the names.
pub fn assert_migration_files(manifest_dir: &str, migrations: &Migrations) {
    let folder = Path::new(manifest_dir).join("migrations");
    for (engine, embedded) in [
        ("sqlite", migrations.sqlite),
        ("postgres", migrations.postgres),
    ] {
        let embedded: Vec<String> = embedded
            .iter()
            .map(|(name, _)| format!("{name}.sql"))
            .collect();
        let mut files: Vec<String> = std::fs::read_dir(folder.join(engine))
            .expect("the folder of the migrations")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        files.sort();
        assert_eq!(
            files, embedded,
            "{}: files in migrations/{engine} (left) and what is embedded, in order (right)",
            migrations.package
        );
    }
}
