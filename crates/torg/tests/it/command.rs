use crate::process::{KEYS, folder, run};

#[test]
fn a_wrong_command_is_2_and_a_failure_is_1() {
    let folder = folder();
    for wrong in [
        &["sell"][..],
        &["serve", "--roles", "cook"],
        &["admin", "grant", "5", "boss"],
        &[],
    ] {
        let (code, out, err) = run(folder.path(), wrong, &KEYS);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}");
        assert!(
            err.contains("Usage: torg") || err.contains("--help"),
            "{err}"
        );
    }
    std::fs::write(folder.path().join("file"), "").unwrap();
    let nowhere = [
        KEYS[1],
        KEYS[2],
        ("TORG_DATABASE__URL", "sqlite://file/torg.db"),
    ];
    let (code, out, err) = run(folder.path(), &["migrate"], &nowhere);
    assert_eq!(
        (code, out.as_str(), err.lines().count()),
        (1, "", 1),
        "{err}"
    );
    assert!(err.starts_with("torg: database: "), "{err}");
    assert_eq!(run(folder.path(), &["--help"], &[]).0, 0);
}

#[test]
fn roles_are_granted_listed_and_revoked() {
    let folder = folder();
    let admin = |arguments: &[&str]| {
        let mut all = vec!["admin"];
        all.extend(arguments);
        let (code, out, err) = run(folder.path(), &all, &[]);
        assert_eq!((code, err.as_str()), (0, ""));
        out
    };
    assert_eq!(admin(&["list"]), "");
    assert_eq!(admin(&["grant", "3001", "owner"]), "3001 is now owner\n");
    assert_eq!(
        admin(&["grant", "3001", "owner"]),
        "3001 was already owner\n"
    );
    let list = admin(&["list"]);
    assert!(
        list.starts_with("3001           owner      since 20"),
        "{list}"
    );
    assert!(list.ends_with("Z by command-line\n"), "{list}");
    assert_eq!(
        admin(&["revoke", "3001", "owner"]),
        "3001 is no longer owner\n"
    );
    assert_eq!(admin(&["revoke", "3001", "owner"]), "3001 was not owner\n");
    assert_eq!(admin(&["list"]), "");
}

#[test]
fn the_document_needs_no_settings_and_starts_nothing() {
    let folder = folder();
    let (code, out, err) = run(folder.path(), &["openapi"], &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["info"]["title"], "Torg");
    assert!(document["paths"]["/api/auth/telegram"]["post"].is_object());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(
        run(folder.path(), &["openapi"], &[]).1,
        out,
        "the same each time"
    );
}

#[test]
fn the_doctor_says_what_lacks() {
    let folder = folder();
    let (code, out, err) = run(folder.path(), &["doctor"], &[]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("FAIL  bot token  not set: "), "{out}");
    assert!(
        out.contains("ok    database   sqlite://data/torg.db, not there yet"),
        "{out}"
    );
    let away = [
        KEYS[1],
        KEYS[2],
        ("TORG_REDIS__URL", "redis://:pw@127.0.0.1:1"),
    ];
    let (code, out, _) = run(folder.path(), &["doctor"], &away);
    assert_eq!(code, 1);
    assert!(
        out.contains("FAIL  redis      redis://***@127.0.0.1:1: "),
        "{out}"
    );
    assert!(out.contains("ok    bot token  of the bot 100"), "{out}");
    let (code, out, _) = run(folder.path(), &["doctor"], &KEYS);
    assert_eq!(code, 0, "{out}");
    assert_eq!(
        out.lines().filter(|line| line.starts_with("ok ")).count(),
        10,
        "{out}"
    );
}

#[test]
fn migrate_can_be_repeated() {
    let folder = folder();
    for _ in 0..2 {
        let (code, out, err) = run(folder.path(), &["migrate"], &[]);
        assert_eq!(
            (code, out.as_str(), err.as_str()),
            (0, "sqlite://data/torg.db is up to date\n", "")
        );
    }
}

#[test]
fn a_sound_ledger_is_said_to_be_sound() {
    let folder = folder();
    let (code, out, err) = run(folder.path(), &["verify"], &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "ledger: every balance is the sum of its transfers\nwallet: the books agree\nadjustments: the books agree\nservices: the books agree\nshop: the books agree\n"
    );
}
