//! The stream of samples that k6 writes with `--out json`: a JSON value a line. Thresholds are computed from the samples.

use std::collections::BTreeMap;

use super::Format;
use super::Input;
use super::Read;
use super::k6;
use super::k6_rules;
use super::k6_rules::Checks;
use super::k6_rules::Expression;
use super::not_this;
use crate::load::text::lines;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::position;
use crate::model::drill::Objective;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "k6-stream",
    title: "a stream of k6 samples",
    media_type: "application/x-ndjson",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `k6 run --out json=…` writes: lines of type `Metric` and `Point`.\n\n\
           **Traps.** It holds no result: thresholds are computed from the samples, percentiles between the two nearest ones. \
           What a counter makes in a second cannot be computed, as the stream does not say how long the test ran: such a \
           threshold makes it inconclusive. A run that was cut off looks like a whole one: keep the summary as well.\n\n\
           **Source.** <https://grafana.com/docs/k6/latest/results-output/real-time/json/>.",
    detect: |input| {
        input.first_line().is_some_and(|first| {
            matches!(first.text_of("type"), Some("Metric" | "Point"))
                && first.text_of("metric").is_some()
                && first.get("data").is_some_and(|data| data.map().is_some())
        })
    },
    read,
};

/// The most samples that are held to find percentiles.
const MAX_HELD: usize = 20_000_000;
/// The most metrics, sub-metrics included.
const MAX_METRICS: usize = 10_000;
/// How often samples are held against sub-metrics that begin with the very tag they have.
const MAX_MATCHES: usize = 2_000_000;
/// So many of them for one sample are free.
const FREE_MATCHES: usize = 16;

#[derive(Default)]
struct Metric {
    contains: Option<String>,
    kind: String,
    thresholds: Vec<String>,
    /// `(tag, value)` of a sub-metric such as `http_req_duration{scenario:a}`.
    tags: Vec<(String, String)>,
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    last: f64,
    ones: u64,
    keeps: bool,
    held: Vec<f64>,
}

impl Metric {
    fn add(&mut self, value: f64) {
        self.min = if self.count == 0 { value } else { self.min.min(value) };
        self.max = if self.count == 0 { value } else { self.max.max(value) };
        self.count += 1;
        self.sum += value;
        self.last = value;
        self.ones += u64::from(value != 0.0);
        if self.keeps {
            self.held.push(value);
        }
    }

    /// The value a threshold speaks of; `None` when it cannot be known from samples.
    fn value(&self, expression: &Expression<'_>) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
        let (count, ones) = (self.count as f64, self.ones as f64);
        match (self.kind.as_str(), expression.value) {
            ("counter", "count") => Some(self.sum),
            _ if self.count == 0 => None,
            ("rate", "rate") => Some(ones / count),
            ("gauge", "value") => Some(self.last),
            ("gauge" | "trend", "min") => Some(self.min),
            ("gauge" | "trend", "max") => Some(self.max),
            ("trend", "avg") => Some(self.sum / count),
            ("trend", "count") => Some(count),
            ("trend", _) => percentile(&self.held, expression.quantile()?),
            _ => None,
        }
    }
}

/// Between the two nearest samples, of samples in order.
fn percentile(sorted: &[f64], quantile: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
    let at = quantile * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the number of samples")]
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let (low, high) = (*sorted.get(below)?, *sorted.get(above)?);
    Some(low + (high - low) * (at - at.floor()))
}

/// The sub-metrics of a metric, by the first tag they ask for: a sample looks only at those of its own tags.
#[derive(Default)]
struct Parts {
    /// Those that ask for no tag.
    always: Vec<usize>,
    /// By tag, then by its value.
    by_tag: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Parts {
    fn insert(&mut self, tags: &[(String, String)], at: usize) {
        match tags.first() {
            Some((tag, value)) => {
                let values = self.by_tag.entry(tag.clone()).or_default();
                values.entry(value.clone()).or_default().push(at);
            }
            None => self.always.push(at),
        }
    }

    /// Those that a sample with these tags may be part of.
    fn of(&self, tags: Option<&Node<'_>>) -> Vec<usize> {
        let mut out = self.always.clone();
        for (tag, values) in &self.by_tag {
            let value = tags.and_then(|tags| tags.text_of(tag));
            out.extend(value.and_then(|value| values.get(value)).into_iter().flatten());
        }
        out
    }
}

#[derive(Default)]
struct Stream {
    metrics: Vec<Metric>,
    /// Where each is, by name.
    by_name: BTreeMap<String, usize>,
    /// Sub-metrics by the name of their metric.
    parts: BTreeMap<String, Parts>,
    checks: BTreeMap<String, (u64, u64)>,
    first: Option<Instant>,
    last: Option<Instant>,
    points: u64,
    held: usize,
    matches: usize,
    strange: u64,
    strange_at: Option<usize>,
    too_much: bool,
}

fn read(input: &Input<'_>) -> Checked<Read> {
    if input.first_line().is_none() {
        return not_this(input, ROW.title);
    }
    let mut stream = Stream::default();
    lines::each(input.text, |node, at| stream.take(node, at));
    let mut findings = Vec::new();
    let place = |at: usize| position::place(input.path, input.text, at, at);
    if stream.too_much {
        let finding = Finding::error("too-large", "more metrics or samples than are read");
        return Checked::refused(finding.at(place(0)).help("keep the summary of the run instead"));
    }
    if stream.points == 0 {
        let finding = Finding::warning("empty-document", "it holds no sample").at(place(0));
        findings.push(finding.help("keep the summary of the run instead"));
    }
    if let Some(at) = stream.strange_at {
        let message = format!("{} lines are neither a metric nor a sample; not used", stream.strange);
        findings.push(Finding::warning("wrong-type", message).at(place(at)));
    }
    Checked { value: Some(stream.finish()), findings }
}

fn number(node: Option<&Node<'_>>) -> Option<f64> {
    match node.map(|node| &node.data) {
        Some(Data::Number(raw)) => raw.parse().ok().filter(|value: &f64| value.is_finite()),
        _ => None,
    }
}

impl Stream {
    fn take(&mut self, node: &Node<'_>, at: usize) {
        // what comes after a limit was passed is not looked at
        if self.too_much {
            return;
        }
        let data = node.get("data").filter(|data| data.map().is_some());
        match (node.text_of("type"), node.text_of("metric"), data) {
            (Some("Metric"), Some(name), Some(data)) => self.metric(name, data),
            (Some("Point"), Some(name), Some(data)) if number(data.get("value")).is_some() => {
                self.point(name, data);
            }
            _ => {
                self.strange += 1;
                self.strange_at.get_or_insert(at);
            }
        }
    }

    fn metric(&mut self, name: &str, data: &Node<'_>) {
        if self.metrics.len() >= MAX_METRICS {
            self.too_much = true;
            return;
        }
        let thresholds: Vec<String> = data
            .get("thresholds")
            .and_then(Node::list)
            .unwrap_or_default()
            .iter()
            .filter_map(|node| node.text().map(str::to_owned))
            .collect();
        let (at, is_new) = match self.by_name.get(name) {
            Some(at) => (*at, false),
            None => {
                self.metrics.push(Metric::default());
                self.by_name.insert(name.to_owned(), self.metrics.len() - 1);
                (self.metrics.len() - 1, true)
            }
        };
        let Some(metric) = self.metrics.get_mut(at) else { return };
        data.text_of("type").unwrap_or_default().clone_into(&mut metric.kind);
        metric.contains = data.text_of("contains").map(str::to_owned);
        metric.keeps = thresholds
            .iter()
            .any(|text| Expression::parse(text).is_some_and(|expression| expression.quantile().is_some()));
        metric.thresholds = thresholds;
        if is_new && let Some((base, tags)) = name.strip_suffix('}').and_then(|name| name.split_once('{')) {
            metric.tags = tags
                .split(',')
                .filter_map(|tag| tag.split_once(':'))
                .map(|(key, value)| {
                    (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())
                })
                .collect();
            self.parts.entry(base.to_owned()).or_default().insert(&metric.tags, at);
        }
    }

    fn point(&mut self, name: &str, data: &Node<'_>) {
        let Some(value) = number(data.get("value")) else { return };
        self.points += 1;
        if let Some(time) = data.text_of("time").and_then(|text| Instant::parse(text).ok()) {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
        let tags = data.get("tags");
        if name == "checks" {
            let check = tags.and_then(|tags| tags.text_of("check")).unwrap_or_default();
            if self.checks.len() < MAX_METRICS || self.checks.contains_key(check) {
                let (passes, fails) = self.checks.entry(check.to_owned()).or_default();
                *(if value == 0.0 { fails } else { passes }) += 1;
            }
        }
        if let Some(metric) = self.by_name.get(name).and_then(|at| self.metrics.get_mut(*at)) {
            metric.add(value);
            self.held += usize::from(metric.keeps);
        }
        let parts = self.parts.get(name).map_or_else(Vec::new, |parts| parts.of(tags));
        self.matches = self.matches.saturating_add(parts.len().saturating_sub(FREE_MATCHES));
        if self.matches > MAX_MATCHES {
            self.too_much = true;
            return;
        }
        for part in parts {
            if let Some(metric) = self.metrics.get_mut(part)
                && metric.tags.iter().all(|(key, wanted)| {
                    tags.and_then(|tags| tags.text_of(key)).is_some_and(|found| found == wanted)
                })
            {
                metric.add(value);
                self.held += usize::from(metric.keeps);
            }
        }
        if self.held > MAX_HELD {
            self.too_much = true;
            self.metrics.iter_mut().for_each(|metric| {
                metric.keeps = false;
                metric.held = Vec::new();
            });
            self.held = 0;
        }
    }

    fn finish(mut self) -> Read {
        let mut objectives: Vec<Objective> = Vec::new();
        for (name, at) in &self.by_name {
            let Some(metric) = self.metrics.get_mut(*at) else { continue };
            metric.held.sort_by(f64::total_cmp);
            for text in &metric.thresholds {
                objectives.push(match Expression::parse(text) {
                    Some(expression) => {
                        let found = metric.value(&expression);
                        let met = found.map(|found| expression.holds(found));
                        k6_rules::objective(name, metric.contains.as_deref(), &expression, found, met)
                    }
                    None => k6_rules::unread(name, text, None),
                });
            }
        }
        let count = |pick: fn(&(u64, u64)) -> u64| self.checks.values().map(pick).sum();
        let checks =
            Checks { names: self.checks.len() as u64, passes: count(|one| one.0), fails: count(|one| one.1) };
        let found = k6_rules::Found {
            objectives,
            checks,
            iterations: self
                .by_name
                .get("iterations")
                .and_then(|at| self.metrics.get(*at))
                .map(|metric| metric.sum),
            metrics: if self.points == 0 { 0 } else { self.metrics.len() },
            shape: "stream",
            can_ask: true,
        };
        #[expect(clippy::cast_precision_loss, reason = "a test does not run for 100,000 years")]
        let duration = match (self.first, self.last) {
            (Some(first), Some(last)) => Some(last.millis_since(first) as f64),
            _ => None,
        };
        let mut read = k6::record(found, duration, None, None);
        read.facts.insert("points", self.points.into());
        if let Body::Drill(drill) = &mut read.body {
            drill.started = self.first;
            drill.ended = self.last;
        }
        read.captured_at = self.last;
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_nearest_samples() {
        let samples = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(percentile(&samples, 0.5), Some(3.0));
        assert_eq!(percentile(&samples, 0.9), Some(4.6));
        assert_eq!(percentile(&samples, 1.0), Some(5.0));
        assert_eq!(percentile(&[7.0], 0.95), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
