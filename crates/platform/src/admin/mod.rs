//! The kernel's part of the operator's panel: who came, what they have, what happened, and what
//! waits for a person. Markets add what they know through [`Waiting`] and [`Card`].

mod chart;
mod hooks;

pub use chart::{Bucket, Chart, ChartQuery};
pub use hooks::{Card, CardPart, Fact, Item, Queue, Waiting};
