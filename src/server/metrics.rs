//! What a server has done since its start, in numbers for Prometheus. None is about one computation:
//! how many have submitted to it is for its analyst, and perhaps for nobody.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::protocol::ErrorCode;

/// A number that rises.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub(super) fn count(&self) {
        self.add(1);
    }

    fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    pub(super) connections: Counter,
    /// Those of them that have ended.
    pub(super) connections_ended: Counter,
    pub(super) turned_away: Counter,
    pub(super) submissions: Counter,
    pub(super) created: Counter,
    pub(super) reveals: Counter,
    pub(super) events_delivered: Counter,
    pub(super) events_failed: Counter,
    pub(super) events_dropped: Arc<AtomicU64>,
    requests: Counter,
    request_microseconds: Counter,
    refusals: Mutex<HashMap<ErrorCode, u64>>,
}

impl Metrics {
    /// A request was answered.
    pub(super) fn answered(&self, took: Duration) {
        self.requests.count();
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.request_microseconds.add(took);
    }

    /// A client was told so.
    pub(super) fn refused(&self, code: ErrorCode) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let count = refusals.entry(code).or_default();
        *count = count.saturating_add(1);
    }

    /// The text format of Prometheus, version 0.0.4.
    pub(super) fn text(&self, computations: u64, events: u64) -> String {
        let mut page = Page::default();
        page.describe("info", "gauge", "The version of this server.");
        let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
        page.sample("info", &version, 1);
        // Read first: it is never more than all.
        let ended = self.connections_ended.value();
        let all = self.connections.value();
        let gauges = [
            (
                "connections",
                "Open connections.",
                all.saturating_sub(ended),
            ),
            (
                "computations",
                "Computations in the database.",
                computations,
            ),
            (
                "webhook_events_waiting",
                "Events that wait to be delivered to the webhook.",
                events,
            ),
        ];
        for (name, help, value) in gauges {
            page.describe(name, "gauge", help);
            page.sample(name, "", value);
        }
        let counters = [
            ("connections_total", "Connections let in.", all),
            (
                "connections_turned_away_total",
                "Connections that were too many, in all or from their address.",
                self.turned_away.value(),
            ),
            (
                "submissions_total",
                "Submissions stored, corrections included.",
                self.submissions.value(),
            ),
            (
                "computations_created_total",
                "Computations created.",
                self.created.value(),
            ),
            (
                "reveals_total",
                "Reveals brought to their end, with a result or without.",
                self.reveals.value(),
            ),
            (
                "webhook_deliveries_total",
                "Events that the webhook's receiver took.",
                self.events_delivered.value(),
            ),
            (
                "webhook_failures_total",
                "Tries that it did not.",
                self.events_failed.value(),
            ),
            (
                "webhook_events_dropped_total",
                "Events about submissions that were not queued, since too many wait.",
                self.events_dropped.load(Ordering::Relaxed),
            ),
        ];
        for (name, help, value) in counters {
            page.describe(name, "counter", help);
            page.sample(name, "", value);
        }
        page.describe("request_seconds", "summary", "Time to answer a request.");
        let micros = Duration::from_micros(self.request_microseconds.value());
        page.sample("request_seconds_sum", "", micros.as_secs_f64());
        page.sample("request_seconds_count", "", self.requests.value());
        self.list_refusals(&mut page);
        page.0
    }

    fn list_refusals(&self, page: &mut Page) {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let mut refusals: Vec<_> = refusals
            .iter()
            .map(|(code, count)| (code.to_string(), *count))
            .collect();
        refusals.sort();
        page.describe("refusals_total", "counter", "Refusals by their code.");
        for (code, count) in refusals {
            page.sample("refusals_total", &format!("{{code=\"{code}\"}}"), count);
        }
    }
}

/// What is sent.
#[derive(Default)]
struct Page(String);

impl Page {
    fn describe(&mut self, name: &str, kind: &str, help: &str) {
        let lines = format!("# HELP web_mpc_{name} {help}\n# TYPE web_mpc_{name} {kind}\n");
        self.0.push_str(&lines);
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        let line = format!("web_mpc_{name}{labels} {value}\n");
        self.0.push_str(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        for _ in 0..3 {
            metrics.connections.count();
        }
        metrics.connections_ended.count();
        metrics.answered(Duration::from_millis(1500));
        for code in [ErrorCode::NotOpen, ErrorCode::Busy, ErrorCode::NotOpen] {
            metrics.refused(code);
        }
        let text = metrics.text(7, 5);
        let samples: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let version = env!("CARGO_PKG_VERSION");
        let expected = [
            &format!("web_mpc_info{{version=\"{version}\"}} 1"),
            "web_mpc_connections 2",
            "web_mpc_computations 7",
            "web_mpc_webhook_events_waiting 5",
            "web_mpc_connections_total 3",
            "web_mpc_connections_turned_away_total 0",
            "web_mpc_submissions_total 0",
            "web_mpc_computations_created_total 0",
            "web_mpc_reveals_total 0",
            "web_mpc_webhook_deliveries_total 0",
            "web_mpc_webhook_failures_total 0",
            "web_mpc_webhook_events_dropped_total 0",
            "web_mpc_request_seconds_sum 1.5",
            "web_mpc_request_seconds_count 1",
            "web_mpc_refusals_total{code=\"busy\"} 1",
            "web_mpc_refusals_total{code=\"not_open\"} 2",
        ];
        assert_eq!(samples, expected);
        assert!(text.starts_with("# HELP web_mpc_info The version of this server.\n"));
        assert!(text.contains("\n# TYPE web_mpc_refusals_total counter\n"));
        assert!(text.ends_with('\n'));
    }
}
