//! The page and its files.

use super::{START, get, sandbox};
use axum::Router;
use std::collections::BTreeSet;
use torg_platform::Clock;

/// Paths of this server that `text`, which came from `from`, names as a file of a page.
fn files_in(from: &str, text: &str) -> BTreeSet<String> {
    let quoted = text.split(['"', '\'', '`']);
    let is_file = |part: &&str| {
        let begins = ["/_sandbox/", "./", "../"].iter();
        let ends = [".js", ".css", ".svg"].iter();
        begins.clone().any(|b| part.starts_with(b)) && ends.clone().any(|e| part.ends_with(e))
    };
    quoted
        .filter(is_file)
        .map(|part| resolved(from, part))
        .collect()
}

/// What a browser asks for when the file at `from` names `part`.
fn resolved(from: &str, part: &str) -> String {
    if part.starts_with('/') {
        return part.to_owned();
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for step in part.split('/') {
        match step {
            "." => {}
            ".." => drop(folders.pop()),
            name => folders.push(name),
        }
    }
    folders.join("/")
}

/// The page and everything that they load, directly or not, with their texts.
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
        waiting.extend(files_in(&path, &text));
        found.push((path, text));
    }
    found
}

#[tokio::test]
async fn the_page_and_all_its_files_are_served_with_a_policy() {
    let router = sandbox(Clock::manual(START));
    let found = everything(&router).await;
    let ending = |end: &str| found.iter().filter(|(path, _)| path.ends_with(end)).count();
    assert_eq!((ending(".css"), ending(".svg"), ending(".js")), (5, 1, 37));
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
    for (path, mut text) in everything(&sandbox(Clock::manual(START))).await {
        // The name of the SVG language, and how links begin: no browser fetches them.
        for name in ["http://www.w3.org/2000/svg", "https://t.me/", "https://${"] {
            text = text.replace(name, "");
        }
        for sign in ["://", "\"//", "'//", "`//", "(//", "url(", "\"data:"] {
            assert!(!text.contains(sign), "{path} contains {sign}");
        }
    }
}

/// Nobody frames the page, and it frames only what is its own server's: the Mini App.
#[tokio::test]
async fn who_may_frame_whom() {
    let headers = get(&sandbox(Clock::manual(START)), "/").await.1;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'; frame-src 'self'"));
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
        let own = text.matches("<script type=\"module\" src=\"/_sandbox/");
        assert_eq!(text.matches("<script").count(), own.count());
    }
}
