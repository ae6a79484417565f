//! The page of the development wallets: one chooses a name, sees what it has, sends, and confirms
//! what a `ton://transfer` link asks for.

use crate::site::{Asset, HTML, asset, file};
use axum::Router;
use axum::response::Html;
use axum::routing::get;

const PAGE: &str = include_str!("../../assets/ton/wallet.html");
const ASSETS: [Asset; 5] = [
    asset!("ton/wallet.css", "text/css; charset=utf-8"),
    asset!("ton/wallet.js", "text/javascript; charset=utf-8"),
    asset!("ton/chain.js", "text/javascript; charset=utf-8"),
    asset!("ton/link.js", "text/javascript; charset=utf-8"),
    asset!("ton/words.js", "text/javascript; charset=utf-8"),
];
/// Of the page beside it; served here too, for the chain may run alone.
const SHARED: [Asset; 3] = [
    asset!("theme.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("dom.js", "text/javascript; charset=utf-8"),
];

/// The page with which anybody ends an escrow after its deadline, as it is published: one file
/// that needs no Torg. Its policy is its own.
const EXIT: &str = include_str!("../../../../contracts/exit/index.html");

/// The page at `/wallet` and its files below `/wallet/`, and that of the escrow at `/exit/`.
pub(super) fn router() -> Router {
    let mut router = Router::new()
        .route("/wallet", get(async || file(HTML, PAGE)))
        .route("/exit/", get(async || Html(EXIT)));
    for asset in ASSETS.into_iter().chain(SHARED) {
        let Asset { path, kind, text } = asset;
        let name = path.rsplit('/').next().unwrap_or(path);
        let place = format!("/wallet/{name}");
        router = router.route(&place, get(async move || file(kind, text)));
    }
    router
}
