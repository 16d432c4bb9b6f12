//! Every way in which the sources give a finding its code, and where they do.
//!
//! A call is read as text: its argument at the known position must be made of literals. Where it is not, the place
//! stands in [`HANDED_ON`] with the calls that hand a code to it; a new helper fails until it is added there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Makers of findings, and which of their arguments is the code.
const MAKERS: &[(&str, usize)] = &[
    ("Finding::error(", 0),
    ("Finding::warning(", 0),
    ("Finding::note(", 0),
    ("Syntax::new(", 0),
    ("Fault::new(", 0),
];

/// Where codes are said: calls below a folder with the position of the code, or lines of the file that begin so.
type SaidIn = &'static [(&'static str, &'static str, usize)];

/// Makers whose code comes from elsewhere: the file, the argument, and where the codes are said.
const HANDED_ON: &[(&str, &str, SaidIn)] = &[
    ("src/load/walk.rs", "code", &[("src/load/walk.rs", ".refuse(", 0)]),
    ("src/load/sniff.rs", "code", &[("src/load/sniff.rs", " error(", 0)]),
    ("src/load/formats/junit.rs", "code", &[("src/load/formats/junit.rs", " warn(", 0)]),
    (
        "src/load/text/reader.rs",
        "noticed.code",
        &[
            ("src/load/", ".warn(", 1),
            ("src/load/", ".note(", 1),
            ("src/load/formats/", ".error(", 1),
            ("src/load/text/reader.rs", ".notice(", 1),
        ],
    ),
    ("src/load/text/fault.rs", "self.code", &[("src/load/text/typed.rs", "Fault { code: ", 0)]),
    ("src/load/text/mod.rs", "self.code", &[]),
    ("src/load/records.rs", "syntax.code", &[]),
    // the rules of the publish lint are a table of their own
    ("src/disclose/lint/mod.rs", "rule.code", &[]),
];

/// Files of `src` by path, without their tests.
fn sources() -> BTreeMap<String, String> {
    all("src")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("/tests.rs") && !path.contains("/fixture"))
        .map(|(path, text)| {
            let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            (path, text[..end].to_owned())
        })
        .collect()
}

fn all(folder: &str) -> BTreeMap<String, String> {
    fn walk(base: &Path, folder: &Path, out: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(base, &path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
                out.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = BTreeMap::new();
    walk(base, &base.join(folder), &mut out);
    out
}

/// The arguments of the call whose opening bracket stands before `text`.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let mut out = vec![String::new()];
    for ch in text.chars() {
        if in_text {
            in_text = escaped || ch != '"';
            escaped = ch == '\\' && !escaped;
        } else {
            match ch {
                '"' => in_text = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    out.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        if let Some(last) = out.last_mut() {
            last.push(ch);
        }
    }
    out.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

/// The codes in an argument: its literals, where it is one or chooses between some.
fn literals(argument: &str) -> Vec<String> {
    if argument.contains("format!") || argument.contains("to_owned") {
        return Vec::new();
    }
    let quoted = argument.split('"').skip(1).step_by(2);
    quoted.filter(|text| !text.is_empty() && !text.contains(' ')).map(str::to_owned).collect()
}

/// Calls of `pattern` in a text: the line, and the argument at `position`.
fn calls(text: &str, pattern: &str, position: usize) -> Vec<(usize, String)> {
    text.match_indices(pattern)
        .filter(|(at, _)| {
            let line = text[..*at].rfind('\n').map_or(0, |end| end + 1);
            let before = &text[line..*at];
            !before.trim_start().starts_with("//") && !before.ends_with("fn")
        })
        .filter_map(|(at, _)| {
            let line = text[..at].matches('\n').count() + 1;
            arguments(&text[at + pattern.len()..]).into_iter().nth(position).map(|argument| (line, argument))
        })
        .collect()
}

/// Every code that the sources give a finding, with the places where they do.
pub(crate) fn used() -> BTreeMap<String, Vec<String>> {
    let sources = sources();
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut add = |codes: Vec<String>, path: &str, line: usize| {
        for code in codes {
            out.entry(code).or_default().push(format!("{path}:{line}"));
        }
    };
    for (path, text) in sources.iter().filter(|(path, _)| *path != "src/model/finding.rs") {
        for (maker, position) in MAKERS {
            for (line, argument) in calls(text, maker, *position) {
                let codes = literals(&argument);
                let known = HANDED_ON.iter().any(|(file, name, _)| file == path && *name == argument);
                if codes.is_empty() && !known {
                    wrong.push(format!("{path}:{line}: `{maker}{argument}`: where does its code come from?"));
                }
                add(codes, path, line);
            }
        }
    }
    for (file, argument, callers) in HANDED_ON {
        let text = sources.get(*file).unwrap_or_else(|| panic!("{file} is gone"));
        assert!(text.contains(argument), "{file} no longer hands `{argument}` on");
        for (below, pattern, position) in *callers {
            let mut found = 0;
            for (path, text) in sources.iter().filter(|(path, _)| path.starts_with(below)) {
                for (line, argument) in calls(text, pattern, *position) {
                    let codes = literals(&argument);
                    found += codes.len();
                    add(codes, path, line);
                }
            }
            assert!(found > 0, "nothing below {below} calls `{pattern}`");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    out
}

/// Every reason that a criterion may give, with the places.
pub(crate) fn reasons() -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // `outcome` asks only whether these differ from now; they are never shown
    let never_shown = ["claim-turns", "verdict-turns"];
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("src/evaluate/")) {
        let mut add = |line: usize, codes: Vec<String>| {
            for code in codes.into_iter().filter(|code| !never_shown.contains(&code.as_str())) {
                out.entry(code).or_default().push(format!("{path}:{line}"));
            }
        };
        for (line, argument) in calls(text, ".is(", 1) {
            add(line, literals(&argument));
        }
        for (number, line) in text.lines().enumerate() {
            for start in ["reason: ", "reason = ", "let reason = "] {
                if let Some((_, rest)) = line.split_once(start) {
                    add(number + 1, literals(rest.split("to_owned").next().unwrap_or_default()));
                }
            }
        }
    }
    out
}

/// The bodies of all tests, by the name of their function.
pub(crate) fn tests() -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for text in all("src").into_values().chain(all("tests").into_values()).chain(all("pdf").into_values()) {
        for part in text.split("#[test]").skip(1) {
            let Some((_, rest)) = part.split_once("fn ") else { continue };
            let Some((name, body)) = rest.split_once('(') else { continue };
            out.insert(name.to_owned(), body.to_owned());
        }
    }
    out
}
