//! Thresholds and checks of k6, whatever shape they come in.

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::drill::Amount;
use crate::model::drill::Compare;
use crate::model::drill::DrillResult;
use crate::model::drill::Objective;

/// A threshold such as `p(95)<500`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Expression<'t> {
    /// `p(95)`, `avg`, `rate`, `count`, `value` …
    pub value: &'t str,
    /// How the value compares to the target.
    pub compare: Compare,
    /// The target.
    pub target: f64,
}

impl<'t> Expression<'t> {
    /// Reads one; `None` for what has no counterpart here, such as `!=`.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let at = text.find(['<', '>', '='])?;
        let (value, rest) = text.split_at(at);
        let signs = [
            ("<=", Compare::AtMost),
            (">=", Compare::AtLeast),
            ("===", Compare::Equal),
            ("==", Compare::Equal),
            ("<", Compare::Below),
            (">", Compare::Above),
        ];
        let (sign, compare) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        let target: f64 = rest.strip_prefix(sign)?.trim().parse().ok()?;
        let value = value.trim();
        (target.is_finite() && !value.is_empty() && !value.ends_with('!')).then_some(Self {
            value,
            compare,
            target,
        })
    }

    /// Whether `found` is what it asks for.
    pub(super) fn holds(&self, found: f64) -> bool {
        found.partial_cmp(&self.target).is_some_and(|ordering| self.compare.holds(ordering))
    }

    /// The quantile of `p(N)`, 0 to 1.
    pub(super) fn quantile(&self) -> Option<f64> {
        let percent: f64 = match self.value {
            "med" => 50.0,
            other => other.strip_prefix("p(")?.strip_suffix(')')?.trim().parse().ok()?,
        };
        (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
    }
}

/// Checks, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checks {
    /// How many different ones.
    pub names: u64,
    /// How often one held.
    pub passes: u64,
    /// How often one did not.
    pub fails: u64,
}

impl Checks {
    /// With one more, which says `passes` and `fails`.
    pub(super) fn and(self, node: &Node<'_>) -> Self {
        let count = |key: &str| match node.get(key).map(|node| &node.data) {
            Some(Data::Number(raw)) => raw.parse::<u64>().unwrap_or(0),
            _ => 0,
        };
        Self {
            names: self.names + 1,
            passes: self.passes.saturating_add(count("passes")),
            fails: self.fails.saturating_add(count("fails")),
        }
    }
}

/// The checks of a group and all groups in it; groups and checks are lists in one shape and maps in the other.
pub(super) fn checks(group: &Node<'_>) -> Checks {
    let mut sum = Checks::default();
    let mut stack = vec![group];
    while let Some(group) = stack.pop() {
        sum = values(group.get("checks")).into_iter().fold(sum, |sum, check| sum.and(check));
        stack.extend(values(group.get("groups")));
    }
    sum
}

fn values<'n, 'a>(node: Option<&'n Node<'a>>) -> Vec<&'n Node<'a>> {
    match node.map(|node| &node.data) {
        Some(Data::List(items)) => items.iter().collect(),
        Some(Data::Map(entries)) => entries.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    }
}

/// What a run of k6 gives to judge.
pub(super) struct Found {
    /// Thresholds, and what was measured.
    pub objectives: Vec<Objective>,
    /// Its checks.
    pub checks: Checks,
    /// How often the script ran, where said.
    pub iterations: Option<f64>,
    /// How many metrics there are.
    pub metrics: usize,
    /// Which shape the file has.
    pub shape: &'static str,
    /// Whether that shape can hold thresholds.
    pub can_ask: bool,
}

/// A threshold as an objective.
pub(super) fn objective(
    metric: &str,
    contains: Option<&str>,
    expression: &Expression<'_>,
    found: Option<f64>,
    met: Option<bool>,
) -> Objective {
    let base = metric.split('{').next().unwrap_or(metric);
    let time = contains == Some("time")
        || (contains.is_none()
            && ["_duration", "_waiting", "_connecting", "_receiving", "_sending", "_blocked"]
                .iter()
                .any(|end| base.ends_with(end)));
    let kind = match (base, expression.value) {
        ("http_req_failed", "rate") => "error-rate",
        ("http_reqs" | "iterations", "rate") => "throughput",
        _ if time => "latency",
        _ => "custom",
    };
    Objective {
        metric: kind.to_owned(),
        name: Some(format!("{metric} {}", expression.value)),
        service: None,
        target: Some(Amount::Number(expression.target)),
        achieved: found.map(Amount::Number),
        unit: (time && expression.value != "count").then(|| "ms".to_owned()),
        compare: expression.compare,
        note: None,
        met,
    }
}

/// A threshold that cannot be taken apart: as written, with the tool's word.
pub(super) fn unread(metric: &str, text: &str, met: Option<bool>) -> Objective {
    Objective {
        metric: "custom".to_owned(),
        name: Some(format!("{metric} {text}")),
        service: None,
        target: None,
        achieved: None,
        unit: None,
        compare: Compare::AtMost,
        note: None,
        met,
    }
}

/// The result, and why.
pub(super) fn judge(found: &Found) -> (DrillResult, Vec<String>) {
    let one = |result, reason: String| (result, vec![reason]);
    let missed: Vec<String> = found
        .objectives
        .iter()
        .filter(|objective| objective.met == Some(false))
        .map(|objective| format!("{} was not met", objective.name.as_deref().unwrap_or(&objective.metric)))
        .collect();
    if !missed.is_empty() {
        return (DrillResult::Failed, missed);
    }
    if found.metrics == 0 || found.iterations == Some(0.0) {
        return one(DrillResult::Inconclusive, "nothing was measured".to_owned());
    }
    if !found.can_ask {
        let reason = "this form of the summary holds no thresholds, so nothing was asked";
        return one(DrillResult::Observed, reason.to_owned());
    }
    let open = found.objectives.iter().filter(|objective| objective.met.is_none()).count();
    if open > 0 {
        return one(
            DrillResult::Inconclusive,
            format!("of {open} thresholds it cannot be said whether they were met"),
        );
    }
    if found.objectives.is_empty() {
        return one(DrillResult::Observed, "no threshold was set, so nothing was asked".to_owned());
    }
    let Checks { passes, fails, .. } = found.checks;
    if fails > 0 {
        let all = passes.saturating_add(fails);
        return one(DrillResult::PassedWithFindings, format!("{fails} of {all} checks did not hold"));
    }
    one(DrillResult::Passed, format!("all {} thresholds were met", found.objectives.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_taken_apart() {
        let parse = |text| Expression::parse(text).map(|one| (one.value, one.compare, one.target));
        assert_eq!(parse("p(95)<500"), Some(("p(95)", Compare::Below, 500.0)));
        assert_eq!(parse(" rate >= 0.99 "), Some(("rate", Compare::AtLeast, 0.99)));
        assert_eq!(parse("count===0"), Some(("count", Compare::Equal, 0.0)));
        for text in ["rate!=1", "<5", "p(95)", "avg<x", "avg<NaN", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
        let quantile = |text| Expression::parse(text).and_then(|one| one.quantile());
        assert_eq!(quantile("p(99)<1"), Some(0.99));
        assert_eq!(quantile("med<1"), Some(0.5));
        assert_eq!(quantile("p(101)<1"), None);
    }

    #[test]
    fn a_load_test_passes_only_when_something_was_asked_and_it_held() {
        let asked =
            |met| objective("http_req_duration", None, &Expression::parse("avg<5").unwrap(), None, met);
        let found = |objectives| Found {
            objectives,
            checks: Checks { names: 1, passes: 9, fails: 0 },
            iterations: Some(1.0),
            metrics: 3,
            shape: "test",
            can_ask: true,
        };
        let result = |found: Found| judge(&found).0;
        assert_eq!(result(found(vec![asked(Some(true))])), DrillResult::Passed);
        assert_eq!(result(found(vec![])), DrillResult::Observed);
        assert_eq!(result(found(vec![asked(Some(true)), asked(Some(false))])), DrillResult::Failed);
        assert_eq!(result(found(vec![asked(None)])), DrillResult::Inconclusive);
        let some = || found(vec![asked(Some(true))]);
        assert_eq!(result(Found { iterations: Some(0.0), ..some() }), DrillResult::Inconclusive);
        assert_eq!(result(Found { can_ask: false, ..some() }), DrillResult::Observed);
        let checks = Checks { names: 1, passes: 9, fails: 1 };
        assert_eq!(result(Found { checks, ..some() }), DrillResult::PassedWithFindings);
    }
}
