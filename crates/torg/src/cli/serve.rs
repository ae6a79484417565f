//! `torg serve`: serve people until told to stop.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::assemble::{self, App, Extras};
use crate::markets::Place;
use crate::telegram;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use torg_platform::clock::Clock;
use torg_platform::config::{Config, LogFormat, Purpose, Secret};
use torg_platform::http::{Server, ServerOptions};
use torg_platform::ids::random_token;
use torg_platform::jobs;
use torg_platform::observe::{self, LogGuard};
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::rng::Rng;

/// Requests in flight get this long to finish; service managers kill after 30 seconds or more.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// What a process does. Several processes on PostgreSQL may share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// Answer requests
    Api,
    /// Talk to Telegram
    Bot,
    /// Do what is due: expiry, refunds, messages
    Worker,
}

/// Serve people: API, bot and workers
///
/// Prints `listening on http://ADDR` as soon as requests are answered. SIGTERM or Ctrl-C stops it
/// gracefully: requests in flight are finished, then it exits with 0. Logs go to standard error.
///
/// Needs at least telegram.bot_token and auth.jwt_secret; `torg config check` tells.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Serve {
    /// What this process does
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "api,bot,worker"
    )]
    roles: Vec<Role>,
}

impl Serve {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let config = settings.load(Purpose::Serve)?;
        let _log = start_log(&config)?;
        let clock = assemble::clock(&config);
        let program = Program::open(config, clock, Extras::default(), false)?;
        let announce = |address: SocketAddr| say(format_args!("listening on http://{address}"));
        let does = |role| self.roles.contains(&role);
        let duties = Duties {
            api: does(Role::Api),
            bot: does(Role::Bot),
            worker: does(Role::Worker),
        };
        program.run(duties, announce)
    }
}

/// Logs to standard error for as long as the guard lives.
pub(super) fn start_log(config: &Config) -> Result<LogGuard, Failure> {
    let format = match config.log.format {
        LogFormat::Json => observe::LogFormat::Json,
        LogFormat::Text => observe::LogFormat::Text,
    };
    observe::log::init(format, &config.log.level).map_err(Failure::Usage)
}

/// What a process of the program does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Duties {
    pub(super) api: bool,
    pub(super) bot: bool,
    pub(super) worker: bool,
}

impl Duties {
    /// Everything.
    #[cfg(feature = "demo")]
    pub(super) const ALL: Self = Self {
        api: true,
        bot: true,
        worker: true,
    };
}

/// An assembled program that has its database and its address, and serves nobody yet.
pub(super) struct Program {
    pub(super) runtime: Runtime,
    pub(super) app: App,
    config: Config,
    server: Server,
}

impl Program {
    /// Opens the database, takes the listening address (with `or_any`, any free port when that
    /// one is taken) and assembles.
    pub(super) fn open(
        mut config: Config,
        clock: Clock,
        extras: Extras,
        or_any: bool,
    ) -> Result<Self, Failure> {
        let payments = &mut config.payments;
        if payments.test_provider && payments.webhook_secret.is_empty() {
            // Then only this process signs with it and checks it.
            payments.webhook_secret = Secret::new(random_token(&Rng::from_os(), 43));
        }
        let db = assemble::open_database(&config, &clock)?;
        let runtime = runtime()?;
        let (app, server) = runtime.block_on(async {
            let ctx = assemble::context(&config, db)?;
            let server = bind(&config, &ctx.stopping, or_any).await?;
            let local_url = format!("http://{}", server.local_addr());
            let mut public_url = config.http.public_url.clone();
            if public_url.is_empty() {
                public_url.clone_from(&local_url);
            }
            let place = Place {
                links: telegram::links(&config, &public_url, extras.plain_http),
                public_url,
                local_url,
                network: Arc::new(HttpTransport::new()?),
            };
            let mut app = assemble::assemble(&config, ctx, &place, extras)?;
            for step in std::mem::take(&mut app.prepare) {
                step.await?;
            }
            Ok::<_, Failure>((app, server))
        })?;
        Ok(Self {
            runtime,
            app,
            config,
            server,
        })
    }

    /// Where it is reached on this machine, without a slash at its end.
    #[cfg(feature = "demo")]
    pub(super) fn local_url(&self) -> String {
        format!("http://{}", self.server.local_addr())
    }

    /// Serves until SIGTERM or SIGINT; everything is finished and closed when this returns.
    pub(super) fn run(
        self,
        duties: Duties,
        announce: impl FnOnce(SocketAddr),
    ) -> Result<(), Failure> {
        let Self {
            runtime,
            app,
            config,
            server,
        } = self;
        runtime.block_on(async {
            let (term, int) = (
                listen(SignalKind::terminate())?,
                listen(SignalKind::interrupt())?,
            );
            let operations = match config.http.admin_listen {
                None => None,
                Some(address) => {
                    let options = server_options(&config, &app.ctx.stopping);
                    let server = Server::bind(address, options).await;
                    let server = server.map_err(|error| cannot_listen(address, error))?;
                    let stop = app.ctx.stopping.clone().cancelled_owned();
                    Some(tokio::spawn(server.serve(app.operations.clone(), stop)))
                }
            };
            let settings = app.ctx.settings.clone();
            let settings = tokio::spawn(settings.watch(app.ctx.db.clone()));
            let running = duties.worker.then(|| app.worker.start());
            let talking = duties
                .bot
                .then(|| jobs::start_pollers(&app.ctx.db, &app.ctx.metrics, app.talkers));
            if duties.api && !torg_web::is_built() {
                tracing::warn!("the Mini App is not in this binary; /app/ says how to get it");
            }
            // A process that only works still says how it is.
            let router = if duties.api {
                app.public
            } else {
                app.operations
            };
            announce(server.local_addr());
            let served = server.serve(router, stop_signal(term, int)).await;
            for running in [talking, running].into_iter().flatten() {
                running.stop().await;
            }
            if let Some(operations) = operations {
                let _ended = operations.await;
            }
            settings.abort();
            app.ctx.db.close().await;
            served?;
            Ok(())
        })
    }
}

async fn bind(
    config: &Config,
    stopping: &CancellationToken,
    or_any: bool,
) -> Result<Server, Failure> {
    let (address, options) = (config.http.listen, server_options(config, stopping));
    let bound = match Server::bind(address, options.clone()).await {
        Err(_taken) if or_any => Server::bind(SocketAddr::new(address.ip(), 0), options).await,
        bound => bound,
    };
    bound.map_err(|error| cannot_listen(address, error))
}

fn server_options(config: &Config, stopping: &CancellationToken) -> ServerOptions {
    let http = &config.http;
    ServerOptions {
        header_timeout: http.header_timeout,
        idle_timeout: http.idle_timeout,
        max_connections: http.max_connections,
        stop_timeout: STOP_TIMEOUT,
        stopping: stopping.clone(),
        ..ServerOptions::default()
    }
}

fn cannot_listen(address: SocketAddr, error: torg_platform::Error) -> Failure {
    match Failure::from(error) {
        Failure::Failed(why) => Failure::Failed(format!("cannot listen on {address}: {why}")),
        told @ (Failure::Usage(_) | Failure::Told) => told,
    }
}

fn listen(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::failed(format!("cannot listen to signals: {error}")))
}

/// Waits for the first signal to stop. The second one does not wait for anything.
async fn stop_signal(mut term: Signal, mut int: Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    tracing::info!("stopping");
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        std::process::exit(1);
    });
}
