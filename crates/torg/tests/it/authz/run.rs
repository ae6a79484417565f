//! Asks everything, and judges the answers.

use super::bodies::body;
use super::canaries::{Readers, words};
use super::cells::{Cell, cells};
use super::elsewhere::{Streams, chats, control};
use super::report::Report;
use super::visitors::{Visitor, visitors};
use super::world::World;
use super::{services_made, shop_made, staff_made};
use crate::party::Answer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests at once.
const AT_ONCE: usize = 6;

/// The whole matrix.
pub(crate) async fn run(mut world: World) -> Report {
    let mut report = Report::default();
    let people = world.people.clone();
    let visitors = visitors(&world.party, &people).await;
    report.visitors = visitors.len();
    let all = cells(&world, &visitors);
    let (acts, looks): (Vec<_>, Vec<_>) = all.into_iter().partition(Cell::acts);
    let before = world.snapshot().await;
    ask_all(&mut world, &mut report, &visitors, &looks, false).await;
    for ((path, before), (_, after)) in before.into_iter().zip(world.snapshot().await) {
        if before != after {
            report.wrong(format!(
                "refused requests have changed {path}: {before} then {after}"
            ));
        }
    }
    paused(&mut world, &mut report, &visitors, &looks).await;
    let streams = Streams::open(&world.party, &visitors).await;
    for word in world.canaries.silent() {
        report.wrong(format!("nobody has seen {word}, though somebody may"));
    }
    for cell in &acts {
        act(&mut world, &mut report, &visitors, cell).await;
    }
    for (number, heard) in streams.close() {
        report.streamed += heard.len();
        for word in world.canaries.leaks(&visitors[number], "", "", &heard) {
            report.leaks += 1;
            report.wrong(format!(
                "{word} in the live stream of {}",
                visitors[number].name
            ));
        }
    }
    if report.streamed == 0 {
        report.wrong("the live streams have said nothing".to_owned());
    }
    chats(&mut world, &mut report, &visitors).await;
    report.control = control(&mut world, &visitors).await;
    if report.control == 0 {
        report.wrong("a leak that was made on purpose is not seen".to_owned());
    }
    finish(world, report, &visitors).await
}

/// Cells that change nothing, several at once.
async fn ask_all(
    world: &mut World,
    report: &mut Report,
    visitors: &[Visitor],
    cells: &[Cell],
    paused: bool,
) {
    let requests: Vec<_> = (cells.iter())
        .map(|cell| {
            let body = body(world, cell.method, cell.route, "fresh");
            (
                cell.method,
                cell.path.clone(),
                visitors[cell.visitor].headers.clone(),
                body,
            )
        })
        .collect();
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let askers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (party, requests, next) = (world.party.clone(), requests.clone(), next.clone());
            tokio::spawn(async move {
                let mut answers = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((method, path, headers, body)) = requests.get(number) else {
                        return answers;
                    };
                    answers.push((
                        number,
                        party.ask(method, path, headers, body.as_ref()).await,
                    ));
                }
            })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for asker in askers {
        answers.extend(asker.await.unwrap());
    }
    assert_eq!(answers.len(), cells.len());
    let mut unknown: BTreeMap<(&str, &str, usize), (Value, Value)> = BTreeMap::new();
    for (number, answer) in &answers {
        let (cell, visitor) = (&cells[*number], &visitors[cells[*number].visitor]);
        report.judge(cell, visitor, answer, paused);
        let sent = format!("{}{:?}", cell.path, requests[*number].3);
        leaks(world, report, cell, visitor, &sent, answer);
        // Somebody else's thing is refused in the very words of one that does not exist.
        if answer.status == 404 {
            let body = answer.json();
            let said = (body["code"].clone(), body["detail"].clone());
            let key = (cell.method, cell.route, cell.visitor);
            let first = unknown.entry(key).or_insert_with(|| said.clone());
            if *first != said && !cell.route.ends_with("/takes/{executor_id}/refund") {
                let text = format!(
                    "{} {} by {}: {first:?} or {said:?}",
                    cell.method, cell.route, visitor.name
                );
                report.wrong(text);
            }
        }
    }
}

fn leaks(
    world: &mut World,
    report: &mut Report,
    cell: &Cell,
    visitor: &Visitor,
    sent: &str,
    answer: &Answer,
) {
    for word in world.canaries.leaks(visitor, &cell.path, sent, &answer.all) {
        report.leaks += 1;
        report.wrong(format!(
            "{word} in {} {} for {}",
            cell.method, cell.path, visitor.name
        ));
    }
}

/// The same looks while both markets are paused: a pause opens no door.
async fn paused(world: &mut World, report: &mut Report, visitors: &[Visitor], looks: &[Cell]) {
    const MARKETS: [&str; 6] = [
        "/api/orders",
        "/api/reviews",
        "/api/balance",
        "/orders",
        "/products",
        "/cart",
    ];
    let of_markets = |cell: &&Cell| MARKETS.iter().any(|begin| cell.route.starts_with(begin));
    let looks: Vec<_> = looks.iter().filter(of_markets).cloned().collect();
    let pause = |market: &str| format!("/api/admin/markets/{market}/pause");
    for market in ["services", "shop"] {
        let reason = Some(json!({ "reason": "a pause of the tests" }));
        world.party.operator("PUT", &pause(market), reason).await;
    }
    ask_all(world, report, visitors, &looks, true).await;
    for market in ["services", "shop"] {
        world.party.operator("DELETE", &pause(market), None).await;
    }
}

/// A cell that may change something, with a thing of its own where the one before would be gone.
async fn act(world: &mut World, report: &mut Report, visitors: &[Visitor], cell: &Cell) {
    let visitor = &visitors[cell.visitor];
    let mut cell = cell.clone();
    if let Some(thing) = &cell.thing {
        let fresh = fresh(world, &cell, thing.state, visitor).await;
        if let Some(id) = fresh {
            cell.path = super::cells::filled(world, cell.route, &id);
        }
    }
    let word = match (cell.method, cell.route) {
        ("POST", "/api/orders") => {
            let readers = Readers::people(&[visitor.person().unwrap()]);
            world.canaries.make("ct", readers)
        }
        ("POST", "/admin/products/{id}/keys") => world.canaries.make("kk", Readers::Nobody),
        _ => format!("x{}", report.cells),
    };
    let body = body(world, cell.method, cell.route, &word);
    let answer = world
        .party
        .ask(cell.method, &cell.path, &visitor.headers, body.as_ref())
        .await;
    if cell.route == "/api/orders/{id}/take" && answer.status == 200 {
        let id = cell.path.split('/').nth(3).unwrap().to_owned();
        services_made::taken(world, &id, visitor.person().unwrap());
    }
    report.judge(&cell, visitor, &answer, false);
    let sent = format!("{}{body:?}", cell.path);
    leaks(world, report, &cell, visitor, &sent, &answer);
    undo(world, &cell).await;
}

/// A new thing in place of one that the cell would leave gone for the next.
async fn fresh(world: &mut World, cell: &Cell, state: &str, visitor: &Visitor) -> Option<String> {
    match (cell.method, cell.route) {
        (_, route) if route.starts_with("/api/orders/") && state == "live" => {
            Some(services_made::order(world, "live").await)
        }
        (_, "/api/admin/payments/flagged/{provider}/{event_id}/resolve") => {
            Some(shop_made::flagged(world).await)
        }
        ("DELETE", "/admin/products/{id}") => Some(shop_made::product(world).await),
        ("DELETE", "/api/admin/webhooks/{id}") => Some(staff_made::webhook(world, "another").await),
        ("DELETE", "/api/admin/users/{user_id}/notes/{note_id}") => {
            let path = format!("/api/admin/users/{}/notes", world.people.fillers[0]);
            let body = json!({ "text": "to be deleted" });
            let owner = cell.thing.as_ref().and_then(|thing| thing.owner);
            let made = match owner {
                Some(author) if visitor.person() == owner => {
                    world
                        .party
                        .by(author, &format!("POST {path}"), Some(body))
                        .await
                }
                _ => world.party.operator("POST", &path, Some(body)).await,
            };
            Some(super::world::text(&made["id"]))
        }
        _ => None,
    }
}

/// What would be in the way of the next cell.
async fn undo(world: &World, cell: &Cell) {
    let party = &world.party;
    match (cell.method, cell.route) {
        ("PUT", "/api/admin/markets/{name}/pause" | "/api/admin/users/{user_id}/block") => {
            party.operator("DELETE", &cell.path, None).await;
        }
        ("PUT", "/api/admin/staff/{user_id}/roles/{role}") => {
            party.operator("DELETE", &cell.path, None).await;
        }
        ("POST", "/api/admin/wallet/halt") => {
            let note = json!({ "note": "it was a test" });
            party
                .operator("POST", "/api/admin/wallet/resume", Some(note))
                .await;
        }
        ("POST", "/api/admin/jobs/{name}/pause") => {
            party
                .operator("POST", &cell.path.replace("/pause", "/resume"), None)
                .await;
        }
        _ => {}
    }
}

/// What is not an answer: the log, what the bot has said, and whether the canaries can sing at all.
async fn finish(world: World, mut report: Report, visitors: &[Visitor]) -> Report {
    report.canaries = world.canaries.len();
    let World { party, names, .. } = world;
    let Some(party) = Arc::into_inner(party) else {
        panic!("somebody still asks")
    };
    let (log, wrong) = party.stop_and_verify();
    report.problems.extend(wrong);
    assert!(
        log.lines().count() > 1000,
        "there is no log at this level: {log}"
    );
    let mut secrets: Vec<(String, String)> = vec![(
        "a webhook's secret".to_owned(),
        names["webhook secret"].clone(),
    )];
    for visitor in visitors.iter().filter(|visitor| visitor.person().is_some()) {
        let credential = visitor
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization")
            .unwrap();
        let secret = credential.1.rsplit(['=', ' ']).next().unwrap().to_owned();
        secrets.push((format!("the credential of {}", visitor.name), secret));
    }
    for (what, secret) in secrets {
        if log.contains(&secret) {
            report.leaks += 1;
            report.wrong(format!("{what} is in the log"));
        }
    }
    for word in words(&log) {
        report.leaks += 1;
        let line = log.lines().find(|line| line.contains(&word));
        let line: String = line.unwrap_or_default().chars().take(300).collect();
        report.wrong(format!("{word} in the log: {line}"));
    }
    report
}
