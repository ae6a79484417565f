use super::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rides {
    price_kopecks: u32,
    free_rides: bool,
}

impl Section for Rides {
    const NAME: &'static str = "rides";
    const DEFAULTS: &'static str = "[rides]\nprice_kopecks = 200\nfree_rides = false\n";

    fn check(&self, report: &mut Report) {
        report.range("rides.price_kopecks", self.price_kopecks, 1..=1000);
    }

    fn development_switches(&self) -> Vec<&'static str> {
        self.free_rides
            .then_some("rides.free_rides")
            .into_iter()
            .collect()
    }
}

fn load(file: &str, variables: &[(&str, &str)], purpose: Purpose) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("torg.toml");
    std::fs::write(&path, file).unwrap();
    let sources = Sources {
        adjusted: Vec::new(),
        file: Some(path),
        variables: variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    };
    let folder = folder.path().display().to_string();
    Config::load(&sources, &[SectionSpec::of::<Rides>()], purpose)
        .map_err(|problems| problems.to_string().replace(&format!("{folder}/"), ""))
}

const KEYS: [(&str, &str); 2] = [
    ("TORG_TELEGRAM__BOT_TOKEN", "100:abc"),
    ("TORG_AUTH__JWT_SECRET", "0123456789abcdef0123456789abcdef"),
];

#[test]
fn a_variable_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "[http]\nlisten = \"127.0.0.1:1\"\nmax_in_flight = 5\n[rides]\nprice_kopecks = 300";
    let variables = [
        ("TORG_HTTP__LISTEN", "127.0.0.1:2"),
        ("HOME", "/"),
        ("TORG_CONFIG", "x"),
    ];
    let config = load(file, &variables, Purpose::Tool).unwrap();
    assert_eq!(config.http.listen.port(), 2);
    assert_eq!(config.http.max_in_flight, 5);
    assert_eq!(config.database.pool_size, 8);
    assert_eq!(config.section::<Rides>().unwrap().price_kopecks, 300);
    let shown = config.show();
    assert!(
        shown.contains("listen = \"127.0.0.1:2\" # TORG_HTTP__LISTEN"),
        "{shown}"
    );
    assert!(shown.contains("\npool_size = 8\n"), "{shown}");
}

#[test]
fn texts_of_variables_become_what_the_setting_is() {
    let variables = [
        (
            "TORG_HTTP__CORS_ORIGINS",
            "https://a.example, https://b.example",
        ),
        ("TORG_HTTP__MAX_IN_FLIGHT", " 7 "),
        ("TORG_LIMITS__ENABLED", "off"),
        ("TORG_PAYMENTS__TEST_SUCCESS_RATE", "0.5"),
        ("TORG_HTTP__ADMIN_LISTEN", "[::1]:9"),
        ("TORG_RIDES__FREE_RIDES", "1"),
    ];
    let config = load(
        "[payments]\ntest_success_rate = 1",
        &variables,
        Purpose::Tool,
    )
    .unwrap();
    assert_eq!(
        config.http.cors_origins,
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(config.http.max_in_flight, 7);
    assert!(!config.limits.enabled);
    assert_eq!(config.payments.test_success_rate.to_string(), "0.5");
    assert_eq!(config.http.admin_listen.unwrap().port(), 9);
    assert!(config.section::<Rides>().unwrap().free_rides);
}

#[test]
fn every_problem_is_reported_at_once() {
    let file = "[http]\nlisten = 5\nmax_in_flight = 0\nlisen = \"x\"\n[nothing]\na = 1\n[rides]\nprice = 1";
    let variables = [
        ("TORG_HTTP__HEADER_TIMEOUT_MS", "soon"),
        ("TORG_HTTP__BODY_TIMEOUT_MS", "-1"),
        ("TORG_DATABASE__URL", "mysql://x"),
        ("TORG_CLOCK__MODE", "fast"),
        ("TORG_NOTHING__AT_ALL", "1"),
        ("TORG_HTTP_LISTEN", "127.0.0.1:1"),
        ("TORG_RIDES__PRICE_KOPECKS", "5000"),
    ];
    let problems = load(file, &variables, Purpose::Serve).unwrap_err();
    let expected = [
        "TORG_HTTP_LISTEN (variable): did you mean TORG_HTTP__LISTEN? Section and key are joined by two _",
        "auth.jwt_secret: is needed to serve, with at least 32 bytes: openssl rand -hex 32",
        "clock.mode (TORG_CLOCK__MODE): unknown variant `fast`, expected one of `real`, `manual`, `hybrid`",
        "database.url (TORG_DATABASE__URL): must be sqlite://PATH or postgres://…",
        "http.body_timeout_ms (TORG_HTTP__BODY_TIMEOUT_MS): invalid value: integer `-1`, expected u64",
        "http.header_timeout_ms (TORG_HTTP__HEADER_TIMEOUT_MS): must be a whole number",
        "http.lisen (torg.toml): there is no such setting; did you mean http.listen?",
        "http.listen (torg.toml): must be text, not a whole number",
        "http.max_in_flight (torg.toml): must be from 1 to 1000000, not 0",
        "nothing (torg.toml): there is no such section",
        "nothing.at_all (TORG_NOTHING__AT_ALL): there is no such setting",
        "rides.price (torg.toml): there is no such setting",
        "rides.price_kopecks (TORG_RIDES__PRICE_KOPECKS): must be from 1 to 1000, not 5000",
        "telegram.bot_token: is needed to serve: without it nobody can sign in (torg demo makes its own)",
    ];
    assert_eq!(problems.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn rules_of_withdrawals_are_amounts_that_fit_together() {
    let file = "[ton]\nwithdrawal_fee = \"0.0000000001\"\nmin_withdrawal = \"0\"\n\
        two_people_above = \"many\"\nautomatic_withdrawal = \"300\"\n\
        new_address_cool_down_seconds = 9000000\n";
    let problems = load(file, &[], Purpose::Tool).unwrap_err();
    for subject in [
        "ton.withdrawal_fee",
        "ton.min_withdrawal",
        "ton.two_people_above",
        "ton.automatic_withdrawals_per_day",
        "ton.new_address_cool_down_seconds",
    ] {
        assert!(problems.contains(subject), "{subject}: {problems}");
    }
    let config = load("[ton]\ntwo_people_above = \"1000.5\"\n", &[], Purpose::Tool).unwrap();
    let rules = crate::wallet::WalletRules::from(&config.ton);
    let above = crate::Money::parse_decimal("1000.5");
    let default = crate::wallet::WalletRules::default();
    let expected = crate::wallet::WalletRules {
        two_people_above: above,
        ..default
    };
    assert_eq!(rules, expected);
}

#[test]
fn a_file_that_is_not_toml_names_its_line_and_not_its_text() {
    let problems = load("[auth]\njwt_secret = \"hunter2\n", &[], Purpose::Tool).unwrap_err();
    assert!(problems.starts_with("torg.toml: line 2: "), "{problems}");
    assert!(!problems.contains("hunter2"), "{problems}");
    let sources = Sources {
        file: Some("/nowhere/torg.toml".into()),
        ..Sources::default()
    };
    let problems = Config::load(&sources, &[], Purpose::Tool)
        .unwrap_err()
        .to_string();
    assert!(problems.starts_with("/nowhere/torg.toml: "), "{problems}");
}

#[test]
fn switches_for_development_stay_away_from_strangers() {
    let serve = |listen: &str, more: &[(&str, &str)]| {
        let mut variables = KEYS.to_vec();
        variables.push(("TORG_HTTP__LISTEN", listen));
        variables.extend(more);
        load("", &variables, Purpose::Serve).map(|_| ())
    };
    let switches = [
        ("TORG_CLOCK__MODE", "manual"),
        ("TORG_PAYMENTS__TEST_PROVIDER", "true"),
        ("TORG_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true"),
        ("TORG_RIDES__FREE_RIDES", "true"),
    ];
    serve("0.0.0.0:80", &[]).unwrap();
    serve("127.0.0.1:80", &switches).unwrap();
    let problems = serve("0.0.0.0:80", &switches).unwrap_err();
    for name in [
        "clock.mode",
        "payments.test_provider",
        "webhooks.allow_private_addresses",
        "rides.free_rides",
    ] {
        assert!(problems.contains(&format!("{name} (TORG_")), "{problems}");
    }
    // The key may be short only where all this is allowed.
    let short = ("TORG_AUTH__JWT_SECRET", "short");
    serve("127.0.0.1:80", &[short, switches[0]]).unwrap();
    assert!(
        serve("127.0.0.1:80", &[short])
            .unwrap_err()
            .starts_with("auth.jwt_secret")
    );
}

#[test]
fn secrets_are_nowhere_to_be_seen() {
    let variables = [
        ("TORG_TELEGRAM__BOT_TOKEN", "100:hunter2"),
        (
            "TORG_AUTH__JWT_SECRET",
            "hunter2hunter2hunter2hunter2hunter2",
        ),
        ("TORG_ADMIN__SECRET", "hunter2"),
        ("TORG_PAYMENTS__WEBHOOK_SECRET", "hunter2"),
        ("TORG_TON__API_KEY", "hunter2"),
        (
            "TORG_DATABASE__URL",
            "postgres://torg:hunter2@db/torg?password=hunter2",
        ),
        ("TORG_REDIS__URL", "redis://:hunter2@cache:6379"),
    ];
    let config = load("", &variables, Purpose::Serve).unwrap();
    assert_eq!(config.admin.secret.expose(), "hunter2");
    let shown = config.show();
    assert_eq!(shown.matches("***").count(), 8, "{shown}");
    let typed = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        config.telegram,
        config.auth,
        config.admin,
        config.payments,
        config.ton,
        config.database,
        config.redis
    );
    let json = serde_json::to_string(&(&config.admin.secret, &config.database.url)).unwrap();
    for text in [shown, typed, json] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn an_address_keeps_its_host_and_nothing_else() {
    for (address, shown) in [
        ("sqlite://data/torg.db", "sqlite://data/torg.db"),
        (
            "postgres://u:p@ss/w?rd@host:5432/db",
            "postgres://***@host:5432/db",
        ),
        ("redis://host:6379", "redis://host:6379"),
        ("postgres://host/db?user=u", "postgres://host/db?***"),
        ("text", "text"),
    ] {
        assert_eq!(Address::new(address).to_string(), shown);
    }
}

#[test]
fn a_secret_matches_only_itself_and_an_empty_one_nothing() {
    assert!(Secret::new("abc").matches(b"abc"));
    assert!(!Secret::new("abc").matches(b"abd"));
    assert!(!Secret::new("abc").matches(b"ab"));
    assert!(!Secret::default().matches(b""));
}

#[test]
fn every_default_is_documented() {
    let lines = DEFAULTS.lines().collect::<Vec<_>>();
    for pair in lines.windows(2) {
        if let [before, line] = pair
            && line.contains(" = ")
            && !line.starts_with('#')
        {
            assert!(before.starts_with("# "), "no comment above {line}");
        }
    }
}
