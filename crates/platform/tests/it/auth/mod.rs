//! Authentication through the real router: every form of credential, every policy.

mod operators;
mod sign_in;

use axum::Router;
use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::auth::Role;
use torg_platform::auth::{
    Actor, Auth, AuthOptions, Identity, MaybeStaff, Person, Staff, VerifyInitData, api, person,
};
use torg_platform::config::Secret;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Built, Policy};
use torg_platform::{Error, Kind, Result, Timestamp, UserId};
use torg_testkit::{START, TestDb};
use tower::ServiceExt as _;

const NOW: Timestamp = START;
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// `id=7&name=Ann&date=…&hash=good` stands for initData; how that is checked is another crate's.
struct Fake;

impl VerifyInitData for Fake {
    fn verify(&self, raw: &str, now: Timestamp, max_age: Duration) -> Result<Identity> {
        let refuse = |code| Error::new(Kind::Unauthenticated, code, "refused");
        let field = |name: &str| {
            let mut pairs = raw.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        if field("hash").as_deref() != Some("good") {
            return Err(refuse("init_data_hash_mismatch"));
        }
        let number = |name| field(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let auth_date = Timestamp::from_seconds(number("date"));
        if now.since(auth_date) > max_age {
            return Err(refuse("init_data_expired"));
        }
        let person = Person {
            id: UserId(number("id")),
            first_name: field("name").unwrap_or_default(),
            last_name: None,
            username: None,
            language: None,
        };
        Ok(Identity { person, auth_date })
    }
}

struct World {
    t: TestDb,
    auth: Auth,
    router: Router,
}

impl World {
    fn new(t: TestDb) -> Self {
        let options = AuthOptions {
            bot_token: Secret::new("100:token"),
            bot_id: 100,
            jwt_secret: Secret::new("0123456789abcdef0123456789abcdef"),
            admin_secret: Secret::new("open sesame"),
            session_ttl: DAY,
            init_data_max_age: DAY,
            session_init_data_max_age: Duration::from_secs(3600),
        };
        let auth = Auth::new(t.db.clone(), t.rng.clone(), options, Fake).unwrap();
        let route = |api: Api, policy, path| api.undocumented(policy, Method::GET, path, who);
        let mut api = api(&auth);
        api = route(api, Policy::Public, "/public");
        api = api.undocumented(Policy::Public, Method::GET, "/welcome", welcomed);
        api = route(api, Policy::User, "/user");
        api = route(api, Policy::Signed, "/signed");
        api = route(api, Policy::Admin, "/admin");
        api = route(api, Policy::Role(Role::Finance), "/finance");
        let desk = Policy::AnyOf(&[Role::Support, Role::Finance]);
        api = route(api, desk, "/desk");
        let info = utoipa::openapi::Info::new("test", "0");
        let Built { router, .. } = api.build(info, &auth).unwrap();
        Self { t, auth, router }
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Status, and the code of a refusal or what the handler saw.
    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (status, body) = self.send(request.body(Body::empty()).unwrap()).await;
        let text = body.get("code").or_else(|| body.get("who"));
        (
            status,
            text.and_then(Value::as_str).unwrap_or_default().to_owned(),
        )
    }

    async fn user(&self, authorization: &str) -> (u16, String) {
        self.get("/user", &[("authorization", authorization)]).await
    }

    async fn exchange(&self, init_data: &str) -> (u16, Value) {
        let body = json!({ "init_data": init_data }).to_string();
        let request = Request::post("/api/auth/telegram")
            .header("content-type", "application/json")
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    async fn token(&self, init_data: &str) -> String {
        let (status, body) = self.exchange(init_data).await;
        assert_eq!(status, 200, "{body}");
        format!("Bearer {}", body["token"].as_str().unwrap())
    }

    async fn logout(&self, authorization: &str) -> u16 {
        let request = Request::post("/api/auth/logout").header("authorization", authorization);
        self.send(request.body(Body::empty()).unwrap()).await.0
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.t.db.write("test", f).await.unwrap()
    }

    async fn name_of(&self, id: i64) -> String {
        let found = self
            .t
            .db
            .read("test", move |tx| person(tx, UserId(id)))
            .await;
        found
            .unwrap()
            .map_or(String::new(), |person| person.first_name)
    }
}

async fn who(actor: Option<Actor>, staff: Result<Staff>) -> axum::Json<Value> {
    let who = match (actor, staff) {
        (_, Ok(staff)) => staff.to_string(),
        (Some(actor), _) => actor.user.to_string(),
        (None, Err(_)) => "nobody".to_owned(),
    };
    axum::Json(json!({ "who": who }))
}

/// Who came to a public route, and which roles of the staff they cover.
async fn welcomed(actor: Option<Actor>, MaybeStaff(staff): MaybeStaff) -> axum::Json<Value> {
    let name = actor.map_or("nobody".to_owned(), |actor| actor.user.to_string());
    let who = match staff {
        None => name,
        Some(staff) => {
            let covered = Role::ALL.into_iter().filter(|role| staff.covers(*role));
            let covered: Vec<&str> = covered.map(Role::as_str).collect();
            format!("{name} as {staff}: {}", covered.join(" "))
        }
    };
    axum::Json(json!({ "who": who }))
}

fn ann(name: &str, at: Timestamp) -> String {
    format!("id=7&name={name}&date={}&hash=good", at.seconds())
}

fn ok(who: &str) -> (u16, String) {
    (200, who.to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

torg_platform::sql! {
    fn count_sessions() -> torg_platform::db::One<i64> = "SELECT count(*) FROM platform_sessions";
    fn revoke_all(user: UserId, at: Timestamp) -> u64 =
        "UPDATE platform_sessions SET revoked_at = $2 WHERE user_id = $1";
    fn audit_trail() -> Vec<String> =
        "SELECT actor || ' ' || action || ' ' || subject || ' ' || details
         FROM platform_audit ORDER BY id";
}
