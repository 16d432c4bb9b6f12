//! The pages of `docs/formats/` are what the table of formats says.

use std::fs;
use std::path::Path;

use trustbook::load::FORMATS;
use trustbook::load::format_pages;

/// Set to write the pages instead of comparing them.
const WRITE: &str = "TRUSTBOOK_WRITE_DOCS";

#[test]
#[expect(clippy::disallowed_methods, reason = "the variable asks for the pages to be written")]
fn every_format_has_the_page_that_its_row_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats");
    let pages = format_pages();
    assert_eq!(pages.len(), FORMATS.len() + 1);
    if std::env::var_os(WRITE).is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let committed: Vec<String> = crate::project::tree(&folder).into_keys().collect();
    assert_eq!(committed, pages.keys().cloned().collect::<Vec<_>>(), "pages of docs/formats");
    for (name, text) in &pages {
        assert_eq!(
            fs::read_to_string(folder.join(name)).unwrap(),
            *text,
            "docs/formats/{name} is old: run `{WRITE}=1 cargo t --test it format_docs`"
        );
    }
}
