//! How to check the archive: with our verifier, with standard tools, and what each outcome means.
//!
//! The site never says that it is verified: a page that vouches for itself proves nothing.

use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::link;
use crate::render::view::text;

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let head = &book.snapshot.head;
    let (archive, key) = (book.archive_stem(), &head.public_key);
    let mut page = Page::new(
        "verify",
        "Verify",
        PageHead::plain(format!("Verify snapshot {} yourself", head.number())).by(
            "Do not take this site’s word for it. Check the archive with your own tools, against a key you got some other way. Nothing is uploaded and no account is needed.",
        ),
    );
    let groups =
        head.key_id.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let note = if head.development {
        "A development key: it was made on the machine that built this, and nobody vouches for it. It proves only that nothing changed since."
    } else {
        "A copy of the key on this site proves nothing. Compare it with the contract, a signed tag of the source, or a message from a person you know."
    };
    page.add(Section::new("key", "1 · Compare the key").meta("with a source that is not this site").block(
        Block::Key {
            title: "Key id, minisign".to_owned(),
            groups,
            public_key: key.clone(),
            note: note.to_owned(),
        },
    ));
    page.add(
        Section::new("check", "2 · Check the archive")
            .meta(vec![code(format!("{archive}.zip")), text(", "), link("download", "download.html")])
            .heading("with-verifier", "With our verifier")
            .command(format!(
                "trustbook-verify {archive}.zip --key {key} --as-of {}",
                head.as_of.date()
            ))
            .para(crate::render::view::marked("It lists every check, also those it skipped, and says how old the snapshot is at the day you give. Leave `--as-of` out to judge by today."))
            .heading("in-a-browser", "In a browser")
            .para(vec![
                text("Open the "),
                link("verifier in one file", crate::render::outputs::verifier::PATH),
                text(", type the key, and drop the archive and its signature on it. It is a second implementation of the same checks; it sends nothing anywhere and also works saved to disk, without a network."),
            ])
            .para("Like everything here, that page came from us. A copy from the source of trustbook, or the program above, does not.")
            .heading("with-standard-tools", "With standard tools")
            .command(format!(
                "minisign -V -P {key} -m {archive}.zip\nunzip {archive}.zip\ncd {archive}\nsha256sum -c tagmanifest-sha256.txt\nsha256sum -c manifest-sha256.txt"
            ))
            .para(vec![
                code("sha256sum -c"),
                text(" does not notice files that were added. "),
                code("bagit.py --validate ."),
                text(" does, and so does our verifier."),
            ])
            .heading("unpacked", "From a folder that was unpacked earlier")
            .command(format!(
                "minisign -V -P {key} -m tagmanifest-sha256.txt\nsha256sum -c tagmanifest-sha256.txt manifest-sha256.txt"
            ))
            .para("The signature inside the archive covers the manifests, so a copy that was unpacked or packed again can still be checked."),
    );
    page.add(outcomes());
    let mut pairs = common::pairs();
    pairs.add("Origin", code(book.snapshot.site.origin.clone()));
    pairs.add("Snapshot", head.number());
    pairs.add("Created", at(head.as_of));
    pairs.add("Good until", day_of(head.expires));
    pairs.add("File", code(format!("{archive}.zip")));
    pairs.add("Source state", head.source_state.as_deref().map(crate::render::view::digest));
    pairs.add("Made by", head.generator.clone());
    page.add(
        Section::new("signed", "What the signature says")
            .meta("compare with what your tool prints")
            .pairs(pairs)
            .para("The digest of the archive is not on this page: the page is in the archive. It stands in the signature, and in the snapshots after this one."),
    );
    page
}

fn outcomes() -> Section {
    let mut table = Table::new(
        "",
        "The exit code is that of the first check that fails, in the order of the report.",
        &["Outcome", "#Exit code", "It means", "Do"],
    );
    let rows: [(Status, &str, &str, &str, &str); 8] = [
        (
            Status::Met,
            "Authentic",
            "0",
            "signed by the key you gave, complete, unaltered, in date",
            "file it",
        ),
        (
            Status::Stale,
            "Authentic but stale",
            "15",
            "as above, but past its date, or older than one you hold",
            "ask for the newest",
        ),
        (Status::NotMet, "Not authentic", "10", "no signature by the key you gave", "do not rely on it"),
        (Status::NotMet, "Altered", "11", "a file is not what was signed", "reject it and tell us"),
        (Status::NotMet, "Incomplete", "12", "a file is missing, or one was added", "reject it and tell us"),
        (
            Status::NotMet,
            "Refused",
            "13",
            "the container or a name in it is not in the one allowed form",
            "reject it",
        ),
        (
            Status::NotAssessed,
            "Unsupported",
            "14",
            "a version this program does not read",
            "update the program",
        ),
        (
            Status::NotAssessed,
            "Unknown or revoked key",
            "17",
            "signed by a key you did not give, or one that was revoked",
            "compare the keys",
        ),
    ];
    for (state, word, exit, means, act) in rows {
        table.row(vec![status::worded(state, word).into(), exit.into(), means.into(), act.into()]);
    }
    Section::new("outcomes", "3 · Read the outcome").table(table)
}
