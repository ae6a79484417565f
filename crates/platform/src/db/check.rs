//! Checks every registered statement against the migrated schema of the running engine.

use super::postgres::PgConnection;
use super::sql::{PLAN_ANEW, Statement, statements};
use super::sqlite::SqliteConnection;
use super::value::SqlType;
use super::{Db, Engine, Migrations, Options, Result};
use tokio_postgres::types::Type;

/// Prepares all statements linked into this program and compares parameters, column names and
/// types with the Rust types on both sides. Returns what is wrong, one line each.
///
/// Left out are those of packages of ours that `migrations` has no tables of: a test of one
/// package may be linked with another whose tables it does without.
///
/// Opens a connection of its own to the database of `options`, which `db` has migrated; blocks.
///
/// # Errors
/// When the database cannot be reached.
pub fn check_statements(
    db: &Db,
    options: &Options,
    migrations: &[Migrations],
) -> Result<Vec<String>> {
    let statements = || statements().filter(|s| has_tables(s, migrations));
    let mut wrong: Vec<String> = statements().flat_map(spelling).collect();
    match db.engine() {
        Engine::Sqlite => {
            let path = options.url.trim_start_matches("sqlite://").into();
            let file = super::sqlite::SqliteFile {
                path,
                synchronous: options.synchronous,
            };
            let conn = super::sqlite::reader(&file)?;
            wrong.extend(statements().flat_map(|s| on_sqlite(&conn, s)));
        }
        Engine::Postgres => {
            let config = options
                .url
                .parse()
                .map_err(|e| super::Error::engine("database url", e))?;
            let mut conn = PgConnection::open(&config)?;
            wrong.extend(statements().flat_map(|s| on_postgres(&mut conn, s)));
        }
    }
    Ok(wrong)
}

/// Whether the tables of the statement's package are there; those of a test's own are.
fn has_tables(s: &Statement, migrations: &[Migrations]) -> bool {
    let module = s.name.split("::").next().unwrap_or_default();
    let Some(package) = module.strip_prefix("torg_") else {
        return true;
    };
    migrations.iter().any(|known| known.package == package)
}

/// Rules that need no database.
fn spelling(s: &Statement) -> Vec<String> {
    let mut wrong = Vec::new();
    let text = s.text.strip_prefix(PLAN_ANEW).unwrap_or(s.text);
    let first = text.split_whitespace().next().unwrap_or_default();
    if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first) {
        wrong.push(format!("{}: a unit of work may not run {first:?}", s.name));
    }
    if s.locks && !s.text.contains("FOR UPDATE") && !s.text.contains("FOR NO KEY UPDATE") {
        wrong.push(format!(
            "{}: promises locked rows without FOR UPDATE",
            s.name
        ));
    }
    for n in 1..=s.params.len() {
        let parameter = format!("${n}");
        let used = s.text.split(&parameter).skip(1);
        // `$1` is not used where only `$10` is.
        if !used
            .into_iter()
            .any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            wrong.push(format!("{}: parameter ${n} is not used", s.name));
        }
    }
    wrong
}

fn on_sqlite(conn: &SqliteConnection, s: &'static Statement) -> Vec<String> {
    let prepared = match conn.inner().prepare(s.sqlite()) {
        Ok(prepared) => prepared,
        Err(error) => return vec![format!("{}: {error}", s.name)],
    };
    let mut wrong = Vec::new();
    if prepared.parameter_count() != s.params.len() {
        let n = prepared.parameter_count();
        wrong.push(format!(
            "{}: {n} parameters, {} declared",
            s.name,
            s.params.len()
        ));
    }
    let columns: Vec<_> = prepared.columns().collect();
    if s.columns.is_empty() && !columns.is_empty() {
        wrong.push(format!("{}: gives rows that nobody reads", s.name));
    } else if columns.len() != s.columns.len() {
        wrong.push(format!(
            "{}: {} columns, {} declared",
            s.name,
            columns.len(),
            s.columns.len()
        ));
    }
    for (found, declared) in columns.iter().zip(s.columns) {
        if !declared.name.is_empty() && found.name() != declared.name {
            wrong.push(format!(
                "{}: column {} instead of {}",
                s.name,
                found.name(),
                declared.name
            ));
        }
        let fits = match (found.decl_type(), declared.sql_type) {
            // An expression has no declared type on SQLite; PostgreSQL's check covers it.
            (None, _) => true,
            (Some("INTEGER"), t) => matches!(t, SqlType::Int | SqlType::Bool | SqlType::Time),
            (Some("TEXT"), t) => t == SqlType::Text,
            (Some("REAL"), t) => t == SqlType::Float,
            (Some("BLOB"), t) => t == SqlType::Bytes,
            (Some(_), _) => false,
        };
        if !fits {
            let (name, t) = (found.name(), declared.sql_type);
            wrong.push(format!("{}: column {name} read as {t:?}", s.name));
        }
    }
    wrong
}

fn on_postgres(conn: &mut PgConnection, s: &'static Statement) -> Vec<String> {
    let prepared = match conn.describe(s.text) {
        Ok(prepared) => prepared,
        Err(error) => return vec![format!("{}: {error:?}", s.name)],
    };
    let mut wrong = Vec::new();
    if prepared.params().len() != s.params.len() {
        let n = prepared.params().len();
        wrong.push(format!(
            "{}: {n} parameters, {} declared",
            s.name,
            s.params.len()
        ));
    }
    for ((found, declared), n) in prepared.params().iter().zip(s.params).zip(1..) {
        if *found != pg_type(declared.sql_type) {
            wrong.push(format!(
                "{}: ${n} is {found}, bound as {:?}",
                s.name, declared.sql_type
            ));
        }
    }
    if s.columns.is_empty() && !prepared.columns().is_empty() {
        wrong.push(format!("{}: gives rows that nobody reads", s.name));
    } else if prepared.columns().len() != s.columns.len() {
        let n = prepared.columns().len();
        wrong.push(format!(
            "{}: {n} columns, {} declared",
            s.name,
            s.columns.len()
        ));
    }
    for (found, declared) in prepared.columns().iter().zip(s.columns) {
        if !declared.name.is_empty() && found.name() != declared.name {
            wrong.push(format!(
                "{}: column {} instead of {}",
                s.name,
                found.name(),
                declared.name
            ));
        }
        if *found.type_() != pg_type(declared.sql_type) {
            let (name, t) = (found.name(), found.type_());
            wrong.push(format!(
                "{}: {name} is {t}, read as {:?}",
                s.name, declared.sql_type
            ));
        }
    }
    wrong
}

fn pg_type(t: SqlType) -> Type {
    match t {
        SqlType::Int => Type::INT8,
        SqlType::Float => Type::FLOAT8,
        SqlType::Text => Type::TEXT,
        SqlType::Bytes => Type::BYTEA,
        SqlType::Bool => Type::BOOL,
        SqlType::Time => Type::TIMESTAMPTZ,
    }
}
