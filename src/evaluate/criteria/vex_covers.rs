//! `vex-covers`: every known vulnerability has an answer, and none of the answers is "affected".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::select;
use crate::evaluate::weigh::weigh;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::id::Id;
use crate::model::register::Severity;
use crate::model::status::Status;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "vex-covers",
    what: "No vulnerability that the counted VEX documents and SBOMs speak of is affected, under investigation, or \
           without an answer. Inside a document the later statement about the same product holds, between documents \
           the one with the later time; where the times are equal or missing, the worse one. `severity` leaves out \
           vulnerabilities that are stated to be milder. Without any statement nothing passes.",
    why: "A list of vulnerabilities that nobody answered is not an answer.",
    source: "OpenVEX, CycloneDX and CSAF statements in one vocabulary; unknown is its own status, not \"fine\".",
    example: "id: vulnerabilities\ntext: No known vulnerability is open\nkind: vex-covers\nrelease: newest\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

const KINDS: &[EvidenceKind] = &[EvidenceKind::Vex, EvidenceKind::Sbom];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// Vulnerabilities stated to be milder are left out; those without a severity never are.
    #[serde(default = "low")]
    severity: Severity,
}

fn low() -> Severity {
    Severity::Low
}

/// One statement about one product.
struct Fact<'a> {
    evidence: &'a Evidence,
    statement: &'a VexStatement,
    product: String,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let counted: Vec<&Evidence> = select(scene, &self.selector, KINDS)
            .into_iter()
            .filter(|evidence| matches!(standing(evidence, scene), Standing::Counts { .. }))
            .collect();
        let open = self.open(&counted);
        let mut vulnerabilities: Vec<&str> =
            open.values().flatten().map(|(vulnerability, _)| vulnerability.as_str()).collect();
        vulnerabilities.sort_unstable();
        vulnerabilities.dedup();
        let closed = counted
            .iter()
            .flat_map(|evidence| statements(evidence))
            .map(|statement| statement.vulnerability.as_str())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            .saturating_sub(vulnerabilities.len());
        let weighed = weigh(scene, &self.selector, KINDS, |evidence| {
            if statements(evidence).is_empty() {
                return Says::Nothing("it speaks of no vulnerability".to_owned());
            }
            let alone;
            let open = if counted.iter().any(|counted| counted.id == evidence.id) {
                &open
            } else {
                alone = self.open(&[evidence]);
                &alone
            };
            match open.get(&evidence.id).and_then(|list| list.first()) {
                Some((vulnerability, status)) => {
                    Says::No(format!("{vulnerability} is {}", status.word().to_lowercase()))
                }
                None => Says::Yes,
            }
        });
        let mut judgement =
            weighed.judgement("no vulnerability affected or unanswered", 1, thing(Some(EvidenceKind::Vex)));
        if judgement.status == Status::Met {
            judgement.found = format!("{closed} answered, none open");
        } else if judgement.status == Status::NotMet && vulnerabilities.len() > 1 {
            judgement.found = format!("{} open: {}", vulnerabilities.len(), some_of(&vulnerabilities));
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    /// What is open, by the evidence that says so.
    fn open(&self, counted: &[&Evidence]) -> BTreeMap<Id, Vec<(String, VexStatus)>> {
        let facts: Vec<Fact<'_>> = counted.iter().flat_map(|evidence| facts(evidence)).collect();
        let names = Names::of(&facts);
        let mut groups: BTreeMap<(usize, String), Vec<&Fact<'_>>> = BTreeMap::new();
        for fact in &facts {
            let key = (names.group(&fact.statement.vulnerability), fact.product.clone());
            let group = groups.entry(key).or_default();
            // Inside a document the later one holds.
            group.retain(|earlier| earlier.evidence.id != fact.evidence.id);
            group.push(fact);
        }
        let answered: Vec<(usize, &Fact<'_>)> = facts
            .iter()
            .filter(|fact| fact.statement.status != VexStatus::Unknown)
            .map(|fact| (names.group(&fact.statement.vulnerability), fact))
            .collect();
        let mut open: BTreeMap<Id, Vec<(String, VexStatus)>> = BTreeMap::new();
        for ((vulnerability, product), mut group) in groups {
            if group.iter().any(|fact| fact.statement.status != VexStatus::Unknown) {
                group.retain(|fact| fact.statement.status != VexStatus::Unknown);
            }
            let newest = group.iter().filter_map(|fact| fact.statement.timestamp).max();
            group.retain(|fact| fact.statement.timestamp.is_none() || fact.statement.timestamp == newest);
            let Some(worst) = group.iter().min_by_key(|fact| fact.statement.status) else { continue };
            let covered = match worst.statement.status {
                VexStatus::Fixed | VexStatus::NotAffected | VexStatus::FalsePositive => true,
                VexStatus::Affected | VexStatus::UnderInvestigation => false,
                VexStatus::Unknown => answered.iter().any(|(other, fact)| {
                    *other == vulnerability && speaks_for(fact, &product, worst.evidence)
                }),
            };
            if !covered && self.asks(worst.statement.severity.as_deref()) {
                open.entry(worst.evidence.id.clone())
                    .or_default()
                    .push((worst.statement.vulnerability.clone(), worst.statement.status));
            }
        }
        for list in open.values_mut() {
            list.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        }
        open
    }

    fn asks(&self, severity: Option<&str>) -> bool {
        let known = match severity.map(str::to_ascii_lowercase).as_deref() {
            Some("critical") => Severity::Critical,
            Some("high") => Severity::High,
            Some("medium" | "moderate") => Severity::Medium,
            Some("low") => Severity::Low,
            Some(_) | None => return true,
        };
        known >= self.severity
    }
}

/// Whether an answer about another product also answers for `product` of the SBOM `evidence`: it names no product,
/// or the very thing the SBOM is about.
fn speaks_for(answer: &Fact<'_>, product: &str, evidence: &Evidence) -> bool {
    if answer.product.is_empty() || bare_purl(&answer.product) == bare_purl(product) {
        return true;
    }
    let Some(primary) = evidence.body.sbom().and_then(|sbom| sbom.primary.as_ref()) else { return false };
    answer.product == primary.reference
        || answer.product == primary.name
        || primary.purl.as_deref().is_some_and(|purl| bare_purl(purl) == bare_purl(&answer.product))
}

fn bare_purl(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or(text)
}

fn facts(evidence: &Evidence) -> Vec<Fact<'_>> {
    let purls: BTreeMap<&str, &str> = evidence
        .body
        .sbom()
        .map(|sbom| {
            sbom.components
                .iter()
                .chain(&sbom.primary)
                .filter_map(|component| Some((component.reference.as_str(), component.purl.as_deref()?)))
                .collect()
        })
        .unwrap_or_default();
    let mut facts = Vec::new();
    for statement in statements(evidence) {
        if statement.products.is_empty() {
            facts.push(Fact { evidence, statement, product: String::new() });
        }
        for product in &statement.products {
            let product = purls.get(product.as_str()).copied().unwrap_or(product).to_owned();
            facts.push(Fact { evidence, statement, product });
        }
    }
    facts
}

fn statements(evidence: &Evidence) -> &[VexStatement] {
    match &evidence.body {
        Body::Vex(vex) => &vex.statements,
        Body::Sbom(sbom) => &sbom.vulnerabilities,
        _ => &[],
    }
}

fn some_of(list: &[&str]) -> String {
    match list.len() {
        0..=3 => list.join(", "),
        more => format!("{} and {} more", list[..3].join(", "), more - 3),
    }
}

/// Names of vulnerabilities that mean the same one, by their aliases.
struct Names<'a> {
    groups: BTreeMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn of(facts: &[Fact<'a>]) -> Self {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for (next, fact) in facts.iter().enumerate() {
            let names: Vec<&str> = std::iter::once(&fact.statement.vulnerability)
                .chain(&fact.statement.aliases)
                .map(String::as_str)
                .collect();
            let known: Vec<usize> = names.iter().filter_map(|name| groups.get(name).copied()).collect();
            let into = known.iter().copied().min().unwrap_or(next);
            if known.iter().any(|group| *group != into) {
                for group in groups.values_mut().filter(|group| known.contains(group)) {
                    *group = into;
                }
            }
            for name in names {
                groups.insert(name, into);
            }
        }
        Self { groups }
    }

    fn group(&self, name: &str) -> usize {
        self.groups.get(name).copied().unwrap_or(usize::MAX)
    }
}
