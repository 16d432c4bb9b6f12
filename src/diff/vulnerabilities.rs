//! Answers to vulnerabilities, over all VEX documents and SBOMs of a snapshot.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::Draft;
use crate::diff::Subject;
use crate::diff::get;
use crate::diff::shown;
use crate::model::changes::ChangeType;
use crate::model::records::Records;

/// Best first.
const STATUSES: &[&str] =
    &["false-positive", "not-affected", "fixed", "under-investigation", "unknown", "affected"];

/// Time of the answer, then its rank, then its word: the later one holds, among equally old ones the worse.
type Answer = (Option<String>, usize, String);

pub(super) fn compare(old: &Records, new: &Records, draft: &mut Draft) {
    let (before, after) = (answers(old), answers(new));
    for (id, (_, rank, word)) in &after {
        let about = Subject { kind: "vulnerabilities", id, title: id };
        match before.get(id) {
            None => {
                let rule = if is_open(*rank) { "vulnerability-open" } else { "vulnerability-answered" };
                draft.note(rule, about, ChangeType::Added, "answer", String::new(), word.clone());
            }
            Some((_, was, _)) if was == rank => {}
            Some((_, was, was_word)) => {
                let rule = if rank > was { "vulnerability-worse" } else { "vulnerability-better" };
                draft.changed(rule, about, "answer", was_word.clone(), word.clone());
            }
        }
    }
    for (id, (_, rank, word)) in &before {
        if !after.contains_key(id) {
            let rule = if is_open(*rank) { "vulnerability-dropped" } else { "vulnerability-gone" };
            let about = Subject { kind: "vulnerabilities", id, title: id };
            draft.note(rule, about, ChangeType::Removed, "answer", word.clone(), String::new());
        }
    }
}

/// Whether somebody still has to answer, or the answer is that it matters.
pub(super) fn is_open(rank: usize) -> bool {
    rank >= 3
}

/// The answer to each vulnerability: of every product the one that holds, of all products the worst.
fn answers(records: &Records) -> BTreeMap<String, Answer> {
    let mut by_product: BTreeMap<(String, String), Answer> = BTreeMap::new();
    for record in records.kinds.get("evidence").into_iter().flatten().map(|(_, record)| record) {
        let list = match get(record, "body/kind").as_str() {
            Some("vex") => get(record, "body/statements"),
            Some("sbom") => get(record, "body/vulnerabilities"),
            _ => continue,
        };
        for statement in list.as_array().into_iter().flatten() {
            let answer = answer(statement);
            let products = get(statement, "products").as_array().cloned().unwrap_or_default();
            let products: Vec<String> =
                if products.is_empty() { vec![String::new()] } else { products.iter().map(bare).collect() };
            for product in products {
                let slot = by_product
                    .entry((shown(get(statement, "vulnerability")), product))
                    .or_insert_with(|| answer.clone());
                if (&answer.0, answer.1) > (&slot.0, slot.1) {
                    *slot = answer.clone();
                }
            }
        }
    }
    let mut worst: BTreeMap<String, Answer> = BTreeMap::new();
    for ((vulnerability, _), answer) in by_product {
        let slot = worst.entry(vulnerability).or_insert_with(|| answer.clone());
        if answer.1 > slot.1 {
            *slot = answer;
        }
    }
    worst
}

/// How bad a status is. A word that is none of ours reads as the worst.
pub(super) fn rank(word: &str) -> usize {
    STATUSES.iter().position(|status| *status == word).unwrap_or(STATUSES.len() - 1)
}

fn answer(statement: &Value) -> Answer {
    let word = shown(get(statement, "status"));
    let rank = rank(&word);
    (get(statement, "timestamp").as_str().map(str::to_owned), rank, word.replace('-', " "))
}

/// A product without its version, so that the next release's answer follows the last one's.
fn bare(product: &Value) -> String {
    let text = shown(product);
    match text.strip_prefix("pkg:") {
        Some(_) => {
            let path = text.split(['?', '#']).next().unwrap_or(&text);
            match path.rfind('@').filter(|at| path.get(..*at).is_some_and(|before| !before.ends_with('/'))) {
                Some(at) => path.get(..at).unwrap_or(path).to_owned(),
                None => path.to_owned(),
            }
        }
        None => text,
    }
}
