//! Databases for waves: each begins as a copy of one that was made through the front door.

use crate::client::{Address, Client};
use crate::dice::Dice;
use crate::postgres::{self, Cluster};
use crate::server::{Launch, Server};
use crate::wire::Answer;
use crate::world::{Intent, World};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;

/// On which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Where everything of a run is.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) cluster: Option<Arc<Cluster>>,
    waves: usize,
}

/// A server on a database of its own, with people, money and products, and what was promised.
#[derive(Debug)]
pub(crate) struct Wave {
    pub(crate) launch: Launch,
    pub(crate) server: Server,
    pub(crate) world: World,
    /// The first answers: everybody's money.
    pub(crate) given: Vec<(Intent, Answer)>,
}

impl Site {
    pub(crate) fn new(engine: Engine) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("torg-prove.")
            .tempdir()
            .map_err(|e| e.to_string())?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Arc::new(Cluster::start()?)),
        };
        Ok(Self {
            folder,
            cluster,
            waves: 0,
        })
    }

    /// A fresh database with these products, and its server.
    pub(crate) async fn wave(&mut self, dice: Dice, products: &[i64]) -> Result<Wave, String> {
        self.waves += 1;
        let folder = self.folder.path().join(format!("wave-{}", self.waves));
        std::fs::create_dir(&folder).map_err(|e| e.to_string())?;
        let database = match &self.cluster {
            None => format!("sqlite://{}", folder.join("torg.db").display()),
            Some(cluster) => {
                let name = format!("wave_{}", self.waves);
                cluster.execute(&format!("CREATE DATABASE {name}")).await?;
                cluster.url(&name)
            }
        };
        let launch = Launch { database, folder };
        let server = launch.start()?;
        let mut world = World::new(dice, 0);
        let given = furnish(server.address, &mut world, products).await?;
        Ok(Wave {
            launch,
            server,
            world,
            given,
        })
    }

    /// Throws a wave's database away.
    pub(crate) async fn forget(&self, launch: &Launch) -> Result<(), String> {
        drop(std::fs::remove_dir_all(&launch.folder));
        if let Some(cluster) = &self.cluster {
            let name = launch.database.rsplit('/').next().unwrap_or_default();
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            cluster.execute(&sql).await?;
        }
        Ok(())
    }
}

/// Makes products with these units, and gives everybody money.
pub(crate) async fn furnish(
    address: SocketAddr,
    world: &mut World,
    products: &[i64],
) -> Result<Vec<(Intent, Answer)>, String> {
    let (_keep, address) = tokio::sync::watch::channel(Some(address));
    let mut client = Client::new(address);
    let mut given = Vec::new();
    for (n, units) in products.iter().enumerate() {
        let told = client.ask(&World::product(*units, n)).await?;
        let id = told.answer.json()["id"].as_str().map(str::to_owned);
        let id = id.ok_or_else(|| format!("no product: {}", told.answer.text()))?;
        world.has_product(&id, *units);
    }
    for intent in world.purses() {
        let told = client.ask(&world.bytes(&intent, false)).await?;
        world.settle(&intent, &told.answer)?;
        given.push((intent, told.answer));
    }
    Ok(given)
}

/// Asks for `given` answers once more, over a few connections; what is not as it was, in words.
pub(crate) async fn ask_again(
    address: &Address,
    world: &World,
    given: &[(Intent, Answer)],
) -> Vec<String> {
    let work: Vec<_> = given
        .iter()
        .map(|(intent, answer)| (world.bytes(intent, false), intent.clone(), answer.clone()))
        .collect();
    let share = work.len().div_ceil(CONNECTIONS).max(1);
    let mut tasks = Vec::new();
    let mut work = work.into_iter().peekable();
    while work.peek().is_some() {
        let part: Vec<_> = work.by_ref().take(share).collect();
        let address = address.clone();
        tasks.push(tokio::spawn(async move {
            let mut client = Client::new(address);
            let mut wrong = Vec::new();
            for (bytes, intent, before) in part {
                match client.ask(&bytes).await {
                    Ok(told) if intent.same(&before, &told.answer) => {}
                    Ok(told) => wrong.push(format!(
                        "{}: {} {} instead of {} {}",
                        intent.key,
                        told.answer.status,
                        told.answer.text(),
                        before.status,
                        before.text()
                    )),
                    Err(error) => wrong.push(format!("{}: {error}", intent.key)),
                }
            }
            wrong
        }));
    }
    let mut wrong = Vec::new();
    for task in tasks {
        match task.await {
            Ok(found) => wrong.extend(found),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    wrong
}

const CONNECTIONS: usize = 8;

/// Runs SQL on a database that nobody serves from.
pub(crate) async fn execute(launch: &Launch, sql: &str) -> Result<(), String> {
    if let Some(path) = launch.database.strip_prefix("sqlite://") {
        let db = rusqlite::Connection::open(path).map_err(|e| e.to_string())?;
        return db.execute_batch(sql).map_err(|e| e.to_string());
    }
    postgres::execute(&launch.database, sql).await
}
