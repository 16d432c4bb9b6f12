//! The pages and the data files of their tables. Pages are independent of each other and rendered side by side.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use serde::Serialize;
use tera::Context;
use tera::Value;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::snapshot::SnapshotState;
use crate::model::status::Status;
use crate::model::tree::Content;
use crate::model::tree::Keep;
use crate::render::Download;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::book::Book;
use crate::render::csv;
use crate::render::engine::Engine;
use crate::render::nav;
use crate::render::outputs::assets;
use crate::render::outputs::base;
use crate::render::outputs::put_titled;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages;
use crate::render::pages::Job;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;

/// Renders every page.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let book = Book::new(input.snapshot).showing(input.originals);
    made(input, &book, &pages::jobs(&book), "site/")
}

/// Renders the pages that say more in the live tree.
pub(crate) fn live(input: &RenderInput, downloads: &[Download]) -> Checked<Files> {
    let book = Book::new(input.snapshot).offering(downloads);
    let mut jobs = pages::jobs(&book);
    jobs.retain(|job| job.path == pages::DOWNLOAD);
    made(input, &book, &jobs, "")
}

fn made(input: &RenderInput, book: &Book, jobs: &[Job], below: &str) -> Checked<Files> {
    let engine = match Engine::new(input.templates, shared(book)) {
        Ok(engine) => engine,
        Err(finding) => return Checked::refused(finding),
    };
    let made = side_by_side(jobs, input.threads, |job| one(book, &engine, job, input.keep));
    let (mut files, mut findings) = (Vec::new(), book.take_noticed());
    for (job, result) in jobs.iter().zip(made) {
        match result {
            Some(Ok(outcome)) => {
                for (name, media_type, content) in outcome {
                    let name = format!("{below}{name}");
                    put_titled(&mut files, &mut findings, &name, media_type, None, content);
                }
            }
            Some(Err(finding)) => findings.push(finding),
            None => findings.push(Finding::error(
                "page-not-rendered",
                format!("the page `{}` was not rendered: its thread stopped", job.path),
            )),
        }
    }
    findings.sort();
    findings.dedup();
    Checked { value: Some(files), findings }
}

/// Runs `work` on every item, on up to `threads` threads; results in the order of the items.
fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<Option<R>> {
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        return items.iter().map(|item| Some(work(item))).collect();
    }
    let next = AtomicUsize::new(0);
    let mut slots: BTreeMap<usize, R> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        match items.get(index) {
                            Some(item) => done.push((index, work(item))),
                            None => return done,
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            if let Ok(done) = worker.join() {
                slots.extend(done);
            }
        }
    });
    (0..items.len()).map(|index| slots.remove(&index)).collect()
}

type Outcome = Vec<(String, &'static str, Content)>;

/// One page with its data files, named relative to the site's root.
fn one(book: &Book, engine: &Engine, job: &Job, keep: &dyn Keep) -> Result<Outcome, Finding> {
    let mut page = (job.build)(book);
    let mut out = Vec::new();
    let stem = job.path.strip_suffix(".html").unwrap_or(&job.path);
    let folder = if stem.contains('/') { format!("data/{stem}") } else { "data".to_owned() };
    for table in tables(&mut page) {
        if table.name.is_empty() || table.is_empty() {
            table.drop_empty_columns();
            continue;
        }
        let (csv_name, json_name) =
            (format!("{folder}/{}.csv", table.name), format!("{folder}/{}.json", table.name));
        let as_of = book.as_of().to_string();
        let json = csv::json(table, &job.path, &book.number(), &as_of)
            .map_err(|error| Finding::error("record-without-json", format!("`{json_name}`: {error}")))?;
        out.push((csv_name.clone(), "text/csv", keep.keep(csv::csv(table).into_bytes())));
        out.push((json_name.clone(), "application/json", keep.keep(json)));
        table.exports = Some((csv_name, json_name));
        table.drop_empty_columns();
    }
    for file in std::mem::take(&mut page.files) {
        out.push((file.name, file.media_type, keep.keep(file.bytes)));
    }
    let root = root(book, &job.path);
    let own = format!("site/pages/{}.html", page.key);
    let template = if engine.has(&own) { own.as_str() } else { "site/page.html" };
    let mut context = Context::new();
    context.insert("root", &root);
    context.insert_value("page", Value::from_serializable(&PageView::of(&page, &job.path)));
    // What the template needs of it is in the context; a page of many rows is not held twice.
    drop(page);
    let html = engine.render(template, &context)?;
    out.push((job.path.clone(), "text/html", keep.keep(html.into_bytes())));
    Ok(out)
}

/// The way from a page to the site's root. The page for missing addresses is shown anywhere, so it takes the address itself.
fn root(book: &Book, path: &str) -> String {
    if let Some(base) = base(&book.snapshot.site).filter(|_| path == "404.html") {
        let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
        return format!("/{}", path.unwrap_or(""));
    }
    "../".repeat(path.matches('/').count())
}

fn tables(page: &mut Page) -> impl Iterator<Item = &mut Table> {
    page.sections.iter_mut().flat_map(|section| &mut section.blocks).filter_map(|block| match block {
        Block::Table { table } => Some(table),
        _ => None,
    })
}

/// What the page's template gets.
#[derive(Serialize)]
struct PageView<'a> {
    path: &'a str,
    key: &'a str,
    title: &'a str,
    crumb: &'a str,
    crumbs: &'a [(String, String)],
    /// `page` when the navigation has this very page, `true` when it stands below it.
    current: &'static str,
    head: &'a PageHead,
    sections: Vec<SectionView<'a>>,
}

#[derive(Serialize)]
struct SectionView<'a> {
    id: &'a str,
    title: &'a str,
    meta: &'a Cell,
    exports: Vec<Export<'a>>,
    blocks: &'a [Block],
}

#[derive(Serialize)]
struct Export<'a> {
    /// Set where a section has several tables.
    words: String,
    label: String,
    csv: &'a str,
    json: &'a str,
}

impl<'a> PageView<'a> {
    fn of(page: &'a Page, path: &'a str) -> Self {
        let section = |section: &'a Section| {
            let mut exports: Vec<Export> = section
                .blocks
                .iter()
                .filter_map(|block| match block {
                    Block::Table { table } => {
                        table.exports.as_ref().map(|(csv, json)| (table.name.as_str(), csv, json))
                    }
                    _ => None,
                })
                .map(|(name, csv, json)| Export {
                    words: name.split('-').next().unwrap_or(name).to_owned(),
                    label: format!("{}: {}", section.title, name.replace('-', " ")),
                    csv,
                    json,
                })
                .collect();
            if let [only] = exports.as_mut_slice() {
                only.words = String::new();
                only.label.clone_from(&section.title);
            }
            SectionView {
                id: &section.id,
                title: &section.title,
                meta: &section.meta,
                exports,
                blocks: &section.blocks,
            }
        };
        Self {
            path,
            key: &page.key,
            title: &page.title,
            crumb: &page.crumb,
            crumbs: &page.crumbs,
            current: if path.contains('/') && !path.starts_with("pages/") { "true" } else { "page" },
            head: &page.head,
            sections: page.sections.iter().map(section).collect(),
        }
    }
}

#[derive(Serialize)]
struct Notice {
    mark: Mark,
    text: String,
}

#[derive(Serialize)]
struct When {
    at: String,
    text: String,
}

/// What all pages share; made once.
fn shared(book: &Book) -> Context {
    let snapshot = book.snapshot;
    let (head, site) = (&snapshot.head, &snapshot.site);
    let organization = &snapshot.catalog.organization;
    let draft = head.state == SnapshotState::Draft;
    let mut notices = Vec::new();
    let mut notice = |shape: Status, word: &str, text: String| {
        notices.push(Notice { mark: status::worded(shape, word), text });
    };
    if let Some(text) = &site.notice {
        notice(Status::Sample, "Notice", text.clone());
    }
    if draft {
        notice(
            Status::PartlyMet,
            "Draft",
            format!("Snapshot {} is not released; its content and number may still change.", head.number()),
        );
    }
    if head.development {
        notice(
            Status::NotAssessed,
            "Development key",
            "Signed with a key that nobody vouches for. Do not rely on this copy.".to_owned(),
        );
    }
    if head.audience.name() != "public" {
        notice(
            Status::Waived,
            "Restricted",
            format!("Made for the audience “{}”. Not for publication.", head.audience.name()),
        );
    }
    let site_view = serde_json::json!({
        "language": site.language,
        "title": site.title,
        "entity": if organization.name.is_empty() { &site.title } else { &organization.name },
        "has_feed": site.base_url.is_some(),
        "has_brand": site.link_colour.as_deref().is_some_and(assets::is_colour),
    });
    let previous = snapshot.history.iter().find(|past| past.seq < head.seq).map(|past| {
        serde_json::json!({
            "number": crate::model::snapshot::number(past.seq),
            "archive": past.archive_sha256,
        })
    });
    let permalink = base(site).filter(|_| !draft).map(|base| format!("{base}snapshots/{}/", head.number()));
    let snap_view = serde_json::json!({
        "number": head.number(),
        "label": head.label,
        "draft": draft,
        "as_of": When { at: head.as_of.to_string(), text: head.as_of.human() },
        "expires": When { at: head.expires.to_string(), text: head.expires.date().to_string() },
        "key_id": head.key_id,
        "audience": head.audience.name(),
        "generator": head.generator,
        "source_state": head.source_state,
        "previous": previous,
        "permalink": permalink,
        "signed": "Signed, not yet checked by you",
        "notices": notices,
    });
    let mut context = Context::new();
    context.insert("site", &site_view);
    context.insert("snap", &snap_view);
    context.insert("nav", &nav::groups(book));
    context
}
