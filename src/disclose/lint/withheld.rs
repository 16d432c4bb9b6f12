//! Keys and tokens in what nobody outside is shown: a repository that holds one has lost it, published or not.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::io::Read as _;

use crate::disclose::lint::Clean;
use crate::disclose::lint::Hit;
use crate::disclose::lint::Level;
use crate::disclose::lint::inside;
use crate::disclose::lint::scan;
use crate::disclose::lint::scan_catalog;
use crate::model::catalog::Catalog;
use crate::model::tree::Content;

/// Looks at every original and record but those in `published` (paths in the project), what is in `found` already, and what is known to
/// be `clean`.
///
/// # Errors
/// When reading fails.
pub fn withheld(
    originals: &BTreeMap<String, Content>,
    catalog: &Catalog,
    published: &BTreeSet<&str>,
    found: &[(String, Vec<Hit>)],
    clean: &Clean,
) -> io::Result<Vec<(String, Vec<Hit>)>> {
    let mut out = Vec::new();
    for (path, content) in originals {
        if published.contains(path.as_str()) || clean.has(content, Level::Restricted) {
            continue;
        }
        let mut head = Vec::new();
        content.open()?.take(8).read_to_end(&mut head)?;
        let hits = scan(content.open()?, Level::Restricted)?;
        let inside = inside(path, &head, || content.open(), Level::Restricted)?;
        if hits.is_empty() && inside.is_empty() {
            clean.remember(content, Level::Restricted);
        }
        out.push((path.clone(), hits));
        out.extend(inside.hits);
    }
    for (path, mut hits) in scan_catalog(catalog, Level::Restricted)? {
        hits.retain(|hit| !found.iter().any(|(at, known)| *at == path && known.contains(hit)));
        out.push((path, hits));
    }
    out.retain(|(_, hits)| !hits.is_empty());
    Ok(out)
}
