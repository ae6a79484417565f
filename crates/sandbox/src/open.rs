//! The Mini App in a tab of its own: a link that can be followed from anywhere, written down, and
//! followed again tomorrow, because the initData is signed when it is followed.

use crate::people::everybody;
use crate::site::SandboxOptions;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use torg_platform::UserId;

/// The version of the Mini Apps' protocol that the phone speaks.
const VERSION: &str = "9.1";
/// The longest address inside the app.
const LONGEST: usize = 200;

/// What a link may say.
#[derive(Debug, Deserialize)]
pub(crate) struct Opened {
    /// Where in the app, without a slash at its beginning: `admin`.
    #[serde(default)]
    to: String,
    /// What Telegram's link would have said after `startapp=`.
    #[serde(default)]
    start: String,
    /// Colours as a JSON object, `{"bg_color": "#ffffff"}`; the app has its own without them.
    #[serde(default)]
    theme: String,
}

/// `GET /_sandbox/open/{person}?to=&start=&theme=`: 302 to the Mini App, with the hash that Telegram
/// gives it. 404 for somebody whom the demo does not know, 400 for what no link of Telegram has.
pub(crate) async fn open(
    State(options): State<Arc<SandboxOptions>>,
    Path(person): Path<i64>,
    Query(opened): Query<Opened>,
) -> Response {
    let people = everybody();
    let Some(person) = people.into_iter().find(|one| one.id == UserId(person)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(theme) = opened.colours() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Opened { to, start, .. } = opened;
    let start = Some(start.as_str()).filter(|start| !start.is_empty());
    let data = person.open_app(&options.bot_token, options.clock.now(), &options.rng, start);
    let mut hash = form_urlencoded::Serializer::new(String::new());
    hash.append_pair("tgWebAppData", &data)
        .append_pair("tgWebAppVersion", VERSION)
        .append_pair("tgWebAppPlatform", "web")
        .append_pair("tgWebAppThemeParams", &theme);
    if let Some(start) = start {
        hash.append_pair("tgWebAppStartParam", start);
    }
    let query = start.map_or_else(String::new, |start| format!("?tgWebAppStartParam={start}"));
    // In a hash a plus is a plus to some readers and a space to others.
    let hash = hash.finish().replace('+', "%20");
    let there = format!("{}{to}{query}#{hash}", options.app);
    (
        StatusCode::FOUND,
        [(LOCATION, there), (CACHE_CONTROL, "no-store".to_owned())],
    )
        .into_response()
}

impl Opened {
    /// The colours, written anew, if everything in the link is as it should be.
    fn colours(&self) -> Option<String> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let to_is_good = self.to.len() <= LONGEST
            && !self.to.starts_with('/')
            && self.to.bytes().all(|b| plain(b) || b == b'/');
        let start_is_good = self.start.len() <= 64 && self.start.bytes().all(plain);
        if !to_is_good || !start_is_good {
            return None;
        }
        if self.theme.is_empty() {
            return Some("{}".to_owned());
        }
        let colours: BTreeMap<String, String> = serde_json::from_str(&self.theme).ok()?;
        let is_colour = |(name, value): (&String, &String)| {
            let digits = value.strip_prefix('#').unwrap_or_default();
            let named = name.len() <= 64 && name.bytes().all(plain);
            named && digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let all = colours.len() <= 32 && colours.iter().all(is_colour);
        all.then(|| serde_json::to_string(&colours).ok()).flatten()
    }
}
