//! What a piece of evidence says, in the shape of its kind.

use crate::model::declarations::Declarations;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::receipt::Receipt;
use crate::model::test_report::TestReport;
use crate::model::time::Period;
use crate::model::vex::Vex;
use crate::model::vex::VexStatement;
use crate::render::book::Book;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::attestation;
use crate::render::pages::common;
use crate::render::pages::coverage;
use crate::render::pages::drill;
use crate::render::pages::governance;
use crate::render::pages::objectives;
use crate::render::pages::oscal;
use crate::render::pages::oscal_controls;
use crate::render::pages::sbom;
use crate::render::pages::scan;
use crate::render::pages::security_insights;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;
use crate::render::view::why;
use crate::render::words;

/// The head of its page: with an outcome where its kind has one.
pub(crate) fn head(evidence: &Evidence) -> PageHead {
    let mark = match &evidence.body {
        Body::DecisionReceipt(receipt) => Some(status::decision(receipt.decision)),
        Body::Drill(drill) => Some(status::drill(drill.computed)),
        Body::TestReport(report) => Some(test_mark(report)),
        Body::Coverage(coverage) => coverage::mark(coverage),
        Body::Scan(scan) => scan::mark(scan),
        Body::Attestation(attestation) => attestation::mark(attestation),
        Body::GovernanceRecord(record) => governance::mark(record),
        Body::ControlAssessment(assessment) => Some(oscal::assessment_mark(assessment)),
        Body::ActionPlan(plan) => Some(oscal::plan_mark(plan)),
        Body::ServiceObjectives(_) => Some(objectives::mark()),
        Body::Sbom(bom) => bom.attestation.as_deref().and_then(attestation::mark),
        Body::Vex(_)
        | Body::ClaimMatrix(_)
        | Body::ControlImplementation(_)
        | Body::ControlCatalog(_)
        | Body::SecurityInsights(_)
        | Body::Attachment => None,
    };
    PageHead { mark, title: evidence.title.clone(), by: Vec::new() }
}

/// Passed only when something ran and nothing failed.
pub(crate) fn test_mark(report: &TestReport) -> crate::render::view::Mark {
    use crate::model::status::Status;
    if report.failures + report.errors > 0 {
        status::worded(Status::NotMet, "Failed")
    } else if report.passed == 0 {
        status::worded(Status::NotAssessed, "Nothing ran")
    } else if report.skipped > 0 {
        status::worded(Status::Met, format!("Passed, {} skipped", report.skipped))
    } else {
        status::worded(Status::Met, "Passed")
    }
}

/// What it says.
pub(crate) fn sections(book: &Book, evidence: &Evidence) -> Vec<Section> {
    match &evidence.body {
        Body::DecisionReceipt(receipt) => self::receipt(book, receipt),
        Body::Sbom(bom) => {
            let mut out = sbom::summary(book, evidence, bom);
            // the statement it came in: what it is about, and who signed it
            out.extend(bom.attestation.iter().flat_map(|one| attestation::sections(book, one)));
            out
        }
        Body::Vex(vex) => self::vex(vex),
        Body::TestReport(report) => tests(report),
        Body::Coverage(coverage) => coverage::sections(coverage),
        Body::Scan(scan) => scan::sections(scan),
        Body::Attestation(attestation) => attestation::sections(book, attestation),
        Body::Drill(drill) => drill::sections(drill),
        Body::ClaimMatrix(declarations) => self::declarations(declarations),
        Body::GovernanceRecord(record) => governance::sections(book, record),
        Body::ControlAssessment(assessment) => oscal::assessment(book, assessment),
        Body::ControlImplementation(body) => oscal_controls::implementation(body),
        Body::ControlCatalog(catalog) => oscal_controls::catalog(catalog),
        Body::ActionPlan(plan) => oscal::plan(book, plan),
        Body::SecurityInsights(insights) => security_insights::sections(book, insights),
        Body::ServiceObjectives(body) => objectives::sections(body),
        Body::Attachment => vec![Section::new("content", "Content").para(
            "Kept and hashed as it is. No adapter reads this kind of file, so nothing is concluded from it.",
        )],
    }
}

fn receipt(book: &Book, receipt: &Receipt) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Decision", {
        let mut parts = vec![Part::Mark { mark: status::decision(receipt.decision) }];
        parts.push(text(" "));
        parts.push(small(format!("in its own word: {}", receipt.raw_decision)));
        parts
    });
    pairs.add("Decision id", receipt.decision_id.as_deref().map(|id| code(id.to_owned())));
    pairs.add("Subject", &receipt.subject);
    pairs.add("Subject digest", receipt.subject_digest.as_deref().map(|digest| code(digest.to_owned())));
    pairs.add("Action", &receipt.action);
    pairs.add("Decided by", &receipt.actor);
    pairs.add("Decided", receipt.decided_at.map(at));
    pairs.add("Policy", receipt.policy.as_deref().map(|policy| code(policy.to_owned())));
    pairs.add("Run", receipt.run_id.as_deref().map(|run| code(run.to_owned())));
    pairs.add("Approved by", receipt.approvers.join(", "));
    pairs.add("Confidence", receipt.confidence.map(|value| text(format!("{value} of 1"))));
    pairs.add("Risk score", receipt.risk_score.map(|value| text(format!("{value} of 100"))));
    pairs.add("Reason codes", crate::render::page::commas(receipt.reason_codes.iter().map(code).collect()));
    for note in &receipt.notes {
        pairs.add("Note", note.clone());
    }
    let mut out = vec![Section::new("decision", "Decision").pairs(pairs)];
    if let Some(details) = &receipt.override_details {
        let mut pairs = common::pairs();
        pairs.add("Decided against the rule by", details.approver.clone());
        pairs.add("Reason", details.reason.clone());
        pairs.add("When", details.at.map(at));
        out.push(Section::new("override", "Override").pairs(pairs));
    }
    let mut checks = Table::new(
        "checks",
        "The checks the decision rests on, as the receipt lists them.",
        &["Check", "!Outcome", "Asked", "Found", "Files"],
    );
    for check in &receipt.checks {
        let mut state = vec![Part::Mark { mark: status::outcome(check.outcome) }];
        state.extend(check.raw_outcome.clone().map(|raw| why(format!("in its own word: {raw}"))));
        let title = if check.title.is_empty() { check.id.clone() } else { check.title.clone() };
        checks.row_at(
            format!("check-{}", crate::model::id::Id::slug(&check.id)),
            vec![
                vec![text(title), Part::SmallCode { text: check.id.clone() }].into(),
                state.into(),
                (&check.asked).into(),
                (&check.found).into(),
                files(book, &check.evidence),
            ],
        );
    }
    out.push(
        Section::new("checks", "Checks")
            .meta(common::count(receipt.checks.len(), "check", "checks"))
            .table(checks),
    );
    if !receipt.refs.is_empty() {
        let mut pairs = common::pairs();
        pairs.add("Files", files(book, &receipt.refs));
        out.push(Section::new("refs", "Other files it names").pairs(pairs));
    }
    if let Some(verdict) = book.assessment().verdicts.iter().find(|verdict| {
        verdict.declared.is_some() && receipt.subject.as_deref() == Some(verdict.subject.as_str())
    }) {
        let mut pairs = common::pairs();
        pairs.add(
            "Computed",
            vec![
                Part::Mark { mark: status::worded(verdict.status, verdict.word.clone()) },
                text(" by "),
                book.link("verdicts", verdict.profile.as_str()),
            ],
        );
        pairs.add("Declared here", receipt.raw_decision.clone());
        out.push(Section::new("computed", "Beside the computed verdict").pairs(pairs));
    }
    out
}

/// Files a document points at, as links where they are evidence of this copy.
fn files(book: &Book, refs: &[crate::model::receipt::FileRef]) -> Cell {
    let mut out = Vec::new();
    for reference in refs {
        let known = book.catalog().evidence.values().find(|evidence| match &reference.sha256 {
            Some(sha256) => evidence.source.sha256.eq_ignore_ascii_case(sha256),
            None => evidence.source.path.ends_with(reference.path.trim_start_matches("./")),
        });
        if !out.is_empty() {
            out.push(text(", "));
        }
        out.push(match known {
            Some(evidence) => book.link_as("evidence", evidence.id.as_str(), &reference.path),
            None => code(reference.path.clone()),
        });
        if reference.sha256.is_none() {
            out.push(text(" (no digest given)"));
        }
    }
    Cell(out)
}

fn vex(vex: &Vex) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Document", vex.document_id.as_deref().map(|id| code(id.to_owned())));
    pairs.add("Author", &vex.author);
    pairs.add("Version", &vex.version);
    pairs.add("Said", vex.timestamp.map(at));
    pairs.add("Traffic light", vex.tlp.as_deref().map(|label| text(format!("TLP:{label}"))));
    let mut out = vec![
        Section::new("statements", "Statements")
            .meta(common::count(vex.statements.len(), "statement", "statements"))
            .table(statements(&vex.statements)),
        Section::new("document", "Document").pairs(pairs),
    ];
    if !vex.products.is_empty() {
        let mut table = Table::new(
            "products",
            "The products that the statements name, as the document describes them.",
            &["Product", "Package URL", "Other identifiers"],
        )
        .filtered();
        for product in &vex.products {
            table.row(vec![
                vec![text(product.name.clone()), small(product.id.clone())].into(),
                crate::render::page::commas(product.purls.iter().map(code).collect()),
                crate::render::page::commas(product.identifiers.iter().map(code).collect()),
            ]);
        }
        let meta = common::count(vex.products.len(), "product", "products");
        out.insert(1, Section::new("products", "Products").meta(meta).table(table));
    }
    out
}

/// Statements on vulnerabilities, worst first.
pub(crate) fn statements(list: &[VexStatement]) -> Table {
    let mut sorted: Vec<&VexStatement> = list.iter().collect();
    sorted.sort_by(|a, b| {
        (a.status, &a.vulnerability, &a.products).cmp(&(b.status, &b.vulnerability, &b.products))
    });
    let mut table = Table::new(
        "vulnerabilities",
        "Worst first. Where two statements speak of the same product and vulnerability, the later one holds.",
        &["Vulnerability", "!Status", "Severity", "Products", "Why or what to do", "~Said"],
    )
    .filtered();
    for statement in sorted {
        let mut name = vec![strong(statement.vulnerability.clone())];
        if !statement.aliases.is_empty() {
            name.push(small(statement.aliases.join(", ")));
        }
        name.extend(statement.description.clone().map(small));
        let mut reason = Vec::new();
        reason.extend(statement.justification.as_deref().map(|text| code(text.to_owned())));
        reason.extend(statement.detail.clone().map(small));
        table.row(vec![
            name.into(),
            vec![
                Part::Mark { mark: status::vex(statement.status) },
                why(format!("as written: {}", statement.raw_status)),
            ]
            .into(),
            (&statement.severity).into(),
            crate::render::page::commas(statement.products.iter().map(code).collect()),
            reason.into(),
            statement.timestamp.map(day_of).into(),
        ]);
    }
    table
}

fn tests(report: &TestReport) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Cases", text(format!("{}, counted one by one", report.tests)));
    pairs.add("Passed", text(report.passed.to_string()));
    pairs.add("Failed", text(report.failures.to_string()));
    pairs.add("Errors", text(report.errors.to_string()));
    pairs.add("Skipped", text(report.skipped.to_string()));
    if let Some(declared) = report.declared_tests {
        let compared = if declared == report.tests { "the same" } else { "which differs from the count" };
        pairs.add(
            "Its summary says",
            text(format!("{}, {compared}", words::counted(declared, "case", "cases"))),
        );
    }
    pairs.add("Took", report.duration_ms.map(|ms| text(millis(ms))));
    pairs.add("Started", report.timestamp.map(at));
    pairs.add("Name", &report.name);
    let mut out = vec![Section::new("results", "Results").pairs(pairs)];
    let mut cases = Table::new(
        "not-passed",
        "Every case that did not pass, in the order of the file, at most 500.",
        &["Case", "!Outcome", "Message"],
    )
    .filtered();
    for case in &report.not_passed {
        cases.row(vec![
            vec![text(case.name.clone()), Part::SmallCode { text: case.suite.clone() }].into(),
            match case.outcome.as_str() {
                "skipped" => status::outcome(crate::model::receipt::Outcome::NotRun),
                _ => status::outcome(crate::model::receipt::Outcome::Fail),
            }
            .into(),
            (&case.message).into(),
        ]);
    }
    out.push(Section::new("not-passed", "Cases that did not pass").table(cases));
    let mut suites = Table::new(
        "suites",
        "Counted from the cases of each suite.",
        &["Suite", "#Cases", "#Failed", "#Errors", "#Skipped", "#Took"],
    );
    for suite in &report.suites {
        suites.row(vec![
            suite.name.clone().into(),
            suite.tests.to_string().into(),
            suite.failures.to_string().into(),
            suite.errors.to_string().into(),
            suite.skipped.to_string().into(),
            suite.duration_ms.map(|ms| text(millis(ms))).into(),
        ]);
    }
    out.push(Section::new("suites", "Suites").table(suites));
    out
}

fn millis(ms: u64) -> String {
    Period::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)).human()
}

fn declarations(declarations: &Declarations) -> Vec<Section> {
    let mut claims = Table::new(
        "declared-claims",
        "As the document declares them. These are its own words; nothing here is computed.",
        &["Claim", "About", "Reasoning", "Evidence", "Against"],
    );
    for claim in &declarations.claims {
        claims.row(vec![
            vec![
                text(claim.predicate.clone().unwrap_or_else(|| "no sentence given".to_owned())),
                Part::SmallCode { text: claim.reference.clone() },
            ]
            .into(),
            (&claim.target).into(),
            (&claim.reasoning).into(),
            crate::render::page::commas(claim.evidence.iter().map(code).collect()),
            crate::render::page::commas(claim.counter_evidence.iter().map(code).collect()),
        ]);
    }
    let mut evidence = Table::new(
        "declared-evidence",
        "What the document calls evidence.",
        &["Evidence", "Description", "Created", "Expires"],
    );
    for item in &declarations.evidence {
        let name = item.property_name.clone().unwrap_or_else(|| "unnamed".to_owned());
        evidence.row(vec![
            vec![text(name), Part::SmallCode { text: item.reference.clone() }].into(),
            (&item.description).into(),
            (&item.created).into(),
            (&item.expires).into(),
        ]);
    }
    let mut mappings = Table::new(
        "declared-mappings",
        "Requirements and the claims the document maps to them; numbers are the assessor’s, from 0 to 1.",
        &["Requirement", "Claims", "Against", "#Conformance", "#Confidence"],
    );
    for mapping in &declarations.mappings {
        mappings.row(vec![
            match &mapping.title {
                Some(title) => {
                    vec![text(title.clone()), Part::SmallCode { text: mapping.requirement.clone() }].into()
                }
                None => code(mapping.requirement.clone()).into(),
            },
            crate::render::page::commas(mapping.claims.iter().map(code).collect()),
            crate::render::page::commas(mapping.counter_claims.iter().map(code).collect()),
            mapping.conformance.map(|value| text(value.to_string())).into(),
            mapping.confidence.map(|value| text(value.to_string())).into(),
        ]);
    }
    let mut pairs = common::pairs();
    pairs.add("Assessors", declarations.assessors.join(", "));
    pairs.add("Affirmation", &declarations.affirmation);
    vec![
        Section::new("declared-claims", "Declared claims").table(claims),
        Section::new("declared-evidence", "Declared evidence").table(evidence),
        Section::new("declared-mappings", "Mapped requirements").table(mappings),
        Section::new("declared-by", "Declared by").pairs(pairs),
    ]
}
