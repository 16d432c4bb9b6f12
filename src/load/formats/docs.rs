//! The pages of `docs/formats/`: one for each row of the table, and the list of them. Nothing in them is written by hand.

use std::collections::BTreeMap;

use super::FORMATS;
use super::Format;

/// Every page by file name, as it is committed.
pub fn pages() -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> =
        FORMATS.iter().map(|row| (format!("{}.md", row.id), page(row))).collect();
    out.insert("README.md".to_owned(), index());
    out
}

/// The title of a row with a capital, as a heading has it.
fn heading(row: &Format) -> String {
    let title = ["a ", "an "].iter().find_map(|article| row.title.strip_prefix(article)).unwrap_or(row.title);
    let mut chars = title.chars();
    let first = chars.next().map(|ch| ch.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

fn page(row: &Format) -> String {
    format!(
        "<!-- made from the table of formats; see CONTRIBUTING.md on how to make it again -->\n\n\
         # {}\n\n\
         | | |\n| --- | --- |\n\
         | format | `{}` |\n\
         | evidence kind | {} |\n\
         | media type | `{}` |\n\n\
         {}\n\n\
         The format is told by the content of a file, never by its name. `trustbook inspect FILE` says what a file is and why; \
         `format: {}` in [`evidence/index.yaml`](../evidence.md) asks for this format and nothing else.\n",
        heading(row),
        row.id,
        row.kind.word().to_lowercase(),
        row.media_type,
        row.docs.trim(),
        row.id,
    )
}

fn index() -> String {
    let mut out = "<!-- made from the table of formats; see CONTRIBUTING.md on how to make it again -->\n\n\
                   # Formats of evidence\n\n\
                   What each reads, its traps, and where it is specified.\n\n\
                   | format | | evidence kind |\n| --- | --- | --- |\n"
        .to_owned();
    for row in FORMATS {
        let kind = row.kind.word().to_lowercase();
        out.push_str(&format!("| [`{0}`]({0}.md) | {1} | {kind} |\n", row.id, heading(row)));
    }
    out
}
