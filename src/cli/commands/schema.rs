//! `trustbook schema`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::terminal;
use crate::model::finding::did_you_mean;
use crate::model::schema;

/// Every published schema by name.
fn all() -> BTreeMap<String, Value> {
    let mut all = schema::schemas();
    all.extend(crate::load::schemas());
    all
}

fn text(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Prints one schema, the list of them, or writes all into a folder.
pub(crate) fn run(name: Option<&str>, out: Option<&Path>) -> Answer {
    let all = all();
    match (name, out) {
        (Some(name), _) => match all.get(name) {
            Some(schema) => terminal::data(&text(schema))?,
            None => {
                let near = did_you_mean(name, all.keys().map(String::as_str));
                let help = near.map_or_else(
                    || "`trustbook schema` lists them".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::usage(format!("there is no schema `{name}`")).help(help));
            }
        },
        (None, Some(folder)) => {
            fs::create_dir_all(folder)
                .map_err(|error| Failure::machine(format!("{}: {error}", folder.display())))?;
            for (name, schema) in &all {
                let path = folder.join(format!("{name}.schema.json"));
                fs::write(&path, text(schema))
                    .map_err(|error| Failure::machine(format!("{}: {error}", path.display())))?;
            }
            terminal::message(&format!("{} schemas in {}", all.len(), folder.display()));
        }
        (None, None) => {
            let mut list = String::new();
            for (name, schema) in &all {
                let title = schema.get("title").and_then(Value::as_str).unwrap_or_default();
                list.push_str(&format!("{name:<40} {title}\n"));
            }
            terminal::data(&list)?;
        }
    }
    Ok(DONE)
}
