//! Disk to records, by the `FORMATS` table. The only reader of inputs; it follows nothing out of the project.
//!
//! Bad input gives findings, all at once; only a machine that fails gives a [`LoadError`].

mod attestations;
mod config;
mod content;
mod digests;
pub mod display;
mod evidence;
mod formats;
mod history;
mod inspect;
mod large;
mod located;
mod marking;
mod named_files;
mod originals;
mod profiles;
mod records;
mod reread;
mod sbom_file;
mod seals;
mod sniff;
mod source_state;
pub(crate) mod text;
mod texts;
mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;

pub use formats::FORMATS;
pub use formats::Format;
pub use formats::docs::pages as format_pages;
pub use history::Earlier;
pub use history::History;
pub use history::LOG_CHECKPOINT;
pub use history::LOG_LEAVES;
pub use inspect::Inspection;
pub use inspect::inspect;
pub use profiles::built_in;
pub use reread::Again;
pub use reread::Difference;
pub use reread::Reread;
pub use reread::reread;
pub use sbom_file::SbomFile;
pub use sbom_file::sbom_file;
pub use sniff::probe;
pub use texts::Texts;

use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::profile::Profile;
use crate::model::tree::Content;

/// Everything a build needs.
#[derive(Clone, Debug)]
pub struct Project {
    /// The project file.
    pub config: Config,
    /// All records, of all visibilities.
    pub catalog: Catalog,
    /// Profiles of the project file, in its order.
    pub profiles: Vec<Profile>,
    /// YAML of packet profiles, by name.
    pub packet_profiles: BTreeMap<String, String>,
    /// Templates that replace built-in ones, by path inside the templates folder.
    pub templates: BTreeMap<String, String>,
    /// Files of evidence and documents, by path relative to the project root.
    pub originals: BTreeMap<String, Content>,
    /// Texts behind findings.
    pub texts: Texts,
    /// Released snapshots.
    pub history: History,
    /// Digest of the source state, where the project defines one.
    pub source_state: Option<String>,
}

/// What came of loading: the project when it could be made, and the texts behind the findings either way.
#[derive(Debug)]
pub struct Loaded {
    /// The project; `None` when an error made it unusable.
    pub project: Checked<Project>,
    /// Texts behind the findings, also when there is no project.
    pub texts: Texts,
}

/// A machine that failed.
#[derive(Debug)]
pub enum LoadError {
    /// The project folder cannot be opened.
    Root {
        /// The folder.
        path: PathBuf,
        /// What the machine says.
        error: std::io::Error,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { path, error } => {
                write!(f, "cannot open the project folder `{}`: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Loads the project in the folder `root`.
///
/// The value is there unless the project file itself cannot be used; whether the findings stop a command is the
/// caller's decision ([`has_errors`](crate::model::finding::has_errors)).
///
/// # Errors
/// [`LoadError::Root`] when the folder cannot be opened.
pub fn project(root: &Path) -> Result<Loaded, LoadError> {
    project_with(root, None)
}

/// The same, judged by one more profile beside those of the project file, where there is one of that name.
///
/// # Errors
/// [`LoadError::Root`] when the folder cannot be opened.
pub fn project_with(root: &Path, profile: Option<&str>) -> Result<Loaded, LoadError> {
    if let Err(error) = std::fs::read_dir(root) {
        return Err(LoadError::Root { path: root.to_path_buf(), error });
    }
    let mut texts = Texts::default();
    let Checked { value: config, mut findings } = config::load(root, &mut texts);
    let Some(mut config) = config else {
        texts.locate_all(&mut findings);
        display::sort(&mut findings);
        return Ok(Loaded { project: Checked { value: None, findings }, texts });
    };
    if let Some(name) = profile.and_then(|name| profiles::named(root, &config, name))
        && !config.profiles.contains(&name)
    {
        config.profiles.push(name);
    }
    let paths = &config.paths;
    let mut catalog = Catalog::default();
    let mut originals = BTreeMap::new();
    findings.extend(content::load(root, &paths.content, &mut catalog, &mut texts, &mut originals));
    let (evidence, of_evidence) =
        evidence::load(root, &paths.evidence, &config.attestation_keys, &mut texts, &mut originals);
    catalog.evidence = evidence;
    findings.extend(of_evidence);
    let (profiles, packet_profiles) = profiles::load(root, &config, &mut texts, &mut findings);
    let templates = templates(root, &paths.templates, &mut texts, &mut findings);
    let history = history::load(root, &paths.history, &mut findings);
    let source_state = source_state::digest(root, &config.source_state, &mut findings);
    texts.locate_all(&mut findings);
    display::sort(&mut findings);
    let project = Project {
        config,
        catalog,
        profiles,
        packet_profiles,
        templates,
        originals,
        texts: texts.clone(),
        history,
        source_state,
    };
    Ok(Loaded { project: Checked { value: Some(project), findings }, texts })
}

fn templates(
    root: &Path,
    folder: &str,
    texts: &mut Texts,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let walked = walk::walk(root, folder);
    findings.extend(walked.findings);
    let mut out = BTreeMap::new();
    for found in walked.files {
        let inner = found.path.strip_prefix(folder).unwrap_or(&found.path).trim_start_matches('/').to_owned();
        match walk::read(&found)
            .and_then(|bytes| records::text_of(&found.path, &bytes).map(|text| text.into_owned()))
        {
            Ok(text) => {
                texts.insert_text(&found.path, &text);
                out.insert(inner, text);
            }
            Err(finding) => findings.push(finding),
        }
    }
    out
}

/// The digest of the source state of the project in `root`; `None` where it defines none.
///
/// # Errors
/// [`LoadError::Root`] when the folder cannot be opened.
pub fn source_state(root: &Path) -> Result<Checked<String>, LoadError> {
    if let Err(error) = std::fs::read_dir(root) {
        return Err(LoadError::Root { path: root.to_path_buf(), error });
    }
    let mut texts = Texts::default();
    let Checked { value: config, mut findings } = config::load(root, &mut texts);
    let value = config.and_then(|config| source_state::digest(root, &config.source_state, &mut findings));
    texts.locate_all(&mut findings);
    Ok(Checked { value, findings })
}

/// The released snapshots of the project in `root`.
///
/// # Errors
/// [`LoadError::Root`] when the folder cannot be opened.
pub fn history(root: &Path) -> Result<Checked<History>, LoadError> {
    if let Err(error) = std::fs::read_dir(root) {
        return Err(LoadError::Root { path: root.to_path_buf(), error });
    }
    let mut texts = Texts::default();
    let Checked { value: config, mut findings } = config::load(root, &mut texts);
    let value = config.map(|config| history::load(root, &config.paths.history, &mut findings));
    Ok(Checked { value, findings })
}

/// JSON Schemas of the evidence formats that are defined here, by name.
pub fn schemas() -> BTreeMap<String, serde_json::Value> {
    let receipt =
        crate::model::schema::of_input::<crate::model::receipt::ReceiptFile>("receipt", "a decision receipt");
    BTreeMap::from([("receipt".to_owned(), receipt)])
}
