//! Statements about files: what each is about and whether that is here, what it says, and who signed it as far as known.

use crate::model::attestation::Attestation;
use crate::model::attestation::SignatureState;
use crate::model::attestation::Statement;
use crate::model::attestation::StatementSignature;
use crate::model::attestation::Subject;
use crate::model::attestation::SubjectMatch;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::digest;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::view::why;

/// The weakest of what is known about its signatures.
pub(crate) fn mark(attestation: &Attestation) -> Option<Mark> {
    let states = || attestation.statements.iter().map(Statement::signature);
    Some(if states().any(|state| state == Some(SignatureState::Wrong)) {
        status::worded(Status::NotMet, "A signature is wrong")
    } else if states().any(|state| state.is_none()) {
        status::worded(Status::NotAssessed, "Not signed")
    } else if states().all(|state| state == Some(SignatureState::Verified)) {
        status::worded(Status::Met, "Signature verified")
    } else {
        status::worded(Status::NotAssessed, "Signature present, not verified here")
    })
}

/// In a cell.
pub(crate) fn outcome(attestation: &Attestation) -> Cell {
    mark(attestation).map(|mark| Part::Mark { mark }).into()
}

/// What it says.
pub(crate) fn sections(book: &Book, attestation: &Attestation) -> Vec<Section> {
    let several = attestation.statements.len() > 1;
    let mut out = Vec::new();
    for (index, statement) in attestation.statements.iter().enumerate() {
        let number = index + 1;
        let (id, title) = if several {
            (format!("-{number}"), format!("Statement {number}"))
        } else {
            (String::new(), "Statement".to_owned())
        };
        out.push(
            Section::new(format!("statement{id}"), title)
                .para("These are the words of whoever made the statement. That they can be read proves nothing about them.")
                .pairs(words(statement)),
        );
        out.push(
            Section::new(format!("subjects{id}"), "What it is about")
                .meta(here(statement))
                .table(subjects(book, statement, &id)),
        );
        out.push(signatures(statement, &id));
    }
    out
}

fn here(statement: &Statement) -> String {
    let all = statement.subjects.len();
    format!("{} of {} here", statement.subjects_here(), common::count(all, "file", "files"))
}

fn words(statement: &Statement) -> crate::render::page::Pairs {
    let mut pairs = common::pairs();
    pairs.add("Says", statement.predicate_type.as_deref().map(|kind| code(kind.to_owned())));
    for said in &statement.said {
        let mut label = said.what.clone();
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        pairs.add(label, code(said.value.clone()));
    }
    if statement.said.is_empty() && statement.predicate_type.is_some() {
        pairs.add("Content", text("not looked into: no reader knows this predicate"));
    }
    pairs.add("Statement", statement.statement_type.as_deref().map(|kind| code(kind.to_owned())));
    pairs.add(
        "Envelope",
        text(match statement.envelope.as_str() {
            "none" => "none: the statement stands bare",
            "dsse" => "DSSE",
            _ => "Sigstore bundle",
        }),
    );
    pairs.add("Payload", statement.payload_type.as_deref().map(|kind| code(kind.to_owned())));
    pairs
}

fn subjects(book: &Book, statement: &Statement, id: &str) -> Table {
    let mut table = Table::new(
        format!("subjects{id}"),
        "Compared by SHA-256 with every file of the evidence, never by name.",
        &["Subject", "!Here", "Digest"],
    );
    for subject in &statement.subjects {
        table.row(vec![
            subject.name.clone().unwrap_or_else(|| "no name given".to_owned()).into(),
            found(book, subject),
            digests(subject),
        ]);
    }
    table
}

fn found(book: &Book, subject: &Subject) -> Cell {
    let (status, word) = match subject.found {
        SubjectMatch::Here => (Status::Met, "Here"),
        SubjectMatch::NotHere => (Status::NotAssessed, "Not here"),
        SubjectMatch::NotComparable => (Status::NotAssessed, "Nothing to compare"),
    };
    let mut parts = vec![Part::Mark { mark: status::worded(status, word) }];
    match &subject.evidence {
        Some(evidence) => {
            parts.push(text(" "));
            parts.push(book.link("evidence", evidence.as_str()));
        }
        None if subject.found == SubjectMatch::NotComparable => parts.push(why("no SHA-256 is given")),
        None => {}
    }
    parts.into()
}

fn digests(subject: &Subject) -> Cell {
    let mut parts = Vec::new();
    for (algorithm, value) in &subject.digests {
        if algorithm == "sha256" {
            parts.insert(0, digest(value));
        } else {
            parts.push(Part::SmallCode { text: format!("{algorithm} {value}") });
        }
    }
    Cell(parts)
}

fn signatures(statement: &Statement, id: &str) -> Section {
    let section = Section::new(format!("signatures{id}"), "Signatures");
    if statement.signatures.is_empty() {
        return section.para("Nobody signed it: anybody can have written it.");
    }
    let mut table = Table::new(
        format!("signatures{id}"),
        "A known key is one of the project file; it made the signature over exactly these bytes. What certificates and \
         logs say is shown as written; nobody checked them here.",
        &["!Signature", "Key", "Identity", "Log entry", "~Logged"],
    );
    for signature in &statement.signatures {
        table.row(vec![
            signature_mark(signature).into(),
            vec![
                signature.verified_by.clone().map(text),
                signature.key_id.clone().map(|key| Part::SmallCode { text: key }),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .into(),
            [signature.identity.clone().map(code), signature.issuer.clone().map(small)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .into(),
            signature.log_index.clone().map(code).into(),
            signature.logged_at.map(at).into(),
        ]);
    }
    table.drop_empty_columns();
    section.table(table)
}

fn signature_mark(signature: &StatementSignature) -> Mark {
    match signature.state {
        SignatureState::Verified => status::worded(Status::Met, "Made by a known key"),
        SignatureState::Wrong => status::worded(Status::NotMet, "Wrong"),
        SignatureState::NotVerified => status::worded(Status::NotAssessed, "Present, not verified here"),
    }
}
