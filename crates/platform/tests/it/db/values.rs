//! Every column type comes back as it was stored, and means the same in a comparison.

use super::schema::{self, MIGRATIONS, Values};
use torg_platform::Timestamp;
use torg_platform::db::Error;
use torg_testkit::{TestDb, both_engines};

fn samples() -> Vec<(i64, f64, String, Vec<u8>, bool, Timestamp)> {
    let at = Timestamp::from_micros;
    let text = |s: &str| s.to_owned();
    vec![
        (0, 0.0, String::new(), Vec::new(), false, at(0)),
        (
            i64::MAX,
            f64::MAX,
            text("Привет, мир! Ёж — «№1»"),
            vec![0],
            true,
            at(1),
        ),
        (
            i64::MIN,
            f64::MIN,
            text("🧑🏽‍🔧 👨‍👩‍👧‍👦 \u{202e}rtl\u{200b}"),
            vec![0, 0, 0],
            true,
            at(-1),
        ),
        (
            -1,
            f64::MIN_POSITIVE,
            text("' \" \\ % _ $1 ?1 \n\r\t"),
            (0..=255).collect(),
            false,
            at(1_767_323_045_678_901),
        ),
        (
            1,
            -0.1,
            "й".repeat(100_000),
            vec![255; 100_000],
            true,
            at(-62_135_596_800_000_000),
        ),
    ]
}

both_engines! { MIGRATIONS =>
    async fn values_come_back(t: TestDb) {
        for (id, (i, f, text, b, o, at)) in (1..).zip(samples()) {
            let sample = Values {
                i: Some(i), f: Some(f), t: Some(text.clone()), b: Some(b.clone()), o: Some(o),
                at: Some(at),
            };
            let (text2, b2) = (text.clone(), b.clone());
            t.db.write("put", move |tx| {
                schema::put_values(tx, id, Some(i), Some(f), Some(&text), Some(&b), Some(o), Some(at))
            }).await.unwrap();
            let (found, same) = t.db.read("get", move |tx| {
                let found = schema::get_values(tx, id)?;
                Ok::<_, Error>((found, schema::same_values(tx, id, i, f, &text2, &b2, o, at)?))
            }).await.unwrap();
            assert_eq!(found, Some(sample));
            assert_eq!(same.0, 1, "sample {id} is not equal to itself in the database");
        }
    }

    async fn null_comes_back(t: TestDb) {
        let (found, nulls, forced) = t.db.write("null", |tx| {
            schema::put_values(tx, 1, None, None, None, None, None, None)?;
            let forced = schema::must_have(tx, 1);
            Ok::<_, Error>((schema::get_values(tx, 1)?, schema::null_values(tx, 1)?, forced))
        }).await.unwrap();
        let empty = Values { i: None, f: None, t: None, b: None, o: None, at: None };
        assert_eq!(found, Some(empty));
        assert_eq!(nulls.0, 1);
        assert!(matches!(forced, Err(Error::Decode { column: 0, .. })), "{forced:?}");
    }

    async fn a_text_with_a_zero_byte_is_an_error_and_no_truncation(t: TestDb) {
        let wrote = t.db.write("zero", |tx| schema::add(tx, "a\0b", 1)).await;
        let ids = t.db.read("ids", schema::ids).await.unwrap();
        match wrote {
            Ok(()) => assert_eq!(ids, ["a\0b"]),
            Err(_) => assert!(ids.is_empty()),
        }
    }
}
