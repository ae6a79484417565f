use crate::place::Place;

const BUILT: &str = "include_bytes!";

#[test]
fn built_once_for_all_profiles_and_again_when_something_changed() {
    let place = Place::new();
    place.install_node();
    let first = place.run("debug", &[]);
    assert!(first.worked && first.table.contains(BUILT), "{first:?}");
    assert!(first.table.contains("hash-a") && first.table.contains("missing: None"));
    assert_eq!(place.asked(), ["npm ci", "npm run"]);
    assert!(!first.said.contains("warning"), "{first:?}");
    // Cargo watches the sources and nothing that the build itself writes.
    for (name, watched) in [
        ("src", true),
        ("package-lock.json", true),
        ("node_modules", false),
    ] {
        let line = format!(
            "cargo::rerun-if-changed={}\n",
            place.path("web").join(name).display()
        );
        assert_eq!(first.said.contains(&line), watched, "{name}: {first:?}");
    }

    for profile in ["debug", "release"] {
        let again = place.run(profile, &[("TORG_WEB", "required")]);
        assert!(again.worked && again.table.contains(BUILT), "{again:?}");
        assert_eq!(place.asked(), [""; 0], "{profile}");
    }
    // What is built is there for good: Node may be gone.
    let without = place.run("debug", &[("PATH", "/nowhere")]);
    assert!(without.table.contains(BUILT), "{without:?}");

    place.write("web/src/main.ts", "2");
    assert!(place.run("debug", &[]).worked);
    assert_eq!(place.asked(), ["npm run"], "nothing new to install");
    place.write("web/src/main.test.ts", "a test changes nothing");
    assert!(place.run("debug", &[]).worked);
    assert_eq!(place.asked(), [""; 0]);
    place.write("web/package-lock.json", "{ }");
    assert!(place.run("debug", &[]).worked);
    assert_eq!(place.asked(), ["npm ci", "npm run"]);
    place.write("web/package-lock.json", "{}");
    place.write("web/src/main.ts", "1");
    assert!(place.run("debug", &[]).worked);
    assert_eq!(place.asked(), [""; 0], "the branch from before");
}

#[test]
fn without_node_a_page_stands_in_until_node_comes() {
    let place = Place::new();
    let bin = place.path("bin").canonicalize().unwrap();
    let watches = [
        "cargo::rerun-if-env-changed=PATH\n".to_owned(),
        format!("cargo::rerun-if-changed={}\n", bin.display()),
    ];
    let none = place.run("debug", &[("TORG_WEB", "auto")]);
    assert!(
        none.worked && none.table.contains("Missing::NoNode"),
        "{none:?}"
    );
    assert!(none.said.contains("cargo::warning=") && none.said.contains("20.19"));
    for watch in &watches {
        assert!(none.said.contains(watch), "{watch} in {none:?}");
    }
    let required = place.run("debug", &[("TORG_WEB", "required")]);
    assert!(!required.worked && required.said.contains("cargo::error=TORG_WEB=required"));

    place.install_node();
    for old in ["v18.20.8", "v20.18.3", "nonsense"] {
        let run = place.run("debug", &[("NODE_IS", old)]);
        assert!(run.table.contains("Missing::NoNode"), "{old}: {run:?}");
        assert!(run.said.contains(old), "{run:?}");
    }
    let skipped = place.run("debug", &[("TORG_WEB", "skip")]);
    assert!(skipped.worked && skipped.table.contains("Missing::Skipped"));
    assert!(!skipped.said.contains("warning"), "it was asked for");
    assert_eq!(place.asked(), [""; 0]);
    let wrong = place.run("debug", &[("TORG_WEB", "yes")]);
    assert!(!wrong.worked && wrong.said.contains("auto, required or skip"));

    let came = place.run("debug", &[("NODE_IS", "v22.1.0")]);
    assert!(came.worked && came.table.contains(BUILT), "{came:?}");
    for watch in &watches {
        assert!(!came.said.contains(watch), "{watch} in {came:?}");
    }
}

#[test]
fn what_goes_wrong_is_told_and_leaves_nothing_behind() {
    let place = Place::new();
    place.install_node();
    let broken = place.run("debug", &[("BROKEN", "1")]);
    assert!(
        broken.worked && broken.table.contains("Missing::Failed"),
        "{broken:?}"
    );
    assert!(broken.said.contains("cargo::warning=") && broken.said.contains("no network"));
    let required = place.run("debug", &[("BROKEN", "1"), ("TORG_WEB", "required")]);
    assert!(
        !required.worked && required.said.contains("no network"),
        "{required:?}"
    );
    let repaired = place.run("debug", &[]);
    assert!(repaired.table.contains(BUILT), "{repaired:?}");

    std::fs::remove_file(place.path("web/package-lock.json")).unwrap();
    let gone = place.run("debug", &[]);
    assert!(gone.table.contains("Missing::Failed"), "{gone:?}");
    let watch = place.path("web/package-lock.json");
    let watch = format!("cargo::rerun-if-changed={}\n", watch.display());
    assert!(gone.said.contains(&watch), "{gone:?}");
}

/// An editor builds into a target folder of its own, at the same time.
#[test]
fn two_at_once_install_once() {
    let place = Place::new();
    place.install_node();
    let slow = "ci)\n    /bin/sleep 0.3";
    let npm = std::fs::read_to_string(place.path("bin/npm")).unwrap();
    place.write("bin/npm", &npm.replace("ci)", slow));
    // Each profile has its own target here, so that none finds the other's result.
    let runs = ["one/debug", "two/debug"].map(|profile| {
        let mut command = place.command(profile, &[]);
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    });
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(place.asked(), ["npm ci", "npm run", "npm run"]);
}
