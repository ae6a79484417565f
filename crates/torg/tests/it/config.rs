use crate::process::{KEYS, folder, run};

#[test]
fn check_reports_every_problem_at_once() {
    let folder = folder();
    std::fs::write(
        folder.path().join("torg.toml"),
        "[http]\nmax_in_flight = 0\n[bakery]\n",
    )
    .unwrap();
    let variables = [
        ("TORG_SERVICES__TAKE_PRICE_KOPECKS", "250"),
        ("TORG_HTTP__LISEN", "127.0.0.1:0"),
    ];
    let (code, out, err) = run(folder.path(), &["config", "check"], &variables);
    assert_eq!((code, out.as_str()), (2, ""));
    let expected = "\
torg: 6 problems in the settings:
  - auth.jwt_secret: is needed to serve, with at least 32 bytes: openssl rand -hex 32
  - bakery (torg.toml): there is no such section
  - http.lisen (TORG_HTTP__LISEN): there is no such setting; did you mean http.listen?
  - http.max_in_flight (torg.toml): must be from 1 to 1000000, not 0
  - services.take_price_kopecks (TORG_SERVICES__TAKE_PRICE_KOPECKS): must be whole rubles
  - telegram.bot_token: is needed to serve: without it nobody can sign in (torg demo makes its own)
";
    assert_eq!(err, expected);
    let (code, _, same) = run(folder.path(), &["serve"], &variables);
    assert_eq!((code, same.as_str()), (2, expected));
    std::fs::remove_file(folder.path().join("torg.toml")).unwrap();
    let (code, out, err) = run(folder.path(), &["config", "check"], &KEYS);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "the settings are fine\n", "")
    );
}

#[test]
fn the_file_is_the_named_one_or_the_variables_or_the_usual_one() {
    let folder = folder();
    for (name, size) in [("torg.toml", 1), ("variable.toml", 2), ("named.toml", 3)] {
        let text = format!("[database]\npool_size = {size}\n");
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let shows = |arguments: &[&str], variables: &[(&str, &str)], expected: &str| {
        let (code, out, err) = run(folder.path(), arguments, variables);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(expected), "{out}");
    };
    let variable = [("TORG_CONFIG", "variable.toml")];
    shows(&["config", "show"], &[], "pool_size = 1 # torg.toml");
    shows(
        &["config", "show"],
        &variable,
        "pool_size = 2 # variable.toml",
    );
    let named = ["config", "show", "--config", "named.toml"];
    shows(&named, &variable, "pool_size = 3 # named.toml");
}

#[test]
fn the_printed_defaults_are_a_valid_file() {
    let folder = folder();
    let (code, out, _) = run(folder.path(), &["config", "default"], &[]);
    assert_eq!(code, 0);
    std::fs::write(folder.path().join("torg.toml"), &out).unwrap();
    let (code, out, err) = run(folder.path(), &["config", "check"], &KEYS);
    assert_eq!(
        (code, out.as_str()),
        (0, "the settings are fine\n"),
        "{err}"
    );
}

#[test]
fn show_hides_secrets() {
    let folder = folder();
    let (code, out, _) = run(folder.path(), &["config", "show"], &KEYS);
    assert_eq!(code, 0);
    assert!(
        out.contains("jwt_secret = \"***\" # TORG_AUTH__JWT_SECRET"),
        "{out}"
    );
    let is_secret = |name: &str| name.ends_with("TOKEN") || name.ends_with("SECRET");
    for (_, secret) in KEYS.iter().filter(|(name, _)| is_secret(name)) {
        assert!(!out.contains(secret), "{out}");
    }
}
