//! What people write: `content/**/*.yaml` merged into one catalog, pages, and the files that records point at.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::named_files;
use super::originals;
use super::records;
use super::text;
use super::text::node::Data;
use super::text::node::Node;
use super::texts::Texts;
use super::walk;
use super::walk::Found;
use crate::bundle::digest::Digest;
use crate::model::catalog::Catalog;
use crate::model::content::*;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::tree::Content;

/// Applies a macro to every kind of record that people write.
macro_rules! for_each_written_kind {
    ($macro:ident) => {
        $macro! {
            products: Product, claims: Claim, certifications: Certification, frameworks: Framework,
            controls: Control, responsibilities: Responsibility, subprocessors: Subprocessor,
            policies: Policy, documents: Document, answers: Answer, faq: Faq, data_residency: Residency,
            compatibility: Compatibility, incidents: Incident, releases: Release,
            architecture: Architecture, risks: Risk, waivers: Waiver, blockers: Blocker,
            questions: Question, kpis: Kpi,
            access_reviews: AccessReview, audit_exports: AuditExport, checklists: Checklist,
            claim_charts: ClaimChart, assignments: Assignment,
        }
    };
}

/// Reads everything below the content folder into `catalog`; files of documents go to `originals`.
pub(crate) fn load(
    root: &Path,
    folder: &str,
    catalog: &mut Catalog,
    texts: &mut Texts,
    originals: &mut BTreeMap<String, Content>,
) -> Vec<Finding> {
    let walked = walk::walk(root, folder);
    let mut findings = walked.findings;
    if !walked.exists {
        findings.push(
            Finding::error("no-content", format!("there is no folder `{folder}`"))
                .at(Place::file(folder))
                .help("make it, or name another with `paths: {content: …}` in `trustbook.yaml`"),
        );
        return findings;
    }
    let files: BTreeMap<&str, &Found> =
        walked.files.iter().map(|found| (found.path.as_str(), found)).collect();
    let pages = format!("{folder}/pages/");
    let mut used: Vec<String> = Vec::new();
    let mut loader = Loader { catalog, singles: BTreeMap::new() };
    for found in &walked.files {
        let is_page = found.path.starts_with(&pages) && found.path.ends_with(".md");
        let is_records = [".yaml", ".yml", ".json"].iter().any(|end| found.path.ends_with(end));
        if !is_page && !is_records {
            continue;
        }
        used.push(found.path.clone());
        let bytes = match walk::read(found) {
            Ok(bytes) => bytes,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        texts.insert(&found.path, originals::content(bytes.clone(), found.disk.clone(), Digest::of(&bytes)));
        match records::text_of(&found.path, &bytes) {
            Err(finding) => findings.push(finding),
            Ok(text) if is_page => loader.page(&found.path, &text, &mut findings),
            Ok(text) => loader.file(&found.path, &text, &mut findings),
        }
    }
    let order = |page: &Page| (page.head.group.clone(), page.head.order, page.id.clone());
    loader.catalog.pages.sort_by_key(order);
    named_files::attach(folder, &files, catalog, texts, originals, &mut used, &mut findings);
    // a document may be YAML or JSON itself; then it is no content file
    findings.retain(|finding| {
        finding.code == "git-lfs-pointer"
            || finding.place.as_ref().is_none_or(|place| !originals.contains_key(&place.path))
    });
    for found in &walked.files {
        if !used.contains(&found.path) {
            findings.push(
                Finding::note("unused-file", "nothing refers to this file, so it is not published")
                    .at(Place::file(&found.path))
                    .help("name it in the `file` of a policy or a document, or remove it"),
            );
        }
    }
    findings
}

struct Loader<'c> {
    catalog: &'c mut Catalog,
    /// Where single records were found.
    singles: BTreeMap<&'static str, String>,
}

impl Loader<'_> {
    fn file(&mut self, path: &str, text: &str, findings: &mut Vec<Finding>) {
        let document = match text::parse(text) {
            Ok(document) => document,
            Err(syntax) => {
                findings.push(syntax.finding(path, text));
                return;
            }
        };
        findings.extend(records::duplicates(path, text, &document));
        let entries = match &document.root.data {
            Data::Null => return,
            Data::Map(entries) => entries,
            Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => {
                findings.push(
                    Finding::error(
                        "wrong-type",
                        format!("expected a map of records, found {}", document.root.kind()),
                    )
                    .at(Place::at(path, 1, 1))
                    .help(format!("begin with one of {}", kinds().join(", "))),
                );
                return;
            }
        };
        let file = File { path, text, document: &document };
        for entry in entries {
            let key = entry.key.as_ref();
            let node = &entry.value;
            macro_rules! kinds {
                ($($field:ident : $type:ident),* $(,)?) => {
                    match key {
                        "organization" => {
                            if self.single("organization", &file, entry.key_start, findings)
                                && let Some(value) = file.part(node, findings)
                            {
                                self.catalog.organization = value;
                            }
                        }
                        "vulnerability-disclosure" => {
                            if self.single("vulnerability-disclosure", &file, entry.key_start, findings) {
                                let mut disclosure: Option<VulnerabilityDisclosure> = file.part(node, findings);
                                if let Some(disclosure) = &mut disclosure {
                                    disclosure.origin = Origin {
                                        path: path.to_owned(),
                                        pointer: "/vulnerability-disclosure".to_owned(),
                                    };
                                }
                                self.catalog.vulnerability_disclosure = disclosure;
                            }
                        }
                        $( <$type as Record>::KIND => file.list::<$type>(node, &mut self.catalog.$field, findings), )*
                        _ => findings.push(unknown(&file, key, entry.key_start)),
                    }
                };
            }
            for_each_written_kind!(kinds);
        }
    }

    /// Whether `key` stands in the content for the first time.
    fn single(&mut self, key: &'static str, file: &File<'_>, at: u32, findings: &mut Vec<Finding>) -> bool {
        let place = file.place(at, key.len());
        let here = place.to_string();
        match self.singles.get(key) {
            Some(first) => {
                findings.push(
                    Finding::error("duplicate-record", format!("`{key}` is given twice"))
                        .at(place)
                        .help(format!("the other is at {first}; remove one")),
                );
                false
            }
            None => {
                self.singles.insert(key, here);
                true
            }
        }
    }

    fn page(&mut self, path: &str, text: &str, findings: &mut Vec<Finding>) {
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md");
        let id = match Id::new(stem) {
            Ok(id) => id,
            Err(message) => {
                findings.push(
                    Finding::error(
                        "file-name",
                        format!("a page gets its address from its file name; {message}"),
                    )
                    .at(Place::file(path))
                    .help(format!("rename it, such as to `{}.md`", Id::slug(stem))),
                );
                return;
            }
        };
        let Some(text::FrontMatter { in_place, body, body_start: _ }) = text::front_matter(text) else {
            findings.push(
                Finding::error("no-front-matter", "the page has no front matter")
                    .at(Place::at(path, 1, 1))
                    .help("begin with `---`, then `title: …` and `visibility: public`, then `---`"),
            );
            return;
        };
        let checked = records::record::<PageHead>(path, &in_place);
        findings.extend(checked.findings);
        let Some(head) = checked.value else { return };
        if let Some(other) = self.catalog.pages.iter().find(|page| page.id == id) {
            findings.push(
                Finding::error("duplicate-id", format!("two pages have the id `{id}`"))
                    .at(Place::file(path))
                    .help(format!("the other is `{}`; rename one", other.origin.path)),
            );
            return;
        }
        let origin = Origin { path: path.to_owned(), pointer: String::new() };
        self.catalog.pages.push(Page { id, head, text: body.to_owned(), origin });
    }
}

struct File<'f> {
    path: &'f str,
    text: &'f str,
    document: &'f super::text::node::Document<'f>,
}

impl File<'_> {
    fn place(&self, start: u32, width: usize) -> Place {
        let start = start as usize;
        let mut place = super::text::position::place(self.path, self.text, start, start + width);
        let end = u32::try_from(start + width).unwrap_or(u32::MAX);
        place.pointer = self.document.root.pointer_to(start as u32, end);
        place
    }

    fn part<T: DeserializeOwned>(&self, node: &Node<'_>, findings: &mut Vec<Finding>) -> Option<T> {
        records::part(self.path, self.text, self.document, node, findings)
    }

    fn list<T: Record + Written + DeserializeOwned>(
        &self,
        node: &Node<'_>,
        into: &mut BTreeMap<Id, T>,
        findings: &mut Vec<Finding>,
    ) {
        let items = match &node.data {
            Data::Null => return,
            Data::List(items) => items,
            Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Map(_) => {
                findings.push(
                    Finding::error(
                        "wrong-type",
                        format!("expected a list of records, found {}", node.kind()),
                    )
                    .at(self.place(node.start, (node.end - node.start) as usize))
                    .help("put a `-` before each record"),
                );
                return;
            }
        };
        for (index, item) in items.iter().enumerate() {
            let Some(mut record) = self.part::<T>(item, findings) else { continue };
            let origin = Origin { path: self.path.to_owned(), pointer: format!("/{}/{index}", T::KIND) };
            if let Some(other) = into.get(record.id()) {
                let at = item.get("id").unwrap_or(item);
                let other_place = other.origin();
                let same = (other_place.path == self.path)
                    .then(|| self.document.root.at_pointer(&other_place.pointer))
                    .flatten();
                let line = same.map_or_else(String::new, |node| {
                    format!(" on line {}", self.place(node.start, 1).line.unwrap_or(1))
                });
                findings.push(
                    Finding::error(
                        "duplicate-id",
                        format!("two records of `{}` have the id `{}`", T::KIND, record.id()),
                    )
                    .at(self.place(at.start, (at.end - at.start) as usize))
                    .help(format!("the other is in `{}`{line}; rename one", other_place.path)),
                );
                continue;
            }
            record.place_inner(&origin);
            record.set_origin(origin);
            into.insert(record.id().clone(), record);
        }
    }
}

/// Kinds people write: sets the places of what is inside a record.
trait Written {
    fn place_inner(&mut self, _origin: &Origin) {}
}

macro_rules! written {
    ($($field:ident : $type:ident),* $(,)?) => { $( written!(@ $type); )* };
    (@ Claim) => {};
    (@ $type:ident) => { impl Written for $type {} };
}

impl Written for Claim {
    fn place_inner(&mut self, origin: &Origin) {
        for (index, criterion) in self.criteria.iter_mut().enumerate() {
            criterion.origin =
                Origin { path: origin.path.clone(), pointer: format!("{}/criteria/{index}", origin.pointer) };
        }
    }
}
written! {
    products: Product, certifications: Certification, frameworks: Framework,
    controls: Control, responsibilities: Responsibility, subprocessors: Subprocessor,
    policies: Policy, documents: Document, answers: Answer, faq: Faq, data_residency: Residency,
    compatibility: Compatibility, incidents: Incident, releases: Release,
    architecture: Architecture, risks: Risk, waivers: Waiver, blockers: Blocker,
    questions: Question, kpis: Kpi,
    access_reviews: AccessReview, audit_exports: AuditExport, checklists: Checklist,
    claim_charts: ClaimChart, assignments: Assignment,
}

fn kinds() -> Vec<String> {
    let mut out = vec!["`organization`".to_owned(), "`vulnerability-disclosure`".to_owned()];
    macro_rules! names {
        ($($field:ident : $type:ident),* $(,)?) => { $( out.push(format!("`{}`", <$type as Record>::KIND)); )* };
    }
    for_each_written_kind!(names);
    out
}

fn unknown(file: &File<'_>, key: &str, at: u32) -> Finding {
    let kinds = kinds();
    let help = match did_you_mean(key, kinds.iter().map(|kind| kind.trim_matches('`'))) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known here: {}", kinds.join(", ")),
    };
    Finding::error("unknown-key", format!("unknown key `{key}`")).at(file.place(at, key.len())).help(help)
}
