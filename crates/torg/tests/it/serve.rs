use crate::process::{KEYS, Server, folder, run};
use serde_json::json;
use torg_platform::{Clock, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};

/// initData of user 7 for the bot of [`KEYS`].
fn init_data() -> String {
    let key = SecretKey::from_token("100:token");
    sign(&User::new(UserId(7), "Анна"), Clock::Real.now(), &[], &key)
}

#[tokio::test]
async fn prints_one_line_and_stops_with_0() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let server = Server::start(folder.path(), &["serve"], &KEYS);
        assert_eq!(server.get("/health").await.0, 200);
        assert_eq!(server.get("/api/nothing").await.0, 404);
        assert_eq!(server.stop(signal), (0, String::new()));
    }
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_one_left() {
    let folder = folder();
    let server = Server::start(folder.path(), &["serve"], &KEYS);
    let body = json!({ "init_data": init_data() });
    let (status, session) = server
        .send("POST", "/api/auth/telegram", None, Some(body))
        .await;
    assert_eq!(status, 200, "{session}");
    assert_eq!(session["user"]["first_name"], "Анна");
    let token = format!("Bearer {}", session["token"].as_str().unwrap());
    assert_eq!(server.stop("TERM").0, 0);

    let server = Server::start(folder.path(), &["serve"], &KEYS);
    let logout = || server.send("POST", "/api/auth/logout", Some(&token), None);
    assert_eq!(logout().await.0, 204, "the session is still known");
    let (status, refusal) = logout().await;
    assert_eq!((status, &refusal["code"]), (401, &json!("session_revoked")));
    assert_eq!(server.stop("TERM").0, 0);
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let folder = folder();
    let server = Server::start(folder.path(), &["serve"], &KEYS);
    let expected = "torg: database: data/torg.db is in use by another process; \
                    stop that one first (SQLite belongs to one process)\n";
    for command in [
        &["serve"][..],
        &["migrate"],
        &["admin", "list"],
        &["verify"],
    ] {
        let (code, out, err) = run(folder.path(), command, &KEYS);
        assert_eq!(
            (code, out.as_str(), err.as_str()),
            (1, "", expected),
            "{command:?}"
        );
    }
    let (code, out, _) = run(folder.path(), &["doctor"], &KEYS);
    assert_eq!(code, 0);
    assert!(out.contains("in use by a running torg"), "{out}");
    assert_eq!(server.get("/health").await.0, 200);
    assert_eq!(server.stop("TERM").0, 0);
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let (one, other) = (folder(), folder());
    let server = Server::start(one.path(), &["serve"], &KEYS);
    let address = server.url.trim_start_matches("http://");
    let mut taken = KEYS;
    taken[0] = ("TORG_HTTP__LISTEN", address);
    let (code, out, err) = run(other.path(), &["serve"], &taken);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains(&format!("torg: cannot listen on {address}: ")),
        "{err}"
    );
}

#[tokio::test]
async fn only_a_clock_for_tests_can_be_moved() {
    let folder = folder();
    let server = Server::start(folder.path(), &["serve"], &KEYS);
    let forward = |server: &Server, seconds: i64| {
        let (url, body) = (server.url.clone(), json!({ "advance_seconds": seconds }));
        async move {
            let answer = reqwest::Client::new()
                .post(format!("{url}/_clock"))
                .json(&body)
                .send();
            let answer = answer.await.unwrap();
            let status = answer.status().as_u16();
            let body: serde_json::Value = answer.json().await.unwrap();
            (status, body["now"].as_str().unwrap_or_default().to_owned())
        }
    };
    assert_eq!(forward(&server, 1).await.0, 404);
    assert_eq!(server.get("/_clock").await.0, 404);
    assert_eq!(server.stop("TERM").0, 0);

    let mut manual = KEYS.to_vec();
    manual.push(("TORG_CLOCK__MODE", "manual"));
    let server = Server::start(folder.path(), &["serve"], &manual);
    let now = server.get("/_clock").await.1;
    assert_eq!(server.get("/_clock").await.1, now, "it stands still");
    assert_eq!(forward(&server, -1).await.0, 422);
    let before = torg_platform::Timestamp::parse_rfc3339(now["now"].as_str().unwrap()).unwrap();
    let (status, after) = forward(&server, 900).await;
    let after = torg_platform::Timestamp::parse_rfc3339(&after).unwrap();
    assert_eq!((status, after.since(before).as_secs()), (200, 900));
    // initData is judged by the clock that everything else goes by.
    let fresh = Some(json!({ "init_data": init_data() }));
    assert_eq!(
        server
            .send("POST", "/api/auth/telegram", None, fresh.clone())
            .await
            .0,
        200
    );
    forward(&server, 3600).await;
    let (status, refusal) = server.send("POST", "/api/auth/telegram", None, fresh).await;
    assert_eq!(
        (status, &refusal["code"]),
        (401, &json!("init_data_expired"))
    );
    assert_eq!(server.stop("TERM").0, 0);
}

#[tokio::test]
async fn operations_have_an_address_of_their_own_when_asked() {
    let folder = folder();
    // Two ports that were free a moment ago; nobody else asks for one from this range.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let mut apart = KEYS.to_vec();
    apart.push(("TORG_HTTP__ADMIN_LISTEN", &address));
    apart.push(("TORG_ADMIN__SECRET", "open sesame"));
    let server = Server::start(folder.path(), &["serve"], &apart);
    assert_eq!(server.get("/metrics").await.0, 401);
    let get = |path: &'static str| reqwest::get(format!("http://{address}{path}"));
    assert_eq!(get("/metrics").await.unwrap().status(), 200);
    assert_eq!(get("/api/auth/telegram").await.unwrap().status(), 404);
    assert_eq!(server.stop("TERM").0, 0);
}

#[tokio::test]
async fn a_worker_answers_how_it_is_and_nothing_else() {
    let folder = folder();
    let server = Server::start(folder.path(), &["serve", "--roles", "worker"], &KEYS);
    assert_eq!(server.get("/health").await.0, 200);
    let (status, _) = server
        .send("POST", "/api/auth/telegram", None, Some(json!({})))
        .await;
    assert_eq!(status, 404);
    assert_eq!(server.stop("TERM").0, 0);
}
