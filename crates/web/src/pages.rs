//! Which file answers a request, and in which encoding.

use crate::PATH;
use crate::files::{EMBEDDED, File, Site};
use crate::headers::{PERMISSIONS, Unsafe, content_policy};
use crate::stub;
use axum::body::Body;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Files whose names change with their content stand here.
const HASHED: &str = "assets/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, but asked about each time.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
const HTML: &str = "text/html; charset=utf-8";

/// What an operator may change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Origins beside this server that the app may talk to, `https://bridge.example`.
    pub connect: Vec<String>,
}

/// Answers for the Mini App. Clones share what they hold.
#[derive(Debug, Clone)]
pub struct Pages {
    site: &'static Site,
    content_policy: HeaderValue,
    stub: Bytes,
}

impl Pages {
    /// The pages in this binary; an origin that would loosen the content policy is refused.
    pub fn new(options: &Options) -> Result<Self, Unsafe> {
        Self::of(&EMBEDDED, options)
    }

    fn of(site: &'static Site, options: &Options) -> Result<Self, Unsafe> {
        Ok(Self {
            site,
            content_policy: content_policy(&options.connect)?,
            stub: site.missing.map(stub::page).unwrap_or_default().into(),
        })
    }

    /// The answer to `GET` (and, without its body, `HEAD`) of an address at or below [`PATH`]; none
    /// when there is nothing.
    pub fn answer(&self, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        let below = uri.path().strip_prefix(PATH)?;
        if below.is_empty() {
            return Some(to_the_app(uri));
        }
        let path = below.strip_prefix('/')?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_file = name.contains('.') || path.starts_with(HASHED);
        if self.site.missing.is_some() {
            return (!is_file).then(|| self.stub());
        }
        let file = self.site.find(if is_file { path } else { "index.html" })?;
        Some(self.file(file, headers))
    }

    fn file(&self, file: &'static File, asked: &HeaderMap) -> Response {
        let (encoding, content) = choose(file, asked);
        let tag = format!("\"{}{}\"", file.hash, encoding.map_or("", |(_, mark)| mark));
        let kept = if file.path.starts_with(HASHED) {
            FOR_EVER
        } else {
            ASK
        };
        let mut response = if knows(asked, file.hash) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(Bytes::from_static(content)));
            let kind = HeaderValue::from_static(kind(file.path));
            response.headers_mut().insert(CONTENT_TYPE, kind);
            if let Some((name, _)) = encoding {
                let name = HeaderValue::from_static(name);
                response.headers_mut().insert(CONTENT_ENCODING, name);
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, kept);
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(ETAG, tag);
        }
        self.secure(headers);
        response
    }

    fn stub(&self) -> Response {
        let mut response = Response::new(Body::from(self.stub.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
        headers.insert(CACHE_CONTROL, NOT_KEPT);
        self.secure(headers);
        response
    }

    fn secure(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_SECURITY_POLICY, self.content_policy.clone());
        headers.insert(PERMISSIONS_POLICY, PERMISSIONS);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
}

/// The app's address ends in a slash; what Telegram has written behind it stays.
fn to_the_app(uri: &Uri) -> Response {
    let query = uri.query().map_or_else(String::new, |q| format!("?{q}"));
    Redirect::temporary(&format!("{PATH}/{query}")).into_response()
}

/// Name of an encoding, and what its tag has at the end: one address, three different bodies.
type Encoding = (&'static str, &'static str);

/// The smallest copy that the client takes.
fn choose(file: &'static File, asked: &HeaderMap) -> (Option<Encoding>, &'static [u8]) {
    let copies = [(("br", "-br"), file.br), (("gzip", "-gzip"), file.gzip)];
    for (encoding, content) in copies {
        if let Some(content) = content
            && takes(asked, encoding.0)
        {
            return (Some(encoding), content);
        }
    }
    (None, file.plain)
}

/// Whether the client named this encoding, and not to refuse it (`br;q=0`).
fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter();
    let mut parts = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    parts.any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        let refused = weight.bytes().all(|b| matches!(b, b'0' | b'.'));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// Whether the client has this content already, in whichever encoding.
fn knows(asked: &HeaderMap, hash: &str) -> bool {
    let values = asked.get_all(IF_NONE_MATCH).iter();
    let mut tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    tags.any(|tag| {
        let rest = tag.strip_prefix(hash);
        tag == "*" || rest.is_some_and(|rest| ["", "-br", "-gzip"].contains(&rest))
    })
}

/// Media type by the end of the name.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
