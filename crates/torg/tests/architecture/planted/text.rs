//! Violations in SQL and in documents.

use super::*;
use crate::{documents, sql};

mod sql_text {
    use super::*;

    fn statement(text: &str) -> Vec<String> {
        let code = format!("sql! {{ fn f() -> () = {text:?}; }}");
        sql::own_tables(&shop("src/store/orders.rs", &code))
    }

    fn migration(text: &str) -> Vec<String> {
        let mut market = package("market");
        market
            .sql
            .insert("migrations/sqlite/0001_a.sql".to_owned(), text.to_owned());
        sql::own_tables(&workspace([("torg-shop", market)]))
    }

    #[test]
    fn tables_of_others() {
        for text in [
            "SELECT id FROM gifts_offers WHERE x = 1",
            "select id from gifts_offers",
            "SELECT id FROM shop_orders, gifts_offers",
            "SELECT id FROM shop_orders o, gifts_offers AS g",
            "SELECT id FROM shop_orders AS o JOIN gifts_offers g ON g.id = o.id",
            "INSERT INTO gifts_offers (id) VALUES ($1)",
            "INSERT INTO shop_log SELECT id FROM gifts_offers ON CONFLICT DO NOTHING",
            "UPDATE gifts_offers SET a = 1",
            "DELETE FROM gifts_offers WHERE id IN (SELECT id FROM shop_orders)",
            "WITH due AS (SELECT id FROM gifts_offers) SELECT id FROM due",
            "SELECT id FROM public.gifts_offers",
        ] {
            bites(&statement(text), "gifts_offers is not shop_");
        }
        for text in [
            "CREATE TABLE gifts_offers (id BIGINT)",
            "ALTER TABLE gifts_offers ADD COLUMN x BIGINT",
            "CREATE TABLE shop_a (id BIGINT REFERENCES gifts_offers (id) ON DELETE CASCADE)",
            "CREATE UNIQUE INDEX IF NOT EXISTS shop_i ON gifts_offers (id)",
            "CREATE TABLE shop_a (id BIGINT);\nCREATE TRIGGER shop_t BEFORE UPDATE ON gifts_offers BEGIN SELECT 1; END",
        ] {
            bites(&migration(text), "gifts_offers is not shop_");
        }
    }

    #[test]
    fn own_tables_and_names_that_are_no_tables() {
        for text in [
            "WITH due AS (SELECT id FROM shop_orders FOR UPDATE SKIP LOCKED) \
             INSERT INTO shop_log SELECT id FROM due ON CONFLICT (id) DO UPDATE SET n = 1",
            "WITH due (id) AS MATERIALIZED (SELECT id FROM shop_orders) SELECT id FROM due",
            "SELECT a FROM shop_orders WHERE a IS DISTINCT FROM b",
            "SELECT 'FROM gifts_offers' FROM shop_orders o FOR UPDATE OF o",
            "SELECT x FROM unnest($1) AS x",
            "SELECT n FROM (SELECT count(*) AS n FROM shop_orders) counted",
            "SELECT EXTRACT(EPOCH FROM created_at) FROM shop_orders",
        ] {
            is_fine(&statement(text));
        }
        is_fine(&migration(
            "-- FROM gifts_offers\nCREATE TABLE shop_orders (id BIGINT, at BIGINT REFERENCES shop_x (id) \
             ON UPDATE CASCADE ON DELETE CASCADE);\nCREATE INDEX shop_i ON shop_orders (id);\n\
             COMMENT ON TABLE shop_orders IS 'an order from afar';",
        ));
    }

    #[test]
    fn tables_of_others_in_an_adapter_or_a_sandbox() {
        let text = r#"const A: &str = "SELECT 1 FROM services_orders";"#;
        for kind in ["adapter", "sandbox"] {
            let all = with_file(kind, "src/store/a.rs", text);
            bites(&sql::own_tables(&all), "table services_orders is not");
        }
    }

    #[test]
    fn sql_outside_the_store() {
        for text in [
            r#"const A: &str = "SELECT 1 FROM shop_orders";"#,
            r##"const A: &str = r#"DELETE FROM shop_orders"#;"##,
            "sql! { fn f() -> () = TEXT; }",
        ] {
            let all = shop("src/app/take.rs", text);
            bites(
                &sql::only_in_stores(&all),
                "take.rs:1: SQL belongs into a store",
            );
            is_fine(&sql::only_in_stores(&shop("src/store/take.rs", text)));
            let all = with_file("app", "src/cli/verify.rs", text);
            bites(&sql::only_in_stores(&all), "SQL belongs into a store");
            for kind in ["adapter", "sandbox"] {
                let all = with_file(kind, "src/ton/chain.rs", text);
                bites(&sql::only_in_stores(&all), "SQL belongs into a store");
                let all = with_file(kind, "src/store/chain.rs", text);
                is_fine(&sql::only_in_stores(&all));
            }
        }
        let text =
            r#"const A: &str = "Select an executor from the list"; const B: &str = "update";"#;
        is_fine(&sql::only_in_stores(&shop("src/http/a.rs", text)));
    }
}

mod papers {
    use super::*;

    fn documents(files: &[(&str, &str)]) -> Workspace {
        Workspace {
            documents: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            root: env!("CARGO_MANIFEST_DIR").into(),
            ..Workspace::default()
        }
    }

    #[test]
    fn broken_links() {
        let here = documents(&[(
            "README.md",
            "[a](Cargo.toml#x) [b](https://example.org) [c](#d)",
        )]);
        is_fine(&documents::links(&here));
        bites(
            &documents::links(&documents(&[("README.md", "[a](none.md)")])),
            "leads nowhere",
        );
        let up = documents(&[("docs/a.md", "[a](../Cargo.toml) [b](../../torg/Cargo.toml)")]);
        bites(&documents::links(&up), "leads out of the repository");
        let code = documents(&[("README.md", "```\n[a](none.md)\n```\n")]);
        is_fine(&documents::links(&code));
    }

    #[test]
    fn unlisted_decisions() {
        let row = "| [0001](0001-a.md) | A | accepted |\n";
        let record = "# 0001 A\n\nStatus: accepted\n";
        let all = |table, record| {
            documents(&[
                ("docs/adr/README.md", table),
                ("docs/adr/0001-a.md", record),
            ])
        };
        is_fine(&documents::decisions(&all(row, record)));
        bites(&documents::decisions(&all("", record)), "lacks the row");
        bites(
            &documents::decisions(&all(row, "# 0001 A\n\nStatus: superseded by 0002\n")),
            "lacks the row",
        );
        let two = format!("{row}| [0002](0002-b.md) | B | accepted |\n");
        bites(&documents::decisions(&all(&two, record)), "do not exist");
        assert_eq!(documents::decisions(&all(row, "# A\n")).len(), 3);
    }
}
