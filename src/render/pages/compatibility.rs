//! Supported versions and platforms, with the dates of their life.

use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::words;

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().compatibility;
    let supported = all
        .values()
        .filter(|entry| entry.end_of_support.or(entry.end_of_life).is_none_or(|end| end.end() > book.as_of()))
        .count();
    let title = match all.len() {
        0 => "No supported versions are recorded.".to_owned(),
        total => format!("{supported} of {} supported.", common::count(total, "version is", "versions are")),
    };
    let mut page = Page::new("compatibility", "Compatibility", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Compatibility").block(common::nothing(
            book,
            "No versions or platforms are published with this snapshot.",
            "They are written in the content.",
        )));
        return page;
    }
    let mut versions = Table::new(
        "versions",
        "Support is computed from the dates as of this snapshot; a day is the last day of support.",
        &["Version", "!Support", "~Released", "~Support ends", "~Life ends", "Security fixes"],
    );
    let mut platforms = Table::new(
        "platforms",
        "As tested or declared.",
        &["Platform", "!State", "Version of the platform", "For"],
    );
    let mut entries: Vec<_> = all.values().collect();
    entries.sort_by(|a, b| b.released.cmp(&a.released).then_with(|| a.id.cmp(&b.id)));
    for entry in entries {
        let product = entry.product.as_ref().map(|product| book.link("products", product.as_str()));
        let mut name = vec![crate::render::view::strong(entry.version.clone())];
        if let Some(product) = product {
            name.push(text(" of "));
            name.push(product);
        }
        name.extend(entry.support_level.clone().map(small));
        let state: Cell = match entry.end_of_support.or(entry.end_of_life) {
            Some(end) if end.end() <= book.as_of() => status::worded(Status::Expired, "Ended").into(),
            Some(end) if end.days_since(book.as_of().date()) <= book.snapshot.head.notice_days => vec![
                Part::Mark { mark: status::worded(Status::Expiring, "Ends soon") },
                crate::render::view::why(format!(
                    "in {}",
                    words::counted(end.days_since(book.as_of().date()), "day", "days")
                )),
            ]
            .into(),
            Some(_) => status::worded(Status::Met, "Supported").into(),
            None => vec![Part::Mark { mark: status::worded(Status::NotAssessed, "No end given") }].into(),
        };
        versions.row_at(
            anchor("compatibility", entry.id.as_str()),
            vec![
                name.into(),
                state,
                entry.released.into(),
                entry.end_of_support.into(),
                entry.end_of_life.into(),
                (&entry.security_fix_policy).into(),
            ],
        );
        for platform in &entry.platforms {
            let mark = match platform.status.as_str() {
                "tested" => status::worded(Status::Met, "Tested"),
                "supported" => status::worded(Status::PartlyMet, "Supported, not tested"),
                "unsupported" => status::worded(Status::NotApplicable, "Unsupported"),
                "untested" => status::worded(Status::NotAssessed, "Untested"),
                other => status::worded(Status::NotAssessed, other.to_owned()),
            };
            platforms.row(vec![
                platform.name.clone().into(),
                mark.into(),
                (&platform.version).into(),
                entry.version.clone().into(),
            ]);
        }
    }
    page.add(
        Section::new("versions", "Versions")
            .meta(common::count(all.len(), "version", "versions"))
            .table(versions),
    );
    page.add_filled(Section::new("platforms", "Platforms").table(platforms));
    page
}
