use super::*;
use crate::files::Missing;
use http::Request;
use http_body_util::BodyExt as _;

static SITE: Site = Site {
    files: &[
        File {
            path: "assets/app-1a2b.js",
            hash: "js",
            plain: b"plain",
            br: Some(b"br"),
            gzip: Some(b"gz"),
        },
        File {
            path: "assets/icon-3c4d.png",
            hash: "png",
            plain: b"picture",
            br: None,
            gzip: None,
        },
        File {
            path: "favicon.svg",
            hash: "svg",
            plain: b"<svg/>",
            br: None,
            gzip: None,
        },
        File {
            path: "index.html",
            hash: "page",
            plain: b"<!doctype html>",
            br: Some(b"page br"),
            gzip: None,
        },
    ],
    missing: None,
};

static EMPTY: Site = Site {
    files: &[],
    missing: Some(Missing::NoNode),
};

fn ask(site: &'static Site, path: &str, headers: &[(HeaderName, &str)]) -> Option<Response> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(()).unwrap();
    let pages = Pages::of(site, &Options::default()).unwrap();
    pages.answer(request.uri(), request.headers())
}

fn header<'a>(response: &'a Response, name: &HeaderName) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn every_address_of_the_app_is_its_page() {
    for path in [
        "/app/",
        "/app/?startapp=order_7",
        "/app/orders/7",
        "/app/admin",
        "/app/admin/users/1001",
    ] {
        let page = ask(&SITE, path, &[]).unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(header(&page, &CONTENT_TYPE), HTML);
        assert_eq!(header(&page, &CACHE_CONTROL), "no-cache");
        assert_eq!(header(&page, &ETAG), "\"page\"");
        assert_eq!(body(page).await, "<!doctype html>", "{path}");
    }
}

#[test]
fn the_address_without_its_slash_leads_to_the_one_with_it() {
    let moved = ask(&SITE, "/app?tgWebAppStartParam=x", &[]).unwrap();
    assert_eq!(moved.status(), 307);
    assert_eq!(
        header(&moved, &http::header::LOCATION),
        "/app/?tgWebAppStartParam=x"
    );
}

#[tokio::test]
async fn hashed_files_are_kept_and_others_asked_about() {
    let script = ask(&SITE, "/app/assets/app-1a2b.js", &[]).unwrap();
    assert_eq!(
        header(&script, &CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        header(&script, &CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let icon = ask(&SITE, "/app/favicon.svg", &[]).unwrap();
    assert_eq!(header(&icon, &CACHE_CONTROL), "no-cache");
    assert_eq!(header(&icon, &CONTENT_TYPE), "image/svg+xml");
    assert_eq!(body(icon).await, "<svg/>");
}

#[test]
fn what_is_not_there_is_not_the_page() {
    for path in [
        "/app/assets/app-0000.js",
        "/app/assets/app-1a2b.js.map",
        "/app/assets/",
        "/app/assets/nothing",
        "/app/other.js",
        "/app/.env",
        "/app/../Cargo.toml",
        "/app/assets/%2e%2e/index.html",
        "/application",
        "/api/nothing",
        "/",
    ] {
        assert!(ask(&SITE, path, &[]).is_none(), "{path}");
    }
}

#[tokio::test]
async fn the_smallest_copy_that_the_client_takes() {
    const SCRIPT: &str = "/app/assets/app-1a2b.js";
    for (accepted, encoding, content) in [
        ("gzip, deflate, br, zstd", "br", "br"),
        ("gzip, deflate", "gzip", "gz"),
        ("BR", "br", "br"),
        ("br;q=0.8, gzip;q=1.0", "br", "br"),
        ("br;q=0, gzip", "gzip", "gz"),
        ("br; q=0.000, gzip;q=0", "", "plain"),
        ("identity", "", "plain"),
        ("brotli", "", "plain"),
        ("", "", "plain"),
    ] {
        let answer = ask(&SITE, SCRIPT, &[(ACCEPT_ENCODING, accepted)]).unwrap();
        assert_eq!(header(&answer, &CONTENT_ENCODING), encoding, "{accepted}");
        assert_eq!(header(&answer, &VARY), "accept-encoding");
        let tag = if encoding.is_empty() {
            "\"js\"".to_owned()
        } else {
            format!("\"js-{encoding}\"")
        };
        assert_eq!(header(&answer, &ETAG), tag);
        assert_eq!(body(answer).await, content, "{accepted}");
    }
    // A picture is as small as it gets.
    let picture = ask(
        &SITE,
        "/app/assets/icon-3c4d.png",
        &[(ACCEPT_ENCODING, "br")],
    )
    .unwrap();
    assert_eq!(header(&picture, &CONTENT_ENCODING), "");
    assert_eq!(body(picture).await, "picture");
}

#[tokio::test]
async fn who_has_it_is_told_so() {
    for known in ["\"page\"", "W/\"page-br\"", "\"x\", \"page-gzip\"", "*"] {
        let answer = ask(&SITE, "/app/", &[(IF_NONE_MATCH, known)]).unwrap();
        assert_eq!(answer.status(), 304, "{known}");
        assert_eq!(header(&answer, &CACHE_CONTROL), "no-cache");
        assert_eq!(header(&answer, &ETAG), "\"page\"");
        assert_eq!(body(answer).await, "");
    }
    for other in ["\"pages\"", "\"pag\"", "\"js\"", "\"page-zstd\"", ""] {
        let answer = ask(&SITE, "/app/", &[(IF_NONE_MATCH, other)]).unwrap();
        assert_eq!(answer.status(), 200, "{other}");
    }
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    for (site, path) in [
        (&SITE, "/app/"),
        (&SITE, "/app/assets/app-1a2b.js"),
        (&EMPTY, "/app/"),
    ] {
        let answer = ask(site, path, &[]).unwrap();
        let policy = header(&answer, &CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
        assert!(header(&answer, &PERMISSIONS_POLICY).contains("camera=()"));
        assert_eq!(header(&answer, &X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(&answer, &REFERRER_POLICY), "no-referrer");
    }
}

#[tokio::test]
async fn a_build_without_it_says_so_in_two_languages() {
    let page = ask(&EMPTY, "/app/orders/7", &[]).unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, &CONTENT_TYPE), HTML);
    assert_eq!(header(&page, &CACHE_CONTROL), "no-store");
    let page = body(page).await;
    assert!(page.contains("нет Node 20.19") && page.contains("no Node 20.19"));
    for text in ["<style", " style=", "<script", " onclick="] {
        assert!(!page.contains(text), "the policy would refuse {text}");
    }
    assert!(ask(&EMPTY, "/app/assets/app-1a2b.js", &[]).is_none());
    assert_eq!(ask(&EMPTY, "/app", &[]).unwrap().status(), 307);
}
