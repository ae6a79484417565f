//! The world of the matrix: people, and their orders and money in every state.

use super::canaries::{Canaries, Readers};
use crate::party::Party;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Accounts.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) stranger: i64,
    pub(crate) customer: i64,
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    pub(crate) poor: i64,
    pub(crate) buyer: i64,
    pub(crate) other_buyer: i64,
    pub(crate) blocked: i64,
    pub(crate) dismissed: i64,
    /// Two who fill orders up and are nobody's column.
    pub(crate) fillers: [i64; 2],
    pub(crate) read_only: i64,
    pub(crate) support: i64,
    pub(crate) moderator: i64,
    pub(crate) finance: i64,
    pub(crate) owner: i64,
}

impl People {
    /// Everybody.
    pub(crate) fn all(&self) -> Vec<i64> {
        let mut all = self.with_phones();
        all.extend([self.blocked, self.dismissed]);
        all.extend(self.fillers);
        all
    }

    /// Those whose chats the Telegram beside it knows.
    pub(crate) fn with_phones(&self) -> Vec<i64> {
        vec![
            self.stranger,
            self.customer,
            self.paid,
            self.refunded,
            self.poor,
            self.buyer,
            self.other_buyer,
            self.read_only,
            self.support,
            self.moderator,
            self.finance,
            self.owner,
        ]
    }

    pub(crate) const fn new() -> Self {
        Self {
            stranger: 2004,
            customer: 1001,
            paid: 2001,
            refunded: 2002,
            poor: 2003,
            buyer: 4001,
            other_buyer: 5001,
            blocked: 17,
            dismissed: 18,
            fillers: [31, 32],
            read_only: 3005,
            support: 3004,
            moderator: 3003,
            finance: 3002,
            owner: 3001,
        }
    }
}

/// Something that a path can name.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    /// `services order`, `shop order`, …
    pub(crate) kind: &'static str,
    /// Its state, in a word.
    pub(crate) state: &'static str,
    /// Its name in paths; for things with two names, what stands between braces in between.
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) owner: Option<i64>,
    /// Executors who have taken it.
    pub(crate) takers: Vec<i64>,
}

/// What there is.
pub(crate) struct World {
    pub(crate) party: Arc<Party>,
    pub(crate) people: People,
    pub(crate) things: Vec<Thing>,
    pub(crate) canaries: Canaries,
    pub(crate) names: BTreeMap<&'static str, String>,
    /// Contact of each order of services.
    pub(crate) contacts: BTreeMap<String, String>,
}

impl World {
    /// Everything, from nothing. Moves the clock once, past what expires.
    pub(crate) async fn build(party: Party) -> Self {
        let mut world = Self {
            party: Arc::new(party),
            people: People::new(),
            things: Vec::new(),
            canaries: Canaries::default(),
            names: BTreeMap::new(),
            contacts: BTreeMap::new(),
        };
        world.canaries.know("cnrybt0001", Readers::Nobody);
        world.canaries.know("cnryas0001", Readers::Nobody);
        world.canaries.know("cnryjw0001", Readers::Nobody);
        world.canaries.know("cnryws0001", Readers::Nobody);
        super::people_made::make(&mut world).await;
        super::shop_made::begin(&mut world).await;
        super::services_made::make_old(&mut world).await;
        world.party.advance(3700).await;
        super::services_made::make_new(&mut world).await;
        super::shop_made::make(&mut world).await;
        super::staff_made::make(&mut world).await;
        world
    }

    pub(crate) fn add(
        &mut self,
        kind: &'static str,
        state: &'static str,
        id: &str,
        owner: Option<i64>,
    ) {
        self.things.push(Thing {
            kind,
            state,
            id: id.to_owned(),
            owner,
            takers: Vec::new(),
        });
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Thing> {
        let things = self.things.iter().filter(|thing| thing.kind == kind);
        things.cloned().collect()
    }

    pub(crate) fn thing(&self, kind: &str, state: &str) -> &Thing {
        let found = self
            .things
            .iter()
            .find(|thing| (thing.kind, thing.state) == (kind, state));
        found.unwrap_or_else(|| panic!("no {kind} is {state}"))
    }

    pub(crate) fn name(&self, name: &str) -> &str {
        self.names.get(name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Everything that an export or a list of the operator's shows, to see whether it has changed.
    pub(crate) async fn snapshot(&self) -> Vec<(String, String)> {
        const LOOKS: [&str; 16] = [
            "/api/admin/audit?limit=100",
            "/api/admin/ledger.csv",
            "/api/admin/users.csv",
            "/api/admin/services/orders.csv",
            "/api/admin/services/reviews",
            "/api/admin/services/complaints",
            "/api/admin/shop/orders.csv",
            "/admin/products.csv",
            "/admin/coupons",
            "/api/admin/staff",
            "/api/admin/settings",
            "/api/admin/webhooks",
            "/api/admin/broadcasts",
            "/api/admin/wallet/withdrawals",
            "/api/admin/payments/flagged",
            "/api/admin/users/31",
        ];
        let mut seen = Vec::new();
        for path in LOOKS {
            let headers = [("x-admin-secret", crate::party::ADMIN_SECRET.to_owned())];
            let answer = self.party.ask("GET", path, &headers, None).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let body = if path == "/api/admin/users.csv" {
                rights(&answer.body)
            } else {
                answer.body
            };
            seen.push((path.to_owned(), body));
        }
        seen
    }
}

/// Who is shut out and who belongs to the staff; when somebody was seen last is no change.
fn rights(table: &str) -> String {
    let row = |row: &str| {
        let cells: Vec<_> = row.split(',').collect();
        let [id, .., blocked, roles] = cells[..] else {
            panic!("not a row of people: {row}")
        };
        format!("{id},{blocked},{roles}\n")
    };
    table.lines().map(row).collect()
}

/// Text of a field.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    let number = || value.as_i64().map(|number| number.to_string());
    let name = value.as_str().map(str::to_owned).or_else(number);
    name.unwrap_or_else(|| panic!("no name: {value}"))
}

/// A reason for the staff.
pub(crate) fn reason(text: &str) -> Option<Value> {
    Some(json!({ "reason": text }))
}
