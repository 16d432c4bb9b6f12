//! Who supplies the components of a bill, and which digests they have, counted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::sbom::Component;
use crate::model::sbom::Sbom;
use crate::render::table::Table;

/// Who supplies how many, most first.
pub(crate) fn suppliers(bom: &Sbom) -> Table {
    tallied(
        bom,
        "suppliers",
        "As the document writes them, most components first.",
        "Supplier",
        "no supplier given",
        |component| component.supplier.iter().cloned().collect(),
    )
}

/// Which digests how many have, most first.
pub(crate) fn digests(bom: &Sbom) -> Table {
    tallied(
        bom,
        "digests",
        "Algorithms, most components first. The digests themselves stand with the components.",
        "Algorithm",
        "no digest given",
        |component| component.hashes.iter().map(|hash| hash.algorithm.clone()).collect(),
    )
}

/// Components by what they say; nothing at all where none says anything.
fn tallied(
    bom: &Sbom,
    id: &'static str,
    caption: &str,
    label: &'static str,
    silence: &str,
    of: impl Fn(&Component) -> BTreeSet<String>,
) -> Table {
    /// Most rows; the rest is counted.
    const ROWS: usize = 40;
    let (mut counts, mut silent): (BTreeMap<String, usize>, usize) = (BTreeMap::new(), 0);
    for component in &bom.components {
        let said = of(component);
        silent += usize::from(said.is_empty());
        said.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let mut table = Table::new(id, caption, &[label, "#Components"]).fit();
    if counts.is_empty() {
        return table;
    }
    let total = bom.components.len();
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (word, count) in sorted.iter().take(ROWS) {
        table.row(vec![word.clone().into(), format!("{count} of {total}").into()]);
    }
    if sorted.len() > ROWS {
        let rest: usize = sorted.iter().skip(ROWS).map(|(_, count)| count).sum();
        let others = crate::render::words::counted((sorted.len() - ROWS) as u64, "other", "others");
        table.row(vec![others.into(), format!("{rest} of {total}").into()]);
    }
    if silent > 0 {
        table.row(vec![silence.to_owned().into(), format!("{silent} of {total}").into()]);
    }
    table
}
