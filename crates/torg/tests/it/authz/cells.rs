//! The cells of the matrix: each route with each visitor and each thing that it can name, and what
//! the reference says.

use super::table::{TABLE, Who};
use super::visitors::{Standing, Visitor};
use super::world::{Thing, World};

/// What an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Let in: the answer is about the matter, not about who asks.
    In,
    /// Refused with one of these; never with another.
    Refused(&'static [u16]),
}

const NOT_KNOWN: Expect = Expect::Refused(&[401]);
const NOT_ALLOWED: Expect = Expect::Refused(&[403]);
const MISSING: Expect = Expect::Refused(&[404]);

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) method: &'static str,
    /// As the table has it.
    pub(crate) route: &'static str,
    /// With the names of the things.
    pub(crate) path: String,
    pub(crate) visitor: usize,
    pub(crate) thing: Option<Thing>,
    pub(crate) expect: Expect,
}

impl Cell {
    /// Whether it may change something.
    pub(crate) fn acts(&self) -> bool {
        self.expect == Expect::In && self.method != "GET"
    }
}

/// A name that nothing has.
const NO_UUID: &str = "00000000-0000-4000-8000-000000000000";
const NO_NUMBER: &str = "999999999";

/// What the variable part of a path names, and a name of that kind that nothing has.
pub(crate) fn kind(path: &str) -> Option<(&'static str, &'static str)> {
    let of = |begin: &str| path.starts_with(begin);
    Some(match path {
        _ if !path.contains('{') => return None,
        _ if of("/api/orders/") || of("/api/admin/services/orders/") => ("services order", NO_UUID),
        _ if of("/orders/") || of("/admin/orders/") => ("shop order", NO_UUID),
        _ if of("/products/") || of("/admin/products/") || of("/cart/items/") => {
            ("product", NO_UUID)
        }
        _ if of("/admin/coupons/") => ("coupon", "NOSUCHCODE"),
        _ if of("/api/admin/broadcasts/") => ("broadcast", NO_NUMBER),
        _ if of("/api/admin/jobs/dead/") => ("dead job", NO_NUMBER),
        _ if of("/api/admin/jobs/") => ("job", "nothing.at_all"),
        _ if of("/api/admin/outbox/dead-letters/") => ("dead letter", NO_NUMBER),
        _ if of("/api/admin/markets/") => ("market", "no_such_market"),
        _ if of("/api/admin/payments/flagged/") => ("flagged payment", "test}nothing"),
        _ if of("/api/admin/services/complaints/") => ("complaint", NO_NUMBER),
        _ if of("/api/admin/services/reviews/") => ("review", NO_NUMBER),
        _ if of("/api/admin/settings/") => ("setting", "services.nothing"),
        _ if of("/api/admin/telegram/messages/") => ("message", NO_NUMBER),
        _ if path.ends_with("/notes/{note_id}") => ("note", NO_NUMBER),
        _ if of("/api/admin/users/") || of("/api/admin/staff/") => ("person", NO_NUMBER),
        _ if of("/api/wallet/withdrawals/") || of("/api/admin/wallet/withdrawals/") => {
            ("withdrawal", NO_UUID)
        }
        _ if of("/api/admin/wallet/deposits/") => ("deposit", NO_NUMBER),
        _ if of("/api/admin/webhooks/") => ("webhook", NO_UUID),
        _ if of("/api/balance/payment/") || of("/_fake_payments/") => ("payment", NO_UUID),
        _ if of("/payments/webhook/") => ("provider", "no_such_company"),
        _ if of("/app/") || of("/docs/") || of("/health/") => ("page", "nothing"),
        _ => panic!("nobody has said what {path} names"),
    })
}

/// The path with a thing's names in it.
pub(crate) fn filled(world: &World, path: &str, id: &str) -> String {
    let mut filled = path.to_owned();
    let people = &world.people;
    for (name, value) in [
        ("{executor_id}", people.paid.to_string()),
        ("{role}", "support".to_owned()),
        (
            "{provider}",
            id.split('}').next().unwrap_or_default().to_owned(),
        ),
        (
            "{event_id}",
            id.split('}').next_back().unwrap_or_default().to_owned(),
        ),
    ] {
        filled = filled.replace(name, &value);
    }
    if filled.ends_with("{note_id}") {
        filled = filled.replace("{user_id}", &people.fillers[0].to_string());
    }
    while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
        filled.replace_range(from..=to, id);
    }
    filled
}

/// All of them, in the order of the table.
pub(crate) fn cells(world: &World, visitors: &[Visitor]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (who, routes) in TABLE {
        for route in *routes {
            let (method, path) = route.split_once(' ').unwrap();
            let mut things: Vec<Option<Thing>> = vec![None];
            things.extend(queries(method, path).iter().map(|query| Some(asked(query))));
            if let Some((kind, _)) = kind(path) {
                things.extend(world.of_kind(kind).into_iter().map(Some));
            }
            for thing in things {
                for (number, visitor) in visitors.iter().enumerate() {
                    let id = match (&thing, kind(path)) {
                        (Some(thing), _) if thing.kind == "query" => String::new(),
                        (Some(thing), _) => thing.id.clone(),
                        (None, Some((_, missing))) => missing.to_owned(),
                        (None, None) => String::new(),
                    };
                    cells.push(Cell {
                        method,
                        route: path,
                        path: match &thing {
                            Some(thing) if thing.kind == "query" => format!("{path}{}", thing.id),
                            _ if path == "/api/reviews/check" => {
                                let order = &world.thing("services order", "completed").id;
                                format!("{path}?order_id={order}")
                            }
                            _ => filled(world, path, &id),
                        },
                        visitor: number,
                        expect: expect(world, *who, method, path, visitor, thing.as_ref()),
                        thing: thing.clone(),
                    });
                }
            }
        }
    }
    cells
}

/// Further questions that a list takes.
fn queries(method: &str, path: &str) -> &'static [&'static str] {
    match (method, path) {
        ("GET", "/api/orders") => &[
            "?mine=true",
            "?taken_by_me=true",
            "?near=55.75,37.61&radius_km=50",
            "?status=completed",
            "?status=deleted",
        ],
        ("GET", "/api/reviews") => &["?mine=true", "?about_me=true"],
        ("GET", "/orders") => &["?limit=100"],
        ("GET", "/products") => &["?q=key", "?is_active=false"],
        ("GET", "/api/admin/users") => &["?q=2001", "?limit=100"],
        ("GET", "/api/admin/services/orders") => &["?limit=100", "?q=cnryct0001"],
        ("GET", "/api/admin/audit") => &["?limit=100"],
        ("GET", "/admin/orders") => &["?limit=100"],
        _ => &[],
    }
}

fn asked(query: &'static str) -> Thing {
    Thing {
        kind: "query",
        state: query,
        id: query.to_owned(),
        owner: None,
        takers: Vec::new(),
    }
}

/// What the door of a route answers; nothing when it lets somebody in.
fn door(who: Who, visitor: &Visitor) -> Option<Expect> {
    match (who, visitor.standing) {
        (Who::Signed, _) => Some(NOT_KNOWN),
        (Who::Person, Standing::Blocked)
        | (Who::Staff(_), Standing::Blocked | Standing::Person) => Some(NOT_ALLOWED),
        (Who::Person, _) if visitor.person().is_none() => Some(NOT_KNOWN),
        (Who::Staff(_), Standing::Nobody | Standing::WrongSecret(_)) => Some(NOT_KNOWN),
        (Who::Staff(roles), Standing::Staff(role)) if role != "owner" && !roles.contains(&role) => {
            Some(NOT_ALLOWED)
        }
        (Who::Anyone | Who::Person | Who::Staff(_), _) => None,
    }
}

fn expect(
    world: &World,
    who: Who,
    method: &str,
    path: &str,
    visitor: &Visitor,
    thing: Option<&Thing>,
) -> Expect {
    if path == "/payments/webhook/{provider}" {
        return MISSING;
    }
    if matches!(path, "/api/auth/telegram" | "/api/auth/redeem") {
        // What is sent there is itself a credential, and no good one, whoever sends it.
        return NOT_KNOWN;
    }
    if let Some(refused) = door(who, visitor) {
        return refused;
    }
    let Some(thing) = thing else {
        return missing(world, path, visitor);
    };
    let staff_routes = path.starts_with("/api/admin/") || path.starts_with("/admin/");
    match thing.kind {
        // Nobody has orders of one's own without being somebody.
        "query" if thing.id.contains("me=") || thing.id.contains("mine=") => {
            if visitor.person().is_some() {
                Expect::In
            } else {
                NOT_KNOWN
            }
        }
        "services order" if staff_routes => {
            let refund = path.ends_with("/refund");
            let taken = thing.takers.contains(&world.people.paid);
            if refund && !taken {
                MISSING
            } else {
                Expect::In
            }
        }
        "services order" => services_order(method, path, visitor, thing),
        "shop order" if !staff_routes => shop_order(path, visitor, thing),
        "withdrawal" | "payment" if !staff_routes && who == Who::Person => {
            let own = visitor.person() == thing.owner;
            if own { Expect::In } else { MISSING }
        }
        "note" => {
            let author = visitor.person() == thing.owner && thing.owner.is_some();
            let any = matches!(
                visitor.standing,
                Standing::Staff("owner") | Standing::Secret
            );
            if author || any {
                Expect::In
            } else {
                NOT_ALLOWED
            }
        }
        _ => Expect::In,
    }
}

/// Without a thing: routes that name none, and names that nothing has.
fn missing(world: &World, path: &str, visitor: &Visitor) -> Expect {
    let completed = || world.thing("services order", "completed");
    match (path, kind(path)) {
        ("/api/reviews/client", _) if visitor.person() != completed().owner => NOT_ALLOWED,
        ("/api/reviews/executor", _) => {
            let taker = |id| completed().takers.contains(&id);
            if visitor.person().is_some_and(taker) {
                Expect::In
            } else {
                NOT_ALLOWED
            }
        }
        // The pages of the Mini App find their own way; a cart knows no missing product.
        (_, None) | ("/app/{*rest}" | "/cart/items/{product_id}", _) => Expect::In,
        // People are known by their number alone, whether they have come or not.
        (_, Some(("person", _))) if path.ends_with("/roles/{role}") => Expect::In,
        (_, Some(_)) => MISSING,
    }
}

/// The list of orders is public, so somebody else's is refused by its name and not denied.
fn services_order(method: &str, path: &str, visitor: &Visitor, order: &Thing) -> Expect {
    let own = visitor.person() == order.owner;
    let taker = visitor
        .person()
        .is_some_and(|id| order.takers.contains(&id));
    let gone = order.state == "deleted" || order.state == "removed";
    let acts = path != "/api/orders/{id}";
    match (method, acts) {
        ("GET", _) if gone && !own && !taker => MISSING,
        ("GET", _) => Expect::In,
        (_, true) if path.ends_with("/take") => {
            if own {
                NOT_ALLOWED
            } else {
                Expect::In
            }
        }
        _ if !own => NOT_ALLOWED,
        // Neither edited nor deleted after somebody has paid for it.
        (_, false) if !order.takers.is_empty() => NOT_ALLOWED,
        _ => Expect::In,
    }
}

/// Somebody else's order is as unknown as one that does not exist.
fn shop_order(path: &str, visitor: &Visitor, order: &Thing) -> Expect {
    let person = visitor.person();
    let own = order.owner.is_none() || person == order.owner;
    // On a public route a wrong secret counts as none, and an owner's account still counts.
    let moderates = visitor.is_public_staff()
        && !matches!(
            visitor.standing,
            Standing::Staff("read_only" | "support" | "finance")
        );
    let was_paid = matches!(order.state, "paid" | "fulfilled" | "digital");
    match path {
        "/orders/{id}" if own || visitor.is_public_staff() => Expect::In,
        "/orders/{id}/pay" if own => Expect::In,
        "/orders/{id}/cancel" if own => Expect::In,
        "/orders/{id}/cancel" if visitor.standing == Standing::Staff("moderator") && was_paid => {
            NOT_ALLOWED
        }
        "/orders/{id}/cancel" if moderates => Expect::In,
        _ => MISSING,
    }
}
