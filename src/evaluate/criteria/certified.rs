//! `certified`: one question about a certification by claims, computed from its matrix, metrics, drills and registers.

mod claims;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use crate::evaluate::certification as cert;
use crate::evaluate::certification::Rules;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::governance::at;
use crate::model::governance::number;
use crate::model::status::Status;
use crate::model::time::Period;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "certified",
    what: "One question about a certification: `started` (it does not say that it has not begun), `tier-0` (every claim of tier 0 \
           passes), `graded` (every other claim has a grade that is written down), `blockers` (none is open), `artifacts` (the \
           documents of `forms` are here), `waivers` (every waiver has target, owner, reason and end), `rollups` (no two \
           documents of one form and execution differ), `costs` (attributed, within the envelope). `rules: hardened` asks tier 0 \
           for fresh evidence of managed executions inside the certification window; `first` does not. Drills older than \
           their `cadence` do not count. A claim needs the drills that its row in the matrix names, and those that `drills` gives it.",
    why: "A certification is as good as the claim that lacks most.",
    source: "Operations and governance certification, first and hardened version: at least two metrics, an artifact and a valid \
             drill a claim; no empty scope, no silent waiver, no open blocker.",
    example: "id: blockers\ntext: No blocker is open\nkind: certified\npart: blockers\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// The question.
    part: Part,
    /// The rule set; `hardened` when not given.
    #[serde(default)]
    rules: Rules,
    /// Ids of claims that have to be in the matrix.
    #[serde(default)]
    claims: Vec<String>,
    /// Forms of documents that have to be here.
    #[serde(default)]
    forms: Vec<String>,
    /// How old a drill may be, by its id.
    #[serde(default)]
    cadence: BTreeMap<String, Period>,
    /// Drills that a claim needs beside those that its row names, by its id.
    #[serde(default)]
    drills: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Part {
    /// Whether it has begun.
    Started,
    /// Claims of tier 0.
    #[serde(rename = "tier-0")]
    Tier0,
    /// Grades of the other claims.
    Graded,
    /// Blockers.
    Blockers,
    /// Documents that have to be here.
    Artifacts,
    /// Waivers.
    Waivers,
    /// Documents that contradict each other.
    Rollups,
    /// Cost receipts.
    Costs,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        match self.part {
            Part::Started => self.started(scene),
            Part::Tier0 | Part::Graded => self.claims(scene),
            Part::Blockers => self.blockers(scene),
            Part::Artifacts => self.artifacts(scene),
            Part::Waivers => self.waivers(scene),
            Part::Rollups => self.rollups(scene),
            Part::Costs => self.costs(scene),
        }
    }
}

impl Parameters {
    fn started(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::undated(scene);
        let rows = cert::claims(&gathered);
        let open = Judgement::open("a certification that has begun");
        let idle: Vec<_> = rows.iter().filter(|(_, _, row)| cert::not_started(row)).collect();
        let said: Vec<_> = gathered
            .form("certification-verdict")
            .filter(|(_, record)| {
                cert::stated(record) == Some("NOT_STARTED") || record.text("status") == Some("NOT_STARTED")
            })
            .map(|(evidence, _)| evidence)
            .collect();
        let idle_matrix = !rows.is_empty() && idle.len() == rows.len();
        let judgement = if !said.is_empty() || idle_matrix {
            let what = match said.first() {
                Some(verdict) => format!("`{}` says `NOT_STARTED`", verdict.id),
                None => format!("all {} claims say `NOT_STARTED`", rows.len()),
            };
            for evidence in said.into_iter().chain(idle.iter().map(|(evidence, _, _)| *evidence)) {
                gathered.note(evidence, Counts::Against, "it says `NOT_STARTED`");
            }
            open.is(Status::NotAssessed, "not-started", what)
                .help("begin the certification, and record what it finds")
        } else if rows.is_empty() {
            open.is(Status::NotAssessed, "nothing-counted", "no claim matrix")
                .help("publish the claim matrix")
        } else {
            let matrices: Vec<_> = rows.iter().map(|(evidence, _, _)| *evidence).collect();
            for evidence in matrices {
                gathered.note(evidence, Counts::For, "");
            }
            open.is(Status::Met, "met", format!("{} claims, not all of them untouched", rows.len()))
        };
        let mut judgement = gathered.into(judgement);
        judgement.sealed = true;
        judgement
    }

    fn blockers(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::undated(scene);
        let waivers = cert::waivers(&gathered);
        let found = cert::blockers(scene, &gathered, &waivers);
        for instant in waivers.iter().flat_map(cert::Waiver::turns).chain(found.turning.iter().copied()) {
            gathered.turns(scene, Some(instant));
        }
        let register: Vec<_> = gathered.form("blocker-register").map(|(evidence, _)| evidence).collect();
        let open = Judgement::open("a blocker register without an open blocker");
        let said = found.miscounted.iter().chain(found.refused.first());
        let beside: String = said.map(|text| format!("; {text}")).collect();
        for (blocker, evidence) in &found.open {
            gathered.note(
                evidence,
                Counts::Against,
                format!("`{}` {}", blocker.code, blocker.detail).trim().to_owned(),
            );
        }
        for evidence in &register {
            gathered.note(evidence, Counts::For, "");
        }
        let judgement = match (found.open.first(), register.is_empty()) {
            (Some((first, _)), _) => {
                let count = match found.open.len() {
                    1 => "1 open blocker".to_owned(),
                    many => format!("{many} open blockers"),
                };
                let detail =
                    if first.detail.is_empty() { String::new() } else { format!(" ({})", first.detail) };
                open.is(Status::NotMet, "register-open", format!("{count}: `{}`{detail}{beside}", first.code))
                    .help("resolve it with evidence dated after it; only blockers of tier 1 and 2 can be waived")
            }
            (None, true) => open
                .is(Status::NotMet, "register-open", "there is no blocker register")
                .help("keep the register, empty where nothing blocks"),
            (None, false) if !found.waived.is_empty() => open.is(
                Status::Waived,
                "register-accepted",
                format!("{} waived until a date{beside}", found.waived.len()),
            ),
            (None, false) => open.is(Status::Met, "register-empty", format!("no open blocker{beside}")),
        };
        let mut judgement = gathered.into(judgement);
        judgement.sealed = judgement.status == Status::NotMet;
        judgement
    }

    fn artifacts(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::undated(scene);
        let mut missing = Vec::new();
        let mut here = Vec::new();
        for form in &self.forms {
            let mut of: Vec<_> = gathered.form(form).map(|(evidence, _)| evidence).collect();
            // single drills are the bundle, one file each
            if form == "drill-bundle" {
                of.extend(gathered.form("drill-output").map(|(evidence, _)| evidence));
            }
            if of.is_empty() {
                missing.push(form.replace('-', " "));
            }
            here.extend(of);
        }
        for evidence in here {
            gathered.note(evidence, Counts::For, "");
        }
        let open = Judgement::open(format!("{} documents", self.forms.len()));
        let judgement = match (missing.first(), self.forms.is_empty()) {
            (_, true) => {
                open.is(Status::NotAssessed, "nothing-counted", "no form is asked for").help("name `forms`")
            }
            (Some(first), _) => {
                let more = if missing.len() > 1 {
                    format!(", and {} more", missing.len() - 1)
                } else {
                    String::new()
                };
                open.is(Status::NotAssessed, "evidence-incomplete", format!("no {first}{more}"))
                    .help("publish the document with the certification")
            }
            (None, _) => open.is(Status::Met, "met", format!("all {} here", self.forms.len())),
        };
        gathered.into(judgement)
    }

    fn waivers(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::undated(scene);
        let all = cert::waivers(&gathered);
        for instant in all.iter().flat_map(cert::Waiver::turns) {
            gathered.turns(scene, Some(instant));
        }
        let open = Judgement::open("every waiver with target, owner, reason and end");
        // one that ended has no effect and is told by its blocker; one that is incomplete is silent
        let silent = all.iter().find_map(|waiver| {
            let fault = waiver.fault(scene.as_of)?;
            fault.starts_with("it has no").then(|| format!("`{}`: {fault}", waiver.id))
        });
        let ended = all
            .iter()
            .filter(|waiver| waiver.fault(scene.as_of).is_some_and(|fault| fault.starts_with("it ended")))
            .count();
        let judgement = match silent {
            Some(found) => open
                .is(Status::NotMet, "register-open", found)
                .help("complete the waiver or take it out: none is silent"),
            None if all.is_empty() => open.is(Status::Met, "register-empty", "no waiver"),
            None => {
                let ended = if ended > 0 { format!(", {ended} of them ended") } else { String::new() };
                open.is(Status::Met, "met", format!("{} waivers{ended}", all.len()))
            }
        };
        gathered.into(judgement)
    }

    fn rollups(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::undated(scene);
        let mut by: BTreeMap<(&str, &str), Vec<&crate::model::evidence::Evidence>> = BTreeMap::new();
        for form in ["claim-matrix", "blocker-register", "certification-verdict", "execution-snapshot"] {
            for (evidence, record) in gathered.form(form) {
                if let Some(group) = record.group.as_deref() {
                    by.entry((form, group)).or_default().push(evidence);
                }
            }
        }
        let differ = by
            .iter()
            .find(|(_, list)| list.windows(2).any(|pair| pair[0].source.sha256 != pair[1].source.sha256));
        let ambiguous: Vec<_> = gathered
            .counted
            .iter()
            .filter_map(|evidence| Some((*evidence, evidence.body.governance()?.ambiguous()?.to_owned())))
            .collect();
        let open = Judgement::open("one document a form and execution, each saying one thing");
        if let Some((evidence, why)) = ambiguous.first() {
            let found = format!("`{}`: {why}", evidence.id);
            for (evidence, why) in ambiguous {
                gathered.note(evidence, Counts::Against, why);
            }
            let judgement = open
                .is(Status::NotMet, "conflict", found)
                .help("make the document again: nobody can say which of the two values is meant");
            return Judgement { sealed: true, ..gathered.into(judgement) };
        }
        let judgement = match differ {
            Some(((form, group), list)) => {
                let found = format!(
                    "{} documents of the form {} differ for `{group}`",
                    list.len(),
                    form.replace('-', " ")
                );
                let list = list.clone();
                for evidence in list {
                    gathered.note(
                        evidence,
                        Counts::Against,
                        "another of the same execution says something else",
                    );
                }
                open.is(Status::NotMet, "conflict", found)
                    .help("make the rollup again; the same inputs give the same bytes")
            }
            None => open.is(Status::Met, "met", "none differ"),
        };
        let mut judgement = gathered.into(judgement);
        judgement.sealed = judgement.status == Status::NotMet;
        judgement
    }

    fn costs(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered: Gathered<'_> = cert::documents(scene);
        let mut notes = Vec::new();
        let mut wrong: Option<String> = None;
        let mut count = 0;
        for (evidence, record) in gathered.form("cost-receipt") {
            count += 1;
            let document = &record.document;
            let spend = number(document, &["attributed_spend_usd"]);
            let envelope = number(document, &["budget_envelope_usd"]);
            let is = |key: &str| at(document, key).and_then(serde_json::Value::as_bool);
            let why = match (spend, envelope) {
                (None, _) => Some("its spend is not attributed".to_owned()),
                (_, None) => Some("it has no budget envelope".to_owned()),
                (Some(spend), Some(envelope)) if spend < 0.0 || envelope < 0.0 => {
                    Some("its spend or its envelope is below nothing".to_owned())
                }
                (Some(spend), Some(envelope)) if spend > envelope => {
                    Some(format!("{spend} USD were spent, the envelope is {envelope}"))
                }
                _ if is("unattributed_spend_detected") != Some(false) => {
                    Some("it does not say that all spend is attributed".to_owned())
                }
                _ if is("overall_pass") == Some(false) => {
                    Some("it says itself that it did not pass".to_owned())
                }
                _ => at(document, "overall_pass")
                    .filter(|said| !cert::affirmed(said))
                    .map(|said| format!("its `overall_pass` is {said}")),
            };
            if let Some(why) = &why {
                wrong = wrong.or_else(|| Some(format!("`{}`: {why}", evidence.id)));
            }
            notes.push((evidence, why));
        }
        for (evidence, why) in notes {
            match why {
                Some(why) => gathered.note(evidence, Counts::Against, why),
                None => gathered.note(evidence, Counts::For, ""),
            }
        }
        let open = Judgement::open("all spend attributed, within its envelope");
        let judgement = match (wrong, count) {
            (Some(found), _) => open
                .is(Status::NotMet, "counted-says-no", found)
                .help("attribute the spend, or raise the envelope"),
            (None, 0) => open
                .is(Status::NotAssessed, "nothing-counted", "no cost receipt")
                .help("keep the cost receipts"),
            (None, 1) => open.is(Status::Met, "met", "1 cost receipt"),
            (None, many) => open.is(Status::Met, "met", format!("{many} cost receipts")),
        };
        gathered.into(judgement)
    }
}
