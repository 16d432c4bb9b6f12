//! What a condition may look at, and how it answers. Nothing here reads a clock: `as_of` is the only time.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::evaluate::assignments::Assigned;
use crate::evaluate::assignments::Assignments;
use crate::evaluate::waivers::Waivers;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::EvidenceUse;
use crate::model::assessment::Verdict;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::Claim;
use crate::model::id::Id;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::model::time::Period;

/// What a condition may look at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// All records, of every visibility.
    pub catalog: &'a Catalog,
    /// The project file: freshness limits, folders.
    pub config: &'a Config,
    /// Digest of the project's source state, where it has one.
    pub source_state: Option<&'a str>,
    /// The instant everything is judged at.
    pub as_of: Instant,
    /// Waivers with their targets resolved.
    pub waivers: &'a Waivers,
    /// What is put forward for criteria of profiles.
    pub assignments: &'a Assignments,
    /// What is put forward for the criterion that is judged.
    pub assigned: Option<&'a Assigned>,
    /// The claim whose criterion is judged, if it is one's.
    pub claim: Option<&'a Claim>,
    /// The criterion's own limit of age.
    pub max_age: Option<Period>,
    /// Claims judged so far.
    pub claims: &'a BTreeMap<Id, ClaimAssessment>,
    /// Verdicts of the profiles that stand earlier in the project file.
    pub verdicts: &'a [Verdict],
}

impl Scene<'_> {
    /// The same scene at another instant.
    #[must_use]
    pub fn at(self, as_of: Instant) -> Self {
        Self { as_of, ..self }
    }
}

/// How a condition came out, before waivers.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// How it stands; starts at not assessed.
    pub status: Status,
    /// What was asked.
    pub asked: String,
    /// What was found, in the same unit.
    pub found: String,
    /// A row of `REASONS`.
    pub reason: &'static str,
    /// What to do; empty when nothing has to be done.
    pub help: String,
    /// What it rests on, and what did not count.
    pub evidence: Vec<EvidenceUse>,
    /// Instants after as-of at which it may come out differently.
    pub turning: BTreeSet<Instant>,
    /// No waiver can cover it: a hash or signature failed, a file cannot be read, a tier 0 claim is behind it.
    pub sealed: bool,
}

impl Judgement {
    /// Nothing is known yet.
    pub fn open(asked: impl Into<String>) -> Self {
        Self {
            status: Status::NotAssessed,
            asked: asked.into(),
            found: "nothing that counts".to_owned(),
            reason: "nothing-counted",
            help: String::new(),
            evidence: Vec::new(),
            turning: BTreeSet::new(),
            sealed: false,
        }
    }

    /// Sets how it stands and why.
    #[must_use]
    pub fn is(mut self, status: Status, reason: &'static str, found: impl Into<String>) -> Self {
        self.status = status;
        self.reason = reason;
        self.found = found.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Notes an instant at which it may come out differently, when it lies ahead.
    pub fn turns_at(&mut self, as_of: Instant, instant: Option<Instant>) {
        if let Some(instant) = instant.filter(|instant| *instant > as_of) {
            self.turning.insert(instant);
        }
    }
}

/// Codes of reasons with their meaning: the text of `trustbook explain CODE`.
pub static REASONS: &[(&str, &str)] = &[
    ("met", "Counted evidence says yes, nothing that counts says no."),
    ("nothing-counted", "No evidence that counts was found. Unknown is not a pass."),
    ("nothing-assigned", "The criterion asks for what the project puts forward for it, and nothing is."),
    ("counted-says-no", "At least one piece of evidence that counts says no."),
    ("conflict", "Evidence that counts says yes and no about the same thing. A conflict is a no."),
    ("only-stale", "The evidence that would say yes is older than its limit."),
    ("only-sample", "The evidence that would say yes is a sample, a dry run, simulated or planned."),
    ("too-few", "Evidence that counts says yes, but there is less of it than asked."),
    ("no-release", "The criterion asks about the newest release, and the content names none."),
    ("claim-open", "A claim it rests on is not met."),
    ("claim-waived", "A claim it rests on is waived, the others are met."),
    ("no-claims", "No claim of the content is selected, and a verdict never rests on nothing."),
    ("verdict-open", "The profile it rests on does not pass."),
    ("verdict-with-risk", "The profile it rests on passes with an accepted risk."),
    ("no-questions", "No question is recorded, and nothing passes on nothing."),
    ("questions-open", "A question has no answer, or none that closes it."),
    ("content-open", "A record of the content says itself that it is not complete."),
    (
        "content-stale",
        "The records that would be enough are overdue for review, or their last value is too old.",
    ),
    ("register-open", "The register has an open entry that nobody accepted."),
    ("register-accepted", "Every open entry of the register is accepted or waived, with owner and end."),
    ("register-empty", "The register has no open entry of that severity."),
    ("digest-differs", "A file is not the one the receipt names: its digest differs. No waiver covers that."),
    (
        "gate-invalid",
        "A gate decision is missing, breaks its schema, contradicts itself or another document of the run, or names a reason code that no catalogue has. The run stops. Source: release gates.",
    ),
    (
        "gate-rejected",
        "The verification or a task of the run failed, a decision says REJECT, or a reason code is critical or about security. The run stops; nothing overrides that. Source: release gates.",
    ),
    (
        "gate-needs-human",
        "A decision asks for a person, the risk is at or above its threshold, the confidence is too low, or nothing shows that the verification ran. The run is held until an override receipt lifts it. Source: release gates.",
    ),
    (
        "gate-overridden",
        "A person let the run pass although it asked for one: with a name, a reason, a time after the decision and the same run. Source: release gates.",
    ),
    (
        "evidence-incomplete",
        "A document that has to be there for a promotion is not: a decision, the run manifest, a task result. The run is held. Source: release gates.",
    ),
    (
        "not-started",
        "The certification says itself that it has not begun, and nothing shows otherwise. It is neither green nor on hold. Source: operations certification.",
    ),
    (
        "claim-held",
        "A claim of tier 0 lacks metrics, an artifact, a drill, a kind of proof or freshness, or misses a threshold. Source: operations certification.",
    ),
    (
        "ungraded",
        "A claim of tier 1 or 2 has no grade that is written down; partial is fine, silence is not. Source: operations certification.",
    ),
    ("closeout-fails", "A part of the closeout fails. No accepted risk covers that. Source: final closeout."),
    (
        "risk-accepted",
        "A part of the closeout has a warning, and a risk with owner, reason and end accepts it until then. Source: final closeout.",
    ),
    (
        "risk-not-accepted",
        "A part of the closeout has a warning, and no valid risk accepts it. Source: final closeout.",
    ),
    ("parts-open", "Not enough of its parts hold."),
    ("parts-met", "Enough of its parts hold."),
    ("waived", "It does not hold; a valid waiver covers it until its end."),
    ("not-applicable", "Its owner says that it does not apply, with a reason."),
    ("criterion-refused", "The criterion itself is wrong; a finding says where."),
];
