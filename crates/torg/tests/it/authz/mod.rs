//! The authorisation matrix: every route × everybody who may ask × everything that it can name, in
//! every state, each a request; and canaries in everything private, looked for in every answer, in
//! the log, and in what the bot has said.
//!
//! `TORG_PROVE=1 cargo nextest run -p torg --no-capture -E 'test(authz::matrix)'` prints its
//! figures as the last line.

mod bodies;
mod canaries;
mod cells;
mod elsewhere;
mod people_made;
mod report;
mod run;
mod services_made;
mod shop_made;
mod staff_made;
mod table;
mod visitors;
mod world;

use crate::party::Party;
use crate::process::{self, KEYS};
use std::collections::{BTreeMap, BTreeSet};
use table::{TABLE, Who};
use torg_testkit::{TestDb, both_engines};
use world::World;

/// The reference, by route.
fn reference() -> BTreeMap<String, Who> {
    let mut rows = BTreeMap::new();
    for (who, routes) in TABLE {
        for route in *routes {
            let before = rows.insert((*route).to_owned(), *who);
            assert_eq!(before, None, "{route} has two rows");
        }
    }
    rows
}

/// The routes of the whole program with their policies, as it prints them itself.
fn routes() -> BTreeMap<String, String> {
    let folder = process::folder();
    let mut settings = KEYS.to_vec();
    settings.push(("TORG_CLOCK__MODE", "manual"));
    let (code, out, err) = process::run(folder.path(), &["routes"], &settings);
    assert_eq!(code, 0, "{err}");
    let line = |line: &str| {
        let [method, path, policy, _name] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("not a route: {line}")
        };
        (format!("{method} {path}"), policy.to_owned())
    };
    out.lines().map(line).collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let (rows, routes) = (reference(), routes());
    let named: BTreeSet<_> = rows.keys().collect();
    let there: BTreeSet<_> = routes.keys().collect();
    let without_row: Vec<_> = there.difference(&named).collect();
    let without_route: Vec<_> = named.difference(&there).collect();
    assert!(
        without_row.is_empty(),
        "routes without a row in authz/table.rs: {without_row:?}"
    );
    assert!(
        without_route.is_empty(),
        "rows without a route: {without_route:?}"
    );
    let mut wrong = Vec::new();
    for (route, who) in &rows {
        let meant = match who {
            Who::Anyone => "public".to_owned(),
            Who::Person => "user".to_owned(),
            Who::Signed => "signed".to_owned(),
            Who::Staff([]) => "owner".to_owned(),
            Who::Staff(roles) if roles.len() == 4 => "admin".to_owned(),
            Who::Staff(roles) => roles.join("|"),
        };
        if routes[route] != meant {
            wrong.push(format!("{route}: {} instead of {meant}", routes[route]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

both_engines! { &[] =>
    async fn matrix(t: TestDb) {
        let began = std::time::Instant::now();
        let world = World::build(Party::start(&t, "debug").await).await;
        let report = run::run(world).await;
        report.print(t.engine(), began.elapsed());
        assert!(report.is_good(), "{}", report.problems.join("\n"));
    }
}
