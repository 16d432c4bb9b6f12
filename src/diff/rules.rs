//! The rules that give a change its direction. Every change names one.

use crate::model::changes::Direction;
use crate::model::changes::Direction::Neutral;
use crate::model::changes::Direction::Stronger;
use crate::model::changes::Direction::Weaker;

/// A rule.
#[derive(Debug)]
pub struct DiffRule {
    /// Stable code, the `rule` of a change.
    pub code: &'static str,
    /// What it makes of the change.
    pub direction: Direction,
    /// When it applies, and why: the text of `trustbook explain CODE`.
    pub what: &'static str,
}

const fn rule(code: &'static str, direction: Direction, what: &'static str) -> DiffRule {
    DiffRule { code, direction, what }
}

/// The direction of `code`; neutral for a code that is none.
pub(super) fn direction(code: &str) -> Direction {
    DIFF_RULES.iter().find(|rule| rule.code == code).map_or(Neutral, |rule| rule.direction)
}

/// Every rule.
pub static DIFF_RULES: &[DiffRule] = &[
    rule(
        "generator-changed",
        Neutral,
        "Another version of the program made the newer snapshot. Explains changes of form.",
    ),
    rule(
        "audience-differs",
        Neutral,
        "The two were made for different audiences, so records are missing that nobody withdrew.",
    ),
    rule(
        "key-changed",
        Neutral,
        "The newer snapshot is signed with another key. Compare it with a source that is not this site.",
    ),
    rule(
        "development-key",
        Weaker,
        "The newer snapshot is signed with a development key, which proves nothing about its maker.",
    ),
    rule("release-key", Stronger, "The newer snapshot is signed with a release key, the older one was not."),
    rule(
        "sbom-tool-changed",
        Neutral,
        "Another tool or format made the bill of materials. Explains many of its changes.",
    ),
    rule("claim-added", Stronger, "A claim is made that was not made before."),
    rule("claim-withdrawn", Weaker, "A claim is no longer made."),
    rule(
        "claim-reworded",
        Neutral,
        "The sentence of a claim differs. Read both: rules cannot tell which one promises more.",
    ),
    rule("claim-limited", Weaker, "A claim says of something more that it does not cover it."),
    rule("tier-lowered", Weaker, "A claim that had to hold now only should, or is only graded."),
    rule("tier-raised", Stronger, "A claim is held to a stricter tier."),
    rule("evidence-unlinked", Weaker, "Evidence that was named for a claim or an answer no longer is."),
    rule("evidence-linked", Stronger, "More evidence is named for a claim or an answer."),
    rule("evidence-exchanged", Neutral, "Other evidence is named for a claim or an answer than before."),
    rule("counter-evidence-added", Weaker, "More evidence stands against a claim."),
    rule("criterion-added", Stronger, "A claim has to meet one condition more."),
    rule("criterion-removed", Weaker, "A claim no longer has to meet a condition."),
    rule("criterion-changed", Neutral, "A condition of a claim differs in a way that no rule can order."),
    rule(
        "threshold-loosened",
        Weaker,
        "A condition asks for less: a smaller minimum, a larger limit, a longer age, an exception allowed.",
    ),
    rule("threshold-tightened", Stronger, "A condition asks for more than before."),
    rule("status-worse", Weaker, "A computed status is worse than before."),
    rule("status-better", Stronger, "A computed status is better than before."),
    rule("verdict-lost", Weaker, "A verdict that passed no longer passes."),
    rule("verdict-gained", Stronger, "A verdict that did not pass now passes."),
    rule("verdict-removed", Weaker, "A verdict is no longer published."),
    rule(
        "rules-changed",
        Neutral,
        "The profile behind a verdict has another version, so the verdicts are not of one kind.",
    ),
    rule("evidence-added", Neutral, "A piece of evidence is new."),
    rule("evidence-removed", Weaker, "A piece of evidence is gone."),
    rule("evidence-refreshed", Stronger, "A piece of evidence was collected again, later."),
    rule("evidence-older", Weaker, "A piece of evidence is of an earlier time than before."),
    rule(
        "evidence-altered",
        Weaker,
        "The bytes of a piece of evidence differ, but it says it is of the same time.",
    ),
    rule(
        "evidence-uncounted",
        Weaker,
        "A piece of evidence that counted no longer does: too old, or no longer live.",
    ),
    rule("evidence-counted", Stronger, "A piece of evidence that did not count now does."),
    rule("trust-lower", Weaker, "Less is known about the bytes of a piece of evidence."),
    rule("trust-higher", Stronger, "More is known about the bytes of a piece of evidence."),
    rule("tests-fewer", Weaker, "A test report has fewer tests than before."),
    rule("tests-more", Stronger, "A test report has more tests than before."),
    rule("failures-more", Weaker, "A test report has more failures than before."),
    rule("failures-fewer", Stronger, "A test report has fewer failures than before."),
    rule("coverage-lower", Weaker, "The tests reach a smaller share of the code than before."),
    rule("coverage-higher", Stronger, "The tests reach a larger share of the code than before."),
    rule("findings-more", Weaker, "A scan, an assessment or a plan has more that is open than before."),
    rule("findings-fewer", Stronger, "A scan, an assessment or a plan has less that is open than before."),
    rule("result-worse", Weaker, "A drill, a scan, an assessment or a decision came out worse than before."),
    rule(
        "result-better",
        Stronger,
        "A drill, a scan, an assessment or a decision came out better than before.",
    ),
    rule(
        "controls-more",
        Stronger,
        "A component definition says of more controls that they are implemented.",
    ),
    rule(
        "controls-fewer",
        Weaker,
        "A component definition says of fewer controls that they are implemented.",
    ),
    rule(
        "target-raised",
        Stronger,
        "A service objective has a higher target, or is new. No other is lower or gone.",
    ),
    rule("target-lowered", Weaker, "A service objective has a lower target than before, or is gone."),
    rule("reports-accepted", Stronger, "A project now says that it accepts reports of vulnerabilities."),
    rule("reports-refused", Weaker, "A project no longer says that it accepts reports of vulnerabilities."),
    rule("component-added", Neutral, "A component is new in the bill of materials."),
    rule("component-removed", Neutral, "A component is no longer in the bill of materials."),
    rule(
        "component-upgraded",
        Neutral,
        "A component has a later version, by the version order of its ecosystem.",
    ),
    rule(
        "component-downgraded",
        Weaker,
        "A component has an earlier version, by the version order of its ecosystem.",
    ),
    rule(
        "component-version-changed",
        Neutral,
        "A component has another version, and no order is known for it: no direction is guessed.",
    ),
    rule(
        "hash-changed-same-version",
        Weaker,
        "A component has other bytes under the same version. That is either a mistake or a substitution.",
    ),
    rule(
        "licence-changed",
        Neutral,
        "A component has another licence. Order and brackets of the expression do not count.",
    ),
    rule("licence-declared", Stronger, "A component says its licence, and did not before."),
    rule("licence-undeclared", Weaker, "A component no longer says its licence."),
    rule("supplier-changed", Neutral, "A component has another supplier."),
    rule(
        "component-scope-changed",
        Neutral,
        "A component is needed in another way: required, optional or excluded.",
    ),
    rule(
        "component-variant-changed",
        Neutral,
        "A component is the same for another architecture or distribution, and nothing else differs.",
    ),
    rule("relations-changed", Neutral, "The bill of materials lists other relations between its components."),
    rule(
        "direct-changed",
        Neutral,
        "Other components than before are named by the subject of the bill itself, not through others.",
    ),
    rule(
        "ecosystem-changed",
        Weaker,
        "A component of the same name has another identity, such as another ecosystem: possibly another thing under its name.",
    ),
    rule(
        "vulnerability-open",
        Weaker,
        "A vulnerability is affected, under investigation or unanswered, and was not known before.",
    ),
    rule("vulnerability-answered", Neutral, "A vulnerability is new, and answered."),
    rule("vulnerability-worse", Weaker, "The answer to a vulnerability is worse than before."),
    rule("vulnerability-better", Stronger, "The answer to a vulnerability is better than before."),
    rule("vulnerability-dropped", Weaker, "A vulnerability that was open is no longer spoken of."),
    rule("vulnerability-gone", Neutral, "A vulnerability that was answered is no longer spoken of."),
    rule(
        "subprocessor-added",
        Neutral,
        "A subprocessor is new, in countries where data was processed before.",
    ),
    rule("subprocessor-outside", Weaker, "A subprocessor processes in a country where none did before."),
    rule("subprocessor-removed", Neutral, "A subprocessor is gone."),
    rule("location-widened", Weaker, "Data is processed in, or reached from, more places."),
    rule("location-narrowed", Stronger, "Data is processed in, or reached from, fewer places."),
    rule("location-changed", Neutral, "Data lies in another place."),
    rule(
        "mechanism-weaker",
        Weaker,
        "A transfer rests on a weaker mechanism: from within the area or adequacy to clauses, from clauses to derogation.",
    ),
    rule("mechanism-stronger", Stronger, "A transfer rests on a stronger mechanism."),
    rule("mechanism-changed", Neutral, "A transfer rests on another mechanism."),
    rule("data-widened", Weaker, "More kinds of data are handled."),
    rule("data-narrowed", Stronger, "Fewer kinds of data are handled."),
    rule(
        "ai-use-added",
        Weaker,
        "A subprocessor uses artificial intelligence on the data, and did not say so before.",
    ),
    rule("certification-added", Stronger, "A certification is new."),
    rule("certification-removed", Weaker, "A certification is no longer listed."),
    rule("certification-renewed", Stronger, "A certification ends later than before."),
    rule("certification-shortened", Weaker, "A certification ends earlier than before."),
    rule("certification-lapsed", Weaker, "A certification ended between the two snapshots."),
    rule("certification-withdrawn", Weaker, "A certification was withdrawn."),
    rule("exclusions-added", Weaker, "A certification leaves more out, or names more exceptions."),
    rule("exclusions-removed", Stronger, "A certification leaves less out, or names fewer exceptions."),
    rule("scope-changed", Neutral, "The scope reads differently. Rules cannot tell which one is wider."),
    rule("policy-removed", Weaker, "A policy is no longer listed."),
    rule("policy-changed", Neutral, "A policy has another text or version."),
    rule("document-removed", Weaker, "A document is no longer listed."),
    rule("document-changed", Neutral, "A document has other bytes or another version."),
    rule(
        "date-passed",
        Weaker,
        "A review or an end was due between the two snapshots, and nothing was done.",
    ),
    rule("answer-weaker", Weaker, "An answer goes from yes towards no."),
    rule("answer-stronger", Stronger, "An answer goes from no towards yes."),
    rule("answer-changed", Neutral, "An answer has another word that is neither better nor worse."),
    rule("answer-removed", Weaker, "A question is no longer answered."),
    rule(
        "responsibility-moved",
        Weaker,
        "The customer answers for something that the provider answered for.",
    ),
    rule(
        "responsibility-taken",
        Stronger,
        "The provider answers for something that the customer answered for.",
    ),
    rule("responsibility-changed", Neutral, "What the customer has to do reads differently."),
    rule("implementation-weaker", Weaker, "A control is less in place than before."),
    rule("implementation-stronger", Stronger, "A control is more in place than before."),
    rule("control-removed", Weaker, "A control is no longer listed."),
    rule("risk-added", Weaker, "An open risk is new in the register."),
    rule("risk-dropped", Weaker, "A risk that was open is no longer listed."),
    rule("risk-closed", Stronger, "A risk is closed."),
    rule("risk-reopened", Weaker, "A risk that was closed is open."),
    rule("risk-accepted", Neutral, "Somebody accepted a risk, or accepted it anew."),
    rule("severity-higher", Weaker, "Something is graver than before."),
    rule("severity-lower", Stronger, "Something is less grave than before."),
    rule("retention-longer", Weaker, "Data is kept longer, or deleted later."),
    rule("retention-shorter", Stronger, "Data is kept for a shorter time, or deleted sooner."),
    rule("protection-removed", Weaker, "A protection that was described no longer is."),
    rule("support-shortened", Weaker, "Support or fixes end earlier than was said."),
    rule("support-extended", Stronger, "Support or fixes end later than was said."),
    rule("support-dropped", Weaker, "A version is no longer listed."),
    rule("incident-added", Neutral, "An incident, or a statement that there was none, is new."),
    rule("incident-removed", Weaker, "An incident is no longer listed."),
    rule("waiver-added", Weaker, "Somebody takes responsibility for something that does not hold."),
    rule("waiver-extended", Weaker, "A waiver lasts longer than before."),
    rule("waiver-removed", Stronger, "A waiver is gone."),
    rule("blocker-added", Weaker, "Something new stands in the way."),
    rule("blocker-resolved", Stronger, "Something that stood in the way was resolved."),
    rule(
        "blocker-dropped",
        Weaker,
        "Something that stood in the way is no longer listed, without having been resolved.",
    ),
    rule("promise-longer", Weaker, "A response takes longer than was promised."),
    rule("promise-shorter", Stronger, "A response is promised sooner."),
    rule("reviewed", Stronger, "A person confirmed the record again."),
    rule("record-added", Neutral, "A record is new."),
    rule("record-removed", Neutral, "A record is gone."),
    rule("field-changed", Neutral, "A field differs, and no rule gives it a direction."),
];
