//! The files that policies and documents name.

use std::collections::BTreeMap;

use super::originals;
use super::records;
use super::text::decode::is_lfs_pointer;
use super::texts::Texts;
use super::walk;
use super::walk::Found;
use crate::bundle::digest::Digest;
use crate::model::catalog::Catalog;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;
use crate::model::record::Origin;
use crate::model::tree::Content;

/// Reads the files that policies and documents name.
pub(crate) fn attach(
    folder: &str,
    files: &BTreeMap<&str, &Found>,
    catalog: &mut Catalog,
    texts: &mut Texts,
    originals: &mut BTreeMap<String, Content>,
    used: &mut Vec<String>,
    findings: &mut Vec<Finding>,
) {
    let mut take = |origin: &Origin,
                    written: &str,
                    findings: &mut Vec<Finding>|
     -> Option<(String, Vec<u8>, Found)> {
        let place = origin.field("file");
        let Some(path) = walk::resolve(folder, written) else {
            findings.push(
                Finding::error("file-out-of-tree", format!("`{written}` leaves the project"))
                    .at(place)
                    .help(format!("a path relative to `{folder}/`")),
            );
            return None;
        };
        let Some(found) = files.get(path.as_str()) else {
            let meant = did_you_mean(&path, files.keys().copied());
            let help = meant.map_or_else(
                || format!("put the file at `{path}`"),
                |meant| {
                    format!("did you mean `{}`?", meant.strip_prefix(&format!("{folder}/")).unwrap_or(meant))
                },
            );
            findings.push(
                Finding::error("missing-file", format!("there is no file `{path}`")).at(place).help(help),
            );
            return None;
        };
        used.push(path.clone());
        match walk::read(found) {
            Ok(bytes) => Some((path, bytes, (*found).clone())),
            Err(finding) => {
                findings.push(finding);
                None
            }
        }
    };
    for policy in catalog.policies.values_mut() {
        let Some(written) = policy.file.clone() else { continue };
        let Some((path, bytes, found)) = take(&policy.origin, &written, findings) else { continue };
        let digest = Digest::of(&bytes);
        policy.sha256 = Some(digest.to_string());
        match records::text_of(&path, &bytes) {
            Ok(text) => {
                policy.text = Some(text.into_owned());
                policy.text_path = Some(path.clone());
            }
            Err(finding) => findings.push(finding),
        }
        texts.insert(&path, originals::content(bytes, found.disk, digest));
    }
    for document in catalog.documents.values_mut() {
        let Some(written) = document.file.clone() else { continue };
        let Some((path, bytes, found)) = take(&document.origin, &written, findings) else { continue };
        if is_lfs_pointer(&bytes) {
            findings.push(records::lfs_pointer(&path));
        }
        let digest = Digest::of(&bytes);
        document.sha256 = Some(digest.to_string());
        document.size_bytes = Some(bytes.len() as u64);
        let content = originals::content(bytes, found.disk, digest);
        texts.insert(&path, content.clone());
        originals.insert(path, content);
    }
}
