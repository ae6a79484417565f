//! Defaults, then a file, then variables: one table of values that remembers where each is from.
//!
//! The defaults are also the list of what exists: a key that they do not have, or a value of
//! another type than theirs, is a problem. What is wrong is reported and the default kept, so
//! that the rest can be checked too.

use super::report::{Problem, Report};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// Prefix of the variables that are settings.
const PREFIX: &str = "TORG_";

/// The values in effect.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    pub(super) defaults: Table,
    pub(super) values: Table,
    origins: BTreeMap<String, String>,
}

impl Layers {
    /// Adds the sections of a document of defaults; each section has one owner.
    pub(super) fn add_defaults(&mut self, text: &str, report: &mut Report) {
        match text.parse::<Table>() {
            Ok(table) => {
                for (section, values) in table {
                    if self.defaults.contains_key(&section) {
                        report.add(&*section, "two parts of the program define this section");
                    }
                    self.defaults.insert(section.clone(), values.clone());
                    self.values.insert(section, values);
                }
            }
            Err(error) => report.add("the built-in defaults", error.message()),
        }
    }

    /// Lays values over the defaults that a way of running asks for.
    pub(super) fn adjust(
        &mut self,
        values: &[(&'static str, &'static str, String)],
        report: &mut Report,
    ) {
        for (section, key, text) in values {
            self.set_from_text(section, key, text, "demo", report);
        }
    }

    /// Lays a file over what is there.
    pub(super) fn add_file(&mut self, path: &Path, text: &str, report: &mut Report) {
        let file = path.display().to_string();
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                // The error's own text quotes the line, which may hold a secret.
                let before = error.span().and_then(|span| text.get(..span.start));
                let line = before
                    .map_or(0, |b| b.matches('\n').count())
                    .saturating_add(1);
                report.add(file, format!("line {line}: {}", error.message()));
                return;
            }
        };
        for (section, values) in table {
            match (self.defaults.get(&section), values) {
                (Some(_), Value::Table(values)) => {
                    for (key, value) in values {
                        self.set(&section, &key, value, &file, report);
                    }
                }
                (Some(_), _) => report.push(problem(&section, &file, "must be a section")),
                (None, _) => {
                    let known = self.defaults.keys().map(String::as_str);
                    let message =
                        format!("there is no such section{}", suggestion(&section, known));
                    report.push(problem(&section, &file, &message));
                }
            }
        }
    }

    /// Lays `TORG_SECTION__KEY` variables over what is there.
    pub(super) fn add_variables<I>(&mut self, variables: I, report: &mut Report)
    where
        I: IntoIterator<Item = (String, String)>,
    {
        for (name, text) in variables {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let path = path.to_ascii_lowercase();
            match path.split_once("__") {
                Some((section, key)) => self.set_from_text(section, key, &text, &name, report),
                None => self.refuse_single_underscore(&path, &name, report),
            }
        }
    }

    /// `TORG_HTTP_LISTEN` was meant to be a setting; `TORG_CONFIG`, and what an orchestrator
    /// sets for a service called torg, were not.
    fn refuse_single_underscore(&self, path: &str, name: &str, report: &mut Report) {
        let setting = path
            .split_once('_')
            .filter(|(s, _)| self.defaults.contains_key(*s));
        if let Some((section, key)) = setting {
            let meant = variable(section, key);
            let message = format!("did you mean {meant}? Section and key are joined by two _");
            report.push(problem(name, "variable", &message));
        }
    }

    fn set_from_text(
        &mut self,
        section: &str,
        key: &str,
        text: &str,
        name: &str,
        report: &mut Report,
    ) {
        let default = self.defaults.get(section).and_then(|s| s.get(key));
        let value = match default {
            Some(Value::Integer(_)) => text.trim().parse().ok().map(Value::Integer),
            Some(Value::Float(_)) => text.trim().parse().ok().map(Value::Float),
            Some(Value::Boolean(_)) => boolean(text.trim()).map(Value::Boolean),
            Some(Value::Array(_)) => Some(Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(|item| Value::String(item.to_owned()))
                    .collect(),
            )),
            Some(Value::String(_) | Value::Datetime(_) | Value::Table(_)) | None => {
                Some(Value::String(text.to_owned()))
            }
        };
        match (value, default) {
            (Some(value), _) => self.set(section, key, value, name, report),
            (None, Some(default)) => {
                let message = format!("must be {}", expected(default));
                report.push(problem(&format!("{section}.{key}"), name, &message));
            }
            (None, None) => {}
        }
    }

    fn set(&mut self, section: &str, key: &str, value: Value, origin: &str, report: &mut Report) {
        let path = format!("{section}.{key}");
        let Some(default) = self.defaults.get(section).and_then(|s| s.get(key)) else {
            let known = self.keys();
            let near = suggestion(&path, known.iter().map(String::as_str));
            report.push(problem(
                &path,
                origin,
                &format!("there is no such setting{near}"),
            ));
            return;
        };
        let value = match (default, value) {
            // `1` is a share too.
            (Value::Float(_), Value::Integer(number)) => {
                i32::try_from(number).map_or(Value::Integer(number), |n| Value::Float(n.into()))
            }
            (_, value) => value,
        };
        if !default.same_type(&value) {
            let message = format!("must be {}, not {}", expected(default), expected(&value));
            report.push(problem(&path, origin, &message));
            return;
        }
        if let Some(Value::Table(table)) = self.values.get_mut(section) {
            table.insert(key.to_owned(), value);
            self.origins.insert(path, origin.to_owned());
        }
    }

    /// Puts the default back, because the present value cannot be read; whether there was
    /// anything to put back.
    pub(super) fn reset(&mut self, section: &str, key: &str) -> bool {
        let default = self.defaults.get(section).and_then(|s| s.get(key)).cloned();
        match (default, self.values.get_mut(section)) {
            (Some(default), Some(Value::Table(table))) => {
                let changed = table.get(key) != Some(&default);
                table.insert(key.to_owned(), default);
                changed
            }
            _ => false,
        }
    }

    /// Where a setting's value came from; none for a default.
    pub(super) fn origin(&self, path: &str) -> Option<String> {
        self.origins.get(path).cloned()
    }

    /// Every setting, as `section.key`.
    pub(super) fn keys(&self) -> Vec<String> {
        let sections = self.defaults.iter();
        sections
            .filter_map(|(section, values)| Some((section, values.as_table()?)))
            .flat_map(|(section, table)| table.keys().map(move |key| format!("{section}.{key}")))
            .collect()
    }
}

/// The variable that sets a setting.
pub(super) fn variable(section: &str, key: &str) -> String {
    format!(
        "{PREFIX}{}__{}",
        section.to_ascii_uppercase(),
        key.to_ascii_uppercase()
    )
}

fn problem(subject: &str, origin: &str, message: &str) -> Problem {
    Problem {
        subject: subject.to_owned(),
        origin: Some(origin.to_owned()),
        message: message.to_owned(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn expected(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}

/// `; did you mean …?` when a known name is a slip of the finger away.
fn suggestion<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> String {
    // A third of the letters at most: among short names everything is near everything.
    let near = wrong.chars().count().div_euclid(3).clamp(1, 3);
    known
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, _)| *distance <= near)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"))
}

/// Letters to insert, delete or replace to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i.saturating_add(1);
        for (j, y) in b.chars().enumerate() {
            let above = row.get(j.saturating_add(1)).copied().unwrap_or(usize::MAX);
            let best = corner
                .saturating_add(usize::from(x != y))
                .min(left.saturating_add(1))
                .min(above.saturating_add(1));
            corner = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = best;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
