//! `torg chain` on its own.

use crate::process::{Server, folder};
use serde_json::json;

#[tokio::test]
async fn goes_on_where_it_stopped() {
    let folder = folder();
    let arguments = ["chain", "--listen", "127.0.0.1:0", "--data", "chain"];
    let server = Server::start(folder.path(), &arguments, &[]);
    let anna = server.get("/dev/wallets").await.1[0]["address"].clone();
    let paid = json!({ "address": anna, "amount": "5000000000" });
    let paid = server.send("POST", "/dev/faucet", None, Some(paid)).await;
    assert_eq!((paid.0, &paid.1["balance"]), (200, &json!("5000000000")));
    let before = server.get("/dev/info").await.1;
    assert_eq!(server.stop("TERM").0, 0);

    let server = Server::start(folder.path(), &arguments, &[]);
    let after = server.get("/dev/info").await.1;
    assert!(
        after["seqno"].as_u64() >= before["seqno"].as_u64(),
        "{after}"
    );
    let wallets = server.get("/dev/wallets").await.1;
    assert_eq!(wallets[0]["balance"], "5000000000");
    assert_eq!(server.stop("INT").0, 0);
}
