//! Links of Telegram: what a tap on one leads to.

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::telegram) enum Target {
    /// To a bot, perhaps with what `/start` shall say.
    Start {
        /// Public name.
        name: String,
        payload: Option<String>,
    },
    /// To a Mini App of a bot; the main one without a name.
    WebApp {
        /// Public name.
        name: String,
        app: Option<String>,
        start_param: Option<String>,
    },
    /// To an invoice.
    Invoice(String),
    /// Out of Telegram.
    Elsewhere,
}

/// Reads a link.
pub(in crate::telegram) fn target(link: &str) -> Target {
    let lower = link.to_ascii_lowercase();
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| lower.starts_with(scheme).then(|| link.get(scheme.len()..)))
        .flatten()
        .unwrap_or(link);
    let rest = ["t.me/", "telegram.me/", "www.t.me/"]
        .iter()
        .find_map(|host| {
            let is = rest.to_ascii_lowercase().starts_with(host);
            is.then(|| rest.get(host.len()..)).flatten()
        });
    let Some(rest) = rest else {
        return Target::Elsewhere;
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if let Some(slug) = path
        .strip_prefix('$')
        .or_else(|| path.strip_prefix("invoice/"))
    {
        return Target::Invoice(slug.to_owned());
    }
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (Some(name), app) = (parts.next(), parts.next()) else {
        return Target::Elsewhere;
    };
    let parameter = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    let name = name.to_owned();
    let start_param = parameter("startapp");
    if app.is_some() || start_param.is_some() {
        let start_param = start_param.filter(|value| !value.is_empty());
        let app = app.map(str::to_owned);
        return Target::WebApp {
            name,
            app,
            start_param,
        };
    }
    Target::Start {
        name,
        payload: parameter("start").filter(|value| !value.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let start = |name: &str, payload: Option<&str>| Target::Start {
            name: name.to_owned(),
            payload: payload.map(str::to_owned),
        };
        let app = |name: &str, app: Option<&str>, param: Option<&str>| Target::WebApp {
            name: name.to_owned(),
            app: app.map(str::to_owned),
            start_param: param.map(str::to_owned),
        };
        let cases = [
            ("https://t.me/torg_bot", start("torg_bot", None)),
            (
                "t.me/torg_bot?start=order_1",
                start("torg_bot", Some("order_1")),
            ),
            ("https://T.me/torg_bot?start=", start("torg_bot", None)),
            (
                "https://t.me/torg_bot?startapp",
                app("torg_bot", None, None),
            ),
            (
                "https://t.me/torg_bot?startapp=x-1",
                app("torg_bot", None, Some("x-1")),
            ),
            (
                "https://t.me/torg_bot/shop?startapp=p_2",
                app("torg_bot", Some("shop"), Some("p_2")),
            ),
            ("https://t.me/$abc", Target::Invoice("abc".to_owned())),
            (
                "https://t.me/invoice/abc",
                Target::Invoice("abc".to_owned()),
            ),
            ("https://example.com/t.me/x", Target::Elsewhere),
            ("https://t.me/", Target::Elsewhere),
        ];
        for (link, expected) in cases {
            assert_eq!(target(link), expected, "{link}");
        }
    }
}
