//! What a browser gets: the page, its files, and the people with their initData.

use crate::open;
use crate::people::{Person, demo_people, staff};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use torg_platform::rng::Rng;
use torg_platform::{Clock, UserId};

/// What the sandbox needs to know of the market beside it.
#[derive(Clone)]
pub struct SandboxOptions {
    /// Token of the bot whose Mini App the people open: the one that the market checks with.
    pub bot_token: String,
    /// Time: the market's.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// Path of that Mini App on the market's own server, with the slash at its end.
    pub app: &'static str,
    /// The development chain that the market is on, if it is.
    pub chain: Option<Beside>,
}

/// A chain in the same process.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Where others find it, without a slash at its end.
    pub url: String,
    /// Its API, which the page reaches below `/_sandbox/chain`.
    pub router: Router,
}

impl fmt::Debug for SandboxOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxOptions")
            .field("bot_token", &"***")
            .field("clock", &self.clock)
            .field("chain", &self.chain.as_ref().map(|chain| &chain.url))
            .finish_non_exhaustive()
    }
}

/// Everything on the page comes from its own server: no foreign file, no inline script or style,
/// no frame around it, and in its frames nothing from elsewhere.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     frame-src 'self'; object-src 'none'",
);

/// A file of the page.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) kind: HeaderValue,
    pub(crate) text: &'static str,
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        $crate::site::Asset {
            path: concat!("/_sandbox/", $name),
            kind: axum::http::HeaderValue::from_static($kind),
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)),
        }
    };
}
pub(crate) use asset;

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const PAGE: &str = include_str!("../assets/page.html");
const ASSETS: [Asset; 19] = [
    asset!("theme.css", "text/css; charset=utf-8"),
    asset!("page.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("page.js", "text/javascript; charset=utf-8"),
    asset!("api.js", "text/javascript; charset=utf-8"),
    asset!("app-links.js", "text/javascript; charset=utf-8"),
    asset!("dom.js", "text/javascript; charset=utf-8"),
    asset!("orders.js", "text/javascript; charset=utf-8"),
    asset!("panels.js", "text/javascript; charset=utf-8"),
    asset!("shop.js", "text/javascript; charset=utf-8"),
    asset!("shop-api.js", "text/javascript; charset=utf-8"),
    asset!("shop-orders.js", "text/javascript; charset=utf-8"),
    asset!("shop-text.js", "text/javascript; charset=utf-8"),
    asset!("state.js", "text/javascript; charset=utf-8"),
    asset!("story.js", "text/javascript; charset=utf-8"),
    asset!("text.js", "text/javascript; charset=utf-8"),
    asset!("ton.js", "text/javascript; charset=utf-8"),
    asset!("ton-api.js", "text/javascript; charset=utf-8"),
    asset!("ton-text.js", "text/javascript; charset=utf-8"),
];

/// The tab with the phone.
const PHONE: [Asset; 24] = [
    asset!("telegram/api.js", "text/javascript; charset=utf-8"),
    asset!("telegram/app-view.js", "text/javascript; charset=utf-8"),
    asset!("telegram/app.js", "text/javascript; charset=utf-8"),
    asset!("telegram/bridge.js", "text/javascript; charset=utf-8"),
    asset!("telegram/chat.css", "text/css; charset=utf-8"),
    asset!("telegram/chat.js", "text/javascript; charset=utf-8"),
    asset!("telegram/chats.js", "text/javascript; charset=utf-8"),
    asset!("telegram/entities.js", "text/javascript; charset=utf-8"),
    asset!("telegram/icons.js", "text/javascript; charset=utf-8"),
    asset!("telegram/keyboards.js", "text/javascript; charset=utf-8"),
    asset!("telegram/links.js", "text/javascript; charset=utf-8"),
    asset!("telegram/manage.js", "text/javascript; charset=utf-8"),
    asset!("telegram/media.js", "text/javascript; charset=utf-8"),
    asset!("telegram/message.js", "text/javascript; charset=utf-8"),
    asset!("telegram/names.js", "text/javascript; charset=utf-8"),
    asset!("telegram/over.css", "text/css; charset=utf-8"),
    asset!("telegram/over.js", "text/javascript; charset=utf-8"),
    asset!("telegram/pay.js", "text/javascript; charset=utf-8"),
    asset!("telegram/people.js", "text/javascript; charset=utf-8"),
    asset!("telegram/phone.css", "text/css; charset=utf-8"),
    asset!("telegram/telegram.js", "text/javascript; charset=utf-8"),
    asset!("telegram/theme.js", "text/javascript; charset=utf-8"),
    asset!("telegram/words.js", "text/javascript; charset=utf-8"),
    asset!("telegram/world.js", "text/javascript; charset=utf-8"),
];

/// The page at `/` and `/_sandbox`, its files, and `GET /_sandbox/people`: an array of
/// `{id, name, username, role, wallet, init_data}`, the initData signed at the moment of the request.
///
/// `GET /_sandbox/open/{person}` leads to the Mini App at `options.app` as Telegram would open it
/// for this person, signed at that moment; `?to=admin` names a page of the app, `&start=order_7` is
/// what a link says after `startapp=`, and `&theme={"bg_color":"#ffffff"}` the colours.
///
/// `GET /_sandbox/ton` says where the chain is: `{url}`, null without one.
///
/// Whoever reaches this router can act as each of the people: it is for demo and tests only.
pub fn router(options: SandboxOptions) -> Router {
    let chain = options.chain.clone();
    let url = chain.as_ref().map(|chain| chain.url.clone());
    let mut router = Router::new()
        .route("/_sandbox/people", get(people))
        .route("/_sandbox/open/{person}", get(open::open))
        .with_state(Arc::new(options))
        .route(
            "/_sandbox/ton",
            get(async move || axum::Json(serde_json::json!({ "url": url }))),
        );
    if let Some(chain) = chain {
        router = router.nest("/_sandbox/chain", chain.router);
    }
    for path in ["/", "/_sandbox"] {
        router = router.route(path, get(async || file(HTML, PAGE)));
    }
    for asset in ASSETS.into_iter().chain(PHONE) {
        let Asset { path, kind, text } = asset;
        router = router.route(path, get(async move || file(kind, text)));
    }
    router
}

pub(crate) fn file(kind: HeaderValue, text: &'static str) -> Response {
    (
        [
            (CONTENT_TYPE, kind),
            (CONTENT_SECURITY_POLICY, PAGE_POLICY),
            // It changes with the binary, and nobody waits for a file from the same machine.
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        text,
    )
        .into_response()
}

/// One of the people, ready to act.
#[derive(Serialize)]
struct PersonView {
    id: UserId,
    name: String,
    username: Option<&'static str>,
    role: &'static str,
    wallet: &'static str,
    init_data: String,
}

async fn people(State(options): State<Arc<SandboxOptions>>) -> axum::Json<Vec<PersonView>> {
    let now = options.clock.now();
    let view = |person: Person| PersonView {
        init_data: person.open_app(&options.bot_token, now, &options.rng, None),
        id: person.id,
        name: person.name(),
        username: person.username,
        role: person.role,
        wallet: person.wallet,
    };
    axum::Json(demo_people().into_iter().chain(staff()).map(view).collect())
}
