//! Statements: written once for both engines, registered at link time, typed at the call.

use super::error::{Error, Result};
use super::row::Row;
use super::tx::Tx;
use super::value::{FromColumn, Param, SqlType};
use std::sync::OnceLock;

/// A parameter as declared in Rust.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    /// Its column type.
    pub sql_type: SqlType,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// A result column as declared in Rust. An empty name (tuples, scalars) is not checked.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name of the field, which the statement must give the column.
    pub name: &'static str,
    /// Its column type.
    pub sql_type: SqlType,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// One SQL text with the Rust types on both sides of it.
#[derive(Debug)]
pub struct Statement {
    /// Where it was declared: `module::function`.
    pub name: &'static str,
    /// The text, in PostgreSQL's spelling.
    pub text: &'static str,
    /// Parameters in order.
    pub params: &'static [ParamSpec],
    /// Columns in order.
    pub columns: &'static [Column],
    /// Whether its rows are read to be changed, so that it must lock them.
    pub locks: bool,
    sqlite: OnceLock<String>,
}

/// Beginning of a statement that is planned at each use. It costs a tenth of a millisecond.
pub(super) const PLAN_ANEW: &str = "/* plan anew */";

impl Statement {
    /// Used by [`crate::sql!`].
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        text: &'static str,
        params: &'static [ParamSpec],
        columns: &'static [Column],
        locks: bool,
    ) -> Self {
        Self {
            name,
            text,
            params,
            columns,
            locks,
            sqlite: OnceLock::new(),
        }
    }

    /// Whether PostgreSQL makes a plan for each use instead of keeping one: for a question about a
    /// table that is empty at one moment and has thousands of rows at the next. Its text begins with
    /// [`PLAN_ANEW`].
    pub(super) fn is_planned_anew(&self) -> bool {
        self.text.starts_with(PLAN_ANEW)
    }

    /// The text for SQLite: `?1` for `$1`, and no row locks, which its single writer makes
    /// unnecessary.
    pub fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            let mut text = self.text.replace('$', "?");
            for lock in [
                " FOR NO KEY UPDATE",
                " FOR UPDATE",
                " FOR SHARE",
                " SKIP LOCKED",
            ] {
                text = text.replace(lock, "");
            }
            text
        })
    }
}

/// A statement in the registry that every linked package contributes to.
#[derive(Debug)]
pub struct Registered(pub &'static Statement);
inventory::collect!(Registered);

/// Every statement linked into this program.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    inventory::iter::<Registered>.into_iter().map(|r| r.0)
}

/// A Rust type that one row is read into. Implemented by [`crate::row!`], by tuples and scalars.
pub trait FromRow: Sized {
    /// The columns it reads, in order.
    const COLUMNS: &'static [Column];
    /// Whether reading it promises that the row is locked.
    const LOCKS: bool = false;
    /// Reads the row.
    ///
    /// # Errors
    /// [`Error::Decode`] or [`Error::Stored`].
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

impl<T: FromColumn> FromRow for T {
    const COLUMNS: &'static [Column] = &[Column {
        name: "",
        sql_type: T::TYPE,
        nullable: T::NULLABLE,
    }];
    fn from_row(row: &Row<'_>) -> Result<Self> {
        T::from_column(row, 0)
    }
}

macro_rules! tuple_row {
    ($($t:ident $i:tt),*) => {
        impl<$($t: FromColumn),*> FromRow for ($($t,)*) {
            const COLUMNS: &'static [Column] =
                &[$(Column { name: "", sql_type: $t::TYPE, nullable: $t::NULLABLE }),*];
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($($t::from_column(row, $i)?,)*))
            }
        }
    };
}
tuple_row!(A 0, B 1);
tuple_row!(A 0, B 1, C 2);
tuple_row!(A 0, B 1, C 2, D 3);
tuple_row!(A 0, B 1, C 2, D 3, E 4);

/// A row that was read `FOR UPDATE` in the running unit of work. Nothing else makes one, so a
/// function that takes it cannot be called on a row that somebody else may be changing.
///
/// ```compile_fail
/// let forged = torg_platform::db::Locked { value: 1 };
/// ```
#[derive(Debug)]
pub struct Locked<T> {
    value: T,
}

impl<T> std::ops::Deref for Locked<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: FromRow> FromRow for Locked<T> {
    const COLUMNS: &'static [Column] = T::COLUMNS;
    const LOCKS: bool = true;
    fn from_row(row: &Row<'_>) -> Result<Self> {
        T::from_row(row).map(|value| Self { value })
    }
}

/// What a statement gives back; chosen by the return type in [`crate::sql!`].
pub trait Outcome: Sized {
    /// Columns that are read.
    const COLUMNS: &'static [Column];
    /// Whether the statement must lock what it reads.
    const LOCKS: bool = false;
    #[doc(hidden)]
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self>;
}

/// Nothing is read: PostgreSQL is told later, together with the next statement that must wait.
/// An error then surfaces at that later statement or at the commit.
impl Outcome for () {
    const COLUMNS: &'static [Column] = &[];
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        tx.defer(statement, params)
    }
}

/// The number of rows changed.
impl Outcome for u64 {
    const COLUMNS: &'static [Column] = &[];
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        tx.execute(statement, params)
    }
}

/// Exactly one row was changed; otherwise the statement fails with [`Error::Stale`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed;

impl Outcome for Changed {
    const COLUMNS: &'static [Column] = &[];
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        match tx.execute(statement, params)? {
            1 => Ok(Self),
            _ => Err(Error::Stale(statement.name)),
        }
    }
}

impl<R: FromRow> Outcome for Option<R> {
    const COLUMNS: &'static [Column] = R::COLUMNS;
    const LOCKS: bool = R::LOCKS;
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        let mut found = None;
        tx.query(statement, params, &mut |row| {
            if found.is_none() {
                found = Some(R::from_row(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// A statement that always gives a row (`count(*)`, `RETURNING` of an insert).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct One<R>(pub R);

impl<R: FromRow> Outcome for One<R> {
    const COLUMNS: &'static [Column] = R::COLUMNS;
    const LOCKS: bool = R::LOCKS;
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        Option::<R>::run(tx, statement, params)?
            .map(One)
            .ok_or(Error::NoRow(statement.name))
    }
}

impl<R: FromRow> Outcome for Vec<R> {
    const COLUMNS: &'static [Column] = R::COLUMNS;
    const LOCKS: bool = R::LOCKS;
    fn run(tx: &mut Tx<'_>, statement: &'static Statement, params: &[Param<'_>]) -> Result<Self> {
        let mut rows = Vec::new();
        tx.query(statement, params, &mut |row| {
            rows.push(R::from_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }
}

/// Declares statements as typed functions of a unit of work.
///
/// The return type says how the statement runs: `()` sends and does not wait, [`Changed`]
/// expects one changed row, `u64` counts them, `Option<R>`, [`One`]`<R>` and `Vec<R>` read rows.
///
/// ```
/// torg_platform::sql! {
///     /// The database's own opinion of one and one.
///     pub fn two(one: i64) -> torg_platform::db::One<i64> = "SELECT CAST($1 AS BIGINT) + 1";
/// }
/// ```
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $ret:ty = $text:expr;)+) => { $(
        $(#[$meta])*
        ///
        /// # Errors
        /// Whatever the database refuses.
        // Each argument is one parameter of the statement, in order.
        #[expect(clippy::allow_attributes, reason = "the number of parameters varies")]
        #[allow(clippy::too_many_arguments, reason = "each argument is one parameter")]
        $vis fn $name(tx: &mut $crate::db::Tx<'_>, $($arg: $type),*) -> $crate::db::Result<$ret> {
            static STATEMENT: $crate::db::Statement = $crate::db::Statement::new(
                concat!(module_path!(), "::", stringify!($name)),
                $text,
                &[$($crate::db::ParamSpec {
                    sql_type: <$type as $crate::db::ToParam>::TYPE,
                    nullable: <$type as $crate::db::ToParam>::NULLABLE,
                }),*],
                <$ret as $crate::db::Outcome>::COLUMNS,
                <$ret as $crate::db::Outcome>::LOCKS,
            );
            $crate::inventory::submit! { $crate::db::Registered(&STATEMENT) }
            <$ret as $crate::db::Outcome>::run(
                tx,
                &STATEMENT,
                &[$($crate::db::ToParam::to_param(&$arg)),*],
            )
        }
    )+ };
}

/// Declares a struct that one row is read into; columns must come in the order of the fields
/// and carry their names.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),* }

        impl $crate::db::FromRow for $name {
            const COLUMNS: &'static [$crate::db::Column] = &[$($crate::db::Column {
                name: stringify!($field),
                sql_type: <$type as $crate::db::FromColumn>::TYPE,
                nullable: <$type as $crate::db::FromColumn>::NULLABLE,
            }),*];
            fn from_row(row: &$crate::db::Row<'_>) -> $crate::db::Result<Self> {
                let mut columns = 0_usize..;
                Ok(Self { $($field: {
                    let column = columns.next().unwrap_or(usize::MAX);
                    <$type as $crate::db::FromColumn>::from_column(row, column)?
                }),* })
            }
        }
    };
}
