use crate::process::{Server, folder};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;

#[tokio::test]
async fn keeps_its_data_its_keys_and_its_clock() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let keys = folder.path().join("data/demo-keys.toml");
    let server = Server::start(folder.path(), &["demo"], &any);
    let made = std::fs::read_to_string(&keys).unwrap();
    assert_eq!(
        std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let moved = server
        .send(
            "POST",
            "/_clock",
            None,
            Some(json!({ "advance_seconds": 7200 })),
        )
        .await;
    assert_eq!(moved.0, 200, "{}", moved.1);
    let (code, rest) = server.stop("INT");
    assert_eq!(code, 0);
    assert!(rest.contains("stop with"), "{rest}");

    let server = Server::start(folder.path(), &["demo"], &any);
    assert_eq!(std::fs::read_to_string(&keys).unwrap(), made);
    let now = server.get("/_clock").await.1["now"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(now.as_str() >= moved.1["now"].as_str().unwrap(), "{now}");
    assert_eq!(server.stop("TERM").0, 0);
}

#[tokio::test]
async fn its_chain_goes_on_where_it_was_and_its_clock_is_the_markets() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let words = folder.path().join("data/demo-wallet.txt");
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = Server::start(folder.path(), &["demo"], &any);
        let made = std::fs::read_to_string(&words).unwrap();
        let mode = std::fs::metadata(&words).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            server.get("/health").await.1["checks"]["ton"]["status"],
            "ok"
        );
        let url = server.get("/_sandbox/ton").await.1["url"].clone();
        let info = reqwest::get(format!("{}/dev/info", url.as_str().unwrap()));
        let info: Value = info.await.unwrap().json().await.unwrap();
        let wallets = server.get("/_sandbox/chain/dev/wallets").await.1;
        let purse = wallets.as_array().unwrap().iter();
        let purse: Vec<_> = purse.map(|w| (&w["name"], &w["balance"])).collect();
        let purse = json!(purse);
        seen.push((
            made,
            purse,
            info["seqno"].as_u64().unwrap(),
            info["unixtime"].as_i64().unwrap(),
        ));
        let later = json!({ "advance_seconds": 7200 });
        assert_eq!(
            server.send("POST", "/_clock", None, Some(later)).await.0,
            200
        );
        // A block of the new time, so that it is there at the next start.
        let mine = "/_sandbox/chain/dev/mine";
        let mined = server.send("POST", mine, None, Some(json!({}))).await;
        assert_eq!(mined.0, 200, "{}", mined.1);
        assert_eq!(server.stop("TERM").0, 0);
    }
    let [first, second] = seen.as_slice() else {
        panic!("two starts")
    };
    assert_eq!((&first.0, &first.1), (&second.0, &second.1));
    assert!(second.2 >= first.2, "blocks {} {}", first.2, second.2);
    assert!(
        second.3 >= first.3 + 7200,
        "seconds {} {}",
        first.3,
        second.3
    );
}

#[tokio::test]
async fn a_temporary_one_leaves_nothing_behind() {
    let (folder, temp) = (folder(), folder());
    let variables = [
        ("TORG_HTTP__LISTEN", "127.0.0.1:0"),
        ("TMPDIR", temp.path().to_str().unwrap()),
    ];
    let server = Server::start(folder.path(), &["demo", "--temp"], &variables);
    assert_eq!(server.get("/health").await.0, 200);
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
    assert_eq!(server.stop("TERM").0, 0);
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Who the demo is about, each with the header that signs them in: the customer, four executors, the
/// operator. The rest of the staff comes after her.
pub(crate) async fn people(server: &Server) -> Vec<String> {
    let (status, people) = server.get("/_sandbox/people").await;
    assert_eq!(status, 200);
    let people = people.as_array().unwrap().iter().take(6);
    people
        .map(|person| format!("tma {}", person["init_data"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn three_executors_see_the_contact_the_fourth_does_not_and_silence_refunds_all() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let server = Server::start(folder.path(), &["demo"], &any);
    let people = people(&server).await;
    let [customer, executors @ .., _operator] = people.as_slice() else {
        panic!("nobody")
    };
    let call = async |who: &String, method: &str, path: &str, body: Option<Value>| {
        server.send(method, path, Some(who), body).await
    };
    let order = json!({
        "category": "Другое", "city": "Москва", "contact": "@silent_customer",
        "description": "Нужно отвезти документы в центр до вечера"
    });
    let (status, order) = call(customer, "POST", "/api/orders", Some(order)).await;
    assert_eq!(status, 201, "{order}");
    let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let take = format!("{path}/take");
    let (last, first) = executors.split_last().unwrap();
    for executor in first {
        let (status, taken) = call(executor, "POST", &take, None).await;
        assert_eq!(
            (status, &taken["contact"]),
            (200, &json!("@silent_customer"))
        );
        assert_eq!(taken["new_balance"], 498);
    }
    assert_eq!(call(last, "POST", &take, None).await.0, 409);
    assert_eq!(
        call(last, "GET", &path, None).await.1["contact"],
        Value::Null
    );

    let later = json!({ "advance_seconds": 901 });
    assert_eq!(
        server.send("POST", "/_clock", None, Some(later)).await.0,
        200
    );
    assert_eq!(
        call(last, "GET", &path, None).await.1["status"],
        "closed_no_response"
    );
    for executor in first {
        assert_eq!(
            call(executor, "GET", "/api/balance", None).await.1["balance"],
            500
        );
    }
    assert_eq!(server.stop("INT").0, 0);
    let data = [("TORG_DATABASE__URL", "sqlite://data/torg.db")];
    assert_eq!(crate::process::run(folder.path(), &["verify"], &data).0, 0);
}

#[tokio::test]
async fn begins_with_orders_and_money_once() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let mut pasts = Vec::new();
    for _ in 0..2 {
        let server = Server::start(folder.path(), &["demo"], &any);
        assert_eq!(server.get("/api/orders").await.1["total"], 5);
        let mut past = Vec::new();
        for status in ["completed", "closed_no_response", "expired"] {
            let list = server
                .get(&format!("/api/orders?status={status}&limit=1"))
                .await
                .1;
            past.push(list["total"].as_i64().unwrap());
        }
        let reviews = server.get("/api/reviews").await.1.as_array().unwrap().len();
        assert!(past[0] >= 20 && reviews > 10, "{past:?}, {reviews} reviews");
        assert_eq!(past[1..], [4, 4]);
        pasts.push(past);
        let mut balances = Vec::new();
        for person in people(&server).await {
            let path = "/api/balance";
            let (_, balance) = server.send("GET", path, Some(&person), None).await;
            balances.push(balance["balance"].as_i64().unwrap());
        }
        // The customer has been shopping.
        assert_eq!(balances, [573, 500, 500, 500, 500, 500]);
        assert_eq!(server.stop("TERM").0, 0);
        let data = [("TORG_DATABASE__URL", "sqlite://data/torg.db")];
        assert_eq!(crate::process::run(folder.path(), &["verify"], &data).0, 0);
    }
    assert_eq!(pasts[0], pasts[1], "the past is told once");
}

torg_platform::sql! {
    fn drop_the_guard() -> () = "DROP TRIGGER platform_accounts_balances";
    fn invent_money() -> u64 =
        "UPDATE platform_accounts SET credits_posted = credits_posted + 100
         WHERE id = 'user/2001/RUB'";
    fn invent_a_take() -> u64 =
        "UPDATE services_orders SET takes = 1, first_take_at = created_at
         WHERE id = (SELECT min(id) FROM services_orders WHERE takes = 0)";
}

#[tokio::test]
async fn what_comes_from_nowhere_is_found() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    assert_eq!(
        Server::start(folder.path(), &["demo"], &any).stop("TERM").0,
        0
    );
    let url = format!("sqlite://{}", folder.path().join("data/torg.db").display());
    let options = torg_platform::db::Options::new(&url);
    let migrations = [
        torg_platform::MIGRATIONS,
        torg_telegram::MIGRATIONS,
        torg_ton::MIGRATIONS,
        torg_services::MIGRATIONS,
        torg_shop::MIGRATIONS,
    ];
    let db = torg_platform::db::Db::open(&options, torg_platform::Clock::Real, &migrations);
    let db = db.unwrap();
    let forge = |tx: &mut torg_platform::db::Tx<'_>| {
        drop_the_guard(tx)?;
        Ok::<_, torg_platform::db::Error>((invent_money(tx)?, invent_a_take(tx)?))
    };
    assert_eq!(db.write("test.forge", forge).await.unwrap(), (1, 1));
    db.close().await;
    drop(db);
    let data = [("TORG_DATABASE__URL", url.as_str())];
    let (code, out, err) = crate::process::run(folder.path(), &["verify"], &data);
    assert_eq!(code, 1);
    assert!(
        out.contains("ledger: broken: an account is the sum of its transfers: "),
        "{out}"
    );
    assert!(
        out.contains("services: broken: an order counts its takes: order "),
        "{out}"
    );
    assert!(!out.contains("the books agree"), "{out}");
    assert!(
        err.ends_with("differences; do not serve from this database\n"),
        "{err}"
    );
}
