use crate::process::{Server, folder};
use serde_json::json;
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
