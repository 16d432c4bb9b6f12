//! A snapshot with what pages ask it for: where a record stands, what it is called, how it stands.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::model::assessment::Assessment;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::DateStatus;
use crate::model::catalog::Catalog;
use crate::model::content::*;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::model::tree::Content;
use crate::render::Download;
use crate::render::links::Written;
use crate::render::markdown;
use crate::render::nav;
use crate::render::places;
use crate::render::places::Originals;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::link;

/// A snapshot with what pages ask it for.
#[derive(Debug)]
pub struct Book<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// File stems of records with a page of their own, by folder.
    stems: BTreeMap<&'static str, BTreeMap<Id, String>>,
    /// The pages of those, relative to the site's root.
    pages: BTreeMap<&'static str, BTreeSet<String>>,
    /// Where originals lie in the archive.
    originals: Originals,
    /// The bytes of originals, by path relative to the project root; empty where no page shows them.
    bytes: Option<&'a BTreeMap<String, Content>>,
    /// What is published beside this copy; empty in the archive.
    downloads: Vec<Download>,
    /// What was noticed while pages were made, in order whatever thread found it.
    noticed: Mutex<BTreeSet<Finding>>,
}

impl<'a> Book<'a> {
    /// Looks up where everything will stand.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let catalog = &snapshot.catalog;
        let mut stems = BTreeMap::new();
        stems.insert("claims", places::stems(catalog.claims.keys()));
        stems.insert("evidence", places::stems(catalog.evidence.keys()));
        stems.insert("releases", places::stems(catalog.releases.keys()));
        stems.insert(
            "policies",
            places::stems(catalog.policies.values().filter(|p| p.text.is_some()).map(|p| &p.id)),
        );
        stems.insert("pages", places::stems(catalog.pages.iter().map(|page| &page.id)));
        stems.insert(
            "sbom",
            places::stems(
                catalog.evidence.values().filter(|e| matches!(e.body, Body::Sbom(_))).map(|e| &e.id),
            ),
        );
        stems.insert(
            "verdicts",
            places::stems(snapshot.assessment.verdicts.iter().map(|verdict| &verdict.profile)),
        );
        let groups: Vec<Id> = snapshot
            .assessment
            .verdicts
            .iter()
            .flat_map(|verdict| verdict.groups.iter().map(|group| group_key(&verdict.profile, &group.id)))
            .collect();
        stems.insert("groups", places::stems(groups.iter()));
        let pages = stems
            .iter()
            .map(|(folder, stems): (&&'static str, &BTreeMap<Id, String>)| {
                (*folder, stems.values().map(|stem| format!("{folder}/{stem}.html")).collect())
            })
            .collect();
        let originals = places::originals(catalog);
        Self {
            snapshot,
            stems,
            pages,
            originals,
            bytes: None,
            downloads: Vec::new(),
            noticed: Mutex::default(),
        }
    }

    /// The same, with the bytes of originals.
    pub(crate) fn showing(self, originals: &'a BTreeMap<String, Content>) -> Self {
        Self { bytes: Some(originals), ..self }
    }

    /// The bytes of the file at `path`, where pages show them.
    pub(crate) fn bytes_of(&self, path: &str) -> Option<&'a Content> {
        self.bytes?.get(path)
    }

    /// The same, with what is published beside it.
    pub(crate) fn offering(self, downloads: &[Download]) -> Self {
        Self { downloads: downloads.to_vec(), ..self }
    }

    /// What is published beside this copy; empty in the archive.
    pub(crate) fn downloads(&self) -> &[Download] {
        &self.downloads
    }

    /// The records.
    pub fn catalog(&self) -> &'a Catalog {
        &self.snapshot.catalog
    }

    /// How they stand.
    pub fn assessment(&self) -> &'a Assessment {
        &self.snapshot.assessment
    }

    /// The instant everything is judged at.
    pub fn as_of(&self) -> Instant {
        self.snapshot.head.as_of
    }

    /// Where the original of a piece of evidence lies, relative to the archive's `data/`; `None` when it is not handed out.
    pub fn original(&self, id: &str) -> Option<&str> {
        self.originals.evidence.get(id).map(String::as_str)
    }

    /// Where a document can be opened, relative to the site's root; `None` when it is not handed out.
    pub fn document_file(&self, id: &str) -> Option<&str> {
        self.originals.documents.get(id).and_then(|name| name.strip_prefix("site/"))
    }

    /// Remembers a finding.
    pub(crate) fn notice(&self, finding: Finding) {
        self.noticed.lock().unwrap_or_else(PoisonError::into_inner).insert(finding);
    }

    /// Everything noticed, in order.
    pub(crate) fn take_noticed(&self) -> Vec<Finding> {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *noticed).into_iter().collect()
    }

    /// The page of a record with a page of its own in `folder`, relative to the site's root.
    pub fn page_of(&self, folder: &'static str, id: &str) -> Option<String> {
        self.stems.get(folder)?.get(id).map(|stem| format!("{folder}/{stem}.html"))
    }

    /// Whether a record of `folder` has its page at `path`.
    pub(crate) fn has_page_at(&self, folder: &'static str, path: &str) -> bool {
        self.pages.get(folder).is_some_and(|pages| pages.contains(path))
    }

    /// Whether a document is handed out at `path`.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.originals.documents.values().any(|name| name.strip_prefix("site/") == Some(path))
    }

    /// Every address that a link may have.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        let pages = self.pages.values().flatten().map(String::as_str);
        let files = self.originals.documents.values().filter_map(|name| name.strip_prefix("site/"));
        nav::ADDRESSES.iter().map(String::as_str).chain(pages).chain(files)
    }

    /// The ids of all records of `kind`.
    pub(crate) fn ids_of(&self, kind: &str) -> Option<Vec<&'a str>> {
        let catalog = self.catalog();
        macro_rules! find {
            ($($field:ident : $type:ident),* $(,)?) => {
                $( if kind == <$type as Record>::KIND { return Some(catalog.$field.keys().map(Id::as_str).collect()); } )*
            };
        }
        crate::for_each_kind!(find);
        match kind {
            "verdicts" => {
                Some(self.assessment().verdicts.iter().map(|verdict| verdict.profile.as_str()).collect())
            }
            "pages" => Some(catalog.pages.iter().map(|page| page.id.as_str()).collect()),
            _ => None,
        }
    }

    /// The page of a group of a profile, relative to the site's root.
    pub fn group_page(&self, profile: &Id, group: &Id) -> Option<String> {
        self.page_of("groups", group_key(profile, group).as_str())
    }

    /// Where a criterion of a profile stands with all that was found: on the page of its group, else on the verdict's.
    pub fn criterion_href(&self, profile: &str, criterion: &str) -> Option<String> {
        let verdict = self.assessment().verdicts.iter().find(|one| one.profile.as_str() == profile)?;
        let found = verdict.criteria.iter().find(|one| one.id.as_str() == criterion)?;
        let page = match &found.group {
            Some(group) => self.group_page(&verdict.profile, group),
            None => self.page_of("verdicts", profile),
        }?;
        Some(format!("{page}#criterion-{criterion}"))
    }

    /// Where the record of `kind` with `id` stands, relative to the site's root; `None` when this audience has none.
    pub fn href(&self, kind: &str, id: &str) -> Option<String> {
        let page = match kind {
            "claims" => return self.page_of("claims", id),
            "evidence" => return self.page_of("evidence", id),
            "releases" => return self.page_of("releases", id),
            "verdicts" => return self.page_of("verdicts", id),
            "sbom" => return self.page_of("sbom", id),
            "assignments" => {
                let (profile, criterion) = self.catalog().assignments.get(id)?.criterion.split_once('/')?;
                return self.criterion_href(profile, criterion);
            }
            "pages" => return self.page_of("pages", id),
            "policies" => match self.page_of("policies", id) {
                Some(page) => return Some(page),
                None => "policies.html",
            },
            "products" => "index.html",
            "certifications" => "certifications.html",
            "frameworks" | "controls" => "controls.html",
            "responsibilities" => "responsibility.html",
            "subprocessors" => "subprocessors.html",
            "documents" => "documents.html",
            "answers" => "questionnaires.html",
            "faq" => "faq.html",
            "data-residency" => "data-residency.html",
            "compatibility" => "compatibility.html",
            "incidents" => "incidents.html",
            "architecture" => "architecture.html",
            "risks" | "waivers" | "blockers" => "risks.html",
            "questions" => "open-questions.html",
            "kpis" => "kpis.html",
            "access-reviews" | "audit-exports" => "evidence-automation.html",
            "checklists" => "checklists.html",
            "claim-charts" => "claim-charts.html",
            _ => return None,
        };
        self.name_of(kind, id).map(|_| format!("{page}#{}", anchor(kind, id)))
    }

    /// What the record of `kind` with `id` is called.
    pub fn name_of(&self, kind: &str, id: &str) -> Option<&'a str> {
        let catalog = self.catalog();
        macro_rules! find {
            ($($field:ident : $type:ident),* $(,)?) => {
                $( if kind == <$type as Record>::KIND { return catalog.$field.get(id).map(Record::name); } )*
            };
        }
        crate::for_each_kind!(find);
        match kind {
            "sbom" => catalog.evidence.get(id).map(Record::name),
            "verdicts" => self
                .assessment()
                .verdicts
                .iter()
                .find(|verdict| verdict.profile.as_str() == id)
                .map(|verdict| verdict.title.as_str()),
            "pages" => {
                catalog.pages.iter().find(|page| page.id.as_str() == id).map(|page| page.head.title.as_str())
            }
            _ => None,
        }
    }

    /// A link to a record by its name, or its id alone when this audience has no such record.
    pub fn link(&self, kind: &str, id: &str) -> Part {
        self.link_as(kind, id, self.name_of(kind, id).unwrap_or(id))
    }

    /// A link to a record in other words.
    pub fn link_as(&self, kind: &str, id: &str, words: &str) -> Part {
        match self.href(kind, id) {
            Some(href) => link(words, href),
            None => code(id),
        }
    }

    /// Links to records of one kind.
    pub fn links(&self, kind: &str, ids: &[Id]) -> Vec<Part> {
        ids.iter().map(|id| self.link(kind, id.as_str())).collect()
    }

    /// How a claim stands; not assessed when it was not.
    pub fn claim(&self, id: &str) -> Option<&'a ClaimAssessment> {
        self.assessment().claims.get(id)
    }

    /// The status of a claim.
    pub fn claim_status(&self, id: &str) -> Status {
        self.claim(id).map_or(Status::NotAssessed, |claim| claim.status)
    }

    /// The status of something with an end.
    pub fn dates(&self, kind: &str, id: &str) -> Option<&'a DateStatus> {
        self.assessment().dates.get(kind)?.get(id)
    }

    /// The mark of something with an end; not assessed when nothing was computed.
    pub fn dated(&self, kind: &str, id: &str) -> Vec<Part> {
        match self.dates(kind, id) {
            Some(dates) => {
                let mut out = vec![Part::Mark { mark: crate::render::status::dated(dates) }];
                if !dates.why.is_empty() {
                    out.push(crate::render::view::why(dates.why.clone()));
                }
                out
            }
            None => vec![
                Part::Mark { mark: crate::render::status::mark(Status::NotAssessed) },
                Part::Why { text: "no date given".to_owned() },
            ],
        }
    }

    /// Markdown of a record as checked markup. `prefix` keeps its anchors apart from others of the page.
    pub(crate) fn markdown(&self, source: &str, prefix: &str, level: u8, written: Written<'_>) -> String {
        let options = markdown::Options { prefix, level, book: self, written };
        match markdown::render(source, &options) {
            Ok(html) => html,
            Err(finding) => {
                self.notice(finding);
                String::new()
            }
        }
    }

    /// Markdown of a record as a part of a cell.
    pub(crate) fn prose(&self, source: &str, prefix: &str, written: Written<'_>) -> Part {
        Part::Html { html: self.markdown(source, prefix, 4, written) }
    }

    /// A criterion's status with its waiver said.
    pub fn criterion_state(&self, criterion: &CriterionResult) -> Vec<Part> {
        let mut out: Vec<Part> = vec![Part::Mark { mark: crate::render::status::mark(criterion.status) }];
        if let Some(waiver) = &criterion.waiver {
            out.push(Part::Why {
                text: format!(
                    "without the waiver: {}",
                    criterion.status_without_waiver.word().to_lowercase()
                ),
            });
            out.push(Part::Text { text: " ".to_owned() });
            out.push(self.link_as("waivers", waiver.as_str(), "the waiver"));
        } else if !criterion.required {
            out.push(Part::Why { text: "not part of the verdict".to_owned() });
        }
        out
    }

    /// The number of the snapshot as file names have it.
    pub fn number(&self) -> String {
        self.snapshot.head.number()
    }

    /// Name of the archive's file without its extension.
    pub fn archive_stem(&self) -> String {
        format!("{}-{}", self.snapshot.site.slug, self.number())
    }
}

/// What the page of a group of a profile is filed under.
fn group_key(profile: &Id, group: &Id) -> Id {
    Id::slug(&format!("{profile}.{group}"))
}

/// The anchor of a record in the page of its kind.
pub fn anchor(kind: &str, id: &str) -> String {
    format!("{kind}-{id}")
}

/// How many claims have each status, worst first, none left out that has any.
pub fn claim_counts(book: &Book) -> Vec<(Mark, usize)> {
    Status::ALL
        .iter()
        .filter_map(|status| {
            let count =
                book.catalog().claims.keys().filter(|id| book.claim_status(id.as_str()) == *status).count();
            (count > 0).then(|| (crate::render::status::mark(*status), count))
        })
        .collect()
}
