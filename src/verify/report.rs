//! What was checked, what came of it, and how people and programs read it. Text from the archive is escaped before it is shown.

use std::fmt::Write as _;

use crate::bundle::FORMAT_VERSION;
use crate::bundle::json::Json;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::State as Stage;
use crate::bundle::snapshot::is_control;
use crate::verify;
use crate::verify::State;
use crate::verify::Terms;

/// Why signatures are not checked without a key.
pub(crate) const NO_KEY: &str =
    "no key was given, so nobody vouches for this: pass --key with the publisher's key";

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; with what is worth knowing, or nothing.
    Passed(String),
    /// It does not hold.
    Failed {
        /// The exit code.
        code: u8,
        /// The file that is concerned.
        path: Option<String>,
        /// Why.
        reason: String,
    },
    /// It had to be checked and could not be; why. Never counts as passed.
    NotChecked(String),
    /// There is nothing to check in this form or version; why.
    NotApplicable(String),
}

impl Outcome {
    pub(crate) fn failed(code: u8, path: &str, reason: impl ToString) -> Self {
        Self::Failed { code, path: Some(path.to_owned()), reason: reason.to_string() }
    }
}

/// One line of a report.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// The name of the check.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// The answer about one archive.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was verified, as the caller called it.
    pub file: String,
    /// Whether it was an unpacked archive.
    pub is_folder: bool,
    /// The terms.
    pub terms: Terms,
    /// Every check, in order.
    pub checks: Vec<CheckReport>,
    /// What is worth knowing but no check.
    pub notes: Vec<String>,
    /// What is to be pinned when this is verified.
    pub next: Option<State>,
    snapshot: Option<Snapshot>,
}

impl Report {
    pub(crate) fn new(
        file: &str,
        is_folder: bool,
        terms: Terms,
        checks: Vec<CheckReport>,
        snapshot: Option<Snapshot>,
        next: Option<State>,
    ) -> Self {
        let mut notes = Vec::new();
        let name = file.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(file);
        if let Some(Snapshot { header, .. }) = &snapshot {
            let expected = if is_folder { header.root() } else { header.file_name() };
            if expected != name {
                let note = "the name on disk is not authenticated";
                notes.push(format!("it is called `{name}` here and `{expected}` inside; {note}"));
            }
        }
        Self { file: file.to_owned(), is_folder, terms, checks, notes, next, snapshot }
    }

    /// 0 when every check passed; else the code of the first that failed; else 20, because something could not be checked.
    pub fn exit_code(&self) -> u8 {
        let code = self.checks.iter().find_map(|check| match &check.outcome {
            Outcome::Failed { code, .. } => Some(*code),
            Outcome::Passed(_) | Outcome::NotChecked(_) | Outcome::NotApplicable(_) => None,
        });
        let undecided = self.checks.iter().any(|check| matches!(check.outcome, Outcome::NotChecked(_)));
        match code {
            Some(code) => code,
            None if undecided || self.checks.is_empty() || self.terms.key.is_none() => verify::UNDECIDED,
            None => verify::VERIFIED,
        }
    }

    /// Whether every check passed under a key that the caller gave.
    pub fn is_verified(&self) -> bool {
        self.exit_code() == verify::VERIFIED
    }

    /// The snapshot, when everything about it is verified.
    pub fn verified_snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref().filter(|_| self.is_verified())
    }

    /// The one sentence of the answer.
    pub fn headline(&self) -> String {
        match self.exit_code() {
            verify::VERIFIED => match self.snapshot.as_ref().map(|snapshot| &snapshot.header) {
                Some(Header { development_key: true, .. }) => {
                    "verified: every check passed, but under a DEVELOPMENT KEY".to_owned()
                }
                Some(Header { state: Stage::Draft, .. }) => {
                    "verified: every check passed, but it is a DRAFT and no release".to_owned()
                }
                _ => "verified: every check passed".to_owned(),
            },
            verify::UNDECIDED if self.checks.iter().all(only_lacks_the_key) => {
                "not verified: self-consistent, but by an unknown key; pass --key with the publisher's key"
                    .to_owned()
            }
            verify::UNDECIDED => "not verified: not everything could be checked".to_owned(),
            code => format!("NOT VERIFIED: {}", meaning(code)),
        }
    }

    /// The report for people, with its last line feed.
    pub fn to_text(&self) -> String {
        let mut out = format!("{}\n\n", shown(&self.file));
        for check in &self.checks {
            let (mark, detail) = match &check.outcome {
                Outcome::Passed(detail) => ("ok         ", shown(detail)),
                Outcome::Failed { code: _, path, reason } => {
                    let place = path.as_ref().map(|path| format!("{}: ", shown(path))).unwrap_or_default();
                    ("FAILED     ", format!("{place}{}", shown(reason)))
                }
                Outcome::NotChecked(reason) => ("not checked", shown(reason)),
                Outcome::NotApplicable(reason) => ("n/a        ", shown(reason)),
            };
            let separator = if detail.is_empty() { "" } else { ": " };
            let _ = writeln!(out, "  {mark} {}{separator}{detail}", check.title);
        }
        if let Some(Snapshot { header, files }) = &self.snapshot {
            let voice = if self.is_verified() { "" } else { " (as it says of itself, not verified)" };
            let kind = match &header.kind {
                Kind::Archive => "snapshot",
                Kind::Packet(_) => "packet of snapshot",
            };
            let _ = writeln!(
                out,
                "\n  {kind} {} of {}, {}{voice}",
                header.seq,
                shown(&header.origin),
                shown(&header.label)
            );
            let _ = writeln!(
                out,
                "  {}, created {}, expires {}, {} files",
                header.state,
                header.created,
                header.expires,
                files.len()
            );
        }
        if let Some(key) = &self.terms.key {
            let _ = writeln!(out, "  key {}, sha256 {}", key.id_text(), key.fingerprint());
        }
        if let Some(State { checkpoint, .. }) = &self.next {
            for line in checkpoint.lines().take(3) {
                let _ = writeln!(out, "  log {}", shown(line));
            }
        }
        for note in &self.notes {
            let _ = writeln!(out, "  note: {}", shown(note));
        }
        let _ = writeln!(out, "  format version {FORMAT_VERSION}\n\n{}", self.headline());
        out
    }

    /// The report for programs: canonical JSON on one line, with its line feed.
    pub fn to_json(&self) -> String {
        let checks = self.checks.iter().map(CheckReport::to_json).collect();
        let key = self.terms.key.map_or(Json::Null, |key| {
            Json::object([
                ("fingerprint", Json::string(key.fingerprint().to_string())),
                ("id", Json::string(key.id_text())),
            ])
        });
        let snapshot = self.snapshot.as_ref().map_or(Json::Null, |Snapshot { header, files }| {
            Json::object([
                ("created", Json::string(header.created.to_string())),
                ("developmentKey", Json::Bool(header.development_key)),
                ("expires", Json::string(header.expires.to_string())),
                ("files", Json::count(files.len() as u64)),
                ("kind", Json::string(if header.kind == Kind::Archive { "archive" } else { "packet" })),
                ("label", Json::string(&header.label)),
                ("origin", Json::string(&header.origin)),
                ("seq", Json::count(header.seq)),
                ("state", Json::string(header.state.to_string())),
            ])
        });
        let note = self.next.as_ref().map(|next| &next.checkpoint).filter(|note| !note.is_empty());
        let checkpoint = note.map_or(Json::Null, Json::string);
        let report = Json::object([
            ("asOf", Json::string(self.terms.as_of.to_string())),
            ("checkpoint", checkpoint),
            ("checks", Json::Array(checks)),
            ("exitCode", Json::count(u64::from(self.exit_code()))),
            ("file", Json::string(&self.file)),
            ("form", Json::string(if self.is_folder { "folder" } else { "archive" })),
            ("formatVersion", Json::count(FORMAT_VERSION)),
            ("headline", Json::string(self.headline())),
            ("key", key),
            ("notes", Json::Array(self.notes.iter().map(Json::string).collect())),
            ("snapshot", snapshot),
            ("verified", Json::Bool(self.is_verified())),
        ]);
        format!("{}\n", report.print())
    }
}

impl CheckReport {
    fn to_json(&self) -> Json {
        let Self { id, title, outcome } = self;
        let (word, detail) = match outcome {
            Outcome::Passed(detail) => ("passed", detail),
            Outcome::Failed { code: _, path: _, reason } => ("failed", reason),
            Outcome::NotChecked(reason) => ("not-checked", reason),
            Outcome::NotApplicable(reason) => ("not-applicable", reason),
        };
        let (code, path) = match outcome {
            Outcome::Failed { code, path, reason: _ } => (Json::count(u64::from(*code)), path.as_ref()),
            Outcome::Passed(_) | Outcome::NotChecked(_) | Outcome::NotApplicable(_) => (Json::Null, None),
        };
        Json::object([
            ("check", Json::string(*id)),
            ("code", code),
            ("detail", Json::string(detail)),
            ("outcome", Json::string(word)),
            ("path", path.map_or(Json::Null, Json::string)),
            ("title", Json::string(*title)),
        ])
    }
}

fn only_lacks_the_key(check: &CheckReport) -> bool {
    !matches!(&check.outcome, Outcome::NotChecked(why) if why != NO_KEY)
}

/// The report for programs when there was nothing to verify, because the command could not be understood.
pub(crate) fn usage_error_json(problem: &str) -> String {
    let code = Json::count(u64::from(verify::USAGE_ERROR));
    let headline = Json::string(format!("not verified: {problem}"));
    let report = [("exitCode", code), ("headline", headline), ("verified", Json::Bool(false))];
    format!("{}\n", Json::object(report).print())
}

/// What an exit code means.
pub(crate) fn meaning(code: u8) -> &'static str {
    match code {
        verify::VERIFIED => "verified",
        verify::USAGE_ERROR => "the command could not be understood",
        verify::AUTHENTICITY => "a signature is missing or wrong",
        verify::INTEGRITY => "contents differ from what is signed, or from each other",
        verify::COMPLETENESS => "files are missing, or are there that nothing lists",
        verify::CONTAINER => "the container or a name is not in the form",
        verify::UNSUPPORTED => "another version of the format is needed",
        verify::STALE => "expired, or from the future",
        verify::LOG_FORK => "the log shows two histories",
        verify::KEY => "the key is revoked or unknown",
        _ => "could not be decided",
    }
}

/// Text without characters that control a terminal, reorder what follows or cannot be seen, and without runs of spaces, which could push a
/// forged line to the left edge of a terminal.
pub(crate) fn shown(text: &str) -> String {
    let is_unseen = |char| matches!(char, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}');
    let is_blank = |char: char| char != ' ' && char.is_whitespace();
    let is_plain = |char| !is_control(char) && !is_unseen(char) && !is_blank(char);
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if is_plain(char) && !(char == ' ' && out.ends_with(' ')) {
            out.push(char);
        } else {
            out.extend(char.escape_unicode());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_moves_no_cursor_and_hides_nothing() {
        assert_eq!(shown("Überblick: a b"), "Überblick: a b");
        assert_eq!(shown("a\u{1b}[2Jb\rc\u{9b}d\n"), "a\\u{1b}[2Jb\\u{d}c\\u{9b}d\\u{a}");
        assert_eq!(shown("a\u{61c}b\u{202e}c\u{2066}"), "a\\u{61c}b\\u{202e}c\\u{2066}");
        assert_eq!(shown("a   verified"), "a \\u{20} verified");
        for unseen in ["\u{200b}", "\u{3164}", "\u{2800}", "\u{a0}", "\u{3000}", "\u{feff}", "\u{e0041}"] {
            assert!(shown(unseen).starts_with("\\u{"), "{unseen:?}");
        }
    }
}
