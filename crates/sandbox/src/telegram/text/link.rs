//! Links as they are kept.

/// A link as it is kept: with a scheme, and a slash after a bare host.
pub(in crate::telegram) fn link(url: &str) -> Option<String> {
    let url = url.trim();
    if url.starts_with("tg://") || url.starts_with("mailto:") || url.starts_with("tel:") {
        return Some(url.to_owned());
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), url),
    };
    if !["http", "https", "ton"].contains(&scheme.as_str()) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let name = host.split(':').next().unwrap_or_default();
    let known = name.starts_with('[') || name.contains('.') || name == "localhost";
    if !known || host.contains(char::is_whitespace) {
        return None;
    }
    let slash = if path.is_empty() || !path.starts_with('/') {
        "/"
    } else {
        ""
    };
    Some(format!("{scheme}://{}{slash}{path}", host.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_host() {
        assert_eq!(link("x.org").as_deref(), Some("http://x.org/"));
        assert_eq!(link("https://X.org?q").as_deref(), Some("https://x.org/?q"));
        assert_eq!(link("tg://user?id=1").as_deref(), Some("tg://user?id=1"));
        assert_eq!(link("javascript:x"), None);
        assert_eq!(link("word"), None);
    }
}
