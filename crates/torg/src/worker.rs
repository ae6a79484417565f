//! Puts the background work of kernel and markets into one worker.

use std::sync::Arc;
use std::time::Duration;
use torg_platform::auth::PurgeSessions;
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::jobs::{Periodic, Reconciler, Worker};
use torg_platform::ledger::RollUp;
use torg_platform::module::Module;
use torg_platform::outbox::{Sink, stream};
use torg_platform::payments::{Payees, Providers, Refunds, RetryNotices};
use torg_platform::seal::Sealer;
use torg_platform::{Result, idempotency, jobs, wallet};

/// Something of the kernel's that is done once per period.
struct Chore {
    name: &'static str,
    period: Duration,
    run: fn(&mut Tx<'_>) -> Result<()>,
}

impl Periodic for Chore {
    fn name(&self) -> &'static str {
        self.name
    }

    fn period(&self) -> Duration {
        self.period
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        (self.run)(tx)
    }
}

/// The kernel's own: often enough that each stays short, because everybody else waits for it.
fn chores() -> Vec<Arc<dyn Periodic>> {
    let chore = |name, seconds, run| -> Arc<dyn Periodic> {
        Arc::new(Chore {
            name,
            period: Duration::from_secs(seconds),
            run,
        })
    };
    vec![
        chore("platform.forget_requests", 60, |tx| {
            idempotency::forget_old(tx).map(drop)
        }),
        chore("platform.forget_events", 60, |tx| {
            Ok(stream::forget_old(tx).map(drop)?)
        }),
        chore("platform.forget_ticks", 600, |tx| {
            jobs::forget_old_ticks(tx).map(drop)
        }),
        chore("platform.forget_challenges", 60, |tx| {
            wallet::forget_challenges(tx).map(drop)
        }),
        Arc::new(PurgeSessions),
    ]
}

/// Takes the background work out of the modules.
pub(crate) fn worker(
    ctx: &Ctx,
    outside: Vec<Arc<dyn Sink>>,
    modules: &mut [Module],
    providers: &Providers,
    payees: &Payees,
) -> Worker {
    let kernel: [Arc<dyn Reconciler>; 3] = [
        Arc::new(RollUp),
        Arc::new(Sealer),
        Arc::new(RetryNotices(payees.clone())),
    ];
    let (mut reconcilers, mut periodic) = (Vec::from(kernel), chores());
    let refunds = Refunds::new(ctx.db.clone(), providers.clone());
    let (mut handlers, mut sinks) = (Vec::new(), outside);
    sinks.push(Arc::new(refunds));
    for module in modules {
        reconcilers.append(&mut module.reconcilers);
        periodic.append(&mut module.periodic);
        handlers.append(&mut module.handlers);
        sinks.append(&mut module.sinks);
    }
    Worker::new(
        ctx.db.clone(),
        ctx.live.clone(),
        ctx.rng.clone(),
        Arc::new(sinks),
        ctx.metrics.clone(),
    )
    .reconcilers(reconcilers)
    .periodic(periodic)
    .handlers(Arc::new(handlers))
}
