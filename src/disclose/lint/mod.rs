//! The publish lint: what must not leave the house, found in the very bytes that would.
//!
//! Private keys and tokens always refuse, for every audience and in what stays internal too, and no waiver covers them. Home paths, internal hosts
//! and personal addresses refuse for the public, unless waived per file with a reason. Packed files (ZIP, DOCX, XLSX, gzip, PDF)
//! are looked into; one that cannot be opened is a finding.

mod clean;
mod inside;
mod personal;
mod rules;
mod scan;
mod secrets;
mod withheld;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::io::Read;

use serde::Serialize;

pub use crate::disclose::lint::clean::Clean;
pub use crate::disclose::lint::inside::Inside;
pub use crate::disclose::lint::inside::holds_others;
pub use crate::disclose::lint::inside::inside;
pub use crate::disclose::lint::rules::Class;
pub use crate::disclose::lint::rules::LINT_RULES;
pub use crate::disclose::lint::rules::LintRule;
pub use crate::disclose::lint::scan::Hit;
pub use crate::disclose::lint::scan::scan;
pub use crate::disclose::lint::withheld::withheld;

use crate::model::catalog::Catalog;
use crate::model::config::LintWaiver;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::record::Record;

/// At most so many hits of one rule in one file are shown one by one.
const SHOWN_PER_FILE: usize = 20;

/// For whom the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Everyone: all rules.
    Public,
    /// A named audience: secrets only.
    Restricted,
}

/// Codes of the findings made here beside those of the rules.
pub static LINT_FINDINGS: &[(&str, &str)] = &[
    (
        "lint-waiver-refused",
        "A lint waiver has no reason, names no rule, or names a rule for keys and tokens. It has no effect.",
    ),
    (
        "lint-not-inspected",
        "A packed file could not be searched for secrets: encrypted, damaged, or too large. It would be published all the same.",
    ),
    ("lint-waiver-unused", "A lint waiver covers nothing that is there. Take it out."),
];

/// Looks at every file, `path` relative to the project root or to the published tree.
///
/// # Errors
/// When a file cannot be read.
pub fn lint<'a, R: Read>(
    files: impl IntoIterator<Item = (&'a str, R)>,
    waivers: &[LintWaiver],
    level: Level,
) -> io::Result<Vec<Finding>> {
    let mut scanned = Vec::new();
    for (path, reader) in files {
        let hits = scan(reader, level)?;
        if !hits.is_empty() {
            scanned.push((path.to_owned(), hits));
        }
    }
    Ok(report(&scanned, waivers))
}

/// Looks at every text of a disclosed catalog, so that a finding points at the line somebody wrote and not at a page
/// made from it. Of evidence only what is shown without its original; originals are files of their own.
///
/// # Errors
/// When a record has no JSON form, which none lacks.
pub fn scan_catalog(catalog: &Catalog, level: Level) -> io::Result<Vec<(String, Vec<Hit>)>> {
    let mut by_path: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
    let mut look = |value: &serde_json::Value, path: &str, pointer: &str| -> io::Result<()> {
        let mut texts = Vec::new();
        crate::disclose::texts_of(value, String::new(), &mut texts);
        for (field, text) in texts {
            for mut hit in scan(text.as_bytes(), level)? {
                let below = if field.is_empty() { String::new() } else { format!("/{field}") };
                hit.pointer = Some(format!("{pointer}{below}"));
                by_path.entry(path.to_owned()).or_default().push(hit);
            }
        }
        Ok(())
    };
    macro_rules! look_at {
        ($($field:ident : $type:ident),* $(,)?) => {{
            let Catalog { organization, vulnerability_disclosure, pages, $($field),* } = catalog;
            look(&serde_json::to_value(organization)?, "content", "/organization")?;
            look(&serde_json::to_value(vulnerability_disclosure)?, "content", "/vulnerability-disclosure")?;
            for page in pages {
                look(&serde_json::to_value(&page.head)?, &page.origin.path, "")?;
            }
            $( for record in $field.values() {
                if let Some((path, pointer)) = place_of(record) {
                    look(&serde_json::to_value(record)?, &path, &pointer)?;
                }
            } )*
        }};
    }
    crate::for_each_kind!(look_at);
    for page in &catalog.pages {
        for mut hit in scan(page.text.as_bytes(), level)? {
            let (start, end) = bytes_of(&page.text, &hit);
            hit.pointer = Some(Place::in_page("", start, end).pointer);
            by_path.entry(page.origin.path.clone()).or_default().push(hit);
        }
    }
    Ok(by_path.into_iter().collect())
}

/// Where in `text` a hit stands, in bytes.
fn bytes_of(text: &str, hit: &Hit) -> (usize, usize) {
    let before = usize::try_from(hit.line).unwrap_or(1).saturating_sub(1);
    let line_start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default();
    let chars = |count: u32| {
        line.chars().take(usize::try_from(count).unwrap_or(0)).map(char::len_utf8).sum::<usize>()
    };
    let first = hit.column.saturating_sub(1);
    (line_start + chars(first), line_start + chars(first.saturating_add(hit.width)))
}

/// Where a record's texts were written; nothing for evidence whose original is looked at itself.
fn place_of<R: Record + Serialize>(record: &R) -> Option<(String, String)> {
    if R::KIND == Evidence::KIND {
        let value = serde_json::to_value(record).ok()?;
        if value.get("publish-original").and_then(serde_json::Value::as_bool) == Some(true) {
            return None;
        }
        let path = value.pointer("/source/path").and_then(serde_json::Value::as_str)?;
        return Some((path.to_owned(), String::new()));
    }
    Some((record.origin().path.clone(), record.origin().pointer.clone()))
}

/// Takes out of `made` what stands in one of `sources`: that is told, or waived, where somebody wrote it.
pub fn without_repeats(made: &mut [(String, Vec<Hit>)], sources: &[(String, Vec<Hit>)]) {
    let known: BTreeSet<_> =
        sources.iter().flat_map(|(_, hits)| hits).map(|hit| (hit.code, &hit.matched)).collect();
    for (_, hits) in made {
        hits.retain(|hit| !known.contains(&(hit.code, &hit.matched)));
    }
}

/// Findings from the hits of [`scan`] and [`scan_catalog`], by file. Separate, so that files can be scanned side by side.
pub fn report(scanned: &[(String, Vec<Hit>)], waivers: &[LintWaiver]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used = vec![false; waivers.len()];
    let sound: Vec<bool> = waivers.iter().map(|waiver| defect(waiver).is_none()).collect();
    for (path, hits) in scanned {
        // A waiver for a file covers what lies in it.
        let outer = path.split(inside::IN).next().unwrap_or(path);
        for rule in LINT_RULES {
            let hits: Vec<&Hit> = hits.iter().filter(|hit| hit.code == rule.code).collect();
            if hits.is_empty() {
                continue;
            }
            let waiver = waivers.iter().zip(&sound).position(|(waiver, sound)| {
                *sound && waiver.code == rule.code && matches(&waiver.path, outer)
            });
            if let Some(used) = waiver.and_then(|at| used.get_mut(at)) {
                *used = true;
                continue;
            }
            findings.extend(hits.iter().take(SHOWN_PER_FILE).map(|hit| finding(rule, path, hit)));
            if let Some(hit) = hits.get(SHOWN_PER_FILE) {
                let more = hits.len() - SHOWN_PER_FILE;
                let mut finding = finding(rule, path, hit);
                finding.message = format!("{more} more like this in the same file: {}", rule.title);
                findings.push(finding);
            }
        }
    }
    for (at, (waiver, used)) in waivers.iter().zip(used).enumerate() {
        let place = Place::pointer("trustbook.yaml", format!("/lint/waivers/{at}"));
        if let Some(defect) = defect(waiver) {
            findings.push(
                Finding::warning(
                    "lint-waiver-refused",
                    format!(
                        "the lint waiver of `{}` for `{}` has no effect: {defect}",
                        waiver.code, waiver.path
                    ),
                )
                .at(place)
                .help("correct it, or take it out; `trustbook explain` lists the rules"),
            );
        } else if !used {
            findings.push(
                Finding::note(
                    "lint-waiver-unused",
                    format!("the lint waiver of `{}` for `{}` covers nothing", waiver.code, waiver.path),
                )
                .at(place)
                .help("take it out"),
            );
        }
    }
    findings.sort();
    findings
}

/// Says of waivers that cover nothing which file or rule was probably meant, where there is none of their name.
pub fn name_what_was_meant<'a>(
    findings: &mut [Finding],
    waivers: &[LintWaiver],
    files: impl Iterator<Item = &'a str> + Clone,
) {
    for finding in findings {
        let at = finding.place.as_ref().and_then(|place| place.pointer.strip_prefix("/lint/waivers/"));
        let Some(waiver) = at.and_then(|at| waivers.get(at.parse::<usize>().ok()?)) else { continue };
        let meant = match finding.code {
            "lint-waiver-unused" if !files.clone().any(|file| matches(&waiver.path, file)) => {
                finding.message.push_str(": there is no such file");
                did_you_mean(&waiver.path, files.clone())
            }
            "lint-waiver-refused" => did_you_mean(&waiver.code, LINT_RULES.iter().map(|rule| rule.code))
                .filter(|meant| *meant != waiver.code),
            _ => None,
        };
        if let Some(meant) = meant {
            finding.help = format!("did you mean `{meant}`?");
        }
    }
}

/// Why a waiver has no effect.
fn defect(waiver: &LintWaiver) -> Option<&'static str> {
    let LintWaiver { path: _, code, reason } = waiver;
    match LINT_RULES.iter().find(|rule| rule.code == code) {
        None => Some("there is no such rule"),
        Some(rule) if rule.class == Class::Secret => Some("keys and tokens are never waived"),
        Some(_) if reason.trim().is_empty() => Some("it has no reason"),
        Some(_) => None,
    }
}

fn finding(rule: &LintRule, path: &str, hit: &Hit) -> Finding {
    let mut place = match &hit.pointer {
        Some(pointer) => Place::pointer(path, pointer),
        None => Place::at(path, hit.line, hit.column),
    };
    place.width = hit.width;
    let help = match rule.class {
        Class::Secret => "take it out, revoke it and make a new one; this is never waived",
        Class::Personal => {
            "take it out, make the record restricted, or name path, code and reason under `lint.waivers`"
        }
    };
    let finding =
        Finding::error(rule.code, format!("{} (`{}`)", rule.title, hit.masked)).at(place).help(help);
    match rule.class {
        Class::Secret => finding.secret(),
        Class::Personal => finding,
    }
}

/// Whether a path fits a pattern: `*` inside a name, `**` over folders.
fn matches(pattern: &str, path: &str) -> bool {
    fn parts(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => {
                parts(rest, path) || path.split_first().is_some_and(|(_, below)| parts(pattern, below))
            }
            (Some((first, rest)), Some((name, below))) => part(first, name) && parts(rest, below),
            (_, _) => false,
        }
    }
    fn part(pattern: &str, name: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == name,
            Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
                (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| part(after, rest)))
            }),
        }
    }
    parts(&pattern.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiver(path: &str, code: &str, reason: &str) -> LintWaiver {
        LintWaiver { path: path.to_owned(), code: code.to_owned(), reason: reason.to_owned() }
    }

    fn check(text: &str, waivers: &[LintWaiver], level: Level) -> Vec<Finding> {
        lint([("evidence/run.log", text.as_bytes())], waivers, level).unwrap()
    }

    fn codes(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn every_rule_has_docs_finds_its_sample_and_lets_the_near_miss_pass() {
        let mut names = Vec::new();
        for rule in LINT_RULES {
            assert!(rule.what.ends_with('.') && rule.what.len() > 30, "{}", rule.code);
            assert!(rule.why.ends_with('.') && rule.why.len() > 20, "{}", rule.code);
            assert!(!rule.needles.is_empty(), "{}", rule.code);
            for (at, sample) in (rule.samples)().into_iter().enumerate() {
                let text = format!("before\n  said: {sample}\nafter\n");
                let hits = scan(text.as_bytes(), Level::Public).unwrap();
                let found: Vec<&Hit> = hits.iter().filter(|hit| hit.code == rule.code).collect();
                assert_eq!(found.len(), 1, "{} sample {at}: {hits:?}", rule.code);
                assert!(found[0].line >= 2, "{}: {found:?}", rule.code);
                let secret: String =
                    sample.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
                assert!(
                    !found[0].masked.contains(&secret),
                    "{} is not masked: {}",
                    rule.code,
                    found[0].masked
                );
            }
            for near in (rule.near_misses)() {
                let hits = scan(near.as_bytes(), Level::Public).unwrap();
                assert!(hits.iter().all(|hit| hit.code != rule.code), "{}: {near}", rule.code);
            }
            names.push(rule.code);
        }
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len(), "codes are unique");
        assert!(names.len() >= 25, "{}", names.len());
    }

    #[test]
    fn a_finding_points_at_line_and_column_in_characters() {
        let findings = check("ok\nüber /home/jdoe/src\n", &[], Level::Public);
        let place = findings[0].place.clone().unwrap();
        assert_eq!(place.to_string(), "evidence/run.log:2:6");
        assert_eq!(findings[0].code, "home-path");
        assert!(!findings[0].message.contains("jdoe"), "{}", findings[0].message);
    }

    #[test]
    fn a_reasoned_waiver_covers_one_rule_in_one_file() {
        let text = "see /home/jdoe/src and ask jdoe@vendor.io";
        let waivers = [waiver("evidence/*.log", "home-path", "a build machine's own path")];
        assert_eq!(codes(&check(text, &waivers, Level::Public)), ["personal-email"]);
        let elsewhere = [waiver("evidence/other.log", "home-path", "why")];
        assert_eq!(
            codes(&check(text, &elsewhere, Level::Public)),
            ["home-path", "personal-email", "lint-waiver-unused"]
        );
    }

    #[test]
    fn a_waiver_for_a_key_or_without_a_reason_has_no_effect() {
        let key = (LINT_RULES[0].samples)().remove(0);
        let waivers = [waiver("**", LINT_RULES[0].code, "test key"), waiver("**", "home-path", " ")];
        let findings = check(&format!("{key}\n/home/jdoe/src"), &waivers, Level::Public);
        let refused = codes(&findings).iter().filter(|code| **code == "lint-waiver-refused").count();
        assert_eq!((findings.len(), refused), (4, 2), "{findings:?}");
    }

    #[test]
    fn a_named_audience_may_see_addresses_but_never_keys() {
        let key = (LINT_RULES[0].samples)().remove(0);
        let findings = check(&format!("{key}\n/home/jdoe/src jdoe@vendor.io"), &[], Level::Restricted);
        assert_eq!(codes(&findings), [LINT_RULES[0].code]);
    }

    #[test]
    fn many_hits_of_one_rule_are_counted_not_listed() {
        let text = "jdoe@vendor.io\n".repeat(100);
        let findings = check(&text, &[], Level::Public);
        assert_eq!(findings.len(), SHOWN_PER_FILE + 1);
        assert!(findings.iter().any(|finding| finding.message.starts_with("80 more like this")));
    }

    #[test]
    fn a_secret_is_found_wherever_it_lies_in_a_long_stream() {
        let key = (LINT_RULES[0].samples)().remove(0);
        for before in [0, 1, 65_500, 65_536, 131_072 - 30, 200_000] {
            let mut text = "x".repeat(before);
            text.push('\n');
            text.push_str(&key);
            text.push('\n');
            text.push_str(&"y\n".repeat(60_000));
            let hits = scan(text.as_bytes(), Level::Public).unwrap();
            assert_eq!(hits.len(), 1, "{before}");
            assert_eq!((hits[0].line, hits[0].column), (2, 1), "{before}");
        }
    }
}
