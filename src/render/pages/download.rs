//! What can be downloaded, with the digests that only the live tree can name: no archive holds its own.

use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::table::Table;
use crate::render::view::code;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::outside;
use crate::render::view::text;

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let number = book.number();
    if book.downloads().is_empty() {
        return inside(book, &number);
    }
    let mut page = Page::new(
        "download",
        "Download",
        PageHead::plain(format!("Download snapshot {number}")).by(vec![
            text("The archive holds this whole site, every record and every original that is public. Keep its signature beside it, and "),
            link("verify", "verify.html"),
            text(" both before you rely on them."),
        ]),
    );
    let mut table = Table::new(
        "",
        "Digests and sizes of what is published now. Compare them after the download.",
        &["What", "File", "Signature", "SHA-256", "#Bytes"],
    );
    for download in book.downloads() {
        let file = download.href.rsplit('/').next().unwrap_or_default();
        table.row(vec![
            download.what.clone().into(),
            link(file, download.href.clone()).into(),
            link(".minisig", format!("{}.minisig", download.href)).into(),
            digest(&download.sha256).into(),
            download.size_bytes.to_string().into(),
        ]);
    }
    page.add(Section::new("files", "Files").table(table).para(vec![
        text("The packet is the same snapshot, cut for a reviewer: a summary, the answers, and what they rest on. For programs: "),
        code("latest.json"),
        text("."),
    ]));
    page.add(Section::new("older", "Older snapshots").para(vec![
        link("Snapshots", "snapshots.html"),
        text(" names every released one with the digest of its archive."),
    ]));
    page
}

/// The page as it stands in the archive, which cannot name its own digest.
fn inside(book: &Book, number: &str) -> Page {
    let mut page = Page::new(
        "download",
        "Download",
        PageHead::plain(format!("This copy is part of snapshot {number}"))
            .by("An archive cannot hold its own digest, so this page names files only where the snapshot is published."),
    );
    let mut section = Section::new("files", "Files").para(vec![
        text("You are reading a copy from inside "),
        code(format!("{}.zip", book.archive_stem())),
        text(", or a preview. "),
        link("Verify", "verify.html"),
        text(" says how to check the archive it came from."),
    ]);
    if let Some(base) = crate::render::outputs::base(&book.snapshot.site) {
        section = section.para(vec![
            text("Published at "),
            outside(format!("{base}download.html"), &format!("{base}download.html")),
            text(", with digests and signatures."),
        ]);
    }
    page.add(section);
    page
}
