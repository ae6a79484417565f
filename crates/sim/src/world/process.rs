//! A process of the program: how it begins and ends.

use super::{Step, Store, World, broken};
use crate::coins;
use crate::product::Outside;
use std::sync::Arc;
use torg_platform::db::{Db, Options};

impl World {
    pub(super) fn write_words(&self) -> Step<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join("wallet.txt");
        std::fs::write(&path, coins::words()).map_err(|e| broken("a file", e))?;
        let secret = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, secret).map_err(|e| broken("a file", e))
    }

    pub(super) async fn start(&mut self) -> Step<()> {
        let db = self.open_database().await?;
        let wallet_file = self
            .has_chain
            .then(|| self.folder.path().join("wallet.txt"));
        let outside = Outside {
            wallet_file,
            db: db.clone(),
            clock: self.clock.clone(),
            rng: self.rng.clone(),
            network: Arc::new(self.network.clone()),
            witness: Arc::new(self.witness.clone()),
        };
        let program = (self.product.build)(outside)
            .await
            .map_err(|e| broken("start", e))?;
        self.network.place(Outside::SELF, program.router.clone());
        (self.db, self.program) = (Some(db), Some(program));
        Ok(())
    }

    pub(super) async fn open_database(&self) -> Step<Db> {
        let (clock, migrations) = (self.clock.clone(), self.product.migrations.clone());
        let opened = match &self.store {
            Store::Memory => {
                let path = self.folder.path().join("torg.db");
                let options = Options::new(format!("sqlite://{}", path.display()));
                let stage = Arc::new(self.stage.clone());
                Db::open_staged(&options, clock, &migrations, stage)
            }
            Store::Server(url) => {
                let options = Options::new(url.clone());
                let open = move || Db::open(&options, clock, &migrations);
                let opened = tokio::task::spawn_blocking(open).await;
                opened.map_err(|e| broken("start", e))?
            }
        };
        opened.map_err(|e| broken("start", e))
    }

    /// The process is gone, whatever it was doing; another one begins.
    pub(super) async fn restart(&mut self) -> Step<()> {
        self.program = None;
        self.network = self.network.cut();
        self.stage.reborn();
        if let Some(db) = self.db.take() {
            db.close().await;
        }
        // Tasks of the old process meet a closed database and end.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        self.trace.say(format!("{} a process begins", self.now()));
        self.start().await
    }

    pub(super) async fn died(&mut self) -> Step<()> {
        self.counts.deaths += 1;
        self.trace.say(format!("{} the process dies", self.now()));
        self.restart().await
    }
}
