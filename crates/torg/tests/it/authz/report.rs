//! Whether answers are what the reference says, and the figures of it.

use super::cells::{Cell, Expect};
use super::visitors::Visitor;
use crate::party::Answer;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use torg_platform::db::Engine;

/// Cells that a whole matrix has at least.
const CELLS: usize = 10_000;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) cells: usize,
    refused: usize,
    routes: BTreeSet<String>,
    pub(crate) visitors: usize,
    pub(crate) canaries: usize,
    pub(crate) leaks: usize,
    /// Bytes of live streams, and chats that were read.
    pub(crate) streamed: usize,
    pub(crate) chats: usize,
    /// Canaries that the bot has told somebody who may know them.
    pub(crate) told: usize,
    /// Leaks seen in an answer that was handed to the wrong person on purpose.
    pub(crate) control: usize,
    pub(crate) problems: Vec<String>,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.problems.is_empty() && self.cells >= CELLS
    }

    /// The figures for people, and for whoever collects proofs.
    #[expect(
        clippy::print_stdout,
        reason = "figures of a test are for whoever runs it"
    )]
    pub(crate) fn print(&self, engine: Engine, took: Duration) {
        let engine = format!("{engine:?}").to_lowercase();
        let Self {
            cells,
            refused,
            visitors,
            canaries,
            leaks,
            ..
        } = self;
        let routes = self.routes.len();
        println!(
            "authorisation on {engine}: {cells} cells ({refused} to be refused), {routes} routes, \
             {visitors} visitors, {canaries} canaries, {leaks} leaks, {} problems, {:.1} s",
            self.problems.len(),
            took.as_secs_f64(),
        );
        if std::env::var_os("TORG_PROVE").is_some() {
            let line = json!({
                "part": format!("authorisation-{engine}"), "ok": self.is_good(), "seed": 0,
                "figures": {
                    "cells": cells, "refused": refused, "routes": routes, "visitors": visitors,
                    "canaries": canaries, "leaks": leaks, "chats": self.chats, "told_in_chats": self.told,
                    "control_leaks_seen": self.control, "streamed_bytes": self.streamed,
                    "problems": self.problems.len(),
                },
                "command": format!(
                    "TORG_PROVE=1 tools/with-services.sh cargo nextest run -p torg --no-capture \
                     -E 'test(authz::matrix::{engine})'"
                ),
                "seconds": took.as_secs_f64(),
            });
            println!("{line}");
        }
    }

    pub(crate) fn wrong(&mut self, text: String) {
        self.problems.push(text);
    }

    /// Whether an answer is what the reference says.
    pub(crate) fn judge(&mut self, cell: &Cell, visitor: &Visitor, answer: &Answer, paused: bool) {
        self.cells += 1;
        self.routes
            .insert(format!("{} {}", cell.method, cell.route));
        let good = match cell.expect {
            // A look that is let in shows something, or it proves nothing about what it shows.
            Expect::In if cell.method == "GET" && !paused => {
                answer.status < 400 || cell.route == "/api/orders/ws" && answer.status == 400
            }
            Expect::In => !matches!(answer.status, 401 | 403 | 404 | 405) && answer.status < 500,
            Expect::Refused(statuses) => {
                self.refused += 1;
                statuses.contains(&answer.status)
            }
        };
        let waits = paused && answer.status == 503 && answer.json()["code"] == "market_paused";
        if !(good || waits && cell.expect == Expect::In) {
            let state = cell.thing.as_ref().map_or("nothing", |thing| thing.state);
            self.wrong(format!(
                "{} {} ({state}) by {}: {} {} instead of {:?}",
                cell.method,
                cell.route,
                visitor.name,
                answer.status,
                answer.body.chars().take(160).collect::<String>(),
                cell.expect
            ));
        }
    }
}
