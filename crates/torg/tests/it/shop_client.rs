//! A shell client that was written for the original service runs through on the real binary.

use crate::process::{self, KEYS, Server};
use std::process::Command;
use torg_platform::db::Engine;
use torg_testkit::{TestDb, both_engines};

const ADMIN_SECRET: &str = "the-admin-secret-of-the-original";
const WEBHOOK_SECRET: &str = "the-webhook-secret-of-the-original";

both_engines! { &[] =>
    async fn the_original_services_client_runs_unchanged(t: TestDb) {
        let folder = process::folder();
        let database = match t.engine() {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("torg.db").display()),
            Engine::Postgres => t.options.url.clone(),
        };
        let mut settings = KEYS.to_vec();
        settings.extend([
            ("TORG_DATABASE__URL", database.as_str()),
            ("TORG_ADMIN__SECRET", ADMIN_SECRET),
            ("TORG_PAYMENTS__TEST_PROVIDER", "true"),
            ("TORG_PAYMENTS__WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("TORG_PAYMENTS__TEST_SUCCESS_RATE", "1.0"),
        ]);
        let server = Server::start(folder.path(), &["serve"], &settings);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shop_client/test_api.sh");
        let output = Command::new("bash")
            .arg(script)
            .env("BASE_URL", &server.url)
            .env("ADMIN_SECRET", ADMIN_SECRET)
            .env("WEBHOOK_SECRET", WEBHOOK_SECRET)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(output.status.success(), "{out}{err}");
        let (code, _) = server.stop("TERM");
        assert_eq!(code, 0);
        let settings = [settings.as_slice()].concat();
        let (code, out, err) = process::run(folder.path(), &["verify"], &settings);
        assert_eq!(code, 0, "{out}{err}");
    }
}
