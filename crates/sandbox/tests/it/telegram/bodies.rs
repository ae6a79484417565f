//! How a call may be written: three kinds of body, the query, names without case.

use super::{ANNA, BOT, TOKEN, get, post, request, world};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

fn form(kind: &str, body: &str) -> Request<Body> {
    Request::post(format!("/bot{TOKEN}/SENDmessage"))
        .header("content-type", kind)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn json_forms_and_queries_say_the_same() {
    let world = world();
    world.start(ANNA).await;
    let keyboard = r#"{"inline_keyboard":[[{"text":"y","callback_data":"z"}]]}"#;
    let parts = [
        ("chat_id", "1001"),
        ("text", "x"),
        ("reply_markup", keyboard),
    ];
    let multipart: String = parts
        .iter()
        .map(|(name, value)| {
            format!("--Ab\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .collect();
    let multipart = format!("{multipart}--Ab--\r\n");
    let mut pairs = form_urlencoded(&parts);
    let requests = [
        form("application/x-www-form-urlencoded", &pairs),
        form("multipart/form-data; boundary=Ab", &multipart),
        form(
            "application/json",
            &json!({ "chat_id": "1001", "text": "x", "reply_markup": keyboard }).to_string(),
        ),
        form(
            "application/json; charset=utf-8",
            r#"{"chat_id":1001,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"y","callback_data":"z"}]]},"new_field":{"a":[1]}}"#,
        ),
        Request::get(format!(
            "/bot{TOKEN}/sendMessage?{}",
            std::mem::take(&mut pairs)
        ))
        .body(Body::empty())
        .unwrap(),
    ];
    for one in requests {
        let kind = format!("{:?}", one.headers().get("content-type"));
        let (status, text) = request(&world.bots, one).await;
        assert_eq!(status, 200, "{kind}: {text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["result"]["text"], "x", "{kind}");
        let data = body["result"].pointer("/reply_markup/inline_keyboard/0/0/callback_data");
        assert_eq!(data, Some(&json!("z")), "{kind}");
    }
}

fn form_urlencoded(parts: &[(&str, &str)]) -> String {
    let escape =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> = parts
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    pairs.join("&")
}

#[tokio::test]
async fn who_is_nobody_and_what_is_nothing() {
    let world = world();
    let (status, body) = get(&world.bots, "/bot100:wrong/getMe").await;
    assert_eq!(status, 401);
    assert_eq!(
        body,
        json!({ "ok": false, "error_code": 401, "description": "Unauthorized" })
    );
    for path in ["/botnonsense/getMe", "/", "/bot"] {
        assert_eq!(get(&world.bots, path).await.0, 404, "{path}");
    }
    let refused = world.refused("dance", json!({})).await;
    assert_eq!(refused, "404 Not Found: method not found");
    let escaped = TOKEN.replace(':', "%3A");
    let (status, body) = get(&world.bots, &format!("/bot{escaped}/GETME")).await;
    assert_eq!(status, 200);
    assert_eq!(body["result"]["id"], BOT);
    assert_eq!(body["result"]["username"], "torg_bot");
    assert_eq!(body["result"]["has_main_web_app"], true);
    let path = format!("/bot{TOKEN}/sendMessage");
    let (status, _) = post(&world.bots, &path, &json!([1])).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_photo_is_uploaded_kept_sent_again_and_read() {
    let world = world();
    world.start(ANNA).await;
    let body = "--X\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n1001\r\n\
                --X\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nкот\r\n\
                --X\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nattach://file1\r\n\
                --X\r\nContent-Disposition: form-data; name=\"file1\"; filename=\"c.png\"\r\n\
                Content-Type: image/png\r\n\r\nBYTES\r\n--X--\r\n";
    let sent = Request::post(format!("/bot{TOKEN}/sendPhoto"))
        .header("content-type", "multipart/form-data; boundary=X")
        .body(Body::from(body))
        .unwrap();
    let (status, text) = request(&world.bots, sent).await;
    assert_eq!(status, 200, "{text}");
    let sent: Value = serde_json::from_str(&text).unwrap();
    let message = &sent["result"];
    assert_eq!(message["caption"], "кот");
    let photo = message["photo"].as_array().unwrap().last().unwrap();
    assert_eq!(photo["file_size"], 5);
    let id = photo["file_id"].clone();

    let again = world
        .call("sendPhoto", json!({ "chat_id": ANNA, "photo": id }))
        .await;
    assert_eq!(again["photo"][2]["file_id"], id);
    let file = world.call("getFile", json!({ "file_id": id })).await;
    let path = format!("/file/bot{TOKEN}/{}", file["file_path"].as_str().unwrap());
    let read = Request::get(&path).body(Body::empty()).unwrap();
    assert_eq!(request(&world.bots, read).await.1, "BYTES");
    let id = id.as_str().unwrap();
    let read = Request::get(format!("/_sandbox/telegram/files/{id}"));
    assert_eq!(
        request(&world.phones, read.body(Body::empty()).unwrap())
            .await
            .1,
        "BYTES"
    );

    let url = json!({ "chat_id": ANNA, "photo": "https://x.org/a/b.jpg?c" });
    let by_url = world.call("sendPhoto", url).await;
    assert_ne!(
        by_url["photo"][2]["file_unique_id"],
        again["photo"][2]["file_unique_id"]
    );
    let wrong = world
        .refused("sendDocument", json!({ "chat_id": ANNA, "document": id }))
        .await;
    assert_eq!(
        wrong,
        "400 Bad Request: can't use file of type Photo as Document"
    );
    let none = world.refused("sendPhoto", json!({ "chat_id": ANNA })).await;
    assert_eq!(none, "400 Bad Request: there is no photo in the request");
    let broken = world
        .refused("sendPhoto", json!({ "chat_id": ANNA, "photo": "nonsense" }))
        .await;
    assert!(
        broken.starts_with("400 Bad Request: wrong remote file identifier"),
        "{broken}"
    );
}
