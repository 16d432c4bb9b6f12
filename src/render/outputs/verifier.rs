//! The verifier in one file, for a browser: a second implementation of the archive format, without network or upload.
//!
//! It is the same in every site of one version of this program, whatever a project replaces, so that its digest can be compared.

use crate::bundle::base64;
use crate::bundle::digest::Digest;
use crate::model::finding::Checked;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;

/// Where it stands below the site's root.
pub(crate) const PATH: &str = "verify/verify.html";

const PAGE: &str = include_str!("../../../templates/verify/page.html");
const STYLES: &[&str] =
    &[include_str!("../../../templates/site/style.css"), include_str!("../../../templates/verify/look.css")];
/// In the order in which they need each other. Each says in its first lines what it is for.
const SCRIPTS: &[&str] = &[
    include_str!("../../../templates/verify/bytes.js"),
    include_str!("../../../templates/verify/hashes.js"),
    include_str!("../../../templates/verify/ed25519.js"),
    include_str!("../../../templates/verify/json.js"),
    include_str!("../../../templates/verify/inflate.js"),
    include_str!("../../../templates/verify/names.js"),
    include_str!("../../../templates/verify/container.js"),
    include_str!("../../../templates/verify/signatures.js"),
    include_str!("../../../templates/verify/documents.js"),
    include_str!("../../../templates/verify/log.js"),
    include_str!("../../../templates/verify/facts.js"),
    include_str!("../../../templates/verify/checks.js"),
    include_str!("../../../templates/verify/report.js"),
    include_str!("../../../templates/verify/page.js"),
];

/// Whether `text` is one of the sources that the page is put together from.
pub(crate) fn is_part(text: &str) -> bool {
    text == PAGE || STYLES.contains(&text) || SCRIPTS.contains(&text)
}

/// Writes the one file.
pub(crate) fn make(_: &RenderInput) -> Checked<Files> {
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    put(&mut files, &mut findings, &format!("site/{PATH}"), "text/html", page().into_bytes());
    Checked { value: Some(files), findings }
}

/// The page with its style and script in it. Its policy allows these two by their digests, and nothing else.
pub fn page() -> String {
    let style = format!("\n{}", STYLES.join("\n"));
    let script = format!("\n(() => {{\n'use strict';\n\n{}}})();\n", SCRIPTS.join("\n"));
    // What is put in is never looked through again, so that no part can name another.
    let mut out = String::new();
    let mut rest = PAGE;
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        out.push_str(before);
        match name {
            "style" => out.push_str(&style),
            "style-hash" => out.push_str(&source_hash(&style)),
            "script" => out.push_str(&script),
            "script-hash" => out.push_str(&source_hash(&script)),
            _ => out.push_str(env!("CARGO_PKG_VERSION")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// How a Content-Security-Policy names an inline text.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", base64::encode(&Digest::of(text.as_bytes()).0))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_policy_allows_the_one_script_and_the_one_style_and_nothing_else() {
        let page = page();
        let between = |from: &str, to: &str| {
            assert_eq!(page.matches(from).count(), 1, "{from}");
            page.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned()
        };
        let (style, script) = (between("<style>", "</style>"), between("<script>", "</script>"));
        assert_eq!(
            between("Content-Security-Policy\" content=\"", "\""),
            format!(
                "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
                source_hash(&script),
                source_hash(&style)
            )
        );
        assert!(!page.contains("{{"));
        for word in [
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "innerHTML",
            "eval(",
            "import(",
            "<link",
            "src=",
            "url(",
        ] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn the_checks_are_those_of_the_program_in_their_order() {
        let page = page();
        let rows: Vec<String> = page
            .split_once("const CHECKS = [\n")
            .and_then(|(_, rest)| rest.split_once("];"))
            .map(|(rows, _)| rows.lines().map(str::to_owned).collect())
            .unwrap();
        assert_eq!(rows.len(), crate::verify::CHECKS.len());
        for (row, check) in rows.iter().zip(crate::verify::CHECKS) {
            assert!(row.contains(&format!("['{}', '{}', ", check.id, check.title)), "{row}");
        }
    }

    #[test]
    fn every_source_is_in_the_file_once_and_says_what_it_is_for() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/verify");
        let page = page();
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.lines().count() <= 400, "{}", path.display());
            if path.extension().is_some_and(|extension| extension == "js") {
                count += 1;
                assert!(text.starts_with("// "), "{}", path.display());
            }
            if !path.ends_with("page.html") {
                assert_eq!(page.matches(&text).count(), 1, "{}", path.display());
            }
        }
        assert_eq!(count, SCRIPTS.len());
    }
}
