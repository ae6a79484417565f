//! The Mini App, or the page that stands in for it, as the binary serves it.

use crate::process::{KEYS, Server, folder};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};

struct Browser {
    server: Server,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Browser {
    fn before(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = folder();
        Self {
            server: Server::start(folder.path(), arguments, variables),
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            _folder: folder,
        }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("{}{path}", self.server.url);
        let mut request = self.client.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, &[]).await
    }
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_way_from_the_root_leads_to_the_app() {
    let browser = Browser::before(&["serve"], &KEYS);
    let root = browser.get("/").await;
    assert_eq!(
        (root.status().as_u16(), header(&root, "location")),
        (302, "/app/")
    );
    let slash = browser.get("/app?startapp=order_1").await;
    assert_eq!(header(&slash, "location"), "/app/?startapp=order_1");
    for path in ["/app/", "/app/services/orders/1", "/app/admin"] {
        let page = browser.get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        let policy = header(&page, "content-security-policy");
        assert!(policy.contains("default-src 'none'; script-src 'self'"));
        assert!(policy.contains("https://web.telegram.org"), "{policy}");
        // It would forbid Telegram's web client what the policy allows it.
        assert_eq!(header(&page, "x-frame-options"), "");
        assert_eq!(header(&page, "x-content-type-options"), "nosniff");
        assert!(header(&page, "permissions-policy").contains("camera=()"));
        let length = header(&page, "content-length").to_owned();
        let text = page.text().await.unwrap();
        assert_eq!(length, text.len().to_string());
        assert_eq!(text.contains("id=\"app\""), torg_web::is_built());
        assert_eq!(
            text.contains("TORG_WEB") || text.contains("Node 20.19"),
            !torg_web::is_built()
        );

        let head = browser.ask(Method::HEAD, path, &[]).await;
        assert_eq!(header(&head, "content-length"), length, "HEAD {path}");
        assert_eq!(head.text().await.unwrap(), "");
    }
    for path in ["/app/assets/nothing.js", "/app/nothing.png", "/api/nothing"] {
        let missing = browser.get(path).await;
        assert_eq!(missing.status(), 404, "{path}");
        assert_eq!(header(&missing, "content-type"), "application/json");
        assert!(
            missing
                .text()
                .await
                .unwrap()
                .contains("\"code\":\"not_found\"")
        );
    }
    let post = browser.ask(Method::POST, "/app/", &[]).await;
    assert_eq!(post.status(), 405);
    assert_eq!(browser.server.stop("TERM").0, 0);
}

/// Everything that the page names is there, compressed, and for ever.
#[tokio::test]
async fn the_files_of_the_page() {
    if !torg_web::is_built() {
        assert!(std::env::var("CI").is_err(), "CI builds the Mini App");
        return;
    }
    let browser = Browser::before(&["serve"], &KEYS);
    let page = browser.get("/app/").await;
    let tag = header(&page, "etag").to_owned();
    let known = [("if-none-match", tag.as_str())];
    assert_eq!(
        browser.ask(Method::GET, "/app/", &known).await.status(),
        304
    );
    let text = page.text().await.unwrap();
    let named: Vec<&str> = text
        .split('"')
        .filter(|part| part.starts_with("/app/assets/"))
        .collect();
    assert!(named.iter().any(|name| name.ends_with(".js")), "{text}");
    assert!(named.iter().any(|name| name.ends_with(".css")), "{text}");
    for name in named {
        let plain = browser.get(name).await;
        assert_eq!(plain.status(), 200, "{name}");
        assert_eq!(
            header(&plain, "cache-control"),
            "public, max-age=31536000, immutable"
        );
        let length = plain.bytes().await.unwrap().len();
        if name.ends_with(".js") || name.ends_with(".css") {
            for encoding in ["br", "gzip"] {
                let accepted = [("accept-encoding", encoding)];
                let small = browser.ask(Method::GET, name, &accepted).await;
                assert_eq!(header(&small, "content-encoding"), encoding, "{name}");
                assert!(small.bytes().await.unwrap().len() < length, "{name}");
            }
        }
    }
    assert_eq!(browser.server.stop("TERM").0, 0);
}

#[cfg(feature = "demo")]
#[tokio::test]
async fn the_demo_keeps_its_own_page_at_the_root() {
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let browser = Browser::before(&["demo", "--temp"], &any);
    let root = browser.get("/").await;
    assert_eq!(root.status(), 200);
    assert!(root.text().await.unwrap().contains("/_sandbox/page.js"));
    assert_eq!(browser.get("/app/").await.status(), 200);
    let opened = browser.get("/_sandbox/open/1001?to=admin").await;
    assert_eq!(opened.status(), 302);
    let there = header(&opened, "location");
    assert!(there.starts_with("/app/admin#tgWebAppData="), "{there}");
    assert_eq!(browser.server.stop("TERM").0, 0);
}

#[tokio::test]
async fn who_only_works_serves_no_pages() {
    let browser = Browser::before(&["serve", "--roles", "worker"], &KEYS);
    for path in ["/", "/app/"] {
        assert_eq!(browser.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(browser.server.stop("TERM").0, 0);
}
