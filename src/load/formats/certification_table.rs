//! Registers of a certification that people keep as tables, in Markdown or CSV: blockers, claims, waivers.
//!
//! A table can show that something is open, and never that it is closed: what would help has to stand in a document.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::not_this;
use crate::load::text::Language;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;

/// The row.
pub(super) const ROW: Format = Format {
    id: "certification-table",
    title: "a table of a certification",
    media_type: "text/markdown",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** Markdown and CSV with a table of blockers (a column `blocker_id`, and one such as `severity`, `status` \
           or `detail`), of claims (`claim_id`, `tier` and `status` or `grade`) or of waivers (`waiver_id`, and `owner` or an end).\n\n\
           **Traps.** A table speaks against a certification and never for it: each blocker in it is open until a document shows \
           what resolved it, a claim of tier 0 that is on hold in it is on hold, and a waiver in it has no effect. It takes the place \
           of no register. A table that only explains codes is none: in Markdown a heading has to call it a register, or it has a \
           column for the status.\n\n\
           **Source.** Registers as certification programmes keep them beside their documents; read by their column heads.",
    detect: |input| {
        let text = match input.form {
            Form::Text => true,
            // no line of JSON begins so
            Form::Tree(document) => document.language != Language::Json,
            Form::Documents(_) | Form::Lines(_) | Form::Xml { .. } | Form::Binary(_) => false,
        };
        text && find(input.text).is_some()
    },
    read,
};

/// What a table lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Blockers,
    Claims,
    Waivers,
}

/// A table: what it lists, its heads, its rows with the number of their line.
pub(super) struct Table {
    what: What,
    heads: Vec<String>,
    rows: Vec<(u32, Vec<String>)>,
}

const IDS: [&str; 5] = ["blocker_id", "blocker", "waiver_id", "waiver", "claim_id"];
const STATES: [&str; 4] = ["status", "state", "grade", "claim_status"];

/// What a table with these heads lists; `called` says whether a heading calls it a register.
fn what(heads: &[String], called: bool) -> Option<What> {
    let has = |names: &[&str]| heads.iter().any(|head| names.contains(&head.as_str()));
    // the first id that it has is that of its rows; any other is what they refer to
    match heads.iter().find(|head| IDS.contains(&head.as_str()))?.as_str() {
        "blocker_id" | "blocker" => {
            let told = has(&["severity", "detail", "message", "scope", "claim_id", "opened_at", "owner"]);
            (has(&STATES) || called && told).then_some(What::Blockers)
        }
        "claim_id" => (has(&["tier"]) && has(&STATES)).then_some(What::Claims),
        _ => has(&["owner", "expiry", "expires", "expires_at", "expiry_date_utc", "rationale"])
            .then_some(What::Waivers),
    }
}

fn head(cell: &str) -> String {
    let plain = cell.trim().trim_matches(['*', '`', '_', '"']).trim().to_ascii_lowercase();
    plain.replace([' ', '-'], "_")
}

/// The first such table of a text.
pub(super) fn find(text: &str) -> Option<Table> {
    let lines: Vec<&str> = text.lines().collect();
    let mut called = false;
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with('#') {
            called = line.to_ascii_lowercase().contains("register");
        }
        let Some(heads) = markdown(line).filter(|_| lines.get(at + 1).is_some_and(|below| is_rule(below)))
        else {
            continue;
        };
        let heads: Vec<String> = heads.iter().map(|cell| head(cell)).collect();
        let Some(what) = what(&heads, called) else { continue };
        let rows = lines.iter().enumerate().skip(at + 2);
        let rows = rows.map_while(|(at, line)| Some((number(at), markdown(line)?))).collect();
        return Some(Table { what, heads, rows });
    }
    let mut lines = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, first) = lines.next()?;
    let separator = [',', ';', '\t'].into_iter().max_by_key(|ch| first.matches(*ch).count())?;
    let heads: Vec<String> = comma(first, separator).iter().map(|cell| head(cell)).collect();
    let what = what(&heads, true).filter(|_| heads.len() > 1)?;
    let rows = lines.map(|(at, line)| (number(at), comma(line, separator))).collect();
    Some(Table { what, heads, rows })
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)
}

/// The cells of a row of Markdown.
fn markdown(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?;
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    Some(inner.split('|').map(|cell| cell.trim().trim_matches(['*', '`']).trim().to_owned()).collect())
}

/// Whether a line is the one below the heads of a table.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.contains('-') && line.chars().all(|ch| matches!(ch, '|' | '-' | ':' | ' '))
}

/// The cells of a line of CSV, quotes taken off.
fn comma(line: &str, separator: char) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ch if ch == separator && !quoted => out.push(std::mem::take(&mut cell).trim().to_owned()),
            ch => cell.push(ch),
        }
    }
    out.push(cell.trim().to_owned());
    out
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(Table { what, heads, rows }) = find(input.text) else { return not_this(input, ROW.title) };
    let (form, key, title, told) = match what {
        What::Blockers => (
            "blocker-table",
            "blockers",
            "Table of blockers",
            "a table of blockers: each of them is open until a document shows what resolved it",
        ),
        What::Claims => (
            "claim-table",
            "claim_rows",
            "Table of claims",
            "a table of claims: a claim of tier 0 that is on hold in it is on hold; nothing in it passes",
        ),
        What::Waivers => {
            ("waiver-table", "rows", "Table of waivers", "a table of waivers: none of them has an effect")
        }
    };
    let mut defects = Vec::new();
    let mut findings = vec![
        Finding::warning("table-register", told)
            .at(Place::file(input.path))
            .help("keep the register as JSON or YAML, which is read as a document of the certification"),
    ];
    let items: Vec<Value> = rows
        .iter()
        .map(|(line, cells)| {
            if cells.len() != heads.len() {
                defects.push(format!("line {line} has {} cells, its heads are {}", cells.len(), heads.len()));
                let message = format!("{} cells, and {} heads above them", cells.len(), heads.len());
                findings.push(
                    Finding::warning("schema-violation", message).at(Place::at(input.path, *line, 1)).help(
                        "give every row the cells of its heads; a line break inside a cell is not read",
                    ),
                );
            }
            let named = heads.iter().zip(cells).filter(|(head, cell)| !head.is_empty() && !cell.is_empty());
            let mut item: Map<String, Value> =
                named.map(|(head, cell)| (head.clone(), Value::String(cell.clone()))).collect();
            if let Some(code) = item.remove("blocker") {
                item.entry("blocker_id").or_insert(code);
            }
            Value::Object(item)
        })
        .collect();
    let count = items.len();
    let read = Read {
        title: Some(title.to_owned()),
        facts: [("form", json!(form)), ("rows", json!(count))].into_iter().collect(),
        ..Read::new(Body::GovernanceRecord(Box::new(GovernanceRecord {
            system: System::Certification,
            form: form.to_owned(),
            group: None,
            document: json!({ key: items }),
            defects,
            files: Vec::new(),
            seal: None,
        })))
    };
    Checked { value: Some(read), findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_register_by_its_heads_and_what_it_is_called() {
        let listed = |text: &str| find(text).map(|table| (table.what as u8, table.rows.len()));
        let codes = "| blocker_id | severity | detail |\n|---|---|---|\n| OC-B1 | high | gap |\n";
        assert_eq!(listed(&format!("# Blocker register\n\n{codes}\nMore text.\n")), Some((0, 1)));
        assert_eq!(listed(&format!("# What the codes mean\n\n{codes}")), None);
        assert_eq!(
            listed("| Blocker ID | Status |\n| :-- | --- |\n| A | open |\n| B | closed |\n"),
            Some((0, 2))
        );
        assert_eq!(listed("blocker_id,detail\nA,\"one, two\"\n\nB,x\n"), Some((0, 2)));
        assert_eq!(listed("claim_id;tier;status\nT0.1;T0;HOLD\n"), Some((1, 1)));
        assert_eq!(listed("waiver_id,owner\nW,o\n"), Some((2, 1)));
        assert_eq!(listed("waiver_id,blocker_id,owner,status\nW,B,o,x\n"), Some((2, 1)));
        assert_eq!(listed("blocker_id,claim_id,tier,status\nB,T0.1,T0,open\n"), Some((0, 1)));
        assert_eq!(listed("claim_id,tier,title\nT0.1,T0,x\n"), None);
        assert_eq!(listed("claim_id,text\na,b\n"), None);
        assert_eq!(listed("The blocker_id is a column.\n"), None);
        assert_eq!(listed(""), None);
    }
}
