//! What the pages of one bill of materials share, looked up once: where each component stands, why it is there, what is said of it.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::OnceLock;

use crate::model::catalog::Catalog;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::sbom::Component;
use crate::model::sbom::Sbom;
use crate::model::vex::VexStatement;
use crate::render::pages::sbom_tables;

/// Statements on vulnerabilities by what they speak of.
pub(crate) struct Statements<'a> {
    all: Vec<&'a VexStatement>,
    by_product: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Statements<'a> {
    /// The statements that bear on a bill of materials: its own, and those of VEX documents of the same release or of none.
    pub(crate) fn new(catalog: &'a Catalog, evidence: &'a Evidence, bom: &'a Sbom) -> Self {
        let mut all: Vec<&VexStatement> = bom.vulnerabilities.iter().collect();
        for other in catalog.evidence.values() {
            let Body::Vex(vex) = &other.body else { continue };
            let same = match (&other.release, &evidence.release) {
                (Some(theirs), Some(ours)) => theirs == ours,
                (None, _) | (_, None) => true,
            };
            if same && other.mode == Mode::Live {
                all.extend(&vex.statements);
            }
        }
        let mut by_product: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, statement) in all.iter().enumerate() {
            for product in &statement.products {
                by_product.entry(product).or_default().push(index);
            }
        }
        Self { all, by_product }
    }

    /// Whether nobody said anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The statement that holds for each vulnerability of a component: the latest one that speaks of it by purl,
    /// reference or exact name.
    pub(crate) fn holding(&self, component: &Component) -> BTreeMap<&'a str, &'a VexStatement> {
        let mut out: BTreeMap<&str, &VexStatement> = BTreeMap::new();
        if self.by_product.is_empty() {
            return out;
        }
        let versioned = component.version.as_ref().map(|version| format!("{}@{version}", component.name));
        let names = [component.purl.as_deref(), Some(&component.reference), Some(&component.name)];
        let mut speaking: Vec<usize> = names
            .into_iter()
            .chain([versioned.as_deref()])
            .flatten()
            .filter_map(|name| self.by_product.get(name))
            .flatten()
            .copied()
            .collect();
        speaking.sort_unstable();
        for statement in speaking.into_iter().filter_map(|index| self.all.get(index)) {
            let entry = out.entry(statement.vulnerability.as_str()).or_insert(statement);
            if statement.timestamp >= entry.timestamp {
                *entry = statement;
            }
        }
        out
    }
}

/// Why a component is in a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Because {
    /// The subject names it.
    Subject,
    /// Another component names it; it is the first on a shortest way from the subject.
    Component(usize),
    /// Nothing on a way from the subject does.
    Nothing,
}

/// What the pages of one bill share. Components are named by their place in the order of the tables.
pub(crate) struct Context<'a> {
    /// In the order of the tables.
    pub(crate) sorted: Vec<&'a Component>,
    /// What is said of vulnerabilities.
    pub(crate) statements: Statements<'a>,
    /// What each component names, in order.
    pub(crate) names: Vec<Vec<usize>>,
    /// How many components name each, the subject not counted.
    pub(crate) named_by: Vec<usize>,
    /// Why each is there.
    pub(crate) because: Vec<Because>,
    /// What can be reached from the subject, nearest first, with its distance.
    pub(crate) reached: Vec<(usize, usize)>,
    /// What the subject names, in order; without a subject that names something, what nothing else names.
    pub(crate) first: Vec<usize>,
    /// Whether the subject itself names what comes first.
    pub(crate) has_subject: bool,
    /// The page of the bill.
    pub(crate) page: String,
}

/// A context that is looked up by whichever page needs it first.
pub(crate) struct Shared<'a> {
    catalog: &'a Catalog,
    page: String,
    evidence: &'a Evidence,
    bom: &'a Sbom,
    made: OnceLock<Context<'a>>,
}

impl<'a> Shared<'a> {
    /// Of a bill whose page is `page`.
    pub(crate) fn new(catalog: &'a Catalog, page: &str, evidence: &'a Evidence, bom: &'a Sbom) -> Self {
        Self { catalog, page: page.to_owned(), evidence, bom, made: OnceLock::new() }
    }

    /// The context.
    pub(crate) fn get(&self) -> &Context<'a> {
        self.made.get_or_init(|| Context::new(self.catalog, &self.page, self.evidence, self.bom))
    }
}

impl<'a> Context<'a> {
    /// Looks everything up.
    pub(crate) fn new(catalog: &'a Catalog, page: &str, evidence: &'a Evidence, bom: &'a Sbom) -> Self {
        let sorted = sbom_tables::sorted(bom);
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, component) in sorted.iter().enumerate() {
            places.entry(component.reference.as_str()).or_insert(place);
        }
        let subject = bom.primary.as_ref().map(|primary| primary.reference.as_str());
        let mut names: Vec<Vec<usize>> = vec![Vec::new(); sorted.len()];
        let mut first = Vec::new();
        let nested = sorted
            .iter()
            .filter_map(|component| Some((component.parent.as_deref()?, component.reference.as_str())));
        for (from, to) in bom.edges.iter().map(|edge| (&*edge.from, &*edge.to)).chain(nested) {
            let Some(to) = places.get(to).copied() else { continue };
            match places.get(from) {
                Some(from) if *from == to => {}
                Some(from) => names[*from].push(to),
                None if Some(from) == subject => first.push(to),
                None => {}
            }
        }
        let mut named_by = vec![0; sorted.len()];
        for list in &mut names {
            list.sort_unstable();
            list.dedup();
            list.iter().for_each(|place| named_by[*place] += 1);
        }
        first.sort_unstable();
        first.dedup();
        let has_subject = !first.is_empty();
        if !has_subject {
            first = (0..sorted.len())
                .filter(|place| named_by[*place] == 0 && !names[*place].is_empty())
                .collect();
        }
        let mut because = vec![Because::Nothing; sorted.len()];
        let mut seen = vec![false; sorted.len()];
        let mut reached = Vec::new();
        let mut queue: VecDeque<(usize, usize)> = VecDeque::new();
        for place in &first {
            seen[*place] = true;
            because[*place] = if has_subject { Because::Subject } else { Because::Nothing };
            queue.push_back((*place, 0));
        }
        while let Some((place, distance)) = queue.pop_front() {
            reached.push((place, distance));
            for next in &names[place] {
                if !seen[*next] {
                    seen[*next] = true;
                    because[*next] = Because::Component(place);
                    queue.push_back((*next, distance + 1));
                }
            }
        }
        let statements = Statements::new(catalog, evidence, bom);
        let page = page.to_owned();
        Self { sorted, statements, names, named_by, because, reached, first, has_subject, page }
    }

    /// Whether the document relates anything to anything.
    pub(crate) fn has_relations(&self) -> bool {
        !self.reached.is_empty()
    }

    /// Where the row of a component stands.
    pub(crate) fn row(&self, place: usize) -> String {
        sbom_tables::row_path(&self.page, place, self.sorted.len())
    }
}
