//! `torg telegram` on its own.

use crate::process::{Server, folder, run};
use serde_json::{Value, json};

const BOTS: [&str; 4] = ["--bot", "100:one:one_bot", "--bot", "200:two:two_bot"];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["telegram", "--listen", "127.0.0.1:0"];
    arguments.extend(BOTS);
    arguments.extend(more);
    arguments
}

async fn call(server: &Server, token: &str, method: &str, body: Value) -> Value {
    let path = format!("/bot{token}/{method}");
    server.send("POST", &path, None, Some(body)).await.1
}

async fn start(server: &Server, bot: i64) {
    let act = json!({ "as": 1001, "type": "start", "bot": bot });
    let path = "/_sandbox/telegram/act";
    let answer = server.send("POST", path, None, Some(act)).await;
    assert_eq!(answer.0, 200, "{}", answer.1);
}

#[tokio::test]
async fn a_file_keeps_what_was_said() {
    let folder = folder();
    let arguments = arguments(&["--data", "data/telegram.db"]);
    let server = Server::start(folder.path(), &arguments, &[]);
    for (token, username) in [("100:one", "one_bot"), ("200:two", "two_bot")] {
        let me = call(&server, token, "getMe", json!({})).await;
        assert_eq!(me["result"]["username"], username, "{me}");
    }
    start(&server, 100).await;
    let sent = json!({ "chat_id": 1001, "text": "hello" });
    let sent = call(&server, "100:one", "sendMessage", sent).await;
    assert_eq!(server.stop("TERM").0, 0);

    let server = Server::start(folder.path(), &arguments, &[]);
    let updates = call(&server, "100:one", "getUpdates", json!({})).await;
    assert_eq!(updates["result"][0]["message"]["text"], "/start");
    let next = json!({ "chat_id": 1001, "text": "again" });
    let next = call(&server, "100:one", "sendMessage", next).await;
    let id = |sent: &Value| sent["result"]["message_id"].as_i64().unwrap();
    assert_eq!(id(&next), id(&sent) + 1);
    let other = call(&server, "200:two", "getUpdates", json!({})).await;
    assert_eq!(other["result"], json!([]), "bots do not share updates");
    assert_eq!(server.stop("INT").0, 0);
}

#[tokio::test]
async fn stops_at_once_though_a_bot_waits_and_keeps_nothing_without_a_file() {
    let folder = folder();
    let server = Server::start(folder.path(), &arguments(&[]), &[]);
    start(&server, 100).await;
    let seen = call(&server, "100:one", "getUpdates", json!({})).await;
    let next = seen["result"][0]["update_id"].as_i64().unwrap() + 1;
    let query = format!("timeout=50&offset={next}");
    let url = format!("{}/bot100:one/getUpdates?{query}", server.url);
    let poll = tokio::spawn(reqwest::get(url));
    let waiting = async || {
        let info = call(&server, "100:one", "getWebhookInfo", json!({})).await;
        info["result"]["pending_update_count"].as_i64().unwrap()
    };
    // The poll confirms the start, so it has begun when nothing waits any more.
    while waiting().await > 0 {}
    let asked = std::time::Instant::now();
    assert_eq!(server.stop("TERM").0, 0);
    assert!(asked.elapsed().as_secs() < 5, "{:?}", asked.elapsed());
    assert!(poll.await.is_ok());

    let entries = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(entries, 0, "nothing was written");
}

#[test]
fn a_bot_has_a_token_and_a_username() {
    let folder = folder();
    let wrong = [
        (vec!["100:one_bot"], "my_bot"),
        (vec!["one:secret:one_bot"], "id"),
        (vec!["0:secret:one_bot"], "id"),
        (vec!["100::one_bot"], "id"),
        (vec!["100:secret:b"], "username"),
        (vec!["100:secret:one bot"], "username"),
        (vec!["1:a:one_bot", "2:b:One_Bot"], "the same"),
        (vec!["1:a:one_bot", "1:b:two_bot"], "the same"),
    ];
    for (bots, said) in wrong {
        let mut arguments = vec!["telegram", "--listen", "127.0.0.1:0"];
        for bot in &bots {
            arguments.extend(["--bot", bot]);
        }
        let (code, out, error) = run(folder.path(), &arguments, &[]);
        assert_eq!((code, out.as_str()), (2, ""), "{bots:?}");
        assert!(error.contains(said), "{bots:?}: {error}");
    }
}

#[test]
fn the_help_says_how_to_use_it() {
    let (code, out, _) = run(folder().path(), &["telegram", "--help"], &[]);
    assert_eq!(code, 0);
    for said in [
        "--bot",
        "https://api.telegram.org",
        "/_sandbox/telegram/act",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
}
