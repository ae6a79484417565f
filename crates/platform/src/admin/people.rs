//! `/api/admin/users`: everybody who ever came.

use super::Panel;
use super::store::people::{self, PersonRow};
use crate::auth::{self, Role};
use crate::db::Tx;
use crate::http::page::{self, PageQuery};
use crate::http::table::{self, Cell, Part};
use crate::http::{Api, Json, Policy, Query, operations};
use crate::jobs::{Reconciler, Step};
use crate::{Error, Kind, Result, Timestamp, UserId};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// People that one request looks through for a name. A page may therefore hold less than asked
/// for, or nothing, although one follows.
const SCAN: i64 = 50_000;
/// Longest text that is searched for, in characters.
const QUERY_MAX: usize = 100;
/// People whose names are folded in one unit of work.
const FOLDED_AT_ONCE: i64 = 500;
/// People in one part of a table.
const PART: i64 = 1000;

/// Before everybody: the greatest moment that both engines can compare with, in the year 9999.
pub(super) const END_OF_TIME: Timestamp = Timestamp::from_seconds(253_370_764_800);

/// A person as the staff sees them. Names are chosen by the person: hostile text until escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AdminPerson)]
pub(super) struct PersonView {
    /// Telegram's id.
    #[schema(value_type = i64)]
    id: UserId,
    first_name: String,
    last_name: Option<String>,
    /// Without `@`.
    username: Option<String>,
    /// Language of their Telegram, for example `ru`.
    language: Option<String>,
    /// When they came first.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When they signed in or wrote to the bot last; requests in between are not written down.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// Whether they are shut out.
    blocked: bool,
    /// Their roles on the staff; mostly none.
    roles: Vec<Role>,
}

impl PersonView {
    pub(super) fn new(row: PersonRow, roles: Vec<Role>) -> Self {
        Self {
            id: row.id,
            first_name: row.first_name,
            last_name: row.last_name,
            username: row.username,
            language: row.language,
            created_at: row.created_at,
            last_seen_at: row.seen_at,
            blocked: row.blocked_at.is_some(),
            roles,
        }
    }
}

/// A page of people, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct PeoplePage {
    users: Vec<PersonView>,
    /// Absent on the last page. A page that was searched may be short or empty and have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which people.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PeopleQuery {
    /// An id, an `@username` or its beginning, or a part of a name, in any case.
    #[param(max_length = 100)]
    q: Option<String>,
    /// People of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The routes.
pub(super) fn api() -> Api<Panel> {
    Api::new()
        .routes(Policy::Admin, operations!(list_users))
        .routes(Policy::Admin, operations!(export_users))
}

/// The person with this id.
pub(super) fn known(tx: &mut Tx<'_>, user: UserId) -> Result<PersonRow> {
    people::find(tx, user)?.ok_or_else(|| {
        let text = "This person never came";
        Error::new(Kind::Missing, "user_not_found", text)
    })
}

/// Where in the list something is: behind whom.
type Position = (Timestamp, i64);

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sought {
    Everybody,
    /// Whoever has this id, or it in a name.
    Id(UserId, String),
    /// A pattern for LIKE.
    Like(String),
}

impl Sought {
    fn parse(q: Option<&str>) -> Result<Self> {
        let q = q.unwrap_or_default();
        if q.chars().count() > QUERY_MAX {
            let message = format!("must have at most {QUERY_MAX} characters");
            return Err(Error::field("q", message));
        }
        let folded = crate::fold(q);
        if folded.is_empty() {
            return Ok(Self::Everybody);
        }
        let mut pattern = String::from("%");
        for c in folded.chars() {
            if matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(c);
        }
        pattern.push('%');
        Ok(match folded.parse::<i64>() {
            Ok(id) if id > 0 => Self::Id(UserId(id), pattern),
            Ok(_) | Err(_) => Self::Like(pattern),
        })
    }
}

/// The people after `from`, at most `limit`, and where to read on if there may be more.
fn read(
    tx: &mut Tx<'_>,
    sought: &Sought,
    from: Option<Position>,
    limit: i64,
) -> Result<(Vec<PersonView>, Option<Position>)> {
    let (at, id) = from.unwrap_or((END_OF_TIME, i64::MAX));
    let more = limit.saturating_add(1);
    let (mut rows, scanned) = match sought {
        Sought::Everybody => (people::page(tx, at, id, more)?, None),
        Sought::Id(user, pattern) => match people::find(tx, *user)? {
            Some(row) if from.is_none() => (vec![row], None),
            Some(_) => (Vec::new(), None),
            None => search(tx, (at, id), pattern, more)?,
        },
        Sought::Like(pattern) => search(tx, (at, id), pattern, more)?,
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_full = rows.len() > wanted;
    rows.truncate(wanted);
    let last = rows.last().map(|row| (row.created_at, row.id.0));
    let next = if is_full { last } else { scanned };
    Ok((with_roles(tx, rows)?, next))
}

fn search(
    tx: &mut Tx<'_>,
    (at, id): Position,
    pattern: &str,
    limit: i64,
) -> Result<(Vec<PersonRow>, Option<Position>)> {
    let rows = people::search(tx, at, id, SCAN, pattern, limit)?;
    let end = people::end_of_scan(tx, at, id, SCAN.saturating_sub(1))?;
    Ok((rows, end))
}

/// The staff is few, so all of it is read.
fn with_roles(tx: &mut Tx<'_>, rows: Vec<PersonRow>) -> Result<Vec<PersonView>> {
    let mut roles: HashMap<UserId, Vec<Role>> = HashMap::new();
    for grant in auth::staff::list(tx)? {
        roles.entry(grant.user_id).or_default().push(grant.role);
    }
    let view = |row: PersonRow| {
        let roles = roles.get(&row.id).cloned().unwrap_or_default();
        PersonView::new(row, roles)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// List or search people
///
/// The newest first. A name is looked for in portions of 50,000 people: follow `next_cursor` until
/// there is none.
#[utoipa::path(get, path = "/api/admin/users", tag = "admin people", operation_id = "list_users",
    params(PeopleQuery), responses((status = 200, body = PeoplePage)))]
async fn list_users(
    State(panel): State<Panel>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<PeoplePage>> {
    let sought = Sought::parse(query.q.as_deref())?;
    let (from, limit) = PageQuery::new(query.limit, query.cursor).after::<Position>()?;
    let work = move |tx: &mut Tx<'_>| read(tx, &sought, from, limit);
    let (users, next) = panel.ctx().db.read("platform.list_users", work).await?;
    Ok(Json(PeoplePage {
        users,
        next_cursor: next.as_ref().map(page::encode_cursor).transpose()?,
    }))
}

/// Which people a table has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PeopleFilter {
    /// As in the list.
    #[param(max_length = 100)]
    q: Option<String>,
}

/// People as a table
#[utoipa::path(get, path = "/api/admin/users.csv", tag = "admin people",
    operation_id = "export_users", params(PeopleFilter),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_users(
    State(panel): State<Panel>,
    Query(query): Query<PeopleFilter>,
) -> Result<Response> {
    let sought = Sought::parse(query.q.as_deref())?;
    let part = move |from: Option<Position>| {
        let (db, sought) = (panel.ctx().db.clone(), sought.clone());
        async move {
            let work = move |tx: &mut Tx<'_>| read(tx, &sought, from, PART);
            let (people, next) = db.read("platform.export_users", work).await?;
            let rows = people.into_iter().map(cells).collect();
            Ok(Part { rows, next })
        }
    };
    table::table("users", &COLUMNS, part).await
}

const COLUMNS: [&str; 9] = [
    "id",
    "first_name",
    "last_name",
    "username",
    "language",
    "created_at",
    "last_seen_at",
    "blocked",
    "roles",
];

fn cells(person: PersonView) -> Vec<Cell> {
    let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
    vec![
        Cell::Plain(person.id.to_string()),
        Cell::Text(person.first_name),
        Cell::optional(person.last_name),
        Cell::optional(person.username),
        Cell::optional(person.language),
        Cell::Plain(person.created_at.to_string()),
        Cell::Plain(person.last_seen_at.to_string()),
        Cell::Plain(person.blocked.to_string()),
        Cell::Plain(roles.join(" ")),
    ]
}

/// Folds the names of people who were written down by a program that did not.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoldNames;

impl Reconciler for FoldNames {
    fn name(&self) -> &'static str {
        "platform.fold_names"
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        let now = tx.now();
        Ok(people::any_unfolded(tx)?.map(|_user| now))
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let rows = people::unfolded(tx, FOLDED_AT_ONCE)?;
        for row in &rows {
            let person = auth::Person {
                id: row.id,
                first_name: row.first_name.clone(),
                last_name: row.last_name.clone(),
                username: row.username.clone(),
                language: None,
            };
            people::set_folded(tx, row.id, &person.folded())?;
        }
        Ok(if rows.is_empty() {
            Step::Done
        } else {
            Step::More
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for() {
        let like = |pattern: &str| Sought::Like(pattern.to_owned());
        assert_eq!(Sought::parse(None).unwrap(), Sought::Everybody);
        assert_eq!(Sought::parse(Some("  ")).unwrap(), Sought::Everybody);
        assert_eq!(Sought::parse(Some(" АнНа ")).unwrap(), like("%анна%"));
        assert_eq!(Sought::parse(Some("50%_!")).unwrap(), like("%50!%!_!!%"));
        assert_eq!(Sought::parse(Some("-5")).unwrap(), like("%-5%"));
        let id = Sought::Id(UserId(42), "%42%".to_owned());
        assert_eq!(Sought::parse(Some("42")).unwrap(), id);
        assert!(Sought::parse(Some(&"a".repeat(101))).is_err());
    }
}
