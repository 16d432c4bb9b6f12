//! Whether the statements about advisories still fit: each about a component that is there, each an answer with a reason.
//!
//! Prints `pass` or `fail`, a tab, and what was found. Which advisories there are, a person looks up: no database is asked here.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Made;
use crate::Options;
use crate::list;
use crate::text;

pub(crate) fn make(_: &str, options: &Options) -> Made {
    let read = |name: &str| -> Result<Value, String> {
        let path = options.need(name)?;
        let bytes = std::fs::read(path).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        serde_json::from_slice(&bytes).map_err(|error| format!("`{path}` is not JSON: {error}"))
    };
    let (bom, vex) = (read("sbom")?, read("vex")?);
    let components: BTreeSet<&str> = list(&bom, "components").map(|one| text(one, "purl")).collect();
    let statements: Vec<&Value> = list(&vex, "statements").collect();
    let mut wrong = Vec::new();
    for statement in &statements {
        let name = text(&statement["vulnerability"], "name");
        let named = list(statement, "products").flat_map(|product| list(product, "subcomponents"));
        let named: Vec<&str> = named.map(|component| text(component, "@id")).collect();
        if named.is_empty() {
            wrong.push(format!("{name} names no component"));
        }
        let gone = named.iter().filter(|purl| !components.contains(*purl));
        wrong.extend(gone.map(|purl| format!("{name} is about {purl}, which is not used")));
        match text(statement, "status") {
            "fixed" => {}
            "not_affected" if !text(statement, "justification").is_empty() => {}
            other => wrong.push(format!("{name} is `{other}` without a justification")),
        }
    }
    if statements.is_empty() {
        wrong.push("there is no statement".to_owned());
    }
    Ok(match wrong.as_slice() {
        [] => format!("pass\t{} statements, each about a component in use\n", statements.len()),
        wrong => format!("fail\t{}\n", wrong.join("; ")),
    })
}
