//! A project of many pages of text, some 2.6 KB each: paragraphs, headings, a table, a list, a block of code, links.

use std::fmt::Write as _;
use std::path::Path;

use crate::random::Random;

/// Writes it.
pub(crate) fn make(out: &Path, pages: usize) -> Result<(), String> {
    crate::write(out.join("trustbook.yaml"), &crate::project_file("Trust center of many pages", "pages"))?;
    crate::write(out.join("content/about.yaml"), "organization:\n  name: Example Pages Ltd\n")?;
    crate::write(out.join("evidence/note.txt"), "A site of pages only; this is its one file of evidence.\n")?;
    for page in 0..pages {
        let path = out.join(format!("content/pages/control-{page:05}.md"));
        crate::write(path, &text(page, pages))?;
    }
    Ok(())
}

fn text(page: usize, pages: usize) -> String {
    let mut random = Random::new(page as u64 + 1);
    let mut out =
        format!("---\ntitle: Control {page}\ngroup: Documents\norder: {page}\nvisibility: public\n---\n\n");
    let link = |random: &mut Random| {
        let to = random.below(pages);
        format!("[control {to}](pages/control-{to:05}.html)")
    };
    let _ = writeln!(
        out,
        "{} See {}.\n\n## Scope\n\n{}\n",
        random.paragraph(2),
        link(&mut random),
        random.paragraph(3)
    );
    out.push_str("| Control | Owner | Result | Last tried |\n| --- | --- | --- | --- |\n");
    for _ in 0..6 {
        let result = if random.below(10) == 0 { "deviation" } else { "as asked" };
        let (family, number) = (1 + random.below(9), 1 + random.below(9));
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        let _ =
            writeln!(out, "| C{family}.{number} | {} | {result} | 2026-{month:02}-{day:02} |", random.word());
    }
    let _ = writeln!(out, "\n## Steps\n\n{} Compare with {}.\n", random.paragraph(3), link(&mut random));
    for _ in 0..5 {
        let _ = writeln!(out, "- **{}** {} `{}`", random.word(), random.sentence(), random.hex(8));
    }
    out.push_str("\n## Receipt\n\n```json\n{\n");
    for line in 0..7 {
        let _ = writeln!(out, "  \"{}-{line}\": \"{}\",", random.word(), random.hex(32));
    }
    let _ = writeln!(
        out,
        "  \"accepted\": {}\n}}\n```\n\n### Notes\n\n{}",
        random.below(10) != 0,
        random.paragraph(3)
    );
    let _ = writeln!(
        out,
        "Elsewhere: [a standard](https://example.org/standards/{}) and [a vendor](https://example.com/vendors/{}). Next: {}.",
        random.below(1000),
        random.below(1000),
        link(&mut random)
    );
    out
}
