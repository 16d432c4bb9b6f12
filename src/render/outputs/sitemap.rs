//! Site map of the pages. Needs addresses: without `base-url` there is none.

use tera::Context;

use crate::model::finding::Checked;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::book::Book;
use crate::render::outputs::base;
use crate::render::outputs::feed;
use crate::render::pages;

/// Writes the site map where the site has an address.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let Some(base) = base(&input.snapshot.site) else { return Checked::ok(Vec::new()) };
    let book = Book::new(input.snapshot);
    let mut paths: Vec<String> =
        pages::jobs(&book).into_iter().map(|job| job.path).filter(|path| path != "404.html").collect();
    paths.sort();
    let mut context = Context::new();
    context.insert("base", &base);
    context.insert("pages", &paths);
    context.insert("day", &input.snapshot.head.as_of.date().to_string());
    feed::one(input, "site/sitemap.xml", "application/xml", &context)
}
