//! Violations inside Rust files.

use super::*;
use crate::layers;

mod layering {
    use super::*;

    #[test]
    fn outwards() {
        for (path, text, about) in [
            (
                "src/domain/a.rs",
                "use crate::store;",
                "domain must not use store",
            ),
            (
                "src/domain/a.rs",
                "use crate::{\n  error::E,\n  store::{x, y},\n};",
                "a.rs:3: domain must not use store",
            ),
            (
                "src/store/a.rs",
                "use crate::app::take;",
                "store must not use app",
            ),
            (
                "src/app/a.rs",
                "fn f() { crate::http::reply() }",
                "app must not use http",
            ),
            (
                "src/http/mod.rs",
                "use crate::store::orders;",
                "http must not use store",
            ),
            (
                "src/jobs/a.rs",
                "use crate::{domain::{store, x}, store};",
                "jobs must not use store",
            ),
            (
                "src/jobs/a.rs",
                "pub(crate) use crate::http::x;",
                "jobs must not use http",
            ),
            (
                "src/error.rs",
                "use crate::store::Row;",
                "error must not use store",
            ),
        ] {
            bites(&layers::direction(&shop(path, text)), about);
        }
    }

    #[test]
    fn up_by_super() {
        for (path, text) in [
            ("src/http/orders.rs", "use super::super::store;"),
            ("src/http/mod.rs", "use super::store;"),
            (
                "src/domain/order/state.rs",
                "use super::super::super::store;",
            ),
        ] {
            bites(&layers::direction(&shop(path, text)), "hides the layer");
        }
        is_fine(&layers::direction(&shop(
            "src/http/orders.rs",
            "use super::wire;",
        )));
        is_fine(&layers::direction(&shop(
            "src/domain/order/state.rs",
            "use super::super::contact;",
        )));
        is_fine(&layers::direction(&shop(
            "src/http/orders.rs",
            "pub(in super) fn f() {}",
        )));
    }

    #[test]
    fn inwards_is_fine() {
        for (path, text) in [
            (
                "src/app/a.rs",
                "use crate::{domain::Order, store::orders, error::Error};",
            ),
            ("src/http/a.rs", "use crate::app::{store_review, http};"),
            (
                "src/store/a.rs",
                "use crate::domain::Order; use crate::store::row;",
            ),
            ("src/lib.rs", "use crate::{http, store, jobs};"),
            (
                "src/domain/a.rs",
                "// use crate::store;\n/* crate::http */ const A: &str = \"crate::app::x\";",
            ),
            (
                "src/domain/a.rs",
                "fn a() {}\n#[cfg(test)]\nmod tests { use crate::store; fn f() { if true {} } }",
            ),
            ("src/domain/tests.rs", "use crate::store;"),
        ] {
            is_fine(&layers::direction(&shop(path, text)));
        }
    }

    #[test]
    fn code_after_a_test_module_still_counts() {
        let text = "#[cfg(test)]\nmod tests { fn f() { '{'; \"}\"; } }\nuse crate::store;";
        bites(
            &layers::direction(&shop("src/domain/a.rs", text)),
            "a.rs:3: domain must not use store",
        );
    }
}

mod pure_domain {
    use super::*;

    #[test]
    fn machinery() {
        for text in [
            "async fn f() {}",
            "use axum::Json;",
            "use tokio::sync::Mutex;",
            "fn f(clock: &Clock) {}",
            "let t = std::time::SystemTime::now;",
            "let t = std::time::Instant::now;",
            "sql! { fn f() -> () = x; }",
            "use torg_platform::db::Tx;",
            "use torg_platform::{money::Money, ledger};",
            "fn f(tx: &mut torg_platform::db::Tx<'_>) {}",
            "let home = std::env::var(x);",
        ] {
            let all = shop("src/domain/order.rs", text);
            let violations = layers::purity(&all);
            // A path such as std::time::SystemTime is caught by its last word.
            let caught = !violations.is_empty()
                || !layers::purity(&shop(
                    "src/domain/order.rs",
                    &text.replace("std::time::", ""),
                ))
                .is_empty();
            assert!(caught, "{text}");
        }
    }

    #[test]
    fn values_are_fine() {
        for text in [
            "use torg_platform::{Timestamp, UserId, money::{Money, Rub}};",
            "use torg_platform::Kind; // axum, tokio",
            "const A: &str = \"SELECT async\";",
            "use crate::domain::http_like;",
        ] {
            is_fine(&layers::purity(&shop("src/domain/order.rs", text)));
        }
        is_fine(&layers::purity(&shop(
            "src/app/order.rs",
            "async fn f() {}",
        )));
    }
}

mod kernel_and_engines {
    use super::*;

    #[test]
    fn the_kernel_names_a_market() {
        for text in [
            "const SQL: &str = \"SELECT 1 FROM services_orders\";",
            "use torg_shop::module;",
            "fn shop_orders() {}",
            "const R: &str = r#\"ads_deals\"#;",
        ] {
            let violations = layers::kernel_is_ignorant(&with_file("kernel", "src/a.rs", text));
            assert!(!violations.is_empty(), "{text}");
        }
        let mut kernel = package("kernel");
        kernel.sql.insert(
            "migrations/a.sql".to_owned(),
            "TABLE gifts_offers".to_owned(),
        );
        let violations = layers::kernel_is_ignorant(&workspace([("k", kernel)]));
        bites(&violations, "`gifts_offers` belongs to gifts");
    }

    #[test]
    fn other_words_are_fine() {
        let text = "fn reads_ads() { threads_total } // services_orders";
        is_fine(&layers::kernel_is_ignorant(&with_file(
            "kernel", "src/a.rs", text,
        )));
    }

    #[test]
    fn business_asks_for_the_engine() {
        let text = "match db.engine() { Engine::Sqlite => 1, Engine::Postgres => 2 }";
        assert_eq!(
            layers::engine_branches(&shop("src/store/orders.rs", text)).len(),
            2
        );
        let imported = "use torg_platform::db::Engine::{Sqlite, Postgres};";
        bites(
            &layers::engine_branches(&shop("src/app/a.rs", imported)),
            "asks for the engine",
        );
        bites(
            &layers::engine_branches(&with_file("kernel", "src/jobs/a.rs", "Engine::Sqlite")),
            "asks for the engine",
        );
        is_fine(&layers::engine_branches(&with_file(
            "kernel",
            "src/db/mod.rs",
            text,
        )));
        is_fine(&layers::engine_branches(&shop("src/store/search.rs", text)));
        is_fine(&layers::engine_branches(&with_file(
            "testkit",
            "src/lib.rs",
            text,
        )));
    }
}
