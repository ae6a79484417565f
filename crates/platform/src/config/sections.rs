//! The kernel's settings, typed. What each means is written in `torg.default.toml`.

use super::secret::{Address, Secret};
use crate::money::{DecimalRub, Money, Ton as Coin};
use crate::outbound::Reach;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// `[http]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Where the API is served.
    pub listen: SocketAddr,
    /// Where operations are served, when not beside the API.
    #[serde(deserialize_with = "optional")]
    pub admin_listen: Option<SocketAddr>,
    /// Address that people see, without a slash at its end; empty for the listening address.
    pub public_url: String,
    /// Pages that may call; `*` for any.
    pub cors_origins: Vec<String>,
    /// Addresses and blocks of believed proxies.
    pub trusted_proxies: Vec<String>,
    /// Largest body.
    pub body_limit_bytes: usize,
    /// Time for the header lines.
    #[serde(rename = "header_timeout_ms", deserialize_with = "millis")]
    pub header_timeout: Duration,
    /// Time for the body.
    #[serde(rename = "body_timeout_ms", deserialize_with = "millis")]
    pub body_timeout: Duration,
    /// Time without a request.
    #[serde(rename = "idle_timeout_ms", deserialize_with = "millis")]
    pub idle_timeout: Duration,
    /// Time for the beginning of an answer.
    #[serde(rename = "request_timeout_ms", deserialize_with = "millis")]
    pub request_timeout: Duration,
    /// Most open connections.
    pub max_connections: usize,
    /// Most requests at once.
    pub max_in_flight: usize,
}

/// `[database]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: Address,
    /// Connections or readers.
    pub pool_size: usize,
    /// Units that may wait.
    pub queue: usize,
}

/// `[redis]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// `redis://…`; empty when everything is in process.
    pub url: Address,
}

/// `[telegram]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telegram {
    /// `NUMBER:LETTERS`; prints as `***`.
    pub bot_token: Secret,
    /// Without `@`.
    pub bot_username: String,
    /// Base of the Bot API.
    pub api_url: String,
    /// What a Star counts for, above zero.
    pub star_price: DecimalRub,
    /// How updates come.
    pub updates: Updates,
    /// Address of the Mini App; empty when there is none.
    pub mini_app_url: String,
    /// Oldest initData of a request.
    #[serde(rename = "init_data_max_age_seconds", deserialize_with = "seconds")]
    pub init_data_max_age: Duration,
    /// Oldest initData of an exchange.
    #[serde(
        rename = "session_init_data_max_age_seconds",
        deserialize_with = "seconds"
    )]
    pub session_init_data_max_age: Duration,
}

/// How updates of the bot come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Updates {
    /// Telegram is asked.
    Polling,
    /// Telegram brings them.
    Webhook,
    /// Not at all: there is no bot.
    Off,
}

impl Telegram {
    /// The bot's id: the number before the colon of its token.
    pub fn bot_id(&self) -> Option<i64> {
        let (id, rest) = self.bot_token.expose().split_once(':')?;
        let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        id.parse().ok().filter(|_| digits && !rest.is_empty())
    }
}

/// `[auth]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Key of the sessions.
    pub jwt_secret: Secret,
    /// Their length.
    #[serde(rename = "session_ttl_seconds", deserialize_with = "seconds")]
    pub session_ttl: Duration,
}

/// `[admin]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// Value of `X-Admin-Secret`; empty when there is none.
    pub secret: Secret,
}

/// `[payments]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// Whether the test provider is offered.
    pub test_provider: bool,
    /// Key of the providers' notices.
    pub webhook_secret: Secret,
    /// Share of test payments that succeed.
    pub test_success_rate: f64,
    /// How long the test provider takes to report.
    #[serde(rename = "test_delay_ms", deserialize_with = "millis")]
    pub test_delay: Duration,
}

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TonNetwork {
    /// The one with money in it, and the development chain in its place.
    Mainnet,
    /// The public one for tests.
    Testnet,
}

/// `[ton]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ton {
    /// Toncenter; empty when there is no chain.
    pub api_url: String,
    /// Its key.
    pub api_key: Secret,
    /// Calls per second; 0 for what Toncenter gives.
    pub requests_per_second: u32,
    /// Which chain is behind it.
    pub network: TonNetwork,
    /// Name of the coin.
    pub symbol: String,
    /// File with the words of the wallet; empty when this process does not pay.
    pub wallet_file: PathBuf,
    /// Where deposits go, for processes without the file.
    pub wallet_address: String,
    /// Sites that wallets may prove themselves to; empty for the one of `http.public_url`.
    pub domains: Vec<String>,
    /// Blocks on top of a transaction.
    pub confirmations: u32,
    /// Time between two looks at the chain.
    #[serde(rename = "poll_seconds", deserialize_with = "seconds")]
    pub poll: Duration,
    /// Deposits below it are dust.
    #[serde(deserialize_with = "coins")]
    pub deposit_floor: Money<Coin>,
    /// The least that can be withdrawn.
    #[serde(deserialize_with = "coins")]
    pub min_withdrawal: Money<Coin>,
    /// On top of what arrives.
    #[serde(deserialize_with = "coins")]
    pub withdrawal_fee: Money<Coin>,
    /// Of one withdrawal without the operator.
    #[serde(deserialize_with = "coins")]
    pub automatic_withdrawal: Money<Coin>,
    /// Of one person in 24 hours without the operator.
    #[serde(deserialize_with = "coins")]
    pub automatic_withdrawals_per_day: Money<Coin>,
    /// From where on two of the staff must approve, if anywhere.
    #[serde(deserialize_with = "optional_coins")]
    pub two_people_above: Option<Money<Coin>>,
    /// How long a new address waits.
    #[serde(rename = "new_address_cool_down_seconds", deserialize_with = "seconds")]
    pub new_address_cool_down: Duration,
    /// The longest comment.
    pub withdrawal_comment_max_bytes: usize,
}

/// `[webhooks]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Whether they may go anywhere.
    pub allow_private_addresses: bool,
}

impl Webhooks {
    /// Where they may go.
    pub fn reach(&self) -> Reach {
        if self.allow_private_addresses {
            Reach::Anywhere
        } else {
            Reach::Internet
        }
    }
}

/// `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Whether callers are limited.
    pub enabled: bool,
}

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// By itself.
    Real,
    /// Only by `POST /_clock`.
    Manual,
    /// By itself, and `POST /_clock` adds to it.
    Hybrid,
}

/// `[clock]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSettings {
    /// How time passes.
    pub mode: ClockMode,
}

/// Shape of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One object per line.
    Json,
    /// For people.
    Text,
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Its shape.
    pub format: LogFormat,
    /// What is logged.
    pub level: String,
}

/// Empty text as `None`.
fn optional<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = String::deserialize(d)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(D::Error::custom)
}

/// Decimal text.
fn coins<'de, D: Deserializer<'de>>(d: D) -> Result<Money<Coin>, D::Error> {
    let text = String::deserialize(d)?;
    let money = Money::parse_decimal(&text).filter(|money| *money >= Money::ZERO);
    money.ok_or_else(|| D::Error::custom("must be an amount such as 0.05"))
}

/// Decimal text, or empty text as `None`.
fn optional_coins<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Money<Coin>>, D::Error> {
    let text = String::deserialize(d)?;
    if text.is_empty() {
        return Ok(None);
    }
    let money = Money::parse_decimal(&text).filter(|money| *money >= Money::ZERO);
    let wrong = || D::Error::custom("must be an amount such as 1000, or empty");
    money.map(Some).ok_or_else(wrong)
}

fn millis<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
    u64::deserialize(d).map(Duration::from_millis)
}

fn seconds<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
    u64::deserialize(d).map(Duration::from_secs)
}
