//! The files that documents of a certification point to: whether they are here, and whether they count.

use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing_undated;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::time::Instant;

/// Documents that list or judge evidence, and are none.
const BOOKKEEPING: [&str; 7] = [
    "claim-matrix",
    "evidence-inventory",
    "certification-verdict",
    "blocker-register",
    "blocker-count",
    "waiver-register",
    "fresh-gap-register",
];

/// The files of a project, as a pointer finds them.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    scene: Scene<'a>,
}

impl<'a> Files<'a> {
    pub(super) fn of(scene: &Scene<'a>) -> Self {
        // a criterion's limit of age is about its documents; the row that names a file says when that was captured
        Self { scene: Scene { max_age: None, ..*scene } }
    }

    /// The file that `written` ends on, where it is here and every file of that path counts; else why not.
    pub(super) fn counts(&self, written: &str, turning: &mut Vec<Instant>) -> Result<&'a Evidence, String> {
        let slashed = written.trim().replace('\\', "/");
        let path = slashed.trim_start_matches("./");
        if path.is_empty() || path.contains("://") {
            return Err(format!("`{}` is not here", written.escape_debug()));
        }
        let all: Vec<&'a Evidence> = self
            .scene
            .catalog
            .evidence
            .values()
            .filter(|file| {
                let found = file.source.path.strip_suffix(path);
                found.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
            .collect();
        for file in &all {
            self.standing(file, turning).map_err(|why| format!("`{}`: {why}", written.escape_debug()))?;
        }
        all.first().copied().ok_or_else(|| format!("`{}` is not here", written.escape_debug()))
    }

    /// Whether a file that counts lies in the folder that `written` names.
    pub(super) fn folder(&self, written: &str, turning: &mut Vec<Instant>) -> bool {
        let slashed = written.trim().replace('\\', "/");
        let path = slashed.trim_start_matches("./").trim_matches('/');
        let inside = format!("/{path}/");
        !path.is_empty()
            && !path.contains(':')
            && self.scene.catalog.evidence.values().any(|file| {
                format!("/{}", file.source.path).contains(&inside) && self.standing(file, turning).is_ok()
            })
    }

    fn standing(&self, file: &Evidence, turning: &mut Vec<Instant>) -> Result<(), String> {
        let form = file.body.governance().map(|record| record.form.as_str());
        if form.is_some_and(|form| BOOKKEEPING.contains(&form)) {
            return Err("it lists evidence, and is none".to_owned());
        }
        match standing_undated(file, &self.scene) {
            Standing::Counts { .. } => Ok(()),
            Standing::Not { why, counts_from, .. } => {
                turning.extend(counts_from);
                Err(why)
            }
        }
    }
}
