//! Figures of several interleaved rounds, and their ratios within a round.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// All figures of one run of the benchmark.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// Machine and versions.
    pub(crate) about: BTreeMap<&'static str, String>,
    /// Per series, one figure a round.
    pub(crate) series: BTreeMap<String, Vec<f64>>,
    /// Goals that were set, with what was reached.
    pub(crate) goals: Vec<Goal>,
}

/// A goal as a ratio of two series of the same rounds, or as a bound of one.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    /// What is measured.
    pub(crate) what: String,
    /// Minimum (or maximum) wanted.
    pub(crate) goal: f64,
    /// Median over the rounds.
    pub(crate) median: f64,
    /// Smallest and largest.
    pub(crate) range: (f64, f64),
    /// Whether the median reaches the goal.
    pub(crate) met: bool,
}

impl Report {
    /// Notes a figure.
    pub(crate) fn add(&mut self, series: &str, value: f64) {
        eprintln!("  {series:<44} {value:>12.2}");
        self.series
            .entry(series.to_owned())
            .or_default()
            .push(value);
    }

    /// A goal on the ratio of two series, round by round: at least.
    pub(crate) fn ratio_goal(&mut self, what: &str, above: &str, below: &str, goal: f64) {
        let ratios = self.ratios(above, below);
        self.goal(what, &ratios, goal, true);
    }

    /// A goal on the ratio of two series, round by round: at most.
    pub(crate) fn growth_goal(&mut self, what: &str, above: &str, below: &str, goal: f64) {
        let ratios = self.ratios(above, below);
        self.goal(what, &ratios, goal, false);
    }

    fn ratios(&self, above: &str, below: &str) -> Vec<f64> {
        let (Some(a), Some(b)) = (self.series.get(above), self.series.get(below)) else {
            return Vec::new();
        };
        a.iter().zip(b).map(|(a, b)| a / b).collect()
    }

    /// A goal on one series: at least, or at most.
    pub(crate) fn bound_goal(&mut self, what: &str, series: &str, goal: f64, at_least: bool) {
        let Some(values) = self.series.get(series).cloned() else {
            return;
        };
        self.goal(what, &values, goal, at_least);
    }

    fn goal(&mut self, what: &str, values: &[f64], goal: f64, at_least: bool) {
        if values.is_empty() {
            return;
        }
        let (low, median, high) = spread(values);
        let met = if at_least {
            median >= goal
        } else {
            median <= goal
        };
        self.goals.push(Goal {
            what: what.to_owned(),
            goal,
            median,
            range: (low, high),
            met,
        });
    }

    /// The table for people.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "| series | median | min | max | rounds |\n|---|---|---|---|---|"
        );
        for (name, values) in &self.series {
            let (low, median, high) = spread(values);
            let _ = writeln!(
                out,
                "| {name} | {} | {} | {} | {} |",
                figure(median),
                figure(low),
                figure(high),
                values.len()
            );
        }
        let _ = writeln!(
            out,
            "\n| goal | wanted | median | min | max | met |\n|---|---|---|---|---|---|"
        );
        for g in &self.goals {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                g.what,
                figure(g.goal),
                figure(g.median),
                figure(g.range.0),
                figure(g.range.1),
                if g.met { "yes" } else { "**no**" }
            );
        }
        out
    }
}

fn figure(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |i: usize| sorted.get(i).copied().unwrap_or(f64::NAN);
    (
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    )
}
