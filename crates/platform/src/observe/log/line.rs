//! What a line of the log looks like.

use super::sink::Sink;
use crate::clock::Clock;
use crate::http::request;
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Write as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// How a log line is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for programs.
    #[default]
    Json,
    /// Time, level, target, message, `name=value`; for people.
    Text,
}

/// Writes each event as one line.
pub(super) struct Lines {
    format: LogFormat,
    sink: Sink,
}

impl Lines {
    pub(super) fn new(format: LogFormat, sink: Sink) -> Self {
        Self { format, sink }
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let data = event.metadata();
        // Logs tell real time even where the business runs on a manual clock.
        let now = Clock::Real.now();
        let mut line = Line {
            format: self.format,
            text: String::with_capacity(256),
            named: false,
        };
        let level = data.level().as_str();
        match self.format {
            LogFormat::Json => {
                let _ = write!(line.text, r#"{{"timestamp":"{now}","level":"{level}""#);
                line.record_str_named("target", data.target());
            }
            LogFormat::Text => {
                let _ = write!(line.text, "{now} {level:>5} {}", data.target());
            }
        }
        event.record(&mut line);
        if !line.named
            && let Some(context) = request::current()
        {
            line.record_str_named("request_id", context.id().as_str());
        }
        line.text.push_str(match self.format {
            LogFormat::Json => "}\n",
            LogFormat::Text => "\n",
        });
        self.sink
            .append(line.text.as_bytes(), *data.level() <= Level::WARN);
    }
}

struct Line {
    format: LogFormat,
    text: String,
    /// Whether the event names its request itself.
    named: bool,
}

impl Line {
    fn record_str_named(&mut self, name: &str, value: &str) {
        match self.format {
            LogFormat::Json => {
                self.key(name);
                self.text
                    .push_str(&serde_json::to_string(value).unwrap_or_default());
            }
            LogFormat::Text => {
                let quote = value.is_empty() || value.chars().any(|c| c.is_control() || c == '"');
                match (name, quote) {
                    ("message", false) => self.text.push(' '),
                    ("message", true) => {
                        // Nobody breaks a line in two by putting a line break into a text.
                        let _ = write!(self.text, " {}", value.escape_debug());
                        return;
                    }
                    (_, _) => self.key(name),
                }
                if quote || (name != "message" && value.contains(' ')) {
                    let _ = write!(self.text, "{value:?}");
                } else {
                    self.text.push_str(value);
                }
            }
        }
    }

    fn key(&mut self, name: &str) {
        let _ = match self.format {
            LogFormat::Json => write!(self.text, r#","{name}":"#),
            LogFormat::Text => write!(self.text, " {name}="),
        };
    }

    fn plain(&mut self, field: &Field, value: impl std::fmt::Display) {
        self.key(field.name());
        let _ = write!(self.text, "{value}");
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.named |= field.name() == "request_id";
        self.record_str_named(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no infinity.
        if value.is_finite() {
            self.plain(field, value);
        }
    }
}
