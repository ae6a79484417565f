//! The control run of what counts effects: the record of one acknowledged order is taken away, as
//! if it had been forgotten, and the order is asked for again. The checks must notice, or they have
//! no teeth.

use crate::books;
use crate::client::Client;
use crate::report::Report;
use crate::server::Launch;
use crate::site::execute;
use crate::world::{Deed, Intent, World};
use tokio::sync::watch;

/// Whether this intent can be asked for twice: an order of products that do not run out.
pub(crate) fn is_fit(intent: &Intent, status: u16, plenty: &[bool]) -> bool {
    let has_plenty = |product: usize| plenty.get(product).copied().unwrap_or(false);
    let Deed::Buy { lines, .. } = &intent.deed else {
        return false;
    };
    status == 201 && lines.iter().all(|(product, _)| has_plenty(*product))
}

/// Forgets the answer to `victim` and asks again. Nobody serves from the database meanwhile.
///
/// # Errors
/// When the control run itself cannot be made.
pub(crate) async fn run(
    launch: &Launch,
    world: &World,
    victim: Option<&Intent>,
    report: &mut Report,
) -> Result<(), String> {
    let Some(victim) = victim else {
        report.failed("the control run found no order to forget");
        return Ok(());
    };
    let before = books::compare(&launch.database, world).await?.doubled;
    let key = &victim.key;
    let sql = format!("DELETE FROM platform_requests WHERE key = '{key}'");
    execute(launch, &sql).await?;
    let server = launch.start()?;
    let (_keep, address) = watch::channel(Some(server.address));
    let told = Client::new(address).ask(&world.bytes(victim, false)).await;
    let noticed = !told?.answer.replayed;
    server.stop();
    let doubled = books::compare(&launch.database, world).await?.doubled - before;
    report.figure("control_forgotten_answered_anew", noticed);
    report.figure("control_forgotten_doubled", doubled);
    report.demand(noticed && doubled > 0, || {
        "the control run was not noticed: the checks have no teeth".to_owned()
    });
    Ok(())
}
