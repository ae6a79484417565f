//! What the operator sees of the jobs, and stops and starts, through the real router.

use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use torg_platform::auth::{Role, staff};
use torg_platform::db::{Db, Engine, Tx};
use torg_platform::jobs::queue::{Claim, Handler, NewJob, enqueue};
use torg_platform::jobs::{self, Look, Periodic, Poller, Reconciler, Step, Worker};
use torg_platform::live::Live;
use torg_platform::module::Module;
use torg_platform::observe::Metrics;
use torg_platform::rng::Rng;
use torg_platform::{Error, Kind, Result, Timestamp, UserId};
use torg_testkit::{ADMIN_SECRET, Answer, TestApp, TestDb, both_engines};

/// How often each has run.
#[derive(Debug, Default)]
struct Counts {
    steps: AtomicUsize,
    ticks: AtomicUsize,
    looks: AtomicUsize,
    tries: AtomicUsize,
    fails: AtomicBool,
}

#[derive(Debug, Clone, Default)]
struct Lab(Arc<Counts>);

impl Reconciler for Lab {
    fn name(&self) -> &'static str {
        "lab.tidy"
    }
    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(Some(tx.now().minus(Duration::from_secs(90))))
    }
    fn step(&self, _: &mut Tx<'_>) -> Result<Step> {
        self.0.steps.fetch_add(1, Ordering::SeqCst);
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(Error::internal("the broom is broken"));
        }
        Ok(Step::Done)
    }
}

struct Daily(Lab);

impl Periodic for Daily {
    fn name(&self) -> &'static str {
        "lab.daily"
    }
    fn period(&self) -> Duration {
        Duration::from_hours(24)
    }
    fn run(&self, _: &mut Tx<'_>) -> Result<()> {
        self.0.0.ticks.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct Watch(Lab);

impl Poller for Watch {
    fn name(&self) -> &'static str {
        "lab.watch"
    }
    fn period(&self) -> Duration {
        Duration::from_hours(1)
    }
    fn look(&self) -> Look<'_> {
        self.0.0.looks.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(Step::Done)))
    }
}

struct Mend(Lab);

impl Handler for Mend {
    fn kind(&self) -> &'static str {
        "lab.mend"
    }
    fn run<'a>(&'a self, _: &'a Db, _: &'a Claim) -> BoxFuture<'a, Result<()>> {
        self.0.0.tries.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Err(Error::new(
            Kind::Unavailable,
            "away",
            "Away",
        ))))
    }
}

fn worker(db: &Db, rng: &Rng, lab: &Lab) -> Worker {
    let (live, metrics) = (
        Live::new(rng.clone(), None),
        Metrics::new(db.clock()).unwrap(),
    );
    let reconciler: Arc<dyn Reconciler> = Arc::new(lab.clone());
    let periodic: Arc<dyn Periodic> = Arc::new(Daily(lab.clone()));
    let poller: Arc<dyn Poller> = Arc::new(Watch(lab.clone()));
    let handler: Arc<dyn Handler> = Arc::new(Mend(lab.clone()));
    Worker::new(db.clone(), live, rng.clone(), Vec::new().into(), metrics)
        .reconcilers([reconciler])
        .periodic([periodic])
        .pollers([poller])
        .handlers(Arc::new(vec![handler]))
}

struct World {
    app: TestApp,
    lab: Lab,
    worker: Worker,
}

impl World {
    /// The process that answers runs nothing. The worker is another process's where the engine
    /// knows such.
    async fn start(t: TestDb) -> Self {
        let (lab, rng) = (Lab::default(), t.rng.clone());
        let db = match t.engine() {
            Engine::Sqlite => t.db.clone(),
            Engine::Postgres => {
                let (options, clock, all) =
                    (t.options.clone(), t.clock.clone(), t.migrations.clone());
                let open = move || Db::open(&options, clock, &all);
                tokio::task::spawn_blocking(open).await.unwrap().unwrap()
            }
        };
        let worker = worker(&db, &rng, &lab);
        let app = TestApp::start(t, async |ctx| {
            let of_others = self::worker(&ctx.db, &ctx.rng, &Lab::default());
            vec![Module {
                name: "lab",
                api: jobs::api(&ctx.db, of_others.directory(&[])),
                reconcilers: Vec::new(),
                periodic: Vec::new(),
                handlers: Vec::new(),
                sinks: Vec::new(),
                payees: Vec::new(),
                waiting: Vec::new(),
                cards: Vec::new(),
                settings: Vec::new(),
            }]
        })
        .await;
        Self { app, lab, worker }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/admin/jobs{path}");
        let request = self.app.request(method, &path);
        let request = request.header("x-admin-secret", ADMIN_SECRET);
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    async fn job(&self, name: &str) -> Value {
        let all = self.ask(Method::GET, "", None).await.ok(200);
        let all = all["jobs"].as_array().unwrap();
        all.iter().find(|job| job["name"] == name).unwrap().clone()
    }

    async fn until(&self, what: impl AsyncFn() -> bool) {
        let wait = async {
            while !what().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(15), wait)
            .await
            .expect("it comes");
    }
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn what_runs_is_seen_from_a_process_without_a_worker(t: TestDb) {
        let world = World::start(t).await;
        let mut names: Vec<String> = Vec::new();
        for job in world.ask(Method::GET, "", None).await.ok(200)["jobs"].as_array().unwrap() {
            names.push(format!("{} {}", job["name"].as_str().unwrap(), job["kind"].as_str().unwrap()));
        }
        assert_eq!(names,
            ["lab.daily periodic", "lab.mend queue", "lab.tidy reconciler", "lab.watch poller"]);
        let tidy = world.job("lab.tidy").await;
        assert_eq!((&tidy["last_ran_at"], &tidy["lag_seconds"]), (&Value::Null, &json!(90)));

        let running = world.worker.start();
        world.until(async || !world.job("lab.watch").await["last_ran_at"].is_null()).await;
        world.until(async || !world.job("lab.tidy").await["last_ran_at"].is_null()).await;
        let watch = world.job("lab.watch").await;
        let next = world.app.now().plus(Duration::from_hours(1));
        assert_eq!((&watch["next_due_at"], &watch["lag_seconds"]), (&json!(next), &Value::Null));
        world.lab.0.fails.store(true, Ordering::SeqCst);
        world.until(async || world.job("lab.tidy").await["last_error"].is_string()).await;
        let said = world.job("lab.tidy").await["last_error"].as_str().unwrap().to_owned();
        assert!(said.contains("the broom is broken"), "{said}");
        world.lab.0.fails.store(false, Ordering::SeqCst);
        world.until(async || world.job("lab.tidy").await["last_error"].is_null()).await;
        running.stop().await;
    }

    async fn a_stopped_job_does_not_run(t: TestDb) {
        let world = World::start(t).await;
        let why = Some(json!({"reason": "it breaks things"}));
        for job in ["lab.tidy", "lab.daily", "lab.watch", "lab.mend"] {
            let path = format!("/{job}/pause");
            world.ask(Method::POST, &path, why.clone()).await.ok(204);
            let paused = world.job(job).await["paused"].clone();
            assert_eq!(paused, json!({
                "since": world.app.now(), "by": "admin-secret", "reason": "it breaks things",
            }));
            let run = format!("/{job}/run");
            world.ask(Method::POST, &run, None).await.refused(409, "job_paused");
        }
        enqueue_one(&world).await;
        world.worker.run_due().await.unwrap();
        let running = world.worker.start();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let counts = &world.lab.0;
        let ran = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        assert_eq!([ran(&counts.steps), ran(&counts.ticks), ran(&counts.looks), ran(&counts.tries)], [0; 4]);
        assert_eq!(world.job("lab.mend").await["waiting"], 1);
        for job in ["lab.tidy", "lab.daily", "lab.watch", "lab.mend"] {
            world.ask(Method::POST, &format!("/{job}/resume"), None).await.ok(204);
            assert_eq!(world.job(job).await["paused"], Value::Null);
        }
        world.until(async || ran(&counts.steps) > 0 && ran(&counts.tries) > 0).await;
        running.stop().await;
    }

    async fn a_run_that_is_asked_for_happens_once(t: TestDb) {
        let world = World::start(t).await;
        let running = world.worker.start();
        let counts = &world.lab.0;
        let ran = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        world.until(async || ran(&counts.ticks) == 1 && ran(&counts.looks) == 1).await;
        // Its tick and its look are done, and the clock stands still.
        for job in ["lab.daily", "lab.watch", "lab.tidy"] {
            world.ask(Method::POST, &format!("/{job}/run"), None).await.ok(202);
        }
        world.until(async || ran(&counts.ticks) == 2 && ran(&counts.looks) == 2).await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        assert_eq!((ran(&counts.ticks), ran(&counts.looks)), (2, 2));
        running.stop().await;
    }

    async fn a_queue_is_brought_forward_but_not_what_is_in_hand(t: TestDb) {
        let world = World::start(t).await;
        let tries = || world.lab.0.tries.load(Ordering::SeqCst);
        enqueue_one(&world).await;
        world.worker.run_due().await.unwrap();
        assert_eq!(tries(), 1);
        let failed = world.job("lab.mend").await;
        assert_eq!((&failed["waiting"], &failed["last_error"]), (&json!(1), &json!("Away (away)")));
        world.worker.run_due().await.unwrap();
        assert_eq!(tries(), 1, "it waits for its time");
        world.ask(Method::POST, "/lab.mend/run", None).await.ok(202);
        world.worker.run_due().await.unwrap();
        assert_eq!(tries(), 2);
        // A worker has claimed it and works on it.
        let claim = |tx: &mut Tx<'_>| Ok::<_, Error>(claim_all(tx, tx.now().plus(Duration::from_mins(5)))?);
        assert_eq!(world.app.t.db.write("claim", claim).await.unwrap(), 1);
        world.ask(Method::POST, "/lab.mend/run", None).await.ok(202);
        world.worker.run_due().await.unwrap();
        assert_eq!(tries(), 2, "nobody else does it meanwhile");
    }

    async fn only_owners_act(t: TestDb) {
        let world = World::start(t).await;
        let grant = |tx: &mut Tx<'_>| staff::grant(tx, UserId(9), Role::Finance, "test");
        world.app.t.db.write("grant", grant).await.unwrap();
        world.app.forget(UserId(9));
        let finance = world.app.person(9);
        world.app.get("/api/admin/jobs").by(&finance).send().await.ok(200);
        for act in ["run", "resume"] {
            let path = format!("/api/admin/jobs/lab.tidy/{act}");
            world.app.post(&path).by(&finance).send().await.refused(403, "role_required");
        }
        world.ask(Method::POST, "/lab.other/run", None).await.refused(404, "job_not_found");
        world.ask(Method::POST, "/lab.tidy/pause", Some(json!({"reason": ""}))).await
            .refused(422, "validation_error");
    }
}

torg_platform::sql! {
    /// As a worker claims jobs.
    fn claim_all(until: Timestamp) -> u64 =
        "UPDATE platform_jobs SET epoch = epoch + 1, due_at = $1";
}

async fn enqueue_one(world: &World) {
    let add = |tx: &mut Tx<'_>| {
        let job = NewJob {
            kind: "lab.mend",
            key: None,
            payload: "{}",
            due_at: tx.now(),
        };
        enqueue(tx, &job)
    };
    world.app.t.db.write("add", add).await.unwrap();
}
