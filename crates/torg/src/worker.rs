//! Puts the background work of kernel and markets into one worker.

use std::sync::Arc;
use torg_platform::auth::PurgeSessions;
use torg_platform::ctx::Ctx;
use torg_platform::jobs::{Periodic, Worker};
use torg_platform::module::Module;

/// Takes the background work out of the modules.
pub(crate) fn worker(ctx: &Ctx, modules: &mut [Module]) -> Worker {
    let kernel: [Arc<dyn Periodic>; 1] = [Arc::new(PurgeSessions)];
    let (mut reconcilers, mut periodic) = (Vec::new(), Vec::from(kernel));
    let (mut handlers, mut sinks) = (Vec::new(), Vec::new());
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
    )
    .reconcilers(reconcilers)
    .periodic(periodic)
    .handlers(Arc::new(handlers))
}
