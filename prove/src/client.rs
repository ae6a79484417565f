//! A client that asks until it has an answer, as a careful one does: the same bytes, the same key.

use crate::wire::{Answer, Asked, Connection};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Where the server is now; nowhere between its death and its next life.
pub(crate) type Address = watch::Receiver<Option<SocketAddr>>;

/// How long anybody may wait for a final answer, several deaths of the server included.
const PATIENCE: Duration = Duration::from_secs(90);

/// Somebody with one connection.
#[derive(Debug)]
pub(crate) struct Client {
    address: Address,
    connection: Connection,
}

/// A final answer.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) answer: Answer,
    /// It was asked before, and what became of that nobody said.
    pub(crate) unknown: bool,
    /// A twin was still in flight, so often.
    pub(crate) in_flight: usize,
}

impl Client {
    pub(crate) fn new(address: Address) -> Self {
        Self {
            address,
            connection: Connection::default(),
        }
    }

    /// Sends the request until the answer is final.
    ///
    /// # Errors
    /// When there is none for [`PATIENCE`], or a refusal for the moment does not say for how long.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Told, String> {
        let started = Instant::now();
        let (mut unknown, mut in_flight, mut last) = (false, 0, String::new());
        let mut pause = Duration::from_millis(1);
        while started.elapsed() < PATIENCE {
            let address = *self.address.borrow_and_update();
            let asked = match address {
                Some(address) => self.connection.ask(address, request).await,
                None => Asked::Unsent,
            };
            match asked {
                Asked::Answered(answer) => {
                    let busy = answer.status == 409 && answer.code() == "in_progress";
                    if answer.status != 503 && !busy {
                        return Ok(Told {
                            answer,
                            unknown,
                            in_flight,
                        });
                    }
                    if !answer.retry_after {
                        return Err(format!("no Retry-After: {}", answer.text()));
                    }
                    in_flight += usize::from(busy);
                    unknown = true;
                    last = answer.text();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Asked::Unknown => unknown = true,
                Asked::Unsent => {
                    let moved = self.address.changed();
                    drop(tokio::time::timeout(Duration::from_millis(20), moved).await);
                }
            }
        }
        Err(format!("no answer for {PATIENCE:?}; the last one: {last}"))
    }
}
