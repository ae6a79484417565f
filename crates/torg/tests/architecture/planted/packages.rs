//! Violations in manifests and in the set of files.

use super::*;
use crate::packages;

mod dependencies {
    use super::*;

    #[test]
    fn between_markets() {
        let all = workspace([("a", depends("market", "b")), ("b", package("market"))]);
        bites(
            &packages::direction(&all),
            "a (market) must not depend on b (market)",
        );
    }

    #[test]
    fn from_the_kernel_outwards() {
        for kind in ["adapter", "market", "sandbox", "app", "tool"] {
            let all = workspace([("k", depends("kernel", "x")), ("x", package(kind))]);
            bites(
                &packages::direction(&all),
                "k (kernel) must not depend on x",
            );
        }
    }

    #[test]
    fn on_the_test_kit_outside_tests() {
        for kind in ["market", "app", "tool"] {
            let all = workspace([("m", depends(kind, "t")), ("t", package("testkit"))]);
            bites(&packages::direction(&all), "must not depend on t (testkit)");
        }
        let mut market = depends("market", "t");
        market.edges[0].dev = true;
        is_fine(&packages::direction(&workspace([
            ("m", market),
            ("t", package("testkit")),
        ])));
    }

    #[test]
    fn on_the_app() {
        let all = workspace([("m", depends("market", "torg")), ("torg", package("app"))]);
        bites(&packages::direction(&all), "must not depend on torg (app)");
    }

    #[test]
    fn of_the_mini_app_on_anything() {
        for kind in ["kernel", "adapter", "market", "app"] {
            let all = workspace([("w", depends("web", "x")), ("x", package(kind))]);
            bites(&packages::direction(&all), "w (web) must not depend on x");
        }
        for kind in ["kernel", "adapter", "market", "sandbox", "tool"] {
            let all = workspace([("x", depends(kind, "w")), ("w", package("web"))]);
            bites(&packages::direction(&all), "must not depend on w (web)");
        }
        let all = workspace([("torg", depends("app", "w")), ("w", package("web"))]);
        is_fine(&packages::direction(&all));
    }

    #[test]
    fn of_a_package_without_a_kind() {
        bites(
            &packages::direction(&workspace([("n", package(""))])),
            "no kind of ours",
        );
    }

    #[test]
    fn app_on_markets_is_fine() {
        let all = workspace([("torg", depends("app", "m")), ("m", package("market"))]);
        is_fine(&packages::direction(&all));
    }
}

mod sandbox {
    use super::*;

    fn app(optional: bool, features: &[(&str, &[&str])]) -> Workspace {
        let mut app = depends("app", "torg-sandbox");
        app.edges[0].optional = optional;
        for (name, parts) in features {
            let parts = parts.iter().map(|part| (*part).to_owned()).collect();
            app.features.insert((*name).to_owned(), parts);
        }
        workspace([("torg", app), ("torg-sandbox", package("sandbox"))])
    }

    #[test]
    fn behind_the_feature_is_fine() {
        let all = app(
            true,
            &[("default", &["demo"]), ("demo", &["dep:torg-sandbox"])],
        );
        is_fine(&packages::sandbox_behind_demo(&all));
    }

    #[test]
    fn always_there() {
        let all = app(false, &[("demo", &["torg-sandbox/x"])]);
        bites(&packages::sandbox_behind_demo(&all), "must be optional");
    }

    #[test]
    fn through_another_feature() {
        let all = app(
            true,
            &[
                ("demo", &["dep:torg-sandbox"]),
                ("sim", &["dep:torg-sandbox"]),
            ],
        );
        bites(
            &packages::sandbox_behind_demo(&all),
            "only the feature demo",
        );
        let all = app(true, &[("demo", &["dep:torg-sandbox"]), ("sim", &["demo"])]);
        bites(
            &packages::sandbox_behind_demo(&all),
            "feature sim must not enable demo",
        );
    }
}

mod faults {
    use super::*;

    fn with(feature: &str, part: &str) -> Workspace {
        let mut market = package("market");
        let parts = vec![part.to_owned()];
        market.features.insert(feature.to_owned(), parts);
        workspace([("m", market)])
    }

    #[test]
    fn on_request_is_fine() {
        is_fine(&packages::planted_on_request(&with("planted", "k/planted")));
    }

    #[test]
    fn by_default() {
        for part in ["planted", "k/planted", "k?/planted"] {
            bites(
                &packages::planted_on_request(&with("default", part)),
                "feature default must not enable planted",
            );
        }
    }

    #[test]
    fn with_something_else() {
        bites(
            &packages::planted_on_request(&with("planted", "demo")),
            "planted must enable nothing else",
        );
    }

    #[test]
    fn through_a_dependency() {
        let mut market = depends("market", "k");
        market.edges[0].features.push("planted".to_owned());
        let all = workspace([("m", market), ("k", package("kernel"))]);
        bites(
            &packages::planted_on_request(&all),
            "a dependency must not enable planted",
        );
    }
}

mod shape {
    use super::*;

    fn complete() -> Package {
        let mut market = package("market");
        for path in [
            "src/lib.rs",
            "src/error.rs",
            "src/events.rs",
            "src/domain/mod.rs",
            "src/app/mod.rs",
            "src/store/mod.rs",
            "src/http/mod.rs",
            "src/jobs/mod.rs",
            "tests/it/main.rs",
        ] {
            market.rust.insert(path.to_owned(), Source::new("//! x\n"));
        }
        let list = Source::new(r#"const M: [&str; 2] = ["0001_init", "0002_more"];"#);
        market.rust.insert("src/lib.rs".to_owned(), list);
        for engine in ["sqlite", "postgres"] {
            for name in ["0001_init", "0002_more"] {
                market
                    .sql
                    .insert(format!("migrations/{engine}/{name}.sql"), String::new());
            }
        }
        market
    }

    #[test]
    fn complete_is_fine() {
        let all = workspace([("m", complete())]);
        is_fine(&packages::market_shape(&all));
        is_fine(&packages::migrations(&all));
        is_fine(&packages::manifests(&all));
    }

    #[test]
    fn a_part_is_missing() {
        let mut market = complete();
        market.rust.remove("src/jobs/mod.rs");
        let violations = packages::market_shape(&workspace([("m", market)]));
        bites(&violations, "src/jobs/mod.rs is missing");
    }

    #[test]
    fn a_part_of_its_own() {
        let mut market = complete();
        market
            .rust
            .insert("src/helpers.rs".to_owned(), Source::default());
        let violations = packages::market_shape(&workspace([("m", market)]));
        bites(&violations, "src/helpers is not a part");
    }

    #[test]
    fn a_migration_for_one_engine_only() {
        let mut market = complete();
        market.sql.remove("migrations/postgres/0002_more.sql");
        bites(
            &packages::migrations(&workspace([("m", market)])),
            "migrations differ",
        );
    }

    #[test]
    fn a_gap_in_the_numbers() {
        let mut market = complete();
        for engine in ["sqlite", "postgres"] {
            market
                .sql
                .remove(&format!("migrations/{engine}/0001_init.sql"));
        }
        bites(
            &packages::migrations(&workspace([("m", market)])),
            "should be number 0001",
        );
    }

    #[test]
    fn a_migration_that_nothing_applies() {
        let mut market = complete();
        market.rust.insert(
            "src/lib.rs".to_owned(),
            Source::new(r#"const M: &str = "0001_init";"#),
        );
        bites(
            &packages::migrations(&workspace([("m", market)])),
            "lists the migration 0002_more",
        );
    }

    #[test]
    fn own_lints_and_a_second_test_binary() {
        let mut market = complete();
        market.shares_lints = false;
        bites(&packages::manifests(&workspace([("m", market)])), "[lints]");
        let mut market = complete();
        market.test_binaries = vec!["it".to_owned(), "races".to_owned()];
        bites(
            &packages::manifests(&workspace([("m", market)])),
            "tests/races",
        );
    }

    #[test]
    fn long_files() {
        is_fine(&packages::file_length(&shop(
            "src/a.rs",
            &"x\n".repeat(400),
        )));
        let usual = packages::file_length(&shop("src/a.rs", &"x\n".repeat(401)));
        bites(&usual, "1 of 1 files have more than 400 lines");
        let most = packages::file_length(&shop("src/a.rs", &"x\n".repeat(601)));
        bites(&most, "601 lines, at most 600");
        let mut market = package("market");
        market
            .sql
            .insert("migrations/a.sql".to_owned(), "x\n".repeat(601));
        bites(
            &packages::file_length(&workspace([("m", market)])),
            "601 lines",
        );
    }
}
