//! Who asks: everybody that the program tells apart, and those who only pretend.

use super::world::People;
use crate::party::{ADMIN_SECRET, BOT_TOKEN, Party, init_data};
use serde_json::json;
use std::time::Duration;

/// What somebody is to the door of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody: no credential, or none that holds.
    Nobody,
    /// Known, and shut out.
    Blocked,
    /// Somebody with a Telegram account.
    Person,
    /// Of the staff, with this role.
    Staff(&'static str),
    /// Whoever knows the operator's secret, and has no account.
    Secret,
    /// A wrong secret; whatever else is sent, an operator's route refuses it.
    WrongSecret(Option<i64>),
}

/// One column of the matrix.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) name: &'static str,
    pub(crate) standing: Standing,
    /// Their account.
    pub(crate) id: Option<i64>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Visitor {
    /// Whether they belong to the staff, in whatever role.
    pub(crate) fn is_staff(&self) -> bool {
        matches!(self.standing, Standing::Staff(_) | Standing::Secret)
    }

    /// Whether a public route knows them as staff: a wrong secret counts as none there, and the
    /// account beside it as what it is.
    pub(crate) fn is_public_staff(&self) -> bool {
        self.is_staff() || matches!(self.standing, Standing::WrongSecret(Some(_)))
    }

    /// The account that a route for people sees.
    pub(crate) fn person(&self) -> Option<i64> {
        match self.standing {
            Standing::Nobody | Standing::Blocked | Standing::Secret => None,
            Standing::WrongSecret(id) => id,
            Standing::Person | Standing::Staff(_) => self.id,
        }
    }
}

fn with(name: &'static str, standing: Standing, id: Option<i64>, credential: String) -> Visitor {
    let headers = vec![("authorization", credential)];
    Visitor {
        name,
        standing,
        id,
        headers,
    }
}

/// Everybody, with credentials of now.
#[expect(
    clippy::too_many_lines,
    reason = "one list, a line or two for each visitor"
)]
pub(crate) async fn visitors(party: &Party, people: &People) -> Vec<Visitor> {
    let now = party.now().await;
    let signed = |id| format!("tma {}", init_data(id, now, BOT_TOKEN));
    let person = |name, id| with(name, Standing::Person, Some(id), signed(id));
    let staff = |name, id| with(name, Standing::Staff(name), Some(id), signed(id));
    let nobody = |name, credential| with(name, Standing::Nobody, None, credential);
    let long_ago = now.minus(Duration::from_secs(86_400 + 120));
    let other_bot = init_data(people.owner, now, "200:another-bots-token");
    let forged = signed(people.owner);
    let (data, hash) = forged.rsplit_once("hash=").unwrap();
    let forged = format!("{data}hash={}", "0".repeat(hash.len()));
    let tampered = signed(people.customer).replace("Person", "Persona");
    let session = session(party, people.other_buyer).await;
    let over = self::session(party, people.owner).await;
    let headers = [("authorization", over.clone())];
    party
        .ask("POST", "/api/auth/logout", &headers, None)
        .await
        .must(204);
    let secret = |name, standing, value: &str, person: Option<i64>| {
        let mut headers = vec![("x-admin-secret", value.to_owned())];
        headers.extend(person.map(|id| ("authorization", signed(id))));
        Visitor {
            name,
            standing,
            id: person,
            headers,
        }
    };
    vec![
        Visitor {
            name: "anonymous",
            standing: Standing::Nobody,
            id: None,
            headers: Vec::new(),
        },
        nobody("initData with a wrong hash", forged),
        nobody("initData that was changed", tampered),
        nobody(
            "initData of yesterday",
            format!("tma {}", init_data(people.owner, long_ago, BOT_TOKEN)),
        ),
        nobody("initData of another bot", format!("tma {other_bot}")),
        nobody("an invented session", "Bearer aaaa.bbbb.cccc".to_owned()),
        nobody("a session that is over", over),
        nobody("no scheme at all", "Basic b3duZXI6b3duZXI=".to_owned()),
        secret(
            "a wrong secret",
            Standing::WrongSecret(None),
            "not-the-secret",
            None,
        ),
        secret(
            "an owner with a wrong secret",
            Standing::WrongSecret(Some(people.owner)),
            "not-the-secret",
            Some(people.owner),
        ),
        with(
            "blocked",
            Standing::Blocked,
            Some(people.blocked),
            signed(people.blocked),
        ),
        person("stranger", people.stranger),
        person("customer", people.customer),
        person("executor who paid", people.paid),
        person("executor refunded", people.refunded),
        person("executor without money", people.poor),
        person("buyer", people.buyer),
        with(
            "other buyer",
            Standing::Person,
            Some(people.other_buyer),
            session,
        ),
        person("dismissed moderator", people.dismissed),
        staff("read_only", people.read_only),
        staff("support", people.support),
        staff("moderator", people.moderator),
        staff("finance", people.finance),
        staff("owner", people.owner),
        secret("secret", Standing::Secret, ADMIN_SECRET, None),
    ]
}

async fn session(party: &Party, id: i64) -> String {
    let init_data = init_data(id, party.now().await, BOT_TOKEN);
    let body = json!({ "init_data": init_data });
    let answer = party
        .ask("POST", "/api/auth/telegram", &[], Some(&body))
        .await;
    format!("Bearer {}", answer.must(200)["token"].as_str().unwrap())
}
