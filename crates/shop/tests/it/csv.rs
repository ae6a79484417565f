//! The catalogue as a table.

use crate::shelf::{
    MIGRATIONS, admin, export, fields, get, import, made, mug, pages, patch, post, product, start,
};
use http::Method;
use serde_json::{Value, json};
use torg_testkit::{TestDb, both_engines};

const HEADER: &str = "sku,name,price,stock,is_active,category,description,images,id\n";

fn counts(created: u64, updated: u64, unchanged: u64) -> Value {
    let lines = created + updated + unchanged;
    json!({"created": created, "updated": updated, "unchanged": unchanged, "lines": lines})
}

both_engines! { MIGRATIONS =>
    async fn a_table_makes_and_changes_products(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Mug", "price": 1, "stock": 5, "sku": "M", "category": "Kitchen", "low_stock": 3})).await;
        app.t.raw("UPDATE shop_products SET reserved = 1").await.unwrap();
        let table = "sku,name,price,stock,is_active,category,description,images\n\
            M,Red mug,2.50,2,false,,\"Big, \"\"red\"\"\nmug\",https://a/1 https://a/2\n\
            P,Plate,9.99,7,,Kitchen,,\n";
        assert_eq!(import(&app, table).await.ok(200), counts(1, 1, 0));
        let mug = product(&app, &id).await;
        for (field, value) in [
            ("name", json!("Red mug")), ("price", json!("2.50")), ("stock", json!(2)), ("reserved", json!(1)),
            ("is_active", json!(false)), ("category", json!(null)), ("description", json!("Big, \"red\"\nmug")),
            ("images", json!(["https://a/1", "https://a/2"])), ("version", json!(2)), ("low_stock", json!(3)),
        ] {
            assert_eq!(mug[field], value, "{field}");
        }
        let plates = get(&app, "/products?q=plates").await;
        assert_eq!((&plates[0]["stock"], &plates[0]["sku"], &plates[0]["is_active"]), (&json!(7), &json!("P"), &json!(true)));
        let history = |id: &str| format!("/admin/products/{id}/stock");
        let moved = pages(&app, &history(&id), async || {}).await;
        assert_eq!((&moved[0]["kind"], &moved[0]["delta"], &moved[0]["on_hand"]), (&json!("imported"), &json!(-2), &json!(3)));
        let moved = pages(&app, &history(plates[0]["id"].as_str().unwrap()), async || {}).await;
        assert_eq!((&moved[0]["kind"], &moved[0]["delta"]), (&json!("initial"), &json!(7)));
        // The same again changes nothing.
        assert_eq!(import(&app, table).await.ok(200), counts(0, 0, 2));
        assert_eq!(product(&app, &id).await, mug);
        // Columns that are not there stay as they are; so do empty numbers.
        let prices = "\u{feff}price;sku\r\n3,25;M\r\n;P\r\n";
        assert_eq!(import(&app, prices).await.ok(200), counts(0, 1, 1));
        let mug = product(&app, &id).await;
        assert_eq!((&mug["price"], &mug["name"], &mug["stock"]), (&json!("3.25"), &json!("Red mug"), &json!(2)));
        assert_eq!(import(&app, "sku\n").await.ok(200), counts(0, 0, 0));
    }

    async fn one_wrong_line_leaves_nothing(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 5).await;
        made(&app, json!({"name": "Key", "price": 1, "sku": "K", "is_digital": true})).await;
        let before = (export(&app).await.text, pages(&app, &format!("/admin/products/{id}/stock"), async || {}).await);
        let nobody = "00000000-0000-7000-8000-000000000000";
        let good = format!("A,Plate,1,5,true,,,,\n,Renamed,2,9,true,,,,{id}\n");
        for (bad, expected) in [
            ("B,Cup,x,1,true,,,,".to_owned(), vec!["line 4, price"]),
            ("B,,1,-1,maybe,,,ftp://x,".to_owned(), vec!["line 4, is_active"]),
            ("B,,1,-1,true,,,ftp://x,".to_owned(), vec!["line 4, name", "line 4, stock", "line 4, images[0]"]),
            ("B,Cup,1".to_owned(), vec!["line 4"]),
            ("A,Cup,1,1,true,,,,".to_owned(), vec!["line 4, sku"]),
            ("B,Cup,,1,true,,,,".to_owned(), vec!["line 4, price"]),
            (format!(",Cup,1,1,true,,,,{nobody}"), vec!["line 4, id"]),
            (format!(",Cup,1,1,true,,,,{id}"), vec!["line 4"]),
            (",Cup,1,1,true,,,,".to_owned(), vec!["line 4, sku"]),
            ("K,Key,1,3,true,,,,".to_owned(), vec!["line 4"]),
            ("B,\"Cup,1,1,true,,,,".to_owned(), vec!["line 4"]),
        ] {
            let answer = import(&app, format!("{HEADER}{good}{bad}\n")).await;
            let refusal = answer.refused(422, "validation_error");
            let found = fields(&refusal);
            assert!(found.len() >= expected.len() && found[..expected.len()] == expected, "{bad}: {refusal}");
        }
        let after = (export(&app).await.text, pages(&app, &format!("/admin/products/{id}/stock"), async || {}).await);
        assert_eq!(before, after);
        assert_eq!(import(&app, format!("{HEADER}{good}")).await.ok(200), counts(1, 1, 0));
        assert_eq!(product(&app, &id).await["name"], "Renamed");
    }

    async fn tables_that_cannot_be_read(t: TestDb) {
        let app = start(t).await;
        for (table, field) in [
            ("", "line 1"),
            ("name,price\nA,1\n", "line 1, sku"),
            ("sku,colour\nA,1\n", "line 1, colour"),
            ("sku\nA\0\n", "line 2"),
        ] {
            let refusal = import(&app, table).await.refused(422, "validation_error");
            assert_eq!(fields(&refusal), [field], "{table:?}");
        }
        let json = admin(&app, Method::POST, "/admin/products/import").json(json!({}));
        json.send().await.refused(415, "unsupported_media_type");
        let lines: String = (0..200).map(|n| format!("S{n},x\n")).collect();
        let refusal = import(&app, format!("sku,price\n{lines}")).await.refused(422, "validation_error");
        assert_eq!(fields(&refusal).len(), 100);
        let huge = admin(&app, Method::POST, "/admin/products/import").body("text/csv", vec![b'x'; 16 * 1024 * 1024 + 1]);
        huge.send().await.refused(413, "body_too_large");
        let latin = admin(&app, Method::POST, "/admin/products/import").body("text/csv; charset=utf-8", b"sku\n\xff\n".to_vec());
        assert_eq!(fields(&latin.send().await.refused(422, "validation_error")), ["line 2"]);
    }

    async fn what_is_exported_is_imported_and_exported(t: TestDb) {
        let app = start(t).await;
        for (n, name) in ["=1+1", "+7 900", "-5%", "@home", "'=x", "'quoted'", "a,b;\"c\"", "Чашка"].iter().enumerate() {
            made(&app, json!({
                "name": name, "price": format!("{n}.05"), "stock": n, "description": format!("{name}\r\nsecond line\n"),
                "category": name, "images": (0..n).map(|i| format!("https://img.test/{i}?a=b,c")).collect::<Vec<_>>(),
                "sku": if n % 2 == 0 { Some(format!("{name} {n}")) } else { None }, "is_active": n != 3,
            })).await;
        }
        let key = made(&app, json!({"name": "Key", "price": 1, "is_digital": true})).await;
        post(&app, &format!("/admin/products/{key}/keys"), json!({"keys": ["A", "B"]})).await.ok(200);
        app.t.raw("UPDATE shop_products SET reserved = 1 WHERE on_hand > 2").await.unwrap();
        let filler: String = (0..450).map(|n| format!("F{n},Filler,1,{n}\n")).collect();
        import(&app, format!("sku,name,price,stock\n{filler}")).await.ok(200);
        let answer = export(&app).await;
        let table = answer.text.clone();
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        assert!(answer.headers["content-disposition"].to_str().unwrap().contains("products.csv"));
        assert!(table.starts_with(HEADER));
        for cell in ["'=1+1,", "'+7 900,", "'-5%,", "'@home,", "''=x,"] {
            assert!(table.contains(cell), "{cell}");
        }
        assert_eq!(import(&app, table.clone()).await.ok(200), counts(0, 0, 459));
        assert_eq!(export(&app).await.text, table);
        // Damaged and mended.
        let list = get(&app, "/products?sort_desc=false&limit=8").await;
        for damaged in list.as_array().unwrap() {
            let body = json!({"name": "x", "price": 1, "stock": 99, "description": "", "category": "y", "images": [], "is_active": false});
            patch(&app, damaged["id"].as_str().unwrap(), body).await.ok(200);
        }
        assert_ne!(export(&app).await.text, table);
        assert_eq!(import(&app, table.clone()).await.ok(200), counts(0, 8, 451));
        assert_eq!(export(&app).await.text, table);
    }

    async fn tables_at_once_do_not_mix(t: TestDb) {
        let app = start(t).await;
        let table = |n: usize| {
            // In different orders, so that whoever locked in the order of the lines would wait in a ring.
            let mut lines: Vec<String> = (0..40).map(|line| format!("S{line},N{n},{n}.00,{n}\n")).collect();
            if n.is_multiple_of(2) { lines.reverse(); }
            format!("sku,name,price,stock\n{}", lines.concat())
        };
        import(&app, table(0)).await.ok(200);
        let send = |n: usize| tokio::spawn(admin(&app, Method::POST, "/admin/products/import").body("text/csv", table(n)).send());
        let sent: Vec<_> = (1..=16).map(send).collect();
        for answer in sent {
            assert_eq!(answer.await.unwrap().ok(200)["created"], 0);
        }
        let list = get(&app, "/products?limit=100").await;
        let list = list.as_array().unwrap();
        assert_eq!(list.len(), 40);
        assert!(list.iter().all(|p| p["name"] == list[0]["name"] && p["stock"] == list[0]["stock"] && p["version"] == 17), "{list:?}");
    }
}
