//! Links of texts and records: where they lead inside the site, what is said of one that leads nowhere, and of an image.

use std::ops::Range;

use crate::model::catalog::Catalog;
use crate::model::content::Policy;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::record::Link;
use crate::model::record::Origin;
use crate::model::snapshot::Snapshot;
use crate::render::book::Book;
use crate::render::nav;
use crate::render::outputs::verifier;
use crate::render::view;
use crate::render::view::Part;

/// What may be written as the target of a link.
const WHAT_MAY: &str =
    "link to `https:`, `mailto:`, a page such as `claims.html`, or a record such as `claims:ID`";

/// Where a text was written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written<'a> {
    /// It is a file of its own, below its front matter where it has one.
    File(&'a str),
    /// It is the value of a field of a record.
    Field(&'a Origin, &'a str),
}

impl Written<'_> {
    /// The place of `bytes` of the text. A text in a record is pointed at as a whole: what stands in its file is written otherwise.
    pub(crate) fn place(self, bytes: &Range<usize>) -> Place {
        match self {
            Self::File(path) => Place::in_page(path, bytes.start, bytes.end),
            Self::Field(..) => self.whole(),
        }
    }

    /// The place of the text.
    pub(crate) fn whole(self) -> Place {
        match self {
            Self::File(path) => Place::file(path),
            Self::Field(origin, field) => origin.field(field),
        }
    }
}

/// The text of a policy, which is a file of its own.
pub(crate) fn of_policy(policy: &Policy) -> Written<'_> {
    // what looks like a front matter belongs to the text here, and bytes are counted from below one
    match (&policy.text_path, &policy.text) {
        (Some(path), Some(text)) if !text.starts_with("---") => Written::File(path),
        _ => Written::Field(&policy.origin, "file"),
    }
}

/// Everything that the links and images of a snapshot's texts and records are told of, without a page being made.
pub fn without_target(snapshot: &Snapshot) -> Vec<Finding> {
    let book = Book::new(snapshot);
    let catalog = &snapshot.catalog;
    for page in &catalog.pages {
        look(&book, &page.text, Written::File(&page.origin.path));
    }
    for policy in catalog.policies.values() {
        look(&book, policy.text.as_deref().unwrap_or_default(), of_policy(policy));
    }
    let field = |text: Option<&String>, origin: &Origin, field: &str| {
        look(&book, text.map_or("", String::as_str), Written::Field(origin, field));
    };
    for entry in catalog.faq.values() {
        field(Some(&entry.answer), &entry.origin, "answer");
    }
    for view in catalog.architecture.values() {
        field(view.description.as_ref(), &view.origin, "description");
    }
    for release in catalog.releases.values() {
        field(release.notes.as_ref(), &release.origin, "notes");
    }
    if let Some(disclosure) = &catalog.vulnerability_disclosure {
        field(disclosure.process.as_ref(), &disclosure.origin, "process");
        field(disclosure.safe_harbour.as_ref(), &disclosure.origin, "safe-harbour");
    }
    of_records(&book, catalog);
    book.take_noticed()
}

/// The remarks and links of the kinds whose pages show them.
fn of_records(book: &Book, catalog: &Catalog) {
    macro_rules! each {
        ($($field:ident)*) => { $( catalog.$field.values().for_each(|one| of(book, &one.remarks, &one.links, &one.origin)); )* };
    }
    each! {
        architecture certifications checklists claim_charts claims incidents kpis releases subprocessors
    }
    for policy in catalog.policies.values().filter(|policy| policy.text.is_some()) {
        of(book, &policy.remarks, &policy.links, &policy.origin);
    }
}

fn of(book: &Book, remarks: &Option<String>, links: &[Link], origin: &Origin) {
    look(book, remarks.as_deref().unwrap_or_default(), Written::Field(origin, "remarks"));
    parts(book, links, origin);
}

/// Looks at a text as its page will.
fn look(book: &Book, text: &str, written: Written<'_>) {
    // every link and image has one of these
    if text.contains(['[', '<']) {
        book.markdown(text, "", 2, written);
    }
}

/// Links of a record.
pub(crate) fn parts(book: &Book, links: &[Link], origin: &Origin) -> Vec<Part> {
    let part = |(index, Link { href, text, .. }): (usize, &Link)| {
        let words = text.as_deref().unwrap_or(href);
        if view::is_outside_address(href) {
            return view::outside(words, href);
        }
        match inside(book, href) {
            Some(inside) => view::link(words, inside),
            None => {
                book.notice(nowhere(book, href, origin.field(&format!("links/{index}/href"))));
                view::outside(words, href)
            }
        }
    };
    links.iter().enumerate().map(part).collect()
}

/// Where a relative address or a record reference (`claims:ID`, `claim:ID`) leads inside the site.
pub(crate) fn inside(book: &Book, address: &str) -> Option<String> {
    let (path, fragment) = match address.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (address, None),
    };
    if let Some((kind, id)) = path.split_once(':') {
        return book.href(kind, id).or_else(|| book.href(&format!("{kind}s"), id));
    }
    let path = relative(path);
    let (page, fragment) = match path.strip_suffix(".md") {
        // headings of a page of text stand below `text-`
        Some(stem) => (
            book.page_of("pages", Id::slug(stem.rsplit('/').next().unwrap_or(stem)).as_str())?,
            fragment.map(|words| format!("text-{}", Id::slug(words))),
        ),
        None => (path.to_owned(), fragment.map(str::to_owned)),
    };
    if !nav::has_page(book, &page) && page != verifier::PATH && !book.has_file(&page) {
        return None;
    }
    Some(match fragment {
        Some(fragment) => format!("{page}#{fragment}"),
        None => page,
    })
}

/// A path without the way to the site's root: texts are shown at more than one depth.
fn relative(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches("../")
}

/// What is said of a link that leads to nothing.
pub(crate) fn nowhere(book: &Book, address: &str, place: Place) -> Finding {
    let help = match meant(book, address) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => WHAT_MAY.to_owned(),
    };
    let message = format!("a link leads to `{address}`, which no page of this site has");
    Finding::warning("link-leads-nowhere", message).at(place).help(help)
}

/// What there is instead of `address`.
fn meant(book: &Book, address: &str) -> Option<String> {
    let path = address.split('#').next().unwrap_or(address);
    if let Some((kind, id)) = path.split_once(':') {
        let (kind, ids) = [kind.to_owned(), format!("{kind}s")]
            .into_iter()
            .find_map(|kind| book.ids_of(&kind).map(|ids| (kind, ids)))?;
        return did_you_mean(id, ids).map(|id| format!("{kind}:{id}"));
    }
    let path = path.trim_start_matches(['.', '/']);
    if path.is_empty() {
        return None;
    }
    // a folder is taken for its page: `claims/`
    let folder = path.trim_end_matches('/');
    let page = if folder.contains('.') { path.to_owned() } else { format!("{folder}.html") };
    if inside(book, &page).is_some() {
        return Some(page);
    }
    // of a page below a folder the folder is right or wrong as a whole: only the rest is compared
    let (folder, stem) = match page.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), page.as_str()),
    };
    let stem = stem.strip_suffix(".html")?;
    let known = book.addresses().filter_map(|address| {
        address.strip_prefix(&folder)?.strip_suffix(".html").filter(|stem| !stem.contains('/'))
    });
    let list =
        || Some(format!("{}.html", folder.trim_end_matches('/'))).filter(|page| inside(book, page).is_some());
    did_you_mean(stem, known).map(|stem| format!("{folder}{stem}.html")).or_else(list)
}

/// What is said of a link to a heading that its text has not.
pub(crate) fn no_heading(
    address: &str,
    anchors: &[String],
    written: Written<'_>,
    bytes: &Range<usize>,
) -> Finding {
    let wanted = address.trim_start_matches('#');
    let help = match did_you_mean(Id::slug(wanted).as_str(), anchors.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `#{meant}`?"),
        None if anchors.is_empty() => "the text has no heading to link to".to_owned(),
        None => format!("its headings are {}", listed(anchors)),
    };
    Finding::warning(
        "link-leads-nowhere",
        format!("a link leads to `{address}`, and the text has no such heading"),
    )
    .at(written.place(bytes))
    .help(help)
}

/// The first few of a list of anchors.
fn listed(anchors: &[String]) -> String {
    let shown: Vec<String> = anchors.iter().take(5).map(|anchor| format!("`#{anchor}`")).collect();
    let more = if anchors.len() > 5 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// What is said of an image.
pub(crate) fn image(address: &str, written: Written<'_>, bytes: &Range<usize>) -> Finding {
    let help = if view::is_outside_address(address) {
        "nothing is loaded from elsewhere: link to the picture, as in `[words](address)`"
    } else {
        "give the file as a document (`documents: [{file: …}]`) and link to it as `documents:ID`, or say in words what it shows"
    };
    Finding::warning(
        "image-not-shown",
        format!("the image `{address}` is not shown; its words stand in its place"),
    )
    .at(written.place(bytes))
    .help(help)
}
