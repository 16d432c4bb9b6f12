//! The table of outputs. A new one is a file here and a row.

use crate::bundle::name::PathName;
use crate::model::finding::Finding;
use crate::model::tree::Content;
use crate::model::tree::TreeFile;
use crate::render::Files;
use crate::render::OutputRow;

mod assets;
pub(crate) mod declarations;
mod feed;
mod originals;
mod records;
mod security_txt;
mod site;
mod sitemap;
pub mod verifier;

pub(crate) use site::live;

/// Every output of a snapshot.
pub(crate) static OUTPUTS: &[OutputRow] = &[
    OutputRow {
        id: "site",
        docs: "The pages, and CSV and JSON of each of their tables (`site/…`, `site/data/…`).",
        make: site::make,
    },
    OutputRow { id: "assets", docs: "Style sheet and script of the pages.", make: assets::make },
    OutputRow {
        id: "verifier",
        docs: "The verifier in one file, for a browser (`site/verify/verify.html`).",
        make: verifier::make,
    },
    OutputRow {
        id: "records",
        docs: "Every record this audience may see as JSON, one file a kind (`records/…`).",
        make: records::make,
    },
    OutputRow {
        id: "declarations",
        docs: "The claim matrix as CycloneDX 1.6 declarations (`site/data/claims.cdx.json`).",
        make: declarations::make,
    },
    OutputRow {
        id: "originals",
        docs: "The evidence files (`evidence/…`) and documents (`site/files/…`) this audience may have.",
        make: originals::make,
    },
    OutputRow {
        id: "security-txt",
        docs: "`security.txt` (RFC 9116), where a way to report vulnerabilities is recorded.",
        make: security_txt::make,
    },
    OutputRow {
        id: "feed",
        docs: "Atom feed of the snapshots (RFC 4287), where the site has an address.",
        make: feed::make,
    },
    OutputRow {
        id: "sitemap",
        docs: "Site map of the pages, where the site has an address.",
        make: sitemap::make,
    },
];

/// Adds bytes under a name relative to the archive's `data/`.
fn put(files: &mut Files, findings: &mut Vec<Finding>, name: &str, media_type: &str, bytes: Vec<u8>) {
    put_titled(files, findings, name, media_type, None, Content::Bytes(bytes.into()));
}

/// Adds content with a title.
fn put_titled(
    files: &mut Files,
    findings: &mut Vec<Finding>,
    name: &str,
    media_type: &str,
    title: Option<String>,
    content: Content,
) {
    match PathName::parse(name) {
        Ok(path) => files.push((path, TreeFile { content, media_type: media_type.to_owned(), title })),
        Err(error) => findings.push(
            Finding::error("output-name-refused", format!("`{name}` cannot be a file name: {error}"))
                .help("give the record another id, or the file another name"),
        ),
    }
}

/// Text without the control characters that XML does not have.
fn xml_text(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_control() || matches!(ch, '\n' | '\t')).collect()
}

/// The site's address with a slash at its end, where it has one.
pub(crate) fn base(site: &crate::model::config::Site) -> Option<String> {
    site.base_url.as_ref().map(|url| format!("{}/", url.trim_end_matches('/')))
}

pub mod packet_csv;
pub mod packet_sheet;
pub mod pdf;
pub mod xlsx;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_archive_may_have_is_a_finding() {
        let (mut files, mut findings) = (Vec::new(), Vec::new());
        put(&mut files, &mut findings, "site/../x", "text/plain", Vec::new());
        assert!(files.is_empty());
        assert_eq!(findings.first().map(|finding| finding.code), Some("output-name-refused"));
    }
}
