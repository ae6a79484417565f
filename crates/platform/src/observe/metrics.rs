//! Prometheus metrics, in Prometheus' text for scrapers and in JSON for people and the panel.

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::http::{Api, Json, Policy};
use http::{Method, StatusCode, header};
use prometheus::proto::{Metric, MetricType};
use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Bounds of latency buckets, in seconds: fine where requests are, coarse where timeouts are.
const LATENCY_BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The process's metrics. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
    resident: IntGauge,
    files: IntGauge,
    worker_errors: IntCounter,
    outbox_pending: IntGauge,
    outbox_dead: IntGauge,
}

impl Metrics {
    /// A registry with the metrics of the edge, of the process and of its background work.
    pub fn new(clock: &Clock) -> Result<Self> {
        let registry = Registry::new();
        let requests = register(
            &registry,
            IntCounterVec::new(
                Opts::new("http_requests_total", "Answers by method, route and status"),
                &["method", "path", "status"],
            ),
        )?;
        let latency = HistogramOpts::new(
            "http_request_duration_seconds",
            "Time from a request's header to the head of its answer",
        );
        let latency = latency.buckets(LATENCY_BUCKETS.to_vec());
        let seconds = register(&registry, HistogramVec::new(latency, &["method", "path"]))?;
        let gauge = |name, help| register(&registry, IntGauge::new(name, help));
        let in_flight = gauge("http_requests_in_flight", "Requests without an answer yet")?;
        let resident = gauge("process_resident_memory_bytes", "Memory in use")?;
        let files = gauge("process_open_fds", "Open file descriptors")?;
        let outbox_pending = gauge(
            "outbox_pending",
            "Events not yet relayed and deliveries not yet made, as a worker saw last",
        )?;
        let outbox_dead = gauge(
            "outbox_dead",
            "Deliveries that were given up, as a worker saw last",
        )?;
        gauge(
            "process_start_time_seconds",
            "Start of the process, in seconds since 1970",
        )?
        .set(clock.now().seconds());
        let worker_errors = IntCounter::new(
            "worker_errors_total",
            "Failures of background work: loops, jobs, attempts to deliver; the log names them",
        );
        let worker_errors = register(&registry, worker_errors)?;
        let build = Opts::new("torg_build_info", "Always 1; the label is the version");
        register(&registry, IntGaugeVec::new(build, &["version"]))?
            .with_label_values(&[env!("CARGO_PKG_VERSION")])
            .set(1);
        let inner = Inner {
            registry,
            requests,
            seconds,
            in_flight,
            resident,
            files,
            worker_errors,
            outbox_pending,
            outbox_dead,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// A new counter.
    pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter> {
        register(&self.0.registry, IntCounter::new(name, help))
    }

    /// A new counter with labels. A label's values must be few and never come from a client.
    pub fn counter_vec(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
        register(
            &self.0.registry,
            IntCounterVec::new(Opts::new(name, help), labels),
        )
    }

    /// A new gauge.
    pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge> {
        register(&self.0.registry, IntGauge::new(name, help))
    }

    /// A new gauge with labels.
    pub fn gauge_vec(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
        register(
            &self.0.registry,
            IntGaugeVec::new(Opts::new(name, help), labels),
        )
    }

    /// A new histogram of seconds.
    pub fn histogram(&self, name: &str, help: &str) -> Result<Histogram> {
        let options = HistogramOpts::new(name, help).buckets(LATENCY_BUCKETS.to_vec());
        register(&self.0.registry, Histogram::with_opts(options))
    }

    /// A new histogram of seconds with labels.
    pub fn histogram_vec(&self, name: &str, help: &str, labels: &[&str]) -> Result<HistogramVec> {
        let options = HistogramOpts::new(name, help).buckets(LATENCY_BUCKETS.to_vec());
        register(&self.0.registry, HistogramVec::new(options, labels))
    }

    pub(crate) fn in_flight(&self) -> &IntGauge {
        &self.0.in_flight
    }

    /// Counts a failure of background work, whatever it was and whether or not it is tried again.
    pub(crate) fn worker_failed(&self) {
        self.0.worker_errors.inc();
    }

    /// How full the outbox is.
    pub(crate) fn set_outbox(&self, pending: i64, dead: i64) {
        self.0.outbox_pending.set(pending);
        self.0.outbox_dead.set(dead);
    }

    /// Counts an answer. `path` is the route's pattern: paths themselves would be a new series
    /// for every id.
    pub(crate) fn record_request(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        took: Duration,
    ) {
        let method = match *method {
            Method::GET
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::HEAD
            | Method::OPTIONS => method.as_str(),
            // Anybody can invent methods.
            _ => "OTHER",
        };
        self.0
            .requests
            .with_label_values(&[method, path, status.as_str()])
            .inc();
        self.0
            .seconds
            .with_label_values(&[method, path])
            .observe(took.as_secs_f64());
    }

    /// Prometheus' text format.
    pub fn text(&self) -> Result<String> {
        self.look_at_process();
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.0.registry.gather(), &mut text)
            .map_err(Error::internal)?;
        String::from_utf8(text).map_err(Error::internal)
    }

    /// `{"name": [{"labels": {…}, "value": 1}]}`; a histogram has `count` and `sum`.
    pub fn json(&self) -> Value {
        self.look_at_process();
        let mut families = Map::new();
        for family in self.0.registry.gather() {
            let kind = family.get_field_type();
            let rows = family
                .get_metric()
                .iter()
                .map(|metric| row(kind, metric))
                .collect();
            families.insert(family.name().to_owned(), Value::Array(rows));
        }
        Value::Object(families)
    }

    /// `GET /metrics` and `GET /api/metrics` under the operator's choice of policy.
    pub fn api(&self, policy: Policy) -> Api {
        let (text, json) = (self.clone(), self.clone());
        Api::new()
            .undocumented(policy, Method::GET, "/metrics", async move || {
                let format = "text/plain; version=0.0.4; charset=utf-8";
                text.text()
                    .map(|text| ([(header::CONTENT_TYPE, format)], text))
            })
            .undocumented(policy, Method::GET, "/api/metrics", async move || {
                Json(json.json())
            })
    }

    fn look_at_process(&self) {
        // Only Linux has these files; elsewhere the gauges stay at zero.
        if let Some(bytes) = resident_bytes() {
            self.0.resident.set(bytes);
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.0
                .files
                .set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn register<C: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    collector: prometheus::Result<C>,
) -> Result<C> {
    let collector = collector.map_err(Error::internal)?;
    registry
        .register(Box::new(collector.clone()))
        .map_err(Error::internal)?;
    Ok(collector)
}

fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim()
        .strip_suffix(" kB")?
        .trim()
        .parse::<i64>()
        .ok()?
        .checked_mul(1024)
}

fn row(kind: MetricType, metric: &Metric) -> Value {
    let labels = metric
        .get_label()
        .iter()
        .map(|label| (label.name().to_owned(), Value::from(label.value())))
        .collect::<Map<_, _>>();
    match kind {
        MetricType::COUNTER => json!({"labels": labels, "value": metric.get_counter().get_value()}),
        MetricType::GAUGE => json!({"labels": labels, "value": metric.get_gauge().get_value()}),
        MetricType::HISTOGRAM => {
            let histogram = metric.get_histogram();
            json!({
                "labels": labels,
                "count": histogram.get_sample_count(),
                "sum": histogram.get_sample_sum(),
            })
        }
        MetricType::SUMMARY | MetricType::UNTYPED => json!({"labels": labels}),
    }
}
