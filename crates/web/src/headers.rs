//! Headers of the pages: what a browser may do with them.

use http::HeaderValue;

/// An address that may not stand in a content policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsafe(pub String);

impl std::fmt::Display for Unsafe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(source) = self;
        write!(f, "{source:?} is no https or wss origin")
    }
}

impl std::error::Error for Unsafe {}

/// Powers of a browser that neither page asks for.
pub(crate) const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
);

/// The content policy. No inline script or style, no code from elsewhere, no request to anybody but
/// this server and `connect`, no form that leaves. Pictures may come from any https address: those of
/// products stand wherever the operator keeps them. Telegram's web clients show the app in a frame,
/// and so does the demo, which is served beside it.
pub(crate) fn content_policy(connect: &[String]) -> Result<HeaderValue, Unsafe> {
    let mut connects = "'self'".to_owned();
    for source in connect {
        if !is_origin(source) {
            return Err(Unsafe(source.clone()));
        }
        connects.push(' ');
        connects.push_str(source);
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; \
         font-src 'self'; connect-src {connects}; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; \
         frame-ancestors 'self' https://web.telegram.org https://*.telegram.org"
    );
    HeaderValue::try_from(&policy).map_err(|_invalid| Unsafe(connects))
}

/// `https://bridge.example` or `wss://bridge.example:8443`, nothing that could end a directive.
fn is_origin(source: &str) -> bool {
    let host = ["https://", "wss://"]
        .iter()
        .find_map(|scheme| source.strip_prefix(scheme));
    host.is_some_and(|host| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
        !host.is_empty() && host.bytes().all(allowed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(connect: &[&str]) -> Result<String, Unsafe> {
        let connect: Vec<String> = connect.iter().map(|&s| s.to_owned()).collect();
        content_policy(&connect).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn strict_by_itself() {
        let policy = policy(&[]).unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(policy.contains("; connect-src 'self';"), "{policy}");
        for loose in ["unsafe", "*;", "* ", "http:"] {
            assert!(!policy.contains(loose), "{loose}: {policy}");
        }
    }

    #[test]
    fn more_to_connect_to() {
        let policy = policy(&["https://bridge.example", "wss://b.example:8443"]).unwrap();
        let wanted = "; connect-src 'self' https://bridge.example wss://b.example:8443;";
        assert!(policy.contains(wanted), "{policy}");
    }

    #[test]
    fn nothing_that_is_no_origin() {
        for source in [
            "",
            "*",
            "https:",
            "https://",
            "http://bridge.example",
            "https://a; script-src *",
            "https://a 'unsafe-inline'",
            "https://a/path",
            "https://*.example",
            "'self'",
            "https://a\r\nx: y",
        ] {
            assert_eq!(policy(&[source]), Err(Unsafe(source.to_owned())));
        }
    }
}
