use std::fs;
use std::path::Path;
use std::process::Command;

/// The program itself, with the Node that is here. Where there is none, nothing would be packed.
#[test]
fn what_is_worth_it_is_compressed_and_maps_stay_outside() {
    if Command::new("node").arg("--version").output().is_err() {
        assert!(std::env::var("CI").is_err(), "CI has Node");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    fs::create_dir_all(site.join("assets")).unwrap();
    fs::create_dir_all(site.join(".vite")).unwrap();
    let text = "const words = 'the same words, '; ".repeat(100);
    let noise = std::iter::successors(Some(1_u64), |n| {
        Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1))
    });
    let noise: Vec<u8> = noise.map(|n| n.to_be_bytes()[0]).take(2000).collect();
    for (name, content) in [
        ("index.html", text.as_bytes()),
        ("assets/a-1.js", text.as_bytes()),
        ("assets/a-1.js.map", text.as_bytes()),
        ("assets/tiny-2.js", b"1"),
        ("assets/noise-3.bin", &noise),
        (".vite/manifest.json", b"{}"),
    ] {
        fs::write(site.join(name), content).unwrap();
    }
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("build/pack.mjs");
    let run = || {
        Command::new("node")
            .arg(&pack)
            .arg(folder.path())
            .output()
            .unwrap()
    };
    let output = run();
    assert!(output.status.success(), "{output:?}");
    let list = fs::read_to_string(folder.path().join("files.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let names: Vec<(&str, &str)> = rows.iter().map(|row| (row[0], row[2])).collect();
    let wanted = [
        ("assets/a-1.js", "br,gzip"),
        ("assets/noise-3.bin", ""),
        ("assets/tiny-2.js", ""),
        ("index.html", "br,gzip"),
    ];
    assert_eq!(names, wanted);
    assert_eq!(rows[0][1], rows[3][1], "the hash is the content's");
    assert_ne!(rows[0][1], rows[1][1]);
    for kind in ["br", "gzip"] {
        let small = fs::metadata(folder.path().join(kind).join("assets/a-1.js")).unwrap();
        assert!(small.len() < 200, "{kind}: {}", small.len());
    }
    // Names go into a program's text and into addresses.
    fs::write(site.join("assets/a\"b.js"), "1").unwrap();
    assert!(!run().status.success());
}
