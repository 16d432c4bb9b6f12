//! What no other row reads: kept, hashed and listed, never guessed at. Two things are looked for all the same: whether it
//! says of itself that it did not really happen, and whether it is a template that nobody filled in.

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::attachment_marks::mode_of_text;
use super::attachment_marks::shared;
use super::attachment_marks::sums;
use super::attachment_marks::template_of_text;
use super::is_placeholder;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::evidence::Mode;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "attachment",
    title: "an attachment",
    media_type: "application/octet-stream",
    kind: EvidenceKind::Attachment,
    docs: "**What it reads.** Nothing: the file is kept, hashed and listed. Of JSON and YAML two things are looked at: marks such \
           as `dry_run: true` or `evidence_mode: sample` at the top, and template text (`${sha}`, `sha256:...`) where a digest, \
           a commit, a version or a path should stand. Such a file never counts. Of other text a line such as `Result: not \
           executed` or `Status: dry run`, and template text in a heading or as the whole value of such a line. Numbers that do not add up (more `archived` and `held` than `processed`) and lists \
           in which several entries rest on one file are told. A file of more than 256 MiB is taken only where its entry in the evidence index says `format: attachment`, and is no JSON, YAML or XML. Such an entry lets a file of more than 8 MiB be hashed, searched for secrets and packed as a stream; such a line is then looked for in its first MiB alone.\n\n\
           **Traps.** A file that should have been recognised ends here with a note; name its `format` in the evidence index \
           to be told why it is not what you think it is. What it declares of itself otherwise, such as `verified: true`, is \
           never looked at.\n\n\
           **Source.** None.",
    detect: |_| false,
    read,
};

/// Keys whose values are facts, never templates of a tool.
const FACTS: &[&str] =
    &["sha", "sha256", "digest", "hash", "commit", "revision", "version", "tag", "image", "path", "uri"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut read = Read::new(Body::Attachment);
    let mut findings = Vec::new();
    if let Some(root) = input.root() {
        read.mode = mode(root);
        read.placeholder = template(root);
        findings = sums(input.path, root);
        findings.extend(shared(input.path, root));
    } else if matches!(input.form, Form::Text) {
        read.mode = mode_of_text(input.text);
        read.placeholder = template_of_text(input.text).map(|text| (text, String::new()));
    }
    Checked { value: Some(read), findings }
}

/// How it came about, by marks at the top of the document alone; prose is never looked at.
fn mode(root: &Node<'_>) -> Option<Mode> {
    let yes = |keys: &[&str]| {
        keys.iter().any(|key| root.get(key).is_some_and(|node| matches!(node.data, Data::Bool(true))))
    };
    if yes(&["dry_run", "dry-run", "dryRun"]) {
        return Some(Mode::DryRun);
    }
    if yes(&["simulated", "simulation"]) {
        return Some(Mode::Simulated);
    }
    if yes(&["sample"]) {
        return Some(Mode::Sample);
    }
    let word = ["evidence_mode", "execution_mode", "execution", "mode"]
        .iter()
        .find_map(|key| root.text_of(key))?
        .to_ascii_lowercase()
        .replace(['-', ' '], "_");
    match word.as_str() {
        "sample" | "synthetic" => Some(Mode::Sample),
        "dry_run" => Some(Mode::DryRun),
        "simulated" | "simulation" => Some(Mode::Simulated),
        "planned" | "not_executed" | "deferred" => Some(Mode::Planned),
        "historical" => Some(Mode::Historical),
        _ => None,
    }
}

/// The first template text in the place of a fact: what and where.
fn template(root: &Node<'_>) -> Option<(String, String)> {
    let mut first: Option<(u32, u32, String)> = None;
    let mut stack: Vec<(&str, &Node<'_>)> = vec![("", root)];
    while let Some((key, node)) = stack.pop() {
        match &node.data {
            Data::Text(text) => {
                let names_a_fact = FACTS.iter().any(|fact| key.eq_ignore_ascii_case(fact));
                let earlier = first.as_ref().is_none_or(|(start, _, _)| node.start < *start);
                if names_a_fact && earlier && is_placeholder(text) {
                    first = Some((node.start, node.end, text.chars().take(80).collect()));
                }
            }
            Data::Null | Data::Bool(_) | Data::Number(_) => {}
            Data::List(items) => stack.extend(items.iter().map(|item| (key, item))),
            Data::Map(entries) => {
                stack.extend(entries.iter().map(|entry| (entry.key.as_ref(), &entry.value)))
            }
        }
    }
    first.map(|(start, end, text)| (text, root.pointer_to(start, end)))
}
