//! Addresses that lead into the bot and the Mini App.

use std::sync::Arc;

/// Where bot and Mini App are. Clones share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links(Arc<Places>);

#[derive(Debug, PartialEq, Eq)]
struct Places {
    bot_username: String,
    app_url: Option<String>,
}

impl Links {
    /// Of the bot `bot_username` (without `@`), whose Mini App is at `app_url`, if it has one.
    pub fn new(bot_username: &str, app_url: Option<&str>) -> Self {
        Self(Arc::new(Places {
            bot_username: bot_username.to_owned(),
            app_url: app_url.map(|url| url.trim_end_matches('/').to_owned()),
        }))
    }

    /// Opens the chat with the bot and sends `/start payload`; the payload has up to 64 of
    /// `A-Z a-z 0-9 _ -`.
    pub fn start(&self, payload: &str) -> String {
        format!("https://t.me/{}?start={payload}", self.0.bot_username)
    }

    /// Opens the Mini App by a link in any text, if there is one.
    pub fn start_app(&self, payload: &str) -> Option<String> {
        self.0.app_url.as_ref()?;
        Some(format!(
            "https://t.me/{}?startapp={payload}",
            self.0.bot_username
        ))
    }

    /// Address of a page of the Mini App, for a button; `path` begins with a slash.
    pub fn app_path(&self, path: &str) -> Option<String> {
        let url = self.0.app_url.as_ref()?;
        Some(format!("{url}{path}"))
    }

    /// Address of the Mini App for a button, opened at `payload` unless it is empty.
    pub fn app(&self, payload: &str) -> Option<String> {
        let url = self.0.app_url.as_ref()?;
        if payload.is_empty() {
            return Some(format!("{url}/"));
        }
        Some(format!("{url}/?startapp={payload}"))
    }
}
