//! Every kind of record, taken apart in full: links to what the audience may not see are taken out.
//!
//! A new field does not compile until it is listed here, as kept or as changed.

use crate::disclose::lens::Lens;
use crate::model::content::*;
use crate::model::evidence::Evidence;
use crate::model::operations::ChartEvidence;
use crate::model::operations::ChartRow;
use crate::model::operations::ChecklistItem;
use crate::model::profile::Criterion;
use crate::model::record::Record as _;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;

/// A record that can be shown to an audience that sees it.
pub(super) trait Disclose {
    /// The record as the audience sees it.
    fn disclose(self, lens: &Lens<'_>) -> Self;
}

macro_rules! disclose {
    ($type:ident, keeps { $($kept:ident),* $(,)? }, |$lens:ident| { $($changed:ident : $value:expr),* $(,)? }) => {
        impl Disclose for $type {
            fn disclose(self, $lens: &Lens<'_>) -> Self {
                let $type {
                    id, $($kept,)* $($changed,)*
                    visibility, audience, public_stub, owner, last_reviewed, review_interval, remarks, links, props,
                    origin,
                } = self;
                $( let $changed = $value; )*
                $type {
                    id, $($kept,)* $($changed,)*
                    visibility, audience: $lens.audiences(audience), public_stub, owner, last_reviewed,
                    review_interval, remarks, links, props, origin,
                }
            }
        }
    };
}

disclose!(Product, keeps { name, service_model, deployment_model, description, url }, |lens| {});

disclose!(Claim, keeps {
    statement, area, tier, reasoning, limits, mitigation_strategies, valid_until, declared,
}, |lens| {
    target: lens.name(target),
    evidence: lens.ids(Evidence::KIND, evidence),
    counter_evidence: lens.ids(Evidence::KIND, counter_evidence),
    criteria: criteria.into_iter().map(|criterion| self::criterion(criterion, lens)).collect(),
    requirements: requirements
        .into_iter()
        .filter(|RequirementRef { framework, requirement: _, relationship: _ }| {
            lens.sees(Framework::KIND, framework.as_str())
        })
        .collect(),
});

fn criterion(criterion: Criterion, lens: &Lens<'_>) -> Criterion {
    let Criterion {
        id,
        text,
        kind,
        group,
        required,
        waivable,
        max_age,
        not_applicable,
        applies_when,
        parameters,
        origin,
    } = criterion;
    let parameters = parameters.into_iter().map(|(key, value)| (key, lens.value(value))).collect();
    Criterion {
        id,
        text,
        kind,
        group,
        required,
        waivable,
        max_age,
        not_applicable,
        applies_when,
        parameters,
        origin,
    }
}

disclose!(Certification, keeps {
    title, document_type, form, standard, auditor, assessed_entity, scope, exclusions, criteria, period, issued,
    expires, surveillance_next, status_override, result, exceptions, certificate_number, registry_url,
}, |lens| {
    document: lens.id(Document::KIND, document),
    bridge_letter: bridge_letter.map(|BridgeLetter { document, covers, signed_by, signed_on }| BridgeLetter {
        document: lens.id(Document::KIND, document),
        covers,
        signed_by,
        signed_on,
    }),
});

disclose!(Framework, keeps { title, version, publisher, url, requirements }, |lens| {});

disclose!(Control, keeps { title, framework, requirement, description, implementation }, |lens| {
    claims: lens.ids(Claim::KIND, claims),
    evidence: lens.ids(Evidence::KIND, evidence),
});

disclose!(Responsibility, keeps { title, ownership, provider_description, customer_responsibility }, |lens| {
    requirement: requirement.filter(|_| {
        framework.as_ref().is_none_or(|framework| lens.sees(Framework::KIND, framework.as_str()))
    }),
    framework: lens.id(Framework::KIND, framework),
    inherited_from: lens.id(Subprocessor::KIND, inherited_from),
});

disclose!(Subprocessor, keeps {
    name, legal_entity, purpose, category, data_categories, countries, processing_locations, corporate_country,
    transfer_mechanism, safeguards, dpa_url, website, ai_use, status, announced_on, effective_from, removed_on,
    objection_until,
}, |lens| {
    products: lens.ids(Product::KIND, products),
    replaces: lens.id(Subprocessor::KIND, replaces),
});

disclose!(
    Policy,
    keeps {
        title,
        document_kind,
        version,
        approved_by,
        approved_on,
        effective_from,
        next_review,
        summary,
        file,
        text,
        text_path,
        sha256,
    },
    |lens| {}
);

disclose!(
    Document,
    keeps {
        title,
        category,
        version,
        dated,
        expires,
        language,
        summary,
        file,
        request_how,
        nda_required,
        sha256,
        size_bytes,
        archived_as,
    },
    |lens| {}
);

disclose!(Answer, keeps {
    question, alternatives, answer, explanation, customer_responsibility, ownership, topics, external_ids,
    approved_by, approved_on, review_by,
}, |lens| {
    evidence: lens.ids(Evidence::KIND, evidence),
    claims: lens.ids(Claim::KIND, claims),
});

disclose!(Faq, keeps { question, answer, category, order }, |lens| {
    claims: lens.ids(Claim::KIND, claims),
});

disclose!(Residency, keeps {
    data_kind, region, country, customer_selectable, failover_region, access_from, retention, deletion, encryption,
}, |lens| {
    product: lens.id(Product::KIND, product),
    subprocessors: lens.ids(Subprocessor::KIND, subprocessors),
});

disclose!(Compatibility, keeps {
    version, released, support_level, end_of_support, end_of_life, platforms, security_fix_policy,
}, |lens| {
    product: lens.id(Product::KIND, product),
});

disclose!(
    Incident,
    keeps {
        title,
        form,
        period,
        started,
        detected,
        resolved,
        severity,
        affected,
        data_affected,
        notified_on,
        root_cause,
        actions,
        statement,
    },
    |lens| {}
);

disclose!(Release, keeps { version, released, commit, notes }, |lens| {
    product: lens.id(Product::KIND, product),
    previous: lens.id(Release::KIND, previous),
});

disclose!(Architecture, keeps { title, description, components, flows }, |lens| {});

disclose!(Risk, keeps {
    title, public_summary, likelihood, impact, severity, treatment, status, opened, deadline, accepted,
}, |lens| {
    // In full only for named audiences.
    statement: statement.filter(|_| !lens.is_public()),
    related_claims: lens.ids(Claim::KIND, related_claims),
});

// A waiver whose target is withheld is withheld itself, by the lens.
disclose!(
    Waiver,
    keeps { title, target, rationale, approved_by, approval, opened, expires, compensating_control },
    |lens| {}
);

disclose!(Blocker, keeps { title, code, severity, detail, opened, resolved }, |lens| {
    scope: lens.name(scope),
    resolved_by: lens.id(Evidence::KIND, resolved_by),
});

disclose!(Question, keeps { question, priority, asked_in, opened, due }, |lens| {
    answer: lens.id(Answer::KIND, answer),
});

disclose!(Kpi, keeps { title, category, unit, definition, source, compare, target, points }, |lens| {
    evidence: lens.ids(Evidence::KIND, evidence),
});

disclose!(AccessReview, keeps {
    title, system, period, performed_on, reviewer, accounts, removed, changed, exceptions, next_review, retained_until,
}, |lens| {
    evidence: lens.ids(Evidence::KIND, evidence),
});

disclose!(AuditExport, keeps {
    title, system, period, exported_on, entries, retention, retained_until, legal_hold,
}, |lens| {
    evidence: lens.ids(Evidence::KIND, evidence),
});

disclose!(Checklist, keeps { title, category, subject }, |lens| {
    items: items
        .into_iter()
        .map(|ChecklistItem { id, text, step, state, owner, reason, evidence }| ChecklistItem {
            id,
            text,
            step,
            state,
            owner,
            reason,
            evidence: lens.ids(Evidence::KIND, evidence),
        })
        .collect(),
});

disclose!(ClaimChart, keeps { title, archetype }, |lens| {
    rows: rows
        .into_iter()
        .map(|ChartRow { claim, feature, evidence }| ChartRow {
            claim,
            feature,
            evidence: evidence
                .into_iter()
                .filter(|ChartEvidence { id, form: _ }| lens.sees(Evidence::KIND, id.as_str()))
                .collect(),
        })
        .collect(),
});

disclose!(Assignment, keeps { criterion, not_applicable, note }, |lens| {
    evidence: lens.ids(Evidence::KIND, evidence),
});
