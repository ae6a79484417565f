//! The Mini App among the routes: its pages are public, what they ask the API for is not.

use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode, Uri};
use torg_platform::error::Kind;
use torg_platform::http::{Api, Policy};
use torg_platform::{Error, Result};
use torg_web::{Options, PATH, Pages};

/// Where it begins.
pub(crate) const HOME: &str = "/app/";

/// Its pages, and with `is_home` the way from `/` to them.
pub(crate) fn api(is_home: bool) -> Result<Api> {
    let pages = Pages::new(&Options::default()).map_err(Error::internal)?;
    let answer = move |uri: Uri, headers: HeaderMap| {
        let found = pages.answer(&uri, &headers).unwrap_or_else(not_found);
        std::future::ready(found)
    };
    let mut api = Api::new();
    for path in [PATH, HOME, "/app/{*rest}"] {
        api = api.undocumented(Policy::Public, Method::GET, path, answer.clone());
    }
    if is_home {
        api = api.undocumented(Policy::Public, Method::GET, "/", async || home());
    }
    Ok(api)
}

fn home() -> Response {
    // Not 301: another build may have something else to show here.
    (StatusCode::FOUND, [(LOCATION, HOME)]).into_response()
}

fn not_found() -> Response {
    let detail = "There is nothing at this address";
    Error::new(Kind::Missing, "not_found", detail).into_response()
}

/// Where the Mini App of the bot is: where the settings say (`set`), or here. Telegram opens nothing
/// but https, so this program's own is named only where people reach it by https, unless the Telegram
/// beside it takes `plain_http` too.
pub(crate) fn address(
    set: &str,
    public_url: &str,
    plain_http: bool,
    is_built: bool,
) -> Option<String> {
    if !set.is_empty() {
        return Some(set.to_owned());
    }
    let can_open = plain_http || is_built && public_url.starts_with("https://");
    can_open.then(|| format!("{public_url}{HOME}"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn where_the_mini_app_is() {
        let own = "https://torg.example";
        let there = |url: &str| Some(url.to_owned());
        let cases = [
            // What is set wins.
            (
                "https://else.where/x",
                own,
                false,
                true,
                there("https://else.where/x"),
            ),
            (
                "https://else.where/x",
                own,
                true,
                true,
                there("https://else.where/x"),
            ),
            ("", own, false, true, there("https://torg.example/app/")),
            // Buttons that open a page that is not there help nobody.
            ("", own, false, false, None),
            ("", "http://127.0.0.1:8080", false, true, None),
            (
                "",
                "http://127.0.0.1:1",
                true,
                true,
                there("http://127.0.0.1:1/app/"),
            ),
            (
                "",
                "http://127.0.0.1:1",
                true,
                false,
                there("http://127.0.0.1:1/app/"),
            ),
        ];
        for (set, public, plain, is_built, wanted) in cases {
            let found = address(set, public, plain, is_built);
            assert_eq!(found, wanted, "{set:?} {public} {plain} {is_built}");
        }
    }
}
