use super::*;
use crate::http::{Api, Built, Policy};
use axum::Router;
use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);
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
    auth: Auth,
    db: Db,
    clock: Clock,
    router: Router,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(NOW);
        let url = format!("sqlite://{}/torg.db", folder.path().display());
        let db = Db::open(
            &crate::db::Options::new(url),
            clock.clone(),
            &[crate::MIGRATIONS],
        );
        let db = db.unwrap();
        let options = AuthOptions {
            bot_token: Secret::new("100:token"),
            bot_id: 100,
            jwt_secret: Secret::new("0123456789abcdef0123456789abcdef"),
            admin_secret: Secret::new("open sesame"),
            session_ttl: DAY,
            init_data_max_age: DAY,
            session_init_data_max_age: Duration::from_secs(3600),
        };
        let auth = Auth::new(db.clone(), Rng::from_seed(1), options, Fake).unwrap();
        let route = |api: Api, policy, path| api.undocumented(policy, Method::GET, path, who);
        let mut api = api(&auth);
        api = route(api, Policy::Public, "/public");
        api = route(api, Policy::User, "/user");
        api = route(api, Policy::Signed, "/signed");
        api = route(api, Policy::Admin, "/admin");
        api = route(api, Policy::Role(Role::Finance), "/finance");
        let info = utoipa::openapi::Info::new("test", "0");
        let Built { router, .. } = api.build(info, &auth).unwrap();
        Self {
            auth,
            db,
            clock,
            router,
            _folder: folder,
        }
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
        f: impl Fn(&mut crate::db::Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.write("test", f).await.unwrap()
    }

    async fn name_of(&self, id: i64) -> String {
        let found = self.db.read("test", move |tx| person(tx, UserId(id))).await;
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

fn ann(name: &str, at: Timestamp) -> String {
    format!("id=7&name={name}&date={}&hash=good", at.seconds())
}

fn ok(who: &str) -> (u16, String) {
    (200, who.to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn every_form_of_header_signs_in() {
    let world = World::new();
    let data = ann("Ann", NOW);
    let token = world.token(&data).await;
    assert_eq!(world.user(&format!("Bearer {data}")).await, ok("7"));
    assert_eq!(world.user(&format!("tma {data}")).await, ok("7"));
    assert_eq!(world.user(&token).await, ok("7"));
    assert_eq!(
        world.get("/user", &[]).await,
        refused(401, "missing_credentials")
    );
    assert_eq!(
        world.user("Basic dTpw").await,
        refused(401, "malformed_credentials")
    );
    assert_eq!(
        world.user("Bearer a.b.c").await,
        refused(401, "session_invalid")
    );
    let forged = world.user("Bearer id=7&hash=bad").await;
    assert_eq!(forged, refused(401, "init_data_hash_mismatch"));
}

#[tokio::test]
async fn a_public_route_takes_a_bad_credential_as_none() {
    let world = World::new();
    for (header, seen) in [
        (ann("Ann", NOW), "7"),
        ("id=7&hash=bad".to_owned(), "nobody"),
        ("a.b.c".to_owned(), "nobody"),
    ] {
        let header = format!("Bearer {header}");
        assert_eq!(
            world.get("/public", &[("authorization", &header)]).await,
            ok(seen)
        );
    }
    assert_eq!(world.get("/public", &[]).await, ok("nobody"));
    // A machine's own header is not ours to judge.
    let signed = world
        .get("/signed", &[("authorization", "Basic dTpw")])
        .await;
    assert_eq!(signed, ok("nobody"));
}

#[tokio::test]
async fn init_data_and_sessions_end() {
    let world = World::new();
    let data = ann("Ann", NOW);
    let (status, body) = world.exchange(&data).await;
    assert_eq!(status, 200);
    assert_eq!(body["expires_at"], "2025-06-16T15:06:40Z");
    assert_eq!(
        body["user"],
        json!({
            "id": 7, "first_name": "Ann", "last_name": null, "username": null, "language": null
        })
    );
    let token = format!("Bearer {}", body["token"].as_str().unwrap());
    world.clock.advance(61 * MINUTE);
    let (status, body) = world.exchange(&data).await;
    assert_eq!((status, &body["code"]), (401, &json!("init_data_expired")));
    assert_eq!(world.user(&format!("Bearer {data}")).await, ok("7"));
    world
        .clock
        .advance(23 * 60 * MINUTE - MINUTE - Duration::from_secs(1));
    assert_eq!(world.user(&token).await, ok("7"));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.user(&token).await, refused(401, "session_expired"));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(
        world.user(&format!("Bearer {data}")).await,
        refused(401, "init_data_expired")
    );
}

#[tokio::test]
async fn a_session_that_was_ended_stays_ended() {
    let world = World::new();
    let (one, other) = (
        world.token(&ann("Ann", NOW)).await,
        world.token(&ann("Ann", NOW)).await,
    );
    assert_ne!(one, other);
    assert_eq!(world.logout(&one).await, 204);
    assert_eq!(world.user(&one).await, refused(401, "session_revoked"));
    assert_eq!(world.user(&other).await, ok("7"));
    assert_eq!(world.logout(&one).await, 401);
    assert_eq!(
        world.logout(&format!("Bearer {}", ann("Ann", NOW))).await,
        204
    );
    assert_eq!(world.user(&other).await, ok("7"));
}

#[tokio::test]
async fn what_another_process_revokes_is_noticed_within_the_bound() {
    let world = World::new();
    let token = world.token(&ann("Ann", NOW)).await;
    world
        .write(|tx| Ok(store::revoke_sessions_of(tx, UserId(7), NOW)?))
        .await;
    // Another process did it: this one may believe what it knew for so long, and no longer.
    world
        .clock
        .advance(FRESH.saturating_sub(Duration::from_micros(1)));
    assert_eq!(world.user(&token).await, ok("7"));
    world.clock.advance(Duration::from_micros(1));
    assert_eq!(world.user(&token).await, refused(401, "session_revoked"));
}

#[tokio::test]
async fn the_blocked_are_refused_everywhere() {
    let world = World::new();
    let data = ann("Ann", NOW);
    let (header, token) = (format!("Bearer {data}"), world.token(&data).await);
    assert!(world.write(|tx| block(tx, UserId(7), "test")).await);
    world.auth.forget(UserId(7));
    assert_eq!(world.user(&header).await, refused(403, "user_blocked"));
    assert_eq!(
        world.get("/public", &[("authorization", &header)]).await,
        ok("nobody")
    );
    let (status, body) = world.exchange(&data).await;
    assert_eq!((status, &body["code"]), (403, &json!("user_blocked")));
    world.clock.advance(FRESH);
    assert_eq!(world.user(&token).await, refused(401, "session_revoked"));
    assert!(world.write(|tx| unblock(tx, UserId(7), "test")).await);
    world.auth.forget(UserId(7));
    assert_eq!(world.user(&header).await, ok("7"));
    assert!(!world.write(|tx| unblock(tx, UserId(7), "test")).await);
}

#[tokio::test]
async fn names_follow_the_newest_init_data_and_nothing_else_is_written() {
    let world = World::new();
    let writes = || world.db.stats();
    let (old, new) = (ann("Ann", NOW), ann("Anna", NOW.plus(MINUTE)));
    world.clock.advance(MINUTE);
    world.user(&format!("Bearer {old}")).await;
    assert_eq!(world.name_of(7).await, "Ann");
    world.user(&format!("Bearer {new}")).await;
    assert_eq!(world.name_of(7).await, "Anna");
    // The other window of the app, opened before the renaming, and then long after the cache.
    let before = writes();
    for _ in 0..3 {
        world.user(&format!("Bearer {old}")).await;
        world.user(&format!("Bearer {new}")).await;
        world.clock.advance(FRESH);
    }
    assert_eq!(world.name_of(7).await, "Anna");
    let after = writes();
    assert_eq!(
        before.batched, after.batched,
        "a known person writes nothing"
    );
    world.user(&format!("Bearer {new}")).await;
    let looked_up = writes();
    for _ in 0..10 {
        assert_eq!(world.user(&format!("Bearer {new}")).await, ok("7"));
    }
    assert_eq!(
        looked_up.units,
        writes().units,
        "the hot path asks no database"
    );
}

#[tokio::test]
async fn operators_routes() {
    let world = World::new();
    let header = format!("Bearer {}", ann("Ann", NOW));
    let ann = [("authorization", header.as_str())];
    let secret = [("x-admin-secret", "open sesame")];
    for path in ["/admin", "/finance"] {
        assert_eq!(
            world.get(path, &[]).await,
            refused(401, "missing_credentials")
        );
        assert_eq!(world.get(path, &ann).await, refused(403, "role_required"));
        assert_eq!(world.get(path, &secret).await, ok("admin-secret"));
        let wrong = world
            .get(path, &[("x-admin-secret", "open sesam"), ann[0]])
            .await;
        assert_eq!(wrong, refused(401, "admin_secret_invalid"));
    }
    for (role, admin, finance) in [
        (Role::Support, 200, 403),
        (Role::ReadOnly, 200, 403),
        (Role::Moderator, 200, 403),
        (Role::Finance, 200, 200),
        (Role::Owner, 200, 200),
    ] {
        assert!(
            world
                .write(move |tx| staff::grant(tx, UserId(7), role, "test"))
                .await
        );
        world.auth.forget(UserId(7));
        assert_eq!(world.get("/admin", &ann).await.0, admin, "{role:?}");
        assert_eq!(world.get("/finance", &ann).await.0, finance, "{role:?}");
        assert!(
            world
                .write(move |tx| staff::revoke(tx, UserId(7), role, "test"))
                .await
        );
    }
    world.auth.forget(UserId(7));
    assert_eq!(
        world.get("/admin", &ann).await,
        refused(403, "role_required")
    );
}

#[tokio::test]
async fn expired_sessions_are_deleted() {
    use crate::jobs::Periodic as _;
    let world = World::new();
    let token = world.token(&ann("Ann", NOW)).await;
    let count = |tx: &mut crate::db::Tx<'_>| Ok(count_sessions(tx)?.0);
    world.write(|tx| PurgeSessions.run(tx)).await;
    assert_eq!(world.write(count).await, 1);
    world.clock.advance(25 * 60 * MINUTE);
    world.write(|tx| PurgeSessions.run(tx)).await;
    assert_eq!(world.write(count).await, 0);
    assert_eq!(world.user(&token).await, refused(401, "session_expired"));
}

crate::sql! {
    fn count_sessions() -> crate::db::One<i64> = "SELECT count(*) FROM platform_sessions";
}

#[tokio::test]
async fn staff_and_people_are_managed_over_the_api() {
    let world = World::new();
    let header = format!("Bearer {}", ann("Ann", NOW));
    let admin = async |method: &str, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/admin/{path}"));
        let request = request.header("x-admin-secret", "open sesame");
        world.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(admin("PUT", "users/7/block").await.0, 404);
    assert_eq!(world.user(&header).await, ok("7"));
    assert_eq!(admin("PUT", "staff/7/roles/support").await.0, 204);
    let staff = world.get("/admin", &[("authorization", &header)]).await;
    assert_eq!(staff, ok("user/7"), "at once");
    let (_, list) = admin("GET", "staff").await;
    assert_eq!(
        list["staff"],
        json!([{
            "user_id": 7, "role": "support", "granted_at": "2025-06-15T15:06:40Z",
            "granted_by": "admin-secret"
        }])
    );
    assert_eq!(admin("DELETE", "staff/7/roles/support").await.0, 204);
    assert_eq!(
        world.get("/admin", &[("authorization", &header)]).await.0,
        403
    );
    assert_eq!(admin("PUT", "users/7/block").await.0, 204);
    assert_eq!(world.user(&header).await, refused(403, "user_blocked"));
    assert_eq!(admin("DELETE", "users/7/block").await.0, 204);
    assert_eq!(world.user(&header).await, ok("7"));
    for path in [
        "staff/0/roles/owner",
        "staff/7/roles/king",
        "staff/x/roles/owner",
    ] {
        assert_eq!(admin("PUT", path).await.0, 422, "{path}");
    }
    let trail = world.write(|tx| Ok(audit_trail(tx)?)).await;
    assert_eq!(
        trail,
        [
            "admin-secret platform.role.grant user/7 {\"role\":\"support\"}",
            "admin-secret platform.role.revoke user/7 {\"role\":\"support\"}",
            "admin-secret platform.user.block user/7 {}",
            "admin-secret platform.user.unblock user/7 {}",
        ]
    );
}

crate::sql! {
    fn audit_trail() -> Vec<String> =
        "SELECT actor || ' ' || action || ' ' || subject || ' ' || details
         FROM platform_audit ORDER BY id";
}
