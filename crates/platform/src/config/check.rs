//! Ranges, and settings that contradict one another.

use super::{ClockMode, Config, Purpose, Report, Updates, read_wallet_file};
use crate::http::TrustedProxies;
use tracing_subscriber::EnvFilter;

/// Shorter keys can be guessed from one signed session (RFC 7518, section 3.2).
const MIN_JWT_SECRET: usize = 32;

/// Checks the whole; `switches` are the development switches of the markets.
pub(super) fn check(config: &Config, switches: Vec<&'static str>, report: &mut Report) {
    http(config, report);
    data(config, report);
    identity(config, report);
    payments(config, report);
    chain(config, report);
    wallet(config, report);
    let filter = EnvFilter::try_new(&config.log.level);
    let message = "must read like info or info,torg_platform=debug";
    report.require(filter.is_ok(), "log.level", message);
    let mut switches = switches;
    switches.extend((config.clock.mode != ClockMode::Real).then_some("clock.mode"));
    switches.extend(
        config
            .payments
            .test_provider
            .then_some("payments.test_provider"),
    );
    let open = config.webhooks.allow_private_addresses;
    switches.extend(open.then_some("webhooks.allow_private_addresses"));
    match config.purpose {
        Purpose::Serve => serve(config, &switches, report),
        Purpose::Demo | Purpose::Tool => {}
    }
}

fn http(config: &Config, report: &mut Report) {
    let http = &config.http;
    if let Err(text) = TrustedProxies::parse(&http.trusted_proxies) {
        let message = format!("{text:?} is neither an address nor a block such as 10.0.0.0/8");
        report.add("http.trusted_proxies", message);
    }
    for origin in http.cors_origins.iter().filter(|origin| !is_origin(origin)) {
        let message = format!("{origin:?} is neither * nor an origin such as https://example.org");
        report.add("http.cors_origins", message);
    }
    report.range(
        "http.body_limit_bytes",
        http.body_limit_bytes,
        1024..=64 * 1024 * 1024,
    );
    let web = http.public_url.is_empty() || is_url(&http.public_url, &["http", "https"]);
    let whole = web && !http.public_url.ends_with('/');
    let message = "must be an http or https address without a slash at its end, or empty";
    report.require(whole, "http.public_url", message);
    for (name, time) in [
        ("http.header_timeout_ms", http.header_timeout),
        ("http.body_timeout_ms", http.body_timeout),
        ("http.idle_timeout_ms", http.idle_timeout),
        ("http.request_timeout_ms", http.request_timeout),
    ] {
        report.range(name, time.as_millis(), 10..=3_600_000);
    }
    report.range("http.max_connections", http.max_connections, 1..=1_000_000);
    report.range("http.max_in_flight", http.max_in_flight, 1..=1_000_000);
    let same = http.admin_listen == Some(http.listen) && http.listen.port() != 0;
    report.require(!same, "http.admin_listen", "must differ from http.listen");
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*']))
}

fn data(config: &Config, report: &mut Report) {
    let url = config.database.url.expose();
    let path = url.strip_prefix("sqlite://");
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let known = postgres || path.is_some_and(|path| !path.is_empty());
    report.require(
        known,
        "database.url",
        "must be sqlite://PATH or postgres://…",
    );
    report.range("database.pool_size", config.database.pool_size, 1..=256);
    report.range("database.queue", config.database.queue, 1..=1_000_000);
    let redis = &config.redis.url;
    let known = redis.is_empty() || is_url(redis.expose(), &["redis", "rediss"]);
    report.require(known, "redis.url", "must be redis://HOST:PORT or empty");
}

fn is_url(text: &str, schemes: &[&str]) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        schemes.contains(&scheme) && !rest.is_empty() && !rest.starts_with('/')
    })
}

fn identity(config: &Config, report: &mut Report) {
    let telegram = &config.telegram;
    let shape = telegram.bot_token.is_empty() || telegram.bot_id().is_some();
    let message = "must look like 123456:ABC…, as @BotFather gives it";
    report.require(shape, "telegram.bot_token", message);
    let web = is_url(&telegram.api_url, &["http", "https"]);
    report.require(web, "telegram.api_url", "must be an http or https address");
    let price = telegram.star_price.0.minor();
    let message = "must be above 0 and at most 1000 roubles";
    report.require(
        (1..=100_000).contains(&price),
        "telegram.star_price",
        message,
    );
    let app =
        telegram.mini_app_url.is_empty() || is_url(&telegram.mini_app_url, &["http", "https"]);
    report.require(
        app,
        "telegram.mini_app_url",
        "must be an http or https address, or empty",
    );
    let public =
        telegram.updates != Updates::Webhook || config.http.public_url.starts_with("https://");
    let message = "webhook needs an https address in http.public_url";
    report.require(public, "telegram.updates", message);
    let name = !telegram.bot_username.starts_with('@');
    report.require(name, "telegram.bot_username", "is written without @");
    let (per_request, exchange) = (
        telegram.init_data_max_age,
        telegram.session_init_data_max_age,
    );
    report.range(
        "telegram.init_data_max_age_seconds",
        per_request.as_secs(),
        1..=604_800,
    );
    let message = "must be from 1 second to telegram.init_data_max_age_seconds";
    let ordered = !exchange.is_zero() && exchange <= per_request;
    report.require(
        ordered,
        "telegram.session_init_data_max_age_seconds",
        message,
    );
    let ttl = config.auth.session_ttl;
    report.range("auth.session_ttl_seconds", ttl.as_secs(), 60..=30 * 86_400);
}

fn payments(config: &Config, report: &mut Report) {
    let rate = config.payments.test_success_rate;
    report.range("payments.test_success_rate", rate, 0.0..=1.0);
    let delay = config.payments.test_delay.as_millis();
    report.range("payments.test_delay_ms", delay, 0..=3_600_000);
}

fn chain(config: &Config, report: &mut Report) {
    let ton = &config.ton;
    let web = ton.api_url.is_empty() || is_url(&ton.api_url, &["http", "https"]);
    let message = "must be an http or https address, or empty";
    report.require(web, "ton.api_url", message);
    let length = ton.symbol.chars().count();
    let name = (1..=16).contains(&length) && !ton.symbol.contains(char::is_control);
    report.require(name, "ton.symbol", "must have 1 to 16 characters");
    for domain in ton.domains.iter().filter(|domain| !is_domain(domain)) {
        let message = format!("{domain:?} is not the name of a site such as torg.example.org");
        report.add("ton.domains", message);
    }
    report.range(
        "ton.requests_per_second",
        ton.requests_per_second,
        0..=10_000,
    );
    report.range("ton.confirmations", ton.confirmations, 0..=1000);
    report.range("ton.poll_seconds", ton.poll.as_secs(), 1..=3600);
}

/// A host, with a port or without.
fn is_domain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', '@', '*']) && !text.contains(char::is_whitespace)
}

fn wallet(config: &Config, report: &mut Report) {
    let ton = &config.ton;
    for (name, amount) in [
        ("ton.min_withdrawal", ton.min_withdrawal),
        ("ton.deposit_floor", ton.deposit_floor),
    ] {
        report.require(amount.is_positive(), name, "must be more than 0");
    }
    let ordered = ton.automatic_withdrawals_per_day >= ton.automatic_withdrawal;
    report.require(
        ordered,
        "ton.automatic_withdrawals_per_day",
        "must be at least ton.automatic_withdrawal",
    );
    let wait = ton.new_address_cool_down.as_secs();
    report.range("ton.new_address_cool_down_seconds", wait, 0..=30 * 86_400);
    let length = ton.withdrawal_comment_max_bytes;
    report.range("ton.withdrawal_comment_max_bytes", length, 0..=500);
}

/// Whoever serves people must say who it is, and must not leave open what was made for tests.
fn serve(config: &Config, switches: &[&str], report: &mut Report) {
    let local = config.http.listen.ip().is_loopback();
    let development = !switches.is_empty();
    report.require(
        !config.telegram.bot_token.is_empty(),
        "telegram.bot_token",
        "is needed to serve: without it nobody can sign in (torg demo makes its own)",
    );
    let length = config.auth.jwt_secret.expose().len();
    if !(length >= MIN_JWT_SECRET || development && local) {
        let message = format!(
            "is needed to serve, with at least {MIN_JWT_SECRET} bytes: openssl rand -hex 32"
        );
        report.add("auth.jwt_secret", message);
    }
    let ton = &config.ton;
    for (name, is_set) in [
        ("ton.wallet_file", !ton.wallet_file.as_os_str().is_empty()),
        ("ton.wallet_address", !ton.wallet_address.is_empty()),
    ] {
        let useful = !is_set || !ton.api_url.is_empty();
        report.require(useful, name, "is of no use without ton.api_url");
    }
    if !ton.wallet_file.as_os_str().is_empty()
        && let Err(error) = read_wallet_file(&ton.wallet_file)
    {
        report.add("ton.wallet_file", error.to_string());
    }
    if !local {
        for switch in switches {
            let message = "is for development: use torg demo, or listen on 127.0.0.1";
            report.add(*switch, message);
        }
    }
}
