//! Where Telegram brings updates.

use serde::Deserialize;

/// The state of the webhook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WebhookInfo {
    /// Empty when there is none, and updates are to be fetched.
    #[serde(default)]
    pub url: String,
    /// Updates that wait.
    #[serde(default)]
    pub pending_update_count: i64,
    /// When Telegram last failed to bring one, in seconds since 1970.
    pub last_error_date: Option<i64>,
    /// Why.
    pub last_error_message: Option<String>,
    /// Connections at once.
    pub max_connections: Option<i64>,
    /// Which kinds are brought; all usual ones when nothing is said.
    #[serde(default)]
    pub allowed_updates: Vec<String>,
}
