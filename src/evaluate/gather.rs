//! Documents of one system, gathered for a question: those that count, and why the others do not.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::evaluate::counting::Cause;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::counting::standing_undated;
use crate::evaluate::judge::outweighs;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::assessment::EvidenceUse;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::id::Id;
use crate::model::time::Instant;

/// What is asked of a document before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Live, dated, fresh.
    Dated,
    /// Live; a missing time is shown and does not matter.
    Undated,
    /// A sample too; a missing time does not matter.
    SampleToo,
}

/// The documents that were asked.
#[derive(Clone, Debug, Default)]
pub struct Gathered<'a> {
    /// Those that count, in order of id.
    pub counted: Vec<&'a Evidence>,
    /// Samples, dry runs, plans and simulations among the others.
    pub not_live: Vec<&'a Evidence>,
    /// Those that count and do not say when they were made.
    pub undated: u32,
    uses: BTreeMap<Id, (Counts, String)>,
    turning: BTreeSet<Instant>,
    sealed: bool,
}

/// The documents that `fits` takes.
pub fn gather<'a>(scene: &Scene<'a>, rule: Rule, fits: impl Fn(&Evidence) -> bool) -> Gathered<'a> {
    let mut out = Gathered::default();
    for evidence in scene.catalog.evidence.values().filter(|evidence| fits(evidence)) {
        let judged = match rule {
            Rule::Dated => standing(evidence, scene),
            Rule::Undated => standing_undated(evidence, scene),
            Rule::SampleToo if evidence.mode == Mode::Sample => {
                let live = Evidence { mode: Mode::Live, ..evidence.clone() };
                standing_undated(&live, scene)
            }
            Rule::SampleToo => standing_undated(evidence, scene),
        };
        match judged {
            Standing::Counts { stale_from } => {
                out.undated += u32::from(evidence.captured_at.is_none());
                if scene.max_age.is_some() || rule == Rule::Dated {
                    out.turns(scene, Some(stale_from));
                }
                out.counted.push(evidence);
            }
            Standing::Not { why, cause, counts_from } => {
                out.turns(scene, counts_from);
                out.uses.insert(evidence.id.clone(), (Counts::NotCounted, why));
                match cause {
                    Cause::NotLive => out.not_live.push(evidence),
                    Cause::Unreadable => out.sealed = true,
                    Cause::Stale | Cause::Other => {}
                }
            }
        }
    }
    out
}

/// The document of a governance system in `evidence`, when it is one.
pub fn of_system(evidence: &Evidence, system: System) -> Option<&GovernanceRecord> {
    evidence.body.governance().filter(|record| record.system == system)
}

impl<'a> Gathered<'a> {
    /// Notes an instant at which the outcome may differ.
    pub fn turns(&mut self, scene: &Scene<'_>, instant: Option<Instant>) {
        if let Some(instant) = instant.filter(|instant| *instant > scene.as_of) {
            self.turning.insert(instant);
        }
    }

    /// Notes how a document bears; the gravest holds.
    pub fn note(&mut self, evidence: &Evidence, counts: Counts, why: impl Into<String>) {
        let said = (counts, why.into());
        match self.uses.get_mut(&evidence.id) {
            Some(known) if outweighs(counts, known.0) => *known = said,
            Some(_) => {}
            None => {
                self.uses.insert(evidence.id.clone(), said);
            }
        }
    }

    /// The documents of `form` that count.
    pub fn form(&self, form: &str) -> impl Iterator<Item = (&'a Evidence, &'a GovernanceRecord)> {
        self.counted
            .iter()
            .filter_map(|evidence| Some((*evidence, evidence.body.governance()?)))
            .filter(move |(_, record)| record.form == form)
    }

    /// Puts what was asked and the instants into a judgement.
    pub fn into(self, mut judgement: Judgement) -> Judgement {
        for (evidence, (counts, why)) in self.uses {
            judgement.evidence.push(EvidenceUse { evidence, counts, why });
        }
        judgement.turning.extend(self.turning);
        judgement.sealed |= self.sealed;
        judgement
    }
}
