//! Attestations: in-toto statements bare, in DSSE envelopes, in Sigstore bundles, in npm's list of bundles, one or many.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::Signed;
use super::attestation_bill;
use super::attestation_signatures::certificate_of;
use super::attestation_signatures::signatures;
use super::attestation_statement;
use super::checked;
use super::not_this;
use crate::bundle::base64;
use crate::load::text::Language;
use crate::load::text::json;
use crate::load::text::lines;
use crate::load::text::node::Data;
use crate::load::text::node::Document;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::attestation::Attestation;
use crate::model::attestation::Said;
use crate::model::attestation::Statement;
use crate::model::attestation::StatementSignature;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::has_errors;
use crate::model::time::Instant;

const BUNDLE_TYPE: &str = "application/vnd.dev.sigstore.bundle";

/// The row of bare statements.
pub(super) const STATEMENT: Format = Format {
    id: "in-toto-statement",
    title: "an in-toto statement",
    media_type: "application/vnd.in-toto+json",
    kind: EvidenceKind::Attestation,
    docs: "**What it reads.** JSON whose `_type` begins with `https://in-toto.io/Statement/`: SLSA provenance 0.1, 0.2 and 1, \
           verification summaries, and any other predicate by its name.\n\n\
           **Traps.** Nobody signed it, so anybody can have written it. Subjects are compared by SHA-256 with the files of the \
           evidence, never by name.\n\n\
           **Source.** <https://github.com/in-toto/attestation>.",
    detect: |input| {
        head(input)
            .and_then(|node| node.text_of("_type"))
            .is_some_and(|kind| kind.starts_with(attestation_statement::STATEMENT_TYPE))
    },
    read,
};

/// The row of DSSE envelopes.
pub(super) const DSSE: Format = Format {
    id: "dsse",
    title: "a DSSE envelope",
    media_type: "application/vnd.dsse.envelope+json",
    kind: EvidenceKind::Attestation,
    docs: "**What it reads.** JSON with `payload`, `payloadType` and `signatures`, also several on a line each.\n\n\
           **Traps.** A signature that is there proves nothing until it is verified: Ed25519 signatures are, with the \
           `attestation-keys` of the project file; all others are shown as present and not verified here. The name of a key is \
           a hint that anybody can write.\n\n\
           **Source.** <https://github.com/secure-systems-lab/dsse>.",
    detect: |input| {
        head(input).is_some_and(|node| {
            node.has("payload")
                && node.has("payloadType")
                && node.get("signatures").is_some_and(|list| list.list().is_some())
        })
    },
    read,
};

/// The row of Sigstore bundles.
pub(super) const BUNDLE: Format = Format {
    id: "sigstore-bundle",
    title: "a Sigstore bundle",
    media_type: "application/vnd.dev.sigstore.bundle+json",
    kind: EvidenceKind::Attestation,
    docs: "**What it reads.** JSON whose `mediaType` begins with `application/vnd.dev.sigstore.bundle`, with a DSSE envelope or a \
           signature over a digest.\n\n\
           **Traps.** Verifying it needs a trust root and the log, which are not asked here: identity, issuer and log entry are \
           shown as what the bundle says. A bundle that fails every verification looks the same.\n\n\
           **Source.** <https://docs.sigstore.dev/about/bundle/>.",
    detect: |input| {
        head(input)
            .and_then(|node| node.text_of("mediaType"))
            .is_some_and(|kind| kind.starts_with(BUNDLE_TYPE))
    },
    read,
};

/// The row of npm's attestations.
pub(super) const NPM: Format = Format {
    id: "npm-attestations",
    title: "attestations of an npm package",
    media_type: "application/json",
    kind: EvidenceKind::Attestation,
    docs: "**What it reads.** JSON with `attestations`, each with a Sigstore `bundle`, as the npm registry hands them out.\n\n\
           **Traps.** Those of Sigstore bundles. One of them is the registry's own statement that the package was published.\n\n\
           **Source.** <https://github.com/npm/attestation>.",
    detect: |input| {
        let list = input.root().and_then(|root| root.get("attestations")).and_then(Node::list);
        list.is_some_and(|list| {
            !list.is_empty() && list.iter().all(|node| node.has("bundle") && node.has("predicateType"))
        })
    },
    read,
};

/// The value, or that of the first line.
fn head<'t>(input: &Input<'t>) -> Option<&'t Node<'t>> {
    input.root().or_else(|| input.first_line())
}

fn read(input: &Input<'_>) -> Checked<Read> {
    if input.first_line().is_some() {
        return of_lines(input);
    }
    let Some(document) = input.tree() else { return not_this(input, "an attestation") };
    let reader = Reader::new(input.path, input.text, document);
    let mut found = Found::default();
    any(&reader, reader.root(), &mut found);
    let read = record(found);
    checked(reader, read)
}

/// An attestation a line. What is noticed about a line is told of its place in the whole text.
fn of_lines(input: &Input<'_>) -> Checked<Read> {
    let mut found = Found::default();
    let mut findings = Vec::new();
    let nothing = Node { data: Data::Null, start: 0, end: 0 };
    let document =
        Document { root: nothing, duplicates: Vec::new(), language: Language::Json, rows: Vec::new() };
    // line ends before the line, counted as the lines come
    let (mut earlier, mut counted) = (0_u32, 0);
    lines::each(input.text, |node, at| {
        let line = input.text.get(at..).unwrap_or(input.text);
        let skipped = input.text.get(counted..at).map_or(0, |text| text.matches('\n').count());
        earlier = earlier.saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX));
        counted = at;
        let reader = Reader::new(input.path, line, &document);
        any(&reader, node, &mut found);
        findings.extend(reader.findings().into_iter().map(|mut finding| {
            if let Some(place) = &mut finding.place {
                place.line = place.line.map(|line| line.saturating_add(earlier));
            }
            finding
        }));
    });
    let value = record(found).filter(|_| !has_errors(&findings));
    Checked { value, findings }
}

/// Statements with what is needed to verify them.
#[derive(Default)]
struct Found {
    statements: Vec<Statement>,
    signed: Vec<Signed>,
    /// Bills of materials that statements hold.
    bills: Vec<Read>,
}

fn record(found: Found) -> Option<Read> {
    let Found { statements, signed, mut bills } = found;
    let first = statements.first()?;
    let kind = match first.envelope.as_str() {
        "none" => "in-toto",
        other => other,
    };
    let count = |pick: fn(&Statement) -> usize| statements.iter().map(pick).sum::<usize>();
    let mut facts = vec![
        ("type", json!(kind)),
        ("statements", json!(statements.len())),
        ("statement_type", json!(first.statement_type)),
        ("predicate_type", json!(first.predicate_type)),
        ("subjects", json!(count(|statement| statement.subjects.len()))),
        ("signatures", json!(count(|statement| statement.signatures.len()))),
        ("builder", json!(first.says("builder"))),
    ];
    let logged =
        statements.iter().flat_map(|statement| &statement.signatures).filter_map(|one| one.logged_at);
    let captured_at = statements.iter().filter_map(|statement| statement.at).max().or_else(|| logged.max());
    let what =
        first.predicate_type.as_deref().map_or("a signature over a digest", attestation_statement::name);
    let version = first
        .statement_type
        .as_deref()
        .and_then(|kind| kind.strip_prefix(attestation_statement::STATEMENT_TYPE))
        .map(|version| version.trim_start_matches('v').to_owned());
    let mut read = Read {
        format_version: version,
        title: Some(format!("Attestation: {what}")),
        captured_at,
        signed,
        ..Read::new(Body::Attestation(Box::default()))
    };
    let alone = statements.len() == 1;
    let mut attestation = Box::new(Attestation { statements });
    match bills.pop().filter(|_| alone) {
        // the file is the bill that somebody made a statement of: listed as such, with the statement beside it
        Some(bill) => {
            facts.push(("sbom", json!(bill.facts)));
            read.title = bill.title.or(read.title);
            read.captured_at = bill.captured_at.or(read.captured_at);
            read.subject = bill.subject;
            read.unknown_fields = bill.unknown_fields;
            read.body = bill.body;
            if let Body::Sbom(sbom) = &mut read.body {
                let what = "bill of materials".to_owned();
                let value = format!("{} {}, listed above", sbom.spec, sbom.spec_version);
                if let Some(statement) = attestation.statements.first_mut() {
                    statement.said.push(Said { what, value });
                }
                sbom.attestation = Some(attestation);
            }
        }
        None => read.body = Body::Attestation(attestation),
    }
    read.facts = facts.into_iter().collect();
    Some(read)
}

/// Reads whatever form of attestation `node` is.
fn any(reader: &Reader<'_>, node: &Node<'_>, out: &mut Found) {
    if let Some(list) = node.get("attestations").and_then(Node::list) {
        for one in list {
            match one.get("bundle") {
                Some(bundle) => self::bundle(reader, bundle, out),
                None => reader.warn(one, "wrong-type", "an attestation without a bundle; not used"),
            }
        }
        if out.statements.is_empty() {
            reader.error(node, "nothing-read", "it has attestations and none could be read", "");
        }
    } else if node.has("mediaType") {
        bundle(reader, node, out);
    } else if node.has("payload") {
        let signatures = signatures(node);
        envelope(reader, node, "dsse", signatures, out);
    } else {
        out.statements.extend(attestation_statement::read(node, reader, node));
        out.bills.extend(attestation_bill::read(node, reader, node));
    }
}

fn bundle(reader: &Reader<'_>, node: &Node<'_>, out: &mut Found) {
    let material = node.get("verificationMaterial");
    let mut beside = certificate_of(material);
    let entry =
        material.and_then(|node| node.get("tlogEntries")).and_then(Node::list).and_then(|list| list.first());
    beside.log_index = entry.and_then(|entry| entry.get("logIndex")).and_then(scalar);
    beside.logged_at = entry
        .and_then(|entry| entry.get("integratedTime"))
        .and_then(scalar)
        .and_then(|text| text.parse().ok())
        .filter(|seconds| *seconds > 0)
        .and_then(Instant::from_unix);
    beside.key_id = material
        .and_then(|node| node.get("publicKey"))
        .and_then(|key| key.text_of("hint"))
        .map(str::to_owned);
    if let Some(dsse) = node.get("dsseEnvelope") {
        let signatures = signatures(dsse)
            .into_iter()
            .map(|(own, bytes)| {
                let key_id = own.key_id.or_else(|| beside.key_id.clone());
                (StatementSignature { key_id, ..beside.clone() }, bytes)
            })
            .collect();
        envelope(reader, dsse, "sigstore-bundle", signatures, out);
    } else if let Some(message) = node.get("messageSignature") {
        let digest = message.get("messageDigest");
        let bytes = digest.and_then(|digest| digest.text_of("digest")).and_then(decode);
        let algorithm = digest.and_then(|digest| digest.text_of("algorithm")).unwrap_or("unknown");
        let algorithm = match algorithm {
            "SHA2_256" => "sha256".to_owned(),
            "SHA2_384" => "sha384".to_owned(),
            "SHA2_512" => "sha512".to_owned(),
            other => other.to_lowercase(),
        };
        let hex = bytes.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        out.statements.push(Statement {
            envelope: "sigstore-bundle".to_owned(),
            payload_type: None,
            statement_type: None,
            predicate_type: None,
            subjects: vec![attestation_statement::subject(
                None,
                hex.map(|hex| (algorithm, hex)).into_iter().collect(),
            )],
            said: Vec::new(),
            at: None,
            signatures: vec![beside],
        });
    } else {
        reader.error(
            node,
            "nothing-read",
            "a bundle with neither an envelope nor a signature",
            "make it again",
        );
    }
}

fn envelope(
    reader: &Reader<'_>,
    node: &Node<'_>,
    kind: &str,
    signatures: Vec<(StatementSignature, Option<Vec<u8>>)>,
    out: &mut Found,
) {
    let at = node.get("payload").unwrap_or(node);
    let payload_type = node.text_of("payloadType").map(str::to_owned);
    let Some(payload) = at.text().and_then(decode) else {
        reader.error(at, "broken-payload", "the payload is not base64", "have whoever made it make it again");
        return;
    };
    if signatures.is_empty() {
        reader.warn(node, "not-signed", "an envelope without any signature: nobody signed it");
    }
    let is_json = payload_type.as_deref().is_some_and(|kind| kind.ends_with("json"));
    let text = std::str::from_utf8(&payload).ok().filter(|_| is_json);
    let read = match text.map(json::parse) {
        Some(Ok(document)) => {
            out.bills.extend(attestation_bill::read(&document.root, reader, at));
            attestation_statement::read(&document.root, reader, at)
        }
        Some(Err(syntax)) => {
            let message = format!("the payload is not the JSON it says it is: {}", syntax.message);
            reader.error(at, "broken-payload", message, "have whoever made it make it again");
            None
        }
        None => {
            reader.note(at, "unknown-payload", "the payload is none that is read; it is not looked into");
            Some(attestation_statement::empty())
        }
    };
    let Some(mut statement) = read else { return };
    let message = encoded(payload_type.as_deref().unwrap_or_default(), &payload);
    for (index, (_, bytes)) in signatures.iter().enumerate() {
        if let Some(bytes) = bytes.as_ref().filter(|bytes| bytes.len() == 64) {
            out.signed.push(Signed {
                statement: out.statements.len(),
                signature: index,
                message: message.clone(),
                bytes: bytes.clone(),
            });
        }
    }
    kind.clone_into(&mut statement.envelope);
    statement.payload_type = payload_type;
    statement.signatures = signatures.into_iter().map(|(signature, _)| signature).collect();
    out.statements.push(statement);
}

/// The bytes that a DSSE signature is over.
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

fn scalar(node: &Node<'_>) -> Option<String> {
    match &node.data {
        Data::Text(text) | Data::Number(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Base64 with either alphabet, padded or not.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut plain: String = text.trim().replace('-', "+").replace('_', "/");
    if !plain.contains('=') {
        let missing = plain.len().next_multiple_of(4) - plain.len();
        plain.extend(std::iter::repeat_n('=', missing));
    }
    base64::decode(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_of_base64_are_read_padded_or_not() {
        for text in ["+/8=", "-_8=", "-_8", " +/8= "] {
            assert_eq!(decode(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(decode("+/9="), None);
        assert_eq!(decode("a"), None);
    }

    #[test]
    fn the_signed_bytes_are_those_of_the_protocol() {
        assert_eq!(
            encoded("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn a_subject_is_not_here_until_it_is_found() {
        let subject = attestation_statement::subject(None, [("sha256".to_owned(), "ab".repeat(32))].into());
        assert_eq!(subject.found, crate::model::attestation::SubjectMatch::NotHere);
    }
}
