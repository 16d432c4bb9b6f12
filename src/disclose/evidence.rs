//! Evidence, taken apart in full: people and findings of drills have a visibility of their own, receipts name files.

use crate::disclose::lens::Lens;
use crate::disclose::records::Disclose;
use crate::model::attestation::Attestation;
use crate::model::attestation::Said;
use crate::model::attestation::Statement;
use crate::model::attestation::Subject;
use crate::model::content::Release;
use crate::model::drill::Drill;
use crate::model::drill::DrillFinding;
use crate::model::drill::Participant;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Source;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::NamedDigest;
use crate::model::receipt::Check;
use crate::model::receipt::FileRef;
use crate::model::receipt::Receipt;
use crate::model::record::Record as _;

impl Disclose for Evidence {
    fn disclose(self, lens: &Lens<'_>) -> Self {
        let Evidence {
            id,
            title,
            description,
            source,
            captured_at,
            mode,
            trust,
            subject,
            source_state,
            release,
            visibility,
            audience,
            public_stub,
            publish_original,
            unknown_fields,
            body,
            origin,
        } = self;
        let Source { path, sha256, size_bytes, media_type, adapter, format_version, archived_as } = source;
        let filtered = match &body {
            Body::DecisionReceipt(_) | Body::Drill(_) | Body::Attestation(_) | Body::GovernanceRecord(_) => {
                true
            }
            Body::Sbom(sbom) => sbom.attestation.is_some(),
            _ => false,
        };
        let whole = filtered.then(|| body.clone());
        let body = match body {
            Body::DecisionReceipt(receipt) => Body::DecisionReceipt(Box::new(self::receipt(*receipt, lens))),
            Body::Drill(drill) => Body::Drill(Box::new(self::drill(*drill, &audience, lens))),
            Body::Attestation(attestation) => {
                Body::Attestation(Box::new(self::attestation(*attestation, lens)))
            }
            Body::GovernanceRecord(record) => Body::GovernanceRecord(Box::new(governance(*record, lens))),
            // The statement it came in names files; the bill itself is shown as a whole or not at all.
            Body::Sbom(mut sbom) => {
                sbom.attestation = sbom.attestation.map(|one| Box::new(self::attestation(*one, lens)));
                Body::Sbom(sbom)
            }
            // Shown as a whole or not at all.
            Body::Vex(vex) => Body::Vex(vex),
            Body::TestReport(report) => Body::TestReport(report),
            Body::Coverage(coverage) => Body::Coverage(coverage),
            Body::Scan(scan) => Body::Scan(scan),
            Body::ClaimMatrix(declarations) => Body::ClaimMatrix(declarations),
            Body::ControlAssessment(body) => Body::ControlAssessment(body),
            Body::ControlImplementation(body) => Body::ControlImplementation(body),
            Body::ControlCatalog(body) => Body::ControlCatalog(body),
            Body::ActionPlan(body) => Body::ActionPlan(body),
            Body::SecurityInsights(body) => Body::SecurityInsights(body),
            Body::ServiceObjectives(body) => Body::ServiceObjectives(body),
            Body::Attachment => Body::Attachment,
        };
        // The original says all of it: it goes out only where nothing that was read from it is withheld.
        let publish_original = publish_original && whole.is_none_or(|whole| whole == body);
        Evidence {
            id,
            title,
            description,
            source: Source {
                path,
                sha256,
                size_bytes,
                media_type,
                adapter,
                format_version,
                archived_as: archived_as.filter(|_| publish_original),
            },
            captured_at,
            mode,
            trust,
            subject: lens.name(subject),
            source_state,
            release: lens.id(Release::KIND, release),
            visibility,
            audience: lens.audiences(audience),
            public_stub,
            publish_original,
            unknown_fields,
            body,
            origin,
        }
    }
}

/// What it says without what names something withheld, and without the files that are withheld.
fn governance(record: GovernanceRecord, lens: &Lens<'_>) -> GovernanceRecord {
    let GovernanceRecord { system, form, group, document, defects, files, seal } = record;
    let seen = |file: &NamedDigest| {
        let named =
            FileRef { path: file.path.clone(), sha256: file.sha256.clone(), size_bytes: file.size_bytes };
        let here = FileRef { path: file.here.clone().unwrap_or_default(), sha256: None, size_bytes: None };
        !lens.is_withheld_file(&named) && !lens.is_withheld_file(&here)
    };
    GovernanceRecord {
        system,
        form,
        group: lens.name(group),
        document: lens.value(document),
        defects: defects.into_iter().filter(|text| lens.first_withheld(text).is_none()).collect(),
        files: files.into_iter().filter(seen).collect(),
        seal: seal.filter(|seal| lens.first_withheld(&seal.why).is_none()),
    }
}

fn receipt(receipt: Receipt, lens: &Lens<'_>) -> Receipt {
    let Receipt {
        decision_id,
        decision,
        raw_decision,
        subject,
        subject_digest,
        action,
        actor,
        decided_at,
        policy,
        run_id,
        confidence,
        risk_score,
        reason_codes,
        notes,
        checks,
        approvers,
        override_details,
        refs,
        defects,
    } = receipt;
    let files = |files: Vec<FileRef>| files.into_iter().filter(|file| !lens.is_withheld_file(file)).collect();
    let text = |text: Option<String>| text.filter(|text| lens.first_withheld(text).is_none());
    let checks = checks
        .into_iter()
        .map(|Check { id, title, outcome, raw_outcome, asked, found, evidence }| Check {
            title: text(Some(title)).unwrap_or_default(),
            id,
            outcome,
            raw_outcome,
            asked: text(asked),
            found: text(found),
            evidence: files(evidence),
        })
        .collect();
    Receipt {
        decision_id,
        decision,
        raw_decision,
        subject,
        subject_digest,
        action,
        actor,
        decided_at,
        policy,
        run_id,
        confidence,
        risk_score,
        reason_codes,
        notes: notes.into_iter().filter(|note| lens.first_withheld(note).is_none()).collect(),
        checks,
        approvers,
        override_details,
        refs: files(refs),
        defects,
    }
}

/// A statement is about files: those that are withheld are not named.
fn attestation(attestation: Attestation, lens: &Lens<'_>) -> Attestation {
    let Attestation { statements } = attestation;
    let shown = |subject: &Subject| {
        let Subject { name, digests, found: _, evidence: _ } = subject;
        let path = name.clone().unwrap_or_default();
        digests.values().map(Some).chain([None]).all(|digest| {
            let file = FileRef { path: path.clone(), sha256: digest.cloned(), size_bytes: None };
            !lens.is_withheld_file(&file)
        })
    };
    let statements = statements
        .into_iter()
        .map(|statement| {
            let Statement {
                envelope,
                payload_type,
                statement_type,
                predicate_type,
                subjects,
                said,
                at,
                signatures,
            } = statement;
            Statement {
                envelope,
                payload_type,
                statement_type,
                predicate_type,
                subjects: subjects
                    .into_iter()
                    .filter(shown)
                    .map(|Subject { name, digests, found, evidence }| Subject {
                        name: lens.name(name),
                        digests,
                        found,
                        evidence: lens.id(Evidence::KIND, evidence),
                    })
                    .collect(),
                said: said
                    .into_iter()
                    .filter(|Said { what: _, value }| lens.first_withheld(value).is_none())
                    .collect(),
                at,
                signatures,
            }
        })
        .collect();
    Attestation { statements }
}

fn drill(drill: Drill, audience: &[String], lens: &Lens<'_>) -> Drill {
    let Drill {
        drill_id,
        title,
        drill_type,
        environment,
        announced,
        scope,
        scenario,
        hypothesis,
        started,
        ended,
        rto_clock,
        timeline,
        recovery_point,
        objectives,
        steady_state,
        actions,
        rollbacks,
        data_integrity,
        declared,
        raw_result,
        summary,
        computed,
        reasons,
        findings,
        participants,
        plan,
        cadence,
        controls,
        tool,
    } = drill;
    let withheld: Vec<String> = findings
        .iter()
        .filter(|finding| !lens.may_see(finding.visibility, audience))
        .flat_map(|DrillFinding { id, title, .. }| [id.clone(), title.clone()])
        .collect();
    Drill {
        drill_id,
        title,
        drill_type,
        environment,
        announced,
        scope,
        scenario,
        hypothesis,
        started,
        ended,
        rto_clock,
        timeline,
        recovery_point,
        objectives,
        steady_state,
        actions,
        rollbacks,
        data_integrity,
        declared,
        raw_result,
        summary,
        computed,
        // Computed from everything: a reason that names a withheld finding goes with it.
        reasons: reasons
            .into_iter()
            .filter(|reason| !withheld.iter().any(|word| !word.is_empty() && reason.contains(word.as_str())))
            .collect(),
        findings: findings.into_iter().filter(|finding| lens.may_see(finding.visibility, audience)).collect(),
        participants: participants
            .into_iter()
            .filter(|Participant { role: _, name: _, organisation: _, visibility }| {
                lens.may_see(*visibility, audience)
            })
            .collect(),
        plan,
        cadence,
        controls,
        tool,
    }
}
