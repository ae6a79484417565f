//! The page and its files.

use super::{START, get, sandbox};
use axum::Router;
use std::collections::BTreeSet;
use torg_platform::Clock;

/// Paths of this server that `text` names as a file of the page.
fn files_in(text: &str) -> BTreeSet<String> {
    let quoted = text.split(['"', '\'', '`']).map(str::to_owned);
    let is_file = |part: &String| {
        let name = part.strip_prefix("/_sandbox/").or(part.strip_prefix("./"));
        name.is_some_and(|n| [".js", ".css", ".svg"].iter().any(|end| n.ends_with(end)))
    };
    quoted
        .filter(is_file)
        .map(|part| part.replacen("./", "/_sandbox/", 1))
        .collect()
}

/// The page and everything that it loads, directly or not, with their texts.
async fn everything(router: &Router) -> Vec<(String, String)> {
    let mut waiting = vec!["/".to_owned()];
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let (status, headers, text) = get(router, &path).await;
        assert_eq!(status, 200, "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        waiting.extend(files_in(&text));
        found.push((path, text));
    }
    found
}

#[tokio::test]
async fn the_page_and_all_its_files_are_served_with_a_policy() {
    let router = sandbox(Clock::manual(START));
    let found = everything(&router).await;
    let ending = |end: &str| found.iter().filter(|(path, _)| path.ends_with(end)).count();
    assert_eq!((ending(".css"), ending(".svg"), ending(".js")), (2, 1, 15));
    let kind = async |path| get(&router, path).await.1["content-type"].clone();
    assert_eq!(kind("/").await, "text/html; charset=utf-8");
    assert_eq!(kind("/_sandbox/page.css").await, "text/css; charset=utf-8");
    assert_eq!(
        kind("/_sandbox/page.js").await,
        "text/javascript; charset=utf-8"
    );
    assert_eq!(get(&router, "/").await.2, get(&router, "/_sandbox").await.2);
}

#[tokio::test]
async fn nothing_comes_from_elsewhere() {
    // The name of the SVG language, which no browser fetches.
    let namespace = "xmlns=\"http://www.w3.org/2000/svg\"";
    for (path, text) in everything(&sandbox(Clock::manual(START))).await {
        let text = text.replace(namespace, "");
        for sign in ["://", "\"//", "'//", "`//", "(//", "url(", "\"data:"] {
            assert!(!text.contains(sign), "{path} contains {sign}");
        }
    }
}

/// What the policy would refuse, and what would turn people's texts into markup.
#[tokio::test]
async fn no_inline_code_and_no_markup_from_texts() {
    for (path, text) in everything(&sandbox(Clock::manual(START))).await {
        let signs: &[&str] = if path.ends_with(".js") {
            &[
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "setAttribute(\"style\"",
            ]
        } else {
            &["<style", " style=", " onclick=", " onload=", "javascript:"]
        };
        for sign in signs {
            assert!(!text.contains(sign), "{path} contains {sign}");
        }
        assert_eq!(
            text.matches("<script").count(),
            text.matches(" src=\"/_sandbox/page.js\"").count()
        );
    }
}
